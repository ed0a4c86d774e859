"""Loretta Whitlock, 46: lupus nephritis on cyclosporine and steroid, pressure up, a sore knee. As of 22 May 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart, References
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import goal, plan
from fhir_samples.observations import amount, blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, device, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Loretta Whitlock",
    sex="female",
    born="1979-05-09",
    number="SY-310804",
    kind="transaction",
    references=References.UUID,
    entries=[
        condition("lupus", "Systemic lupus erythematosus (disorder)", "2006-04-25"),
        condition("raynaud", "Raynaud's phenomenon (disorder)", "2006-11-07"),
        condition("pregnancy", "Normal pregnancy", "2009-02-10", until="2009-10-27"),
        condition("htn", "Hypertension", "2012-08-14"),
        condition("nephritis", "Lupus nephritis (disorder)", "2014-03-11", note="Class IV on biopsy"),
        condition("necrosis", "Avascular necrosis of head of femur (disorder)", "2016-09-20", site="Right"),
        condition("allergic", "Seasonal allergic rhinitis", "1994-05"),
        condition("ulcer", "Gastric ulcer with hemorrhage (disorder)", "2021-06-19", until="2021-09"),
        condition("obesity", "Body mass index 30+ - obesity (finding)", "2018-05-08"),
        condition("zoster", "Herpes zoster (disorder)", "2019-11-26", until="2019-12-17"),
        condition("flush", "Menopausal flushing (finding)", "2025-01-14"),
        condition("stress", "Stress (finding)", "2024-05-14"),
        prescribed(
            "hydroxychloroquine",
            "Hydroxychloroquine Sulfate 200 MG Oral Tablet",
            "200 mg twice daily",
            "2006-04-25",
            reason="@cond-lupus",
        ),
        prescribed(
            "mycophenolate",
            "Mycophenolate mofetil 500 MG Oral Tablet",
            "1000 mg twice daily",
            "2014-03-25",
            reason="@cond-nephritis",
        ),
        prescribed(
            "prednisone",
            "predniSONE 5 MG Oral Tablet",
            "20 mg once daily",
            "2025-03-18",
            reason="@cond-nephritis",
            note="Was 5 mg since 2015",
        ),
        prescribed(
            "cyclosporine",
            "cycloSPORINE 50 MG Oral Capsule",
            "100 mg twice daily",
            "2025-03-18",
            reason="@cond-nephritis",
        ),
        prescribed(
            "azathioprine",
            "azaTHIOprine 50 MG Oral Tablet",
            "100 mg once daily",
            "2008-02-05",
            until="2014-03-25",
            because="Changed to mycophenolate",
        ),
        prescribed("lisinopril", "lisinopril 20 MG Oral Tablet", "20 mg once daily", "2012-08-14", reason="@cond-htn"),
        prescribed(
            "hctz", "Hydrochlorothiazide 25 MG Oral Tablet", "25 mg once daily", "2017-05-09", reason="@cond-htn"
        ),
        prescribed(
            "diltiazem",
            "24 HR dilTIAZem Hydrochloride 120 MG Extended Release Oral Capsule",
            "120 mg once daily",
            "2018-11-13",
            until="2025-03-18",
            reason="@cond-raynaud",
            because="Raises cyclosporine level",
        ),
        prescribed(
            "venlafaxine",
            "24 HR venlafaxine 150 MG Extended Release Oral Capsule",
            "150 mg once daily",
            "2025-01-14",
            reason="@cond-flush",
        ),
        prescribed(
            "omeprazole",
            "Omeprazole 20 MG Delayed Release Oral Capsule",
            "20 mg once daily",
            "2021-06-22",
            reason="@cond-ulcer",
        ),
        prescribed(
            "naproxen",
            "Naproxen 500 MG Oral Tablet",
            "500 mg twice daily",
            "2021-05-04",
            until="2021-06-19",
            because="Bleeding ulcer",
        ),
        prescribed("simvastatin", "Simvastatin 20 MG Oral Tablet", "20 mg once daily", "2018-05-08"),
        prescribed("calcium", "Calcium carbonate 1250 MG / Vitamin D3 400 UNT Oral Tablet", "One daily", "2010-01-12"),
        prescribed("mirena", "Mirena 52 MG Intrauterine System", "Replace after 8 years", "2020-02-04"),
        takes(
            "pseudoephedrine",
            "12 HR Pseudoephedrine Hydrochloride 120 MG Extended Release Oral Tablet",
            "One twice a day in the pollen season",
            "2025-04",
            reason="@cond-allergic",
        ),
        takes("acetaminophen", "Acetaminophen 325 MG Oral Tablet", "Two tablets up to three times a day", "2025-05"),
        allergy("sulfa", "Sulfamethoxazole / Trimethoprim", "Rash and lupus flare", "2007-03", severity="moderate"),
        allergy("ragweed", "Allergy to grass pollen", "Sneezing", "1994-05", category="environment"),
        blood_pressure(
            "2023-05-09 128/80, 2024-05-14 130/82, 2025-01-14 134/84, 2025-03-18 142/88, 2025-04-22 152/94,"
            "2025-05-20 158/98"
        ),
        series(
            "creat",
            "Creatinine",
            "mg/dL",
            "2023-05-09 0.9, 2024-05-14 0.9, 2025-01-14 1.0, 2025-03-11 1.2, 2025-04-22 1.4, 2025-05-20 1.6",
            normal=(0.6, 1.1),
        ),
        series(
            "egfr",
            "Estimated Glomerular Filtration Rate",
            "mL/min/1.73m2",
            "2023-05-09 80, 2024-05-14 79, 2025-01-14 70, 2025-03-11 56, 2025-04-22 47, 2025-05-20 40",
            normal=(60, None),
        ),
        series(
            "upcr",
            "Protein/Creatinine [Mass Ratio] in Urine",
            "mg/mg",
            "2023-05-09 0.3, 2024-05-14 0.4, 2025-03-11 2.1, 2025-05-20 2.4",
            normal=(None, 0.2),
        ),
        series(
            "potassium",
            "Potassium",
            "mmol/L",
            "2024-05-14 4.4, 2025-03-11 4.7, 2025-04-22 5.1, 2025-05-20 5.4",
            normal=(3.5, 5.2),
        ),
        observed(
            "cyclosporine", "Cyclosporine trough level", "2025-05-20", amount("268", "ng/mL"), of="laboratory", mark="H"
        ),
        series("dsdna", "DNA double strand Ab", "[IU]/mL", "2024-05-14 32, 2025-03-11 210, 2025-05-20 164"),
        series("c3", "Complement C3", "mg/dL", "2024-05-14 94, 2025-03-11 61, 2025-05-20 68", normal=(90, 180)),
        series("albumin", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", "2024-05-14 4.1, 2025-05-20 3.1"),
        series(
            "hb",
            "Hemoglobin [Mass/volume] in Blood",
            "g/dL",
            "2021-06-19 7.8, 2022-05-10 12.4, 2024-05-14 12.6, 2025-05-20 11.4",
            normal=(12, 15.5),
        ),
        series(
            "wbc",
            "Leukocytes [#/volume] in Blood by Automated count",
            "10*3/uL",
            "2024-05-14 4.6, 2025-03-11 3.9, 2025-05-20 6.8",
        ),
        series("glucose", "Glucose", "mg/dL", "2024-05-14 94, 2025-05-20 118", normal=(70, 99)),
        series("urate", "Urate [Mass/volume] in Serum or Plasma", "mg/dL", "2024-05-14 6.2, 2025-05-20 9.4"),
        series("ldl", "Low Density Lipoprotein Cholesterol", "mg/dL", "2023-05-09 112, 2024-05-14 108"),
        observed("lac", "Lupus anticoagulant", "2014-03-11", coded("Not detected"), of="laboratory", mark="NEG"),
        vital("weight", "Body Weight", "kg", "2023-05-09 84.1, 2024-05-14 85.0, 2025-01-14 85.4, 2025-05-20 90.2"),
        vital("bmi", "Body Mass Index", "kg/m2", "2023-05-09 31.3, 2024-05-14 31.6, 2025-05-20 33.5"),
        observed("smoke", "Tobacco smoking status NHIS", "2024-05-14", coded("Never smoker"), of="social-history"),
        observed("diet", "Dietary habit", "2024-05-14", text("Canned soup most days at work"), of="social-history"),
        report(
            "sleep",
            "Home sleep apnea test",
            "2024-11-05",
            "Apnea-hypopnea index 24 per hour. Treatment with positive airway pressure recommended.",
        ),
        report(
            "renal-us",
            "Ultrasonography of kidneys with Doppler",
            "2017-06-13",
            "Normal size, no renal artery stenosis.",
            of="Radiology",
        ),
        report(
            "endoscopy",
            "Upper gastrointestinal endoscopy report",
            "2021-06-19",
            "Bleeding antral ulcer clipped. Helicobacter negative. Lifelong avoidance of anti-inflammatory tablets.",
        ),
        report(
            "knee",
            "Knee X-ray",
            "2022-10-04",
            "Early medial joint space narrowing on the left. No necrosis seen.",
            of="Radiology",
        ),
        procedure("biopsy", "Biopsy of kidney (procedure)", "2014-03-04", outcome="Class IV lupus nephritis"),
        procedure("hip", "Total replacement of hip (procedure)", "2017-02-21", site="Right"),
        procedure(
            "transfusion", "Intravenous blood transfusion of packed cells (procedure)", "2021-06-19", note="Three units"
        ),
        procedure("eyes", "Retinal examination (procedure)", "2024-08-13", outcome="No hydroxychloroquine toxicity"),
        device("hip", "Hip joint prosthesis", note="Right, uncemented, 2017-02-21"),
        device("monitor", "Home blood pressure monitor"),
        flu_jabs("2022-10-11", "2023-10-10", "2024-10-08"),
        immunized("ppv", "pneumococcal polysaccharide vaccine, 23 valent", "2015-05-12"),
        [
            encounter(f"checkup-{day[:4]}", "General examination of patient (procedure)", day)
            for day in ("2022-05-10", "2023-05-09", "2024-05-14")
        ],
        encounter("flare", "Encounter for problem (procedure)", "2025-03-18", reason="@cond-nephritis"),
        encounter(
            "bleed", "Emergency room admission (procedure)", "2021-06-19", "2021-06-22", seen="EMER", reason="Melena"
        ),
        relative("mother", "mother", "Hypertension", at="50"),
        relative("sister", "sister", "Rheumatoid arthritis", at="39"),
        plan(
            "pressure",
            "Lifestyle education regarding hypertension",
            "2012-08-14",
            {"Low salt diet education": "completed", "Home blood pressure diary": "in-progress"},
            addresses=("@cond-htn",),
            goals=("@goal-bp",),
        ),
        goal("bp", "Maintain blood pressure below 130/80 mmHg", "2014-03-25", addresses=("@cond-htn",)),
    ],
    assessments=[
        Assessment(
            "pressure",
            "follow-up",
            "Follow-up of blood pressure, still high at home: 155-165 over 95 most mornings, takes both tablets every "
            "day. Nothing else to report. What's driving it and what next?",
            decisive={
                "rx-cyclosporine": "started as the pressure began to climb",
                "obs-creat": "kidney function falling with it",
                "obs-upcr": "active nephritis",
                "use-pseudoephedrine": "bought decongestant raises pressure",
                "obs-bp": "the climb against the dates of the new drugs",
            },
            relevant={
                "cond-nephritis": "the kidney disease that drives it",
                "rx-prednisone": "quadrupled in March, fluid and weight",
                "rx-venlafaxine": "raises pressure, since January",
                "rep-sleep": "untreated sleep apnoea",
                "rx-diltiazem": "a pressure-lowering drug was stopped in March",
                "obs-potassium": "5.4: limits more lisinopril or spironolactone",
                "obs-cyclosporine": "trough level high",
            },
            context={
                "rx-lisinopril": "one of the two tablets; dose could matter for protein",
                "rx-hctz": "the other tablet",
                "obs-weight": "5 kg up in four months",
                "obs-egfr": "thiazide weakens as it falls",
                "goal-bp": "the target",
                "rep-renal-us": "no artery stenosis in 2017",
                "obs-dsdna": "lupus activity",
                "obs-diet": "salty food",
            },
        ),
        Assessment(
            "ibuprofen",
            "medication safety",
            "Husband at the counter: can she take ibuprofen for her knee? It blew up after gardening and Tylenol isn't "
            "touching it.",
            decisive={
                "cond-ulcer": "bled from the stomach on such a drug",
                "obs-egfr": "40 and falling",
                "rx-cyclosporine": "together they harm the kidney",
                "cond-nephritis": "active kidney disease",
                "rep-endoscopy": "told to avoid them for life",
            },
            relevant={
                "rx-lisinopril": "with diuretic and anti-inflammatory: kidney failure, potassium",
                "rx-hctz": "third part of that combination",
                "rx-prednisone": "steroid adds ulcer risk and hides infection in a swollen joint",
                "rx-naproxen": "the drug that preceded the bleed",
                "obs-potassium": "already 5.4",
                "rx-venlafaxine": "adds to gastric bleeding",
            },
            context={
                "obs-urate": "9.4: the knee may be gout",
                "rx-mycophenolate": "immunosuppressed: swollen joint may be infected",
                "obs-creat": "the trend",
                "cond-htn": "would rise further",
                "rep-knee": "early osteoarthritis before",
                "cond-necrosis": "steroid bone necrosis once before",
                "proc-transfusion": "how severe the bleed was",
                "use-acetaminophen": "dose could still go up",
                "rx-omeprazole": "protection does not make it safe",
                "dev-hip": "prosthesis at risk if a joint is infected",
            },
        ),
    ],
)
