"""Ingeborg Norquist, 79: stroke, fibrillation, warfarin, verapamil and digoxin, a sinusitis. As of 20 Nov 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart, References
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import note, plan
from fhir_samples.observations import blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, encounter, immunized, procedure, relative

CHECKUPS = ("2022-06-07", "2023-06-13", "2024-06-11", "2025-06-17")
FLU = "Influenza, seasonal, injectable, preservative free"

CHART = Chart(
    name="Ingeborg Norquist",
    sex="female",
    born="1946-09-12",
    number="SY-315692",
    references=References.UUID,
    entries=[
        condition("af", "Atrial Fibrillation", "2012-05-22"),
        condition("stroke", "Stroke", "2017-04-03", note="Left middle cerebral artery, mild word-finding trouble"),
        condition("htn", "Hypertension", "1998-06-02"),
        condition("lipids", "Hyperlipidemia", "2003-06-10"),
        condition("ckd", "Chronic kidney disease stage 3 (disorder)", "2022-06-07"),
        condition("osteoporosis", "Osteoporosis (disorder)", "2014-06-17"),
        condition("hip", "Osteoarthritis of hip", "2016-09-20", site="Right hip"),
        condition("wrist", "Fracture of forearm", "2014-02-08", until="2014-05-10"),
        condition(
            "concussion", "Concussion with no loss of consciousness", "2025-11-01", note="Slipped, struck back of head"
        ),
        condition("sinusitis", "Acute bacterial sinusitis (disorder)", "2025-11-13"),
        condition("bronchitis", "Acute bronchitis (disorder)", "2023-02-06", until="2023-02-20"),
        condition("polyp", "Polyp of colon", "2011-09-06", until="2011-09-06"),
        condition("cataract", "Cataract", "2018", until="2019-10-15", site="Both eyes"),
        condition("depression", "Major depression disorder", "2017-07-11"),
        condition("pharyngitis", "Acute viral pharyngitis (disorder)", "2019-12-10", until="2019-12-20"),
        prescribed("warfarin", "Warfarin Sodium 5 MG Oral Tablet", "5 mg once daily", "2012-05-22", reason="@cond-af"),
        prescribed(
            "verapamil", "Verapamil Hydrochloride 40 MG", "80 mg three times daily", "2012-05-22", reason="@cond-af"
        ),
        prescribed("digoxin", "Digoxin 0.125 MG Oral Tablet", "0.125 mg once daily", "2012-05-22", reason="@cond-af"),
        prescribed(
            "hctz", "Hydrochlorothiazide 25 MG Oral Tablet", "25 mg once daily", "1998-06-02", reason="@cond-htn"
        ),
        prescribed(
            "simvastatin", "Simvastatin 10 MG Oral Tablet", "10 mg once daily", "2012-05-22", reason="@cond-lipids"
        ),
        prescribed(
            "clarithromycin",
            "Clarithromycin 500 MG Oral Tablet",
            "500 mg twice daily for 10 days",
            "2025-11-13",
            reason="@cond-sinusitis",
        ),
        prescribed(
            "alendronate",
            "Alendronic acid 10 MG Oral Tablet",
            "10 mg once daily",
            "2014-06-17",
            reason="@cond-osteoporosis",
        ),
        prescribed("sertraline", "Sertraline 100 MG Oral Tablet", "100 mg once daily", "2017-07-11"),
        prescribed("omeprazole", "Omeprazole 20 MG Delayed Release Oral Capsule", "20 mg once daily", "2016-10-04"),
        prescribed(
            "metoprolol",
            "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]",
            "100 mg once daily",
            "2012-04",
            until="2012-05-22",
            because="Heart rate 38 with verapamil",
        ),
        prescribed(
            "levofloxacin",
            "Levofloxacin 500 MG Oral Tablet",
            "500 mg once daily for 7 days",
            "2023-02-06",
            until="2023-02-11",
            reason="@cond-bronchitis",
            because="INR 5.4, bruising",
        ),
        prescribed(
            "amoxicillin",
            "Amoxicillin 250 MG Oral Capsule",
            "500 mg three times daily",
            "2019-12-10",
            until="2019-12-17",
        ),
        takes("naproxen", "Naproxen sodium 220 MG Oral Tablet", "Two a day for the sore head", "2025-11-02"),
        takes("calcium", "Calcium carbonate with vitamin D3 Oral Tablet", "One tablet twice daily", "2014-06"),
        allergy("shellfish", "Shellfish allergy", "Hives", "1975", severity="mild", category="food"),
        series(
            "inr",
            "INR in Platelet poor plasma by Coagulation assay",
            "1",
            "2023-01-17 2.4, 2023-02-11 5.4, 2024-06-11 2.6, 2025-06-17 2.5, 2025-09-16 2.7, 2025-10-28 2.6",
        ),
        series(
            "digoxin-level",
            "Digoxin [Mass/volume] in Serum or Plasma",
            "ng/mL",
            "2022-06-07 0.8, 2024-06-11 1.1, 2025-06-17 1.4",
            normal=(0.5, 0.9),
        ),
        series(
            "egfr",
            "Estimated Glomerular Filtration Rate",
            "mL/min/1.73m2",
            "2022-06-07 56, 2023-06-13 51, 2024-06-11 46, 2025-06-17 41, 2025-11-01 34",
            normal=(60, None),
        ),
        series(
            "creat",
            "Creatinine",
            "mg/dL",
            "2022-06-07 1.0, 2023-06-13 1.1, 2024-06-11 1.2, 2025-06-17 1.3, 2025-11-01 1.5",
            normal=(0.5, 1.1),
        ),
        series("k", "Potassium", "mmol/L", "2024-06-11 3.7, 2025-06-17 3.4, 2025-11-01 3.2", normal=(3.5, 5.1)),
        series("mg", "Magnesium", "mg/dL", "2025-06-17 1.5", normal=(1.7, 2.2)),
        series("na", "Sodium", "mmol/L", "2024-06-11 137, 2025-06-17 136, 2025-11-01 135", normal=(136, 145)),
        series(
            "hb", "Hemoglobin [Mass/volume] in Blood", "g/dL", "2024-06-11 12.8, 2025-11-01 12.4", normal=(12, 15.5)
        ),
        series(
            "plt", "Platelets [#/volume] in Blood by Automated count", "10*9/L", "2025-11-01 214", normal=(150, 400)
        ),
        series(
            "ldl", "Low Density Lipoprotein Cholesterol", "mg/dL", "2023-06-13 88, 2025-06-17 92", normal=(None, 100)
        ),
        series("hdl", "High Density Lipoprotein Cholesterol", "mg/dL", "2023-06-13 54, 2025-06-17 52"),
        series("dxa", "DXA [T-score] Bone density", "1", "2014-06-17 -2.9, 2022-06-07 -2.4", of="imaging"),
        blood_pressure("2023-06-13 142/78, 2024-06-11 148/80, 2025-06-17 150/76, 2025-11-01 168/84"),
        vital("heart", "Heart rate", "/min", "2023-06-13 72, 2024-06-11 66, 2025-06-17 58, 2025-11-01 56"),
        vital("weight", "Body Weight", "kg", "2023-06-13 58.4, 2024-06-11 55.9, 2025-06-17 52.0"),
        observed("pain", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "2025-06-17", text("3")),
        observed("smoke", "Tobacco smoking status NHIS", "2025-06-17", coded("Never smoker"), of="social-history"),
        observed("home", "Lives with", "2025-06-17", text("Alone; daughter fills the pill box"), of="social-history"),
        report("ct", "CT of head without contrast", "2025-11-01", "No hemorrhage, no fracture. Old left infarct."),
        report(
            "ecg", "Electrocardiographic procedure", "2025-06-17", "Atrial fibrillation, rate 58. Scooped ST segments."
        ),
        report("carotid", "Ultrasonography of carotid arteries", "2017-04-05", "No stenosis above 50%."),
        report("lipid-panel", "Lipid Panel", "2025-06-17", results=("@obs-ldl-20250617", "@obs-hdl-20250617")),
        procedure("echo", "Transthoracic echocardiography", "2017-04-05", outcome="EF 60%, left atrium large"),
        procedure(
            "cardioversion", "Electrical cardioversion", "2012-06-19", outcome="Back in fibrillation within weeks"
        ),
        procedure("cataract", "Cataract surgery", "2019-10-15"),
        procedure("colonoscopy", "Colonoscopy", "2016-09-13", outcome="Normal"),
        procedure("bone", "Bone density scan (procedure)", "2022-06-07"),
        procedure("med-rec", "Medication Reconciliation (procedure)", "2025-06-17"),
        *[encounter(f"checkup-{day[:4]}", "General examination of patient (procedure)", day) for day in CHECKUPS],
        encounter(
            "fall", "Emergency room admission (procedure)", "2025-11-01T18:20", seen="EMER", reason="@cond-concussion"
        ),
        encounter("sinusitis", "Encounter for symptom", "2025-11-13", reason="@cond-sinusitis"),
        plan(
            "head",
            "Head injury rehabilitation",
            "2025-11-01",
            {"Recommendation to rest": "in-progress", "Alcohol-free diet": "in-progress"},
        ),
        immunized("flu", FLU, "2025-10-07"),
        immunized("zoster", "zoster", "2015-06-16"),
        immunized("ppv", "pneumococcal polysaccharide vaccine, 23 valent", "2012-06-12"),
        relative("sister", "sister", "Subarachnoid hemorrhage", at="61", died="61"),
        note(
            "inr",
            "Anticoagulation clinic note",
            "2023-02-11",
            "INR 5.4 on day 5 of an antibiotic for her chest, bruised arms. Recheck 3 days into any antibiotic.",
            by="Anticoagulation nurse",
        ),
    ],
    assessments=[
        Assessment(
            "nosebleeds",
            "symptom",
            "Headache and nosebleeds for 3 days, one took an hour to stop. BP 164/82.",
            decisive={
                "rx-warfarin": "bleeding on warfarin",
                "rx-clarithromycin": "a week into it: raises INR",
                "cond-concussion": "head injury 19 days ago: subdural hematoma",
                "use-naproxen": "bought for the head; bleeding on warfarin",
                "obs-inr": "last before the antibiotic; 5.4 on another",
            },
            relevant={
                "rep-ct": "clear on the day, does not exclude a late subdural",
                "doc-inr": "INR was to be rechecked 3 days into an antibiotic",
                "enc-fall": "the injury",
                "rx-levofloxacin": "same happened before",
                "rx-sertraline": "adds to bleeding",
                "fam-sister": "subarachnoid hemorrhage",
            },
            context={
                "cond-sinusitis": "face pain and a sore nose",
                "cond-af": "why she is anticoagulated",
                "cond-stroke": "cost of reversal",
                "obs-hb": "baseline",
                "obs-plt": "baseline",
                "obs-bp": "higher than before",
                "cond-htn": "raised pressure",
                "obs-egfr": "bleeding risk",
            },
        ),
        Assessment(
            "sick-and-faint",
            "symptom",
            "Daughter rings: Mum feels sick, won't eat, says the lamps have yellow rings, nearly fainted getting up. "
            "Her pulse on the home machine is 41.",
            decisive={
                "rx-digoxin": "toxicity",
                "rx-clarithromycin": "raises digoxin and verapamil",
                "rx-verapamil": "slows the heart and raises digoxin",
                "obs-egfr": "34: digoxin accumulates",
                "obs-digoxin-level": "rising before this",
                "obs-k": "3.2: toxicity at lower levels",
            },
            relevant={
                "obs-creat": "kidney function falling",
                "use-naproxen": "harms the kidneys",
                "obs-mg": "low magnesium",
                "obs-heart": "slowing over two years",
                "rx-hctz": "lowers potassium and magnesium",
                "rep-ecg": "baseline, digoxin effect",
                "obs-weight": "smaller each year on the same dose",
            },
            context={
                "cond-ckd": "digoxin clearance",
                "cond-af": "what is being slowed",
                "rx-metoprolol": "heart rate 38 before on two rate drugs",
                "rx-omeprazole": "lowers magnesium",
                "rx-warfarin": "not eating on an antibiotic: INR",
                "cond-concussion": "vomiting after a head injury",
                "obs-home": "lives alone",
            },
        ),
    ],
)
