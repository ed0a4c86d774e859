"""Leonard Stratton, 69: stented coronary disease, diabetes, an advanced polyp, a falling count. As of 6 Nov 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart, References
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import goal, note, plan
from fhir_samples.observations import amount, blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, device, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Leonard Stratton",
    sex="male",
    born="1956-08-14",
    number="SY-310442",
    kind="transaction",
    references=References.UUID,
    entries=[
        condition("obesity", "Body mass index 30+ - obesity (finding)", "1995-09-22"),
        condition("htn", "Hypertension", "1998-10-09"),
        condition("prediabetes", "Prediabetes", "2004-11-12", until="2012-03-19"),
        condition("lipids", "Hyperlipidemia", "2006-11-24"),
        condition("laceration", "Laceration of hand", "2008-06-28", until="2008-07-19"),
        condition("sinusitis", "Viral sinusitis (disorder)", "2011-01-05", until="2011-01-26"),
        condition("dm", "Diabetes", "2012-03-19"),
        condition("sprain", "Sprain of ankle", "2013-07-14", until="2013-08-11"),
        condition("polyp", "Polyp of colon", "2014-05-07"),
        condition("hip", "Osteoarthritis of hip", "2016-02-18"),
        condition("chd", "Coronary Heart Disease", "2019-02-11"),
        condition("mi", "History of myocardial infarction (situation)", "2019-02-11"),
        condition("anemia", "Anemia (disorder)", "2025-04-22"),
        prescribed(
            "hctz", "Hydrochlorothiazide 25 MG Oral Tablet", "25 mg once daily", "1998-10-09", reason="@cond-htn"
        ),
        prescribed("lisinopril", "lisinopril 10 MG Oral Tablet", "10 mg once daily", "2012-03-19", reason="@cond-htn"),
        prescribed(
            "metformin",
            "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet",
            "1000 mg twice daily",
            "2012-03-19",
            reason="@cond-dm",
        ),
        prescribed(
            "atorvastatin", "Atorvastatin 80 MG Oral Tablet", "80 mg once daily", "2019-02-14", reason="@cond-chd"
        ),
        prescribed("aspirin", "Aspirin 81 MG Oral Tablet", "81 mg once daily", "2019-02-14", reason="@cond-chd"),
        prescribed(
            "clopidogrel", "Clopidogrel 75 MG Oral Tablet", "75 mg once daily", "2019-02-14", reason="@cond-chd"
        ),
        prescribed(
            "metoprolol",
            "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]",
            "100 mg once daily",
            "2019-02-14",
            reason="@cond-chd",
        ),
        prescribed(
            "nitro",
            "Nitroglycerin 0.4 MG/ACTUAT Mucosal Spray",
            "One spray under the tongue for chest pain",
            "2019-02-14",
            as_needed=True,
        ),
        prescribed(
            "omeprazole",
            "Omeprazole 20 MG Delayed Release Oral Capsule",
            "20 mg once daily",
            "2019-02-14",
            until="2022-11-04",
            because="Medication review: no symptoms",
        ),
        prescribed(
            "iron", "ferrous sulfate 325 MG Oral Tablet", "325 mg once daily", "2025-04-29", reason="@cond-anemia"
        ),
        prescribed(
            "coamox",
            "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet",
            "Three times daily for 7 days",
            "2011-01-08",
            until="2011-01-15",
        ),
        prescribed(
            "acetaminophen",
            "Acetaminophen 325 MG Oral Tablet",
            "650 mg every 6 hours as needed",
            "2016-02-18",
            as_needed=True,
            reason="@cond-hip",
        ),
        takes("naproxen", "Naproxen sodium 220 MG Oral Tablet", "Two tablets most mornings", "2024-07"),
        allergy("shellfish", "Shellfish allergy", "Hives", "1971-05", category="food"),
        allergy("mite", "House dust mite allergy", "", "1971-05", category="environment"),
        series(
            "hb",
            "Hemoglobin [Mass/volume] in Blood",
            "g/dL",
            "2021-11-05 14.1, 2022-11-04 13.9, 2023-11-10 13.2, 2024-11-08 12.1, 2025-04-22 10.2, 2025-08-14 7.1,"
            "2025-08-16 9.0, 2025-11-03 8.4",
            normal=(13.5, 17.5),
        ),
        series(
            "mcv",
            "MCV [Entitic volume] by Automated count",
            "fL",
            "2022-11-04 90, 2023-11-10 86, 2024-11-08 80, 2025-04-22 75, 2025-11-03 76",
            normal=(80, 100),
        ),
        series(
            "plt",
            "Platelets [#/volume] in Blood by Automated count",
            "10*3/uL",
            "2023-11-10 248, 2024-11-08 290, 2025-04-22 371, 2025-11-03 418",
            normal=(150, 400),
        ),
        series("ferritin", "Ferritin [Mass/volume] in Serum or Plasma", "ng/mL", "2025-04-22 6", normal=(24, 336)),
        observed("b12", "Vitamin B12", "2025-04-22", amount("318", "pg/mL"), of="laboratory", unit="pg/mL", mark="N"),
        observed(
            "fit",
            "Hemoglobin.gastrointestinal [Presence] in Stool by Immunologic method",
            "2025-05-06",
            coded("Positive"),
            of="laboratory",
            mark="POS",
        ),
        series(
            "a1c",
            "Hemoglobin A1c/Hemoglobin.total in Blood",
            "%",
            "2021-11-05 7.1, 2022-11-04 7.3, 2023-11-10 7.4, 2024-11-08 7.6, 2025-11-03 5.3",
            normal=(None, 5.7),
        ),
        series(
            "glucose",
            "Glucose",
            "mg/dL",
            "2022-11-04 151, 2023-11-10 156, 2024-11-08 162, 2025-08-14 181, 2025-11-03 168",
            normal=(70, 99),
        ),
        series(
            "bun",
            "Urea Nitrogen",
            "mg/dL",
            "2022-11-04 16, 2023-11-10 17, 2024-11-08 16, 2025-08-14 34, 2025-11-03 36",
            normal=(7, 20),
        ),
        series(
            "creat",
            "Creatinine",
            "mg/dL",
            "2022-11-04 1.0, 2023-11-10 1.1, 2024-11-08 1.1, 2025-08-14 1.2, 2025-11-03 1.1",
            normal=(0.7, 1.3),
        ),
        series("egfr", "Estimated Glomerular Filtration Rate", "mL/min/1.73m2", "2023-11-10 74, 2025-11-03 72"),
        series("potassium", "Potassium", "mmol/L", "2023-11-10 4.2, 2024-11-08 4.4, 2025-11-03 4.3", normal=(3.5, 5.2)),
        series("ldl", "Low Density Lipoprotein Cholesterol", "mg/dL", "2022-11-04 68, 2023-11-10 71, 2024-11-08 66"),
        observed(
            "polyp-size",
            "Polyp size greatest dimension by CAP cancer protocols",
            "2014-05-07",
            amount("14", "mm"),
            of="laboratory",
            unit="mm",
        ),
        vital(
            "weight",
            "Body Weight",
            "kg",
            "2022-11-04 105.1, 2023-11-10 104.2, 2024-11-08 101.6, 2025-04-22 97.0, 2025-08-14 93.3, 2025-11-03 89.2",
        ),
        vital("bmi", "Body Mass Index", "kg/m2", "2022-11-04 33.9, 2023-11-10 33.6, 2024-11-08 32.8, 2025-11-03 28.8"),
        vital("pain", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "{score}", "2024-11-08 5"),
        blood_pressure("2022-11-04 134/80, 2023-11-10 136/82, 2024-11-08 130/78, 2025-08-14 96/54, 2025-11-03 108/62"),
        observed("smoke", "Tobacco smoking status NHIS", "2024-11-08", coded("Former smoker"), of="social-history"),
        observed("alcohol", "Alcohol use", "2024-11-08", text("Three beers on most evenings"), of="social-history"),
        report(
            "path",
            "Pathology report",
            "2014-05-12",
            "Sigmoid polyp: tubulovillous adenoma with focal high-grade dysplasia, excised. Surveillance in 3 years.",
            of="Pathology",
        ),
        report("lipid", "Lipid Panel", "2024-11-08", results=("@obs-ldl-20241108",)),
        report("bmp", "Basic Metabolic Panel", "2025-11-03", results=("@obs-bun-20251103", "@obs-glucose-20251103")),
        report("echo", "Transthoracic echocardiography", "2019-02-13", "Inferior hypokinesis, ejection fraction 52%."),
        procedure("colonoscopy-2014", "Colonoscopy", "2014-05-07", outcome="Polyp removed from the sigmoid colon"),
        procedure(
            "colonoscopy-2017",
            "Colonoscopy",
            "2017-06-21",
            outcome="Inadequate preparation, seen to the splenic flexure only; repeat advised",
        ),
        procedure(
            "colonoscopy-missed",
            "Colonoscopy",
            "2025-06-24",
            status="not-done",
            because="Patient did not attend",
            reason="@cond-anemia",
        ),
        procedure("pci", "Percutaneous coronary intervention", "2019-02-11", site="Right coronary artery"),
        procedure(
            "transfusion",
            "Intravenous blood transfusion of packed cells (procedure)",
            "2025-08-15",
            reason="@cond-anemia",
            note="Two units",
        ),
        [
            procedure(f"medrec-{day[:4]}", "Medication Reconciliation (procedure)", day)
            for day in ("2021-11-05", "2022-11-04", "2023-11-10", "2024-11-08")
        ],
        device("stent", "Drug-eluting coronary artery stent", note="Right coronary artery, 2019-02-11"),
        flu_jabs("2021-11-05", "2022-11-04", "2023-11-10", "2024-11-08"),
        immunized("pcv", "Pneumococcal conjugate PCV 13", "2021-11-05"),
        [
            encounter(f"checkup-{day[:4]}", "General examination of patient (procedure)", day)
            for day in ("2021-11-05", "2022-11-04", "2023-11-10", "2024-11-08")
        ],
        encounter("mi", "Emergency Room Admission", "2019-02-11", "2019-02-14", seen="EMER", reason="Chest pain"),
        encounter("problem", "Encounter for problem (procedure)", "2025-04-22", reason="Fatigue (finding)"),
        encounter(
            "er-2025",
            "Emergency room admission (procedure)",
            "2025-08-14",
            "2025-08-16",
            seen="EMER",
            reason="Fainted at home",
            diagnosis="@cond-anemia",
        ),
        relative("father", "father", "Malignant neoplasm of colon", at="58", died="61"),
        plan(
            "diabetes",
            "Diabetes self management plan",
            "2012-03-19",
            {"Diabetic diet": "in-progress", "Exercise therapy": "in-progress"},
            addresses=("@cond-dm",),
        ),
        goal("a1c", "Hemoglobin A1c total in Blood < 7.0", "2012-03-19"),
        note(
            "discharge",
            "Emergency department summary",
            "2025-08-16",
            """
            Fainted on standing. Hemoglobin 7.1, two units given, 9.0 at discharge. Declined to stay for
            endoscopy. To be arranged by his physician. Same tablets at discharge.
        """,
            by="Emergency physician",
        ),
    ],
    assessments=[
        Assessment(
            "black",
            "symptom",
            "Daughter on the phone: Dad is worn out, his trousers are falling off him and his stools have been dark "
            "as tar for two weeks. What do we have on him before he comes in?",
            decisive={
                "obs-hb": "how fast and how far it has fallen",
                "use-naproxen": "daily NSAID on two antiplatelets",
                "obs-fit": "positive and never followed by a colonoscopy",
                "proc-colonoscopy-missed": "the investigation that did not happen",
                "rep-path": "advanced adenoma with high-grade dysplasia, surveillance overdue",
                "doc-discharge": "transfused in August and left before endoscopy",
            },
            relevant={
                "rx-clopidogrel": "antiplatelet six years after the stent, adds to bleeding",
                "rx-aspirin": "second antiplatelet",
                "obs-weight": "16 kg lost in three years, most of it this year",
                "proc-colonoscopy-2017": "last examination incomplete",
                "fam-father": "colon cancer at 58",
                "rx-iron": "blackens stools, and the anaemia has not answered to it",
            },
            context={
                "obs-bun": "raised with a normal creatinine: upper tract bleeding",
                "rx-omeprazole": "stomach protection was stopped",
                "obs-ferritin": "iron stores empty: chronic loss",
                "obs-bp": "falling pressure on three drugs that lower it",
                "cond-anemia": "iron deficiency treated without a cause found",
                "dev-stent": "what stopping antiplatelets would risk",
                "proc-transfusion": "needed blood recently",
                "rx-metoprolol": "hides the pulse response to bleeding",
            },
        ),
        Assessment(
            "sugar",
            "results",
            "A1c back at 5.3, last year 7.6 and no change of treatment. He is delighted and asks to come off the "
            "tablet. Believable?",
            decisive={
                "proc-transfusion": "donor red cells eleven weeks ago make the value unreliable",
                "obs-glucose": "still 160-180 fasting: does not agree",
                "obs-hb": "bleeding and a young red cell population lower the value",
                "obs-a1c": "the trend and the implausible step",
            },
            relevant={
                "cond-anemia": "the condition that distorts it",
                "rx-iron": "iron treatment lowers the value",
                "rx-metformin": "the tablet in question",
                "obs-weight": "large unintended loss, may lower it truly and is itself a warning",
                "cond-dm": "the diagnosis and how long",
                "doc-discharge": "dates and size of the bleed and transfusion",
            },
            context={
                "obs-ferritin": "iron deficiency would raise it, so the fall is not that",
                "goal-a1c": "the agreed target",
                "obs-egfr": "no renal reason to stop metformin",
                "obs-b12": "metformin and anaemia, normal",
            },
        ),
    ],
)
