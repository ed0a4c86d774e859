"""Amina Haddad, 71: atrial fibrillation on apixaban, kidney disease, diabetes, a new iron deficiency. As of 1 Dec "
"2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import goal, impression, note, plan, scanned
from fhir_samples.observations import (
    amount,
    blood_pressure,
    coded,
    observed,
    report,
    series,
    text,
    vital,
)
from fhir_samples.vocabulary import allergy, condition, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Amina Haddad",
    sex="female",
    born="1954-02-17",
    number="HX-204417",
    entries=[
        condition("af", "Atrial fibrillation", "2016-05", note="Permanent. CHA2DS2-VASc 6."),
        condition("tia", "Transient ischaemic attack", "2016-05-11", until="2016-05-12"),
        condition("dm", "Type 2 diabetes mellitus", "2008"),
        condition("ckd", "Chronic kidney disease stage 3", "2019-09", note="G3b A2, diabetic and hypertensive"),
        condition("htn", "Hypertension", "2001", note="Resistant; spironolactone added 2024"),
        condition("ida", "Iron deficiency anaemia", "2025-10-20"),
        condition("uti", "Urinary tract infection", "2025-11-24"),
        condition("retina", "Background diabetic retinopathy", "2017-06", site="Both eyes"),
        condition("oa", "Osteoarthritis", "2012", site="Left knee"),
        condition("lipids", "Hyperlipidaemia", "2009-03"),
        condition("sprain", "Ankle sprain", "2014-08-02", until="2014-09", site="Right ankle"),
        condition("stroke", "Ischaemic stroke", "2016-05-11", verified="refuted", note="MRI clear; TIA diagnosed"),
        condition("cataract", "Cataract", "2020", until="2022-03", site="Right eye"),
        condition("shingles", "Herpes zoster", "2018-11", until="2018-12", site="Left T8 dermatome"),
        prescribed("apixaban", "Apixaban 5 mg tablets", "5 mg twice daily", "2021-03-15", reason="@cond-af"),
        prescribed(
            "warfarin",
            "Warfarin 1 mg tablets",
            "According to INR, target 2-3",
            "2016-05-16",
            until="2021-03-14",
            reason="@cond-af",
            because="Labile INR; changed to apixaban",
        ),
        prescribed("ramipril", "Ramipril 10 mg capsules", "10 mg once daily", "2009-06-01", reason="@cond-htn"),
        prescribed(
            "spironolactone", "Spironolactone 25 mg tablets", "25 mg once daily", "2024-06-10", reason="@cond-htn"
        ),
        prescribed("amlodipine", "Amlodipine 10 mg tablets", "10 mg once daily", "2012-01-20", reason="@cond-htn"),
        prescribed("bisoprolol", "Bisoprolol 5 mg tablets", "5 mg once daily", "2016-05-16", reason="@cond-af"),
        prescribed("metformin", "Metformin 500 mg tablets", "500 mg twice daily", "2008-04", reason="@cond-dm"),
        prescribed("gliclazide", "Gliclazide 80 mg tablets", "80 mg twice daily", "2015-02-11", reason="@cond-dm"),
        prescribed(
            "dapagliflozin", "Dapagliflozin 10 mg tablets", "10 mg once daily", "2022-09-05", reason="@cond-ckd"
        ),
        prescribed("atorvastatin", "Atorvastatin 40 mg tablets", "40 mg at night", "2016-05-16"),
        prescribed(
            "trimethoprim",
            "Trimethoprim 200 mg tablets",
            "200 mg twice daily for 7 days",
            "2025-11-24",
            reason="@cond-uti",
        ),
        prescribed("iron", "Ferrous fumarate 210 mg tablets", "210 mg once daily", "2025-10-22", reason="@cond-ida"),
        prescribed(
            "naproxen",
            "Naproxen 250 mg tablets",
            "250 mg twice daily",
            "2019-02-04",
            until="2019-09-12",
            reason="@cond-oa",
            because="Falling eGFR and anticoagulated",
        ),
        takes("paracetamol", "Paracetamol 500 mg tablets", "1 g up to four times a day as needed", "2018"),
        takes(
            "losalt",
            "Lo-Salt (potassium chloride salt substitute)",
            "Used in cooking",
            "2025-08",
            note="Bought by daughter to lower blood pressure",
        ),
        prescribed("eye-drops", "Carmellose 0.5% eye drops", "One drop both eyes as needed", "2021-05", as_needed=True),
        allergy(
            "codeine", "Codeine", "Vomiting", "2013-07", severity="moderate", kind="intolerance", criticality="low"
        ),
        allergy("plasters", "Adhesive plasters", "Contact rash", "2010", severity="mild", category="environment"),
        series(
            "creat",
            "Creatinine",
            "umol/L",
            "2018-09-03 98, 2019-09-10 121, 2021-03-08 128, 2022-09-01 131, 2023-09-12 134, 2024-06-03 139,"
            "2025-06-17 142, 2025-10-20 147, 2025-12-01T07:40 214",
            normal=(45, 84),
        ),
        series(
            "egfr",
            "eGFR",
            "mL/min/1.73m2",
            "2018-09-03 52, 2019-09-10 41, 2021-03-08 38, 2022-09-01 36, 2023-09-12 35, 2024-06-03 33, 2025-06-17 32,"
            "2025-10-20 31, 2025-12-01T07:40 20",
            normal=(60, None),
        ),
        series(
            "k",
            "Potassium",
            "mmol/L",
            "2022-09-01 4.7, 2023-09-12 4.8, 2024-06-03 4.9, 2024-06-24 5.3, 2025-06-17 5.2, 2025-10-20 5.4,"
            "2025-12-01T07:40 6.4",
            normal=(3.5, 5.3),
            panic=(2.8, 6.2),
        ),
        observed(
            "k-mislabelled",
            "Potassium",
            "2024-11-18",
            amount("7.9", "mmol/L"),
            of="laboratory",
            unit="mmol/L",
            mark="HH",
            status="entered-in-error",
            note="Another patient's sample",
        ),
        series("na", "Sodium", "mmol/L", "2024-06-03 139, 2025-06-17 138, 2025-12-01T07:40 134", normal=(133, 146)),
        series(
            "hba1c",
            "HbA1c",
            "mmol/mol",
            "2021-03-08 61, 2022-09-01 66, 2023-09-12 60, 2024-06-03 58, 2025-06-17 55",
            normal=(None, 48),
        ),
        series(
            "hb",
            "Haemoglobin",
            "g/L",
            "2022-09-01 126, 2023-09-12 122, 2024-06-03 119, 2025-06-17 108, 2025-10-20 97",
            normal=(115, 165),
        ),
        series("ferritin", "Ferritin", "ug/L", "2023-09-12 48, 2025-10-20 9", normal=(15, 200)),
        series("plt", "Platelets", "10*9/L", "2025-06-17 262, 2025-10-20 311", normal=(150, 400)),
        series("inr", "INR", "1", "2019-11-04 2.4, 2020-02-10 4.1, 2020-06-15 1.6, 2020-12-07 3.8, 2021-02-22 1.7"),
        observed("fit", "Faecal immunochemical test", "2025-10-27", amount("86", "ug/g"), of="laboratory", mark="POS"),
        observed(
            "acr", "Urine albumin:creatinine ratio", "2025-06-17", amount("21.4", "mg/mmol"), of="laboratory", mark="H"
        ),
        blood_pressure("2023-09-12 158/84, 2024-06-03 162/86, 2025-06-17 138/76, 2025-11-24 126/70"),
        vital("weight", "Weight", "kg", "2022-09-01 74.2, 2024-06-03 72.8, 2025-06-17 70.1, 2025-11-24 67.9"),
        observed("smoke", "Tobacco smoking status", "2025-06-17", coded("Never smoked"), of="social-history"),
        observed("alcohol", "Alcohol intake", "2025-06-17", text("None"), of="social-history"),
        observed("home", "Lives with", "2024-06-03", text("Daughter, two-storey house"), of="social-history"),
        report("ecg", "12-lead ECG", "2024-06-24", "Atrial fibrillation, rate 74. No acute changes. QTc 431 ms."),
        report(
            "echo",
            "Transthoracic echocardiogram",
            "2016-06-02",
            "Normal LV size, EF 58%. Left atrium moderately dilated. No significant valve disease.",
        ),
        report(
            "renal-us", "Ultrasound of kidneys", "2019-10-01", "Both kidneys 9.4 cm, thin cortex, no hydronephrosis."
        ),
        report(
            "msu",
            "Urine culture",
            "2025-11-26",
            "E. coli > 10^5/mL, sensitive to trimethoprim and nitrofurantoin.",
            of="Microbiology",
        ),
        report("mri-brain", "MRI brain", "2016-05-13", "No acute infarct. Mild small vessel change."),
        procedure("cataract", "Phacoemulsification with lens implant", "2022-03-08", site="Right eye"),
        procedure(
            "colonoscopy-2012",
            "Colonoscopy",
            "2012-10",
            outcome="One 6 mm sigmoid polyp, snared: no complications",
            note="Tubular adenoma, low grade",
        ),
        procedure(
            "colonoscopy-booked",
            "Colonoscopy with possible polypectomy",
            "2025-12-09",
            status="preparation",
            reason="@cond-ida",
            note="Two-week-wait list, morning, oral bowel preparation",
        ),
        procedure(
            "dental",
            "Dental extraction",
            "2023-04-19",
            site="Lower left molar",
            note="Apixaban held on the morning; no bleeding",
        ),
        procedure("mammogram", "Screening mammogram", "2021-02", outcome="Normal"),
        flu_jabs("2022-10-04", "2023-10-02", "2024-10-07", "2025-10-06"),
        immunized("ppv", "Pneumococcal polysaccharide vaccine (PPV23)", "2019-11"),
        encounter("gp-uti", "GP appointment", "2025-11-24T10:20", reason="Dysuria and frequency"),
        encounter("gp-anaemia", "GP appointment", "2025-10-20T09:00", reason="Tiredness, breathless on stairs"),
        encounter("diabetes", "Diabetes annual review", "2025-06-17", reason="@cond-dm"),
        encounter("eyes", "Diabetic eye screening", "2025-03-11"),
        encounter("tia", "Stroke unit admission", "2016-05-11", "2016-05-13", seen="IMP", diagnosis="@cond-tia"),
        impression(
            "tia",
            "2016-05-13",
            "TIA from newly found atrial fibrillation. Start anticoagulation for life.",
            findings=("@cond-tia", "@cond-af"),
        ),
        plan(
            "ckd",
            "CKD and blood pressure plan",
            "2024-06-10",
            {
                "U&E one week after spironolactone, then every 3 months": "in-progress",
                "Sick-day advice given": "completed",
            },
            addresses=("@cond-ckd", "@cond-htn"),
            goals=("@goal-bp",),
        ),
        goal("bp", "Blood pressure below 130/80", "2024-06-10", below=("Systolic blood pressure", "130", "mmHg")),
        goal("hba1c", "HbA1c below 58 mmol/mol", "2023-09-12", below=("HbA1c", "58", "mmol/mol"), achieved="achieved"),
        relative("mother", "mother", "Type 2 diabetes mellitus", at="55", died="79"),
        relative("brother", "brother", "Colorectal cancer", at="63"),
        note(
            "sick-day",
            "Practice nurse note",
            "2024-06-24",
            """
            K 5.3 two weeks after spironolactone. Advised to keep it for now, repeat in 3 months.
            Sick-day rules explained with daughter: stop ramipril, spironolactone, metformin and dapagliflozin
            when vomiting or not drinking. Avoid ibuprofen and potassium salt substitutes.
        """,
            by="Practice nurse",
        ),
        note(
            "referral",
            "Two-week-wait referral",
            "2025-10-29",
            """
            Hb fell from 119 to 97 over 16 months, ferritin 9, FIT 86. Weight down 4 kg in three years. No visible
            bleeding. On apixaban for AF with a previous TIA. eGFR 31. Brother had bowel cancer at 63. Please
            investigate.
        """,
            by="Dr Okonjo, general practitioner",
        ),
        scanned("eye-photo", "Retinal photographs", "2025-03-11"),
    ],
    assessments=[
        Assessment(
            "colonoscopy",
            "pre-procedure",
            "71F for colonoscopy +/- polypectomy on 9 Dec under the two-week-wait. Needs a plan for her blood "
            "thinner and "
            "her diabetes tablets around bowel prep. Any bleeding or clotting history I should know?",
            decisive={
                "rx-apixaban": "anticoagulant to be held before polypectomy",
                "cond-af": "why she is anticoagulated; sets thrombotic risk",
                "obs-egfr": "sets how long apixaban is held, and the choice of bowel prep",
                "proc-colonoscopy-booked": "the procedure in question",
                "rx-dapagliflozin": "stop before: ketoacidosis while fasting",
            },
            relevant={
                "cond-tia": "previous TIA raises the risk of interruption",
                "rx-gliclazide": "hypoglycaemia while fasting",
                "rx-metformin": "withhold with prep and eGFR near 30",
                "cond-ckd": "apixaban clearance, electrolyte shifts with prep",
                "obs-creat": "renal function for apixaban timing",
                "obs-hb": "anaemic before a procedure that may bleed",
                "cond-ida": "the indication",
                "doc-referral": "the indication and risks in one place",
                "rx-iron": "stop oral iron a week before colonoscopy",
                "cond-dm": "fasting plan",
            },
            context={
                "proc-colonoscopy-2012": "earlier polypectomy without bleeding",
                "proc-dental": "apixaban held safely before",
                "obs-plt": "bleeding risk",
                "fam-brother": "bowel cancer in a brother",
                "rx-ramipril": "hold when dehydrated by prep",
            },
        ),
        Assessment(
            "potassium",
            "results",
            "Lab phoned: K 6.4, creat 214, not haemolysed. Weak and off her food for 4 days. ?cause, what to stop",
            decisive={
                "obs-k": "the result and its trend",
                "obs-creat": "acute on chronic kidney injury",
                "obs-egfr": "acute on chronic kidney injury",
                "rx-trimethoprim": "new; raises potassium and creatinine",
                "rx-spironolactone": "potassium-sparing: stop",
                "rx-ramipril": "ACE inhibitor: stop",
            },
            relevant={
                "use-losalt": "potassium chloride taken daily",
                "cond-ckd": "the substrate",
                "cond-uti": "the acute illness",
                "rx-metformin": "stop at eGFR 20",
                "rx-dapagliflozin": "sick-day rule; ketosis when not eating",
                "doc-sick-day": "earlier potassium rise and sick-day advice",
                "rx-apixaban": "accumulates at this eGFR",
                "plan-ckd": "monitoring that was agreed",
                "rx-gliclazide": "hypoglycaemia: not eating, falling eGFR",
            },
            context={
                "rep-ecg": "baseline ECG to compare",
                "rx-bisoprolol": "beta-blocker adds to hyperkalaemia and bradycardia",
            },
        ),
    ],
)
