"""Delroy Nettleford, 63: diabetes with failing kidneys and numb feet, insulin and a sulfonylurea. As of 14 Oct 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart, References
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import goal, note, plan
from fhir_samples.observations import amount, blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, device, encounter, immunized, procedure, relative

CHECKUPS = ("2022-05-17", "2023-05-23", "2024-05-21")
FLU = "Influenza, seasonal, injectable, preservative free"

CHART = Chart(
    name="Delroy Nettleford",
    sex="male",
    born="1962-03-05",
    number="SY-310268",
    references=References.UUID,
    entries=[
        condition("prediabetes", "Prediabetes", "2003-04-22", until="2006-04-18"),
        condition("dm", "Diabetes", "2006-04-18"),
        condition("nephropathy", "Diabetic renal disease (disorder)", "2013-05-07"),
        condition("ckd-three", "Chronic kidney disease stage 3 (disorder)", "2019-05-14", until="2024-11-19"),
        condition("ckd", "Chronic kidney disease stage 4 (disorder)", "2024-11-19"),
        condition("neuropathy", "Neuropathy due to type 2 diabetes mellitus (disorder)", "2016-05-10"),
        condition(
            "retinopathy", "Nonproliferative diabetic retinopathy due to type 2 diabetes mellitus (disorder)", "2018-06"
        ),
        condition("foot-ulcer", "Ulcer of toe (disorder)", "2022-08-03", until="2022-12-14", site="Left great toe"),
        condition("htn", "Hypertension", "2004-04-20"),
        condition("obesity", "Body mass index 30+ - obesity (finding)", "2004-04-20"),
        condition("lipids", "Hyperlipidemia", "2007-05-01"),
        condition("anemia", "Anemia (disorder)", "2023-05-23"),
        condition("knee", "Osteoarthritis of knee", "2017-10-03"),
        condition("laceration", "Laceration of forearm", "2025-10-04", note="Fence wire; wound swab MRSA"),
        condition("sinusitis", "Viral sinusitis (disorder)", "2019-01-15", until="2019-01-29"),
        prescribed(
            "insulin",
            "insulin human, isophane 70 UNT/ML / Regular Insulin, Human 30 UNT/ML Injectable Suspension [Humulin]",
            "34 units before breakfast and 24 units before supper",
            "2024-07-16",
            reason="@cond-dm",
            note="Raised from 24 and 16 units",
        ),
        prescribed("glipizide", "Glipizide 10 MG Oral Tablet", "10 mg twice daily", "2012-05-08", reason="@cond-dm"),
        prescribed(
            "metformin",
            "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet",
            "1000 mg once daily",
            "2006-04-18",
            until="2024-11-19",
            reason="@cond-dm",
            because="Estimated glomerular filtration rate below 30",
        ),
        prescribed("lisinopril", "Lisinopril 20 MG Oral Tablet", "20 mg once daily", "2013-05-07", reason="@cond-htn"),
        prescribed(
            "metoprolol",
            "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]",
            "100 mg once daily",
            "2020-05-12",
            reason="@cond-htn",
        ),
        prescribed(
            "hctz",
            "Hydrochlorothiazide 25 MG Oral Tablet",
            "25 mg once daily",
            "2004-04-20",
            until="2024-11-19",
            because="Changed to furosemide",
        ),
        prescribed("furosemide", "Furosemide 40 MG Oral Tablet", "40 mg once daily", "2024-11-19", reason="@cond-htn"),
        prescribed("atorvastatin", "Atorvastatin 40 MG Oral Tablet", "40 mg once daily", "2015-05-05"),
        prescribed("aspirin", "Aspirin 81 MG Oral Tablet", "81 mg once daily", "2015-05-05"),
        prescribed(
            "gabapentin",
            "Gabapentin 300 MG Oral Capsule",
            "600 mg three times daily",
            "2019-11",
            reason="@cond-neuropathy",
        ),
        prescribed(
            "iron", "ferrous sulfate 325 MG Oral Tablet", "325 mg once daily", "2023-05-23", reason="@cond-anemia"
        ),
        prescribed(
            "cotrimoxazole",
            "Sulfamethoxazole 800 MG / Trimethoprim 160 MG Oral Tablet",
            "One tablet twice daily for 10 days",
            "2025-10-07",
            reason="@cond-laceration",
        ),
        prescribed(
            "ibuprofen",
            "Ibuprofen 200 MG Oral Tablet",
            "400 mg three times daily",
            "2017-10-03",
            until="2019-05-14",
            because="Falling kidney function",
        ),
        takes("acetaminophen", "Acetaminophen 325 MG Oral Tablet", "650 mg as needed for knee pain", "2019-05"),
        allergy("shellfish", "Shellfish allergy", "Hives", "1985", severity="moderate", category="food"),
        series(
            "a1c",
            "Hemoglobin A1c/Hemoglobin.total in Blood",
            "%",
            "2020-05-12 7.9, 2021-05-18 8.2, 2022-05-17 8.8, 2023-05-23 8.6, 2024-07-16 9.1, 2025-02-11 7.2,"
            "2025-09-02 6.3",
            normal=(None, 5.7),
        ),
        series(
            "glucose",
            "Glucose",
            "mg/dL",
            "2022-05-17 186, 2023-05-23 171, 2024-07-16 232, 2025-02-11 118, 2025-09-02 74",
            normal=(70, 99),
        ),
        series(
            "egfr",
            "Estimated Glomerular Filtration Rate",
            "mL/min/1.73m2",
            "2020-05-12 51, 2021-05-18 47, 2022-05-17 42, 2023-05-23 36, 2024-11-19 27, 2025-02-11 25, 2025-09-02 21",
            normal=(60, None),
        ),
        series(
            "creat",
            "Creatinine",
            "mg/dL",
            "2021-05-18 1.6, 2022-05-17 1.8, 2023-05-23 2.0, 2024-11-19 2.6, 2025-02-11 2.8, 2025-09-02 3.2",
            normal=(0.7, 1.3),
        ),
        series(
            "acr",
            "Microalbumin Creatinine Ratio",
            "mg/g",
            "2020-05-12 310, 2022-05-17 640, 2024-11-19 1120, 2025-09-02 1480",
            normal=(None, 30),
        ),
        series(
            "k",
            "Potassium",
            "mmol/L",
            "2023-05-23 4.7, 2024-11-19 5.0, 2025-02-11 5.1, 2025-09-02 5.3",
            normal=(3.5, 5.1),
        ),
        series(
            "hb",
            "Hemoglobin [Mass/volume] in Blood",
            "g/dL",
            "2022-05-17 12.9, 2023-05-23 11.4, 2024-11-19 10.6, 2025-09-02 10.1",
            normal=(13.5, 17.5),
        ),
        series(
            "ldl",
            "Low Density Lipoprotein Cholesterol",
            "mg/dL",
            "2021-05-18 96, 2023-05-23 81, 2025-09-02 74",
            normal=(None, 100),
        ),
        series("tg", "Triglycerides", "mg/dL", "2021-05-18 210, 2023-05-23 188, 2025-09-02 164", normal=(None, 150)),
        blood_pressure("2022-05-17 146/84, 2023-05-23 150/82, 2024-05-21 158/86, 2025-02-11 148/80, 2025-09-02 152/78"),
        vital("weight", "Body Weight", "kg", "2022-05-17 104.1, 2024-05-21 101.6, 2025-02-11 97.0, 2025-09-02 92.3"),
        observed("pain", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "2025-09-02", text("4")),
        observed("smoke", "Tobacco smoking status NHIS", "2024-05-21", coded("Former smoker"), of="social-history"),
        observed(
            "job", "History of occupation", "2024-05-21", text("School bus driver, part time"), of="social-history"
        ),
        observed(
            "monofilament",
            "Monofilament foot sensation test",
            "2024-05-21",
            text("Absent at 7 of 10 sites, both feet"),
            mark="A",
        ),
        observed("pulses", "Ankle-brachial index", "2022-08-10", amount("0.82", "1"), site="Left leg", mark="L"),
        report("lipid-panel", "Lipid Panel", "2025-09-02", results=("@obs-ldl-20250902", "@obs-tg-20250902")),
        report(
            "eye",
            "Digital retinal photography",
            "2023-04-04",
            "Moderate nonproliferative retinopathy, right more than left. No macular edema. Repeat in 6 months.",
        ),
        report(
            "renal-us",
            "Ultrasonography of kidneys",
            "2024-12-03",
            "Echogenic kidneys, 10.8 and 11.0 cm. No obstruction.",
        ),
        procedure("med-rec", "Medication Reconciliation (procedure)", "2024-05-21"),
        procedure("colonoscopy", "Colonoscopy", "2016-09-13", outcome="No polyps"),
        procedure("suture", "Suture open wound", "2025-10-04", site="Right forearm"),
        procedure("debridement", "Debridement of ulcer of foot", "2022-08-17", site="Left great toe"),
        device("meter", "Blood glucose meter", note="Finger sticks on waking only"),
        *[encounter(f"checkup-{day[:4]}", "General examination of patient (procedure)", day) for day in CHECKUPS],
        encounter(
            "wound", "Emergency room admission (procedure)", "2025-10-04T15:10", seen="EMER", reason="@cond-laceration"
        ),
        encounter("kidney", "Encounter for problem (procedure)", "2025-09-02T09:30", reason="@cond-ckd"),
        plan(
            "diabetes",
            "Diabetes self management plan",
            "2006-04-18",
            {"Diabetic diet": "in-progress", "Exercise therapy": "in-progress"},
            addresses=("@cond-dm",),
        ),
        plan(
            "wound",
            "Wound care",
            "2025-10-04",
            {"Dressing change management": "in-progress", "Behavior to prevent infection": "in-progress"},
        ),
        goal("a1c", "Hemoglobin A1c below 7.0%", "2010-05", below=("Hemoglobin A1c", "7", "%"), achieved="achieved"),
        *[immunized(f"flu-{day[:4]}", FLU, day) for day in ("2023-10-17", "2024-10-08")],
        immunized("ppv", "pneumococcal polysaccharide vaccine, 23 valent", "2016-05-10"),
        immunized("td", "Td (adult) preservative free", "2025-10-04"),
        immunized("hepb", "Hep B, adult", "2025-02-11", status="not-done", because="Patient declined"),
        relative("brother", "brother", "End-stage renal disease (disorder)", at="58", note="On hemodialysis; diabetic"),
        note(
            "kidney",
            "Nephrology visit note",
            "2025-09-02",
            """
            eGFR 21 and falling 6 a year. Poor appetite for two months, often only toast and coffee in the morning.
            Nauseated. Edema gone on furosemide. Discussed dialysis and transplant options; class booked for December.
            Diabetes medicines left to primary care.
        """,
            by="Nephrologist",
        ),
        note(
            "podiatry",
            "Podiatry note",
            "2022-12-14",
            """
            Left great toe ulcer healed after 4 months of offloading. Needs extra-depth shoes and a foot check every 2
            months. Did not return.
        """,
            by="Podiatrist",
        ),
    ],
    assessments=[
        Assessment(
            "review",
            "follow-up",
            "Routine diabetes review: control, kidneys, eyes, feet.",
            decisive={
                "obs-a1c": "control, and how far it fell in a year",
                "obs-egfr": "falling fast, now 21",
                "obs-acr": "heavy and rising albuminuria",
                "rep-eye": "retinopathy, repeat overdue by two years",
                "obs-monofilament": "insensate feet",
                "cond-foot-ulcer": "earlier ulcer: high-risk foot",
            },
            relevant={
                "cond-ckd": "stage 4 kidney disease",
                "cond-neuropathy": "insensate feet",
                "cond-retinopathy": "eyes",
                "rx-insulin": "treatment, too much at A1c 6.3",
                "rx-glipizide": "risky at this eGFR with insulin",
                "doc-kidney": "kidney course and poor appetite",
                "doc-podiatry": "foot checks missed",
                "obs-bp": "above target with albuminuria",
                "rx-lisinopril": "kidney protection",
            },
            context={
                "cond-dm": "the disease reviewed",
                "cond-nephropathy": "diabetic kidney disease",
                "obs-glucose": "glucose 74 fasting: overtreated",
                "obs-creat": "kidneys",
                "obs-pulses": "arterial disease in the foot",
                "goal-a1c": "target too tight now",
                "obs-k": "limits ACE inhibitor",
                "obs-hb": "renal anemia; makes A1c unreliable",
                "obs-ldl": "cardiovascular risk",
                "rx-gabapentin": "dose too high for eGFR",
                "obs-weight": "losing weight",
            },
        ),
        Assessment(
            "shaky",
            "symptom",
            "Shaky and sweaty before lunch, third time this week. Goes after a glass of juice. Wife found him muddled "
            "on Sunday.",
            decisive={
                "rx-insulin": "morning dose peaks before lunch; raised last year",
                "rx-glipizide": "sulfonylurea on top of insulin",
                "rx-cotrimoxazole": "started a week ago; potentiates the sulfonylurea",
                "obs-egfr": "insulin and drug clearance falling",
            },
            relevant={
                "obs-glucose": "74 already in September",
                "obs-a1c": "6.3: overtreated",
                "cond-ckd": "insulin lasts longer",
                "doc-kidney": "eats little in the morning",
                "rx-metoprolol": "masks warning signs",
                "obs-job": "drives a school bus",
            },
            context={
                "cond-dm": "why he is on these",
                "obs-creat": "kidney clearance",
                "obs-weight": "lost 9 kg on an unchanged dose",
                "dev-meter": "tests only on waking",
                "goal-a1c": "target too tight",
            },
        ),
    ],
)
