"""Patricia Lombardi, 72: mechanical mitral valve on warfarin, sweats and a very high INR. As of 9 Sep 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import letter, note, plan, scanned
from fhir_samples.observations import blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, device, encounter, flu_jabs, procedure, relative

CHART = Chart(
    name="Patricia Lombardi",
    sex="female",
    born="1953-01-11",
    number="2093317",
    entries=[
        condition("rhd", "Rheumatic mitral stenosis", "1998", until="2009-05-12", note="Valve replaced"),
        condition("af", "Atrial fibrillation", "2007", note="Paroxysmal; frequent since spring 2025"),
        condition("ie", "Infective endocarditis", "2014-02-03", until="2014-03-20", note="Six weeks of vancomycin"),
        condition("thrombosis", "Prosthetic valve thrombosis", "2016-08-05", until="2016-09"),
        condition("hf", "Heart failure with preserved ejection fraction", "2019"),
        condition("angiodysplasia", "Angiodysplasia of colon", "2021-11", note="Bled once, coagulated"),
        condition("ckd", "Chronic kidney disease stage 3", "2022", note="3a"),
        condition("hypothyroid", "Hypothyroidism", "2004"),
        condition("diverticulitis", "Diverticulitis", "2025-08-26", note="Uncomplicated, CT proven"),
        condition("periodontitis", "Periodontitis", "2020"),
        condition("oa", "Osteoarthritis", "2015", site="Both hands"),
        condition("glaucoma", "Primary open-angle glaucoma", "2018"),
        prescribed(
            "warfarin", "Warfarin 5 mg tablets", "5 mg daily, 7.5 mg Mon and Fri", "2009-05-14", note="INR 2.5 to 3.5"
        ),
        prescribed("amiodarone", "Amiodarone 200 mg tablets", "200 mg once daily", "2025-06-24", reason="@cond-af"),
        prescribed(
            "metronidazole",
            "Metronidazole 500 mg tablets",
            "500 mg three times daily for 10 days",
            "2025-08-27",
            reason="@cond-diverticulitis",
        ),
        prescribed(
            "tmpsmx",
            "Trimethoprim-sulfamethoxazole 800/160 mg tablets",
            "One tablet twice daily for 10 days",
            "2025-08-27",
            reason="@cond-diverticulitis",
        ),
        prescribed("levothyroxine", "Levothyroxine 88 microgram tablets", "88 micrograms once daily", "2004"),
        prescribed(
            "metoprolol", "Metoprolol succinate 50 mg tablets", "50 mg once daily", "2010-02", reason="@cond-af"
        ),
        prescribed("furosemide", "Furosemide 20 mg tablets", "20 mg once daily", "2019-04", reason="@cond-hf"),
        prescribed("rosuvastatin", "Rosuvastatin 10 mg tablets", "10 mg at night", "2012"),
        prescribed("latanoprost", "Latanoprost 0.005% eye drops", "One drop both eyes at night", "2018"),
        prescribed(
            "aspirin",
            "Aspirin 81 mg tablets",
            "81 mg once daily",
            "2009-05",
            until="2021-11-15",
            because="Bleeding from angiodysplasia",
        ),
        takes("tylenol", "Acetaminophen 500 mg tablets", "1 g three times a day for the belly pain", "2025-08-25"),
        takes("turmeric", "Turmeric with black pepper capsules", "Two daily", "2025-05"),
        given("vancomycin", "Vancomycin", "1 g twice daily", "2014-02-04", route="Intravenous"),
        allergy("penicillin", "Penicillin", "Anaphylaxis", "1979", severity="severe", criticality="high"),
        allergy("latex", "Latex", "Hand rash", "2001", severity="mild", category="environment"),
        series(
            "inr",
            "INR",
            "1",
            "2024-09-10 3.0, 2024-12-10 2.8, 2025-03-11 3.1, 2025-05-20 2.9, 2025-06-24 3.0, 2025-07-22 3.6,"
            "2025-08-12 3.9, 2025-09-08 9.1",
            normal=(2.5, 3.5),
            panic=(None, 5.0),
        ),
        series("hgb", "Hemoglobin", "g/dL", "2024-12-10 12.9, 2025-06-24 12.4, 2025-08-26 10.8", normal=(12, 16)),
        series("creat", "Creatinine", "mg/dL", "2024-12-10 1.1, 2025-06-24 1.2, 2025-08-26 1.4", normal=(0.6, 1.1)),
        series("k", "Potassium", "mmol/L", "2025-06-24 4.3, 2025-08-26 4.6", normal=(3.5, 5.1)),
        series("crp", "C-reactive protein", "mg/L", "2025-06-24 3, 2025-08-26 71", normal=(None, 5)),
        series("wbc", "White cell count", "10*3/uL", "2025-06-24 6.8, 2025-08-26 11.9", normal=(4.0, 11.0)),
        series("ast", "AST", "U/L", "2025-06-24 26, 2025-08-26 41", normal=(None, 35)),
        series("tsh", "TSH", "mIU/L", "2025-06-24 2.9, 2025-08-26 0.6", normal=(0.4, 4.5)),
        series("alb", "Albumin", "g/dL", "2025-06-24 4.0, 2025-08-26 3.1", normal=(3.5, 5.0)),
        blood_pressure("2024-12-10 132/70, 2025-06-24 128/68, 2025-08-26 116/58"),
        vital("weight", "Body weight", "kg", "2024-12-10 68.9, 2025-06-24 68.1, 2025-08-26 64.4"),
        vital("temp", "Body temperature", "Cel", "2025-08-26 38.1"),
        observed(
            "smoke", "Tobacco smoking status", "2025-06-24", coded("Former smoker, quit 1990"), of="social-history"
        ),
        observed("alcohol", "Alcohol intake", "2025-06-24", text("One glass of wine on Sundays"), of="social-history"),
        report(
            "tte",
            "Transthoracic echocardiogram",
            "2025-01-15",
            "Bileaflet mitral prosthesis, mean gradient 5 mmHg, no leak around the ring. EF 58%.",
        ),
        report(
            "ct",
            "CT abdomen and pelvis",
            "2025-08-26",
            "Sigmoid thickening with fat stranding, no abscess. Wedge-shaped low density in the spleen.",
        ),
        report("culture14", "Blood culture", "2014-02-03", "Three of three sets: Streptococcus gallolyticus."),
        report("ecg", "12-lead ECG", "2025-06-24", "Atrial fibrillation 88. QTc 442 ms."),
        procedure("mvr", "Mitral valve replacement, mechanical", "2009-05-12"),
        procedure(
            "tooth", "Dental extraction", "2025-07-09", site="Upper right molar", note="Walk-in dentist, root abscess"
        ),
        procedure("colonoscopy", "Colonoscopy", "2021-11-12", outcome="Two tubulovillous adenomas; repeat in 3 years"),
        device("valve", "Bileaflet mechanical mitral valve, 29 mm", model="MV-29", note="Implanted 12 May 2009"),
        device("pacer", "Dual-chamber pacemaker", note="2020, sinus pauses; two leads"),
        flu_jabs("2023-09-26", "2024-09-24"),
        encounter("urgent", "Urgent care visit", "2025-08-26", reason="Left lower belly pain, sweats"),
        letter(
            "thrombosis",
            "Discharge summary",
            "2016-08-19",
            {
                "Course": """
                    INR 7 after an antibiotic; given vitamin K 10 mg by vein elsewhere. A week later short of breath:
                    one leaflet stuck with clot. Thrombolysis, leaflet moves again.
                """,
                "Advice": "Without bleeding: small oral dose only, hold warfarin, recheck daily.",
            },
            by="Cardiology inpatient service",
        ),
        note(
            "urgent",
            "Urgent care note",
            "2025-08-26",
            """
            5 days of belly pain. Sweats at night since late July, put down to the summer. CT: diverticulitis. Pharmacy
            has no fluoroquinolone because of her rhythm tablet: metronidazole with trimethoprim-sulfamethoxazole.
            Blood cultures not drawn. Anticoagulation clinic not informed.
        """,
            by="Urgent care physician",
        ),
        note(
            "dentist",
            "Dental office record",
            "2025-07-09",
            "Tooth 3 removed, abscess. Patient states heart surgery years ago. No premedication. Gauze held.",
        ),
        plan("inr", "Anticoagulation plan", "2016-09-01", {"INR every 4 weeks": "in-progress"}),
        scanned("dental-card", "Endocarditis prophylaxis card", "2014-03-20"),
        relative("brother", "brother", "Colorectal cancer", at="69"),
        relative("mother", "mother", "Rheumatic heart disease", died="48"),
    ],
    assessments=[
        Assessment(
            "inr",
            "medication safety",
            "Coumadin clinic: fingerstick off scale, lab INR 9.1. Gums ooze when brushing, otherwise no bleeding. Says "
            "she has not changed a thing. Reversal? Explanation?",
            decisive={
                "rx-warfarin": "over-anticoagulated",
                "rx-tmpsmx": "blocks S-warfarin clearance",
                "rx-metronidazole": "blocks S-warfarin clearance",
                "rx-amiodarone": "effect grows for months; never adjusted for",
                "dev-valve": "mitral mechanical valve: reversal can kill",
                "comp-thrombosis": "valve clotted after full-dose vitamin K",
            },
            relevant={
                "obs-inr": "drift since June, then the jump",
                "cond-thrombosis": "previous valve thrombosis",
                "use-tylenol": "3 g a day raises the INR",
                "doc-urgent": "who started them; clinic not told",
                "obs-hgb": "fell 1.6: occult bleeding",
                "cond-angiodysplasia": "bled before",
                "cond-af": "second reason for anticoagulation",
                "obs-tsh": "falling on amiodarone: thyrotoxicosis raises sensitivity",
            },
            context={
                "cond-diverticulitis": "poor intake, inflammation, bleeding source",
                "obs-alb": "low: more free drug, poor intake",
                "use-turmeric": "may add bleeding",
                "plan-inr": "checked every four weeks only",
                "obs-creat": "rising with trimethoprim",
                "obs-ast": "congestion or amiodarone liver",
                "proc-mvr": "date of the valve",
            },
        ),
        Assessment(
            "fever",
            "diagnosis",
            "T 38.6 again tonight, drenched, 4 kg down since June, off and on for six weeks. Finished the antibiotics, "
            "belly soft, UA and CXR clean. What is being missed?",
            decisive={
                "dev-valve": "prosthetic valve endocarditis until excluded",
                "cond-ie": "endocarditis before",
                "proc-tooth": "abscessed tooth removed weeks before the sweats",
                "rep-ct": "splenic wedge: embolic infarct not commented on",
            },
            relevant={
                "doc-dentist": "no antibiotic prophylaxis",
                "rep-culture14": "organism tied to bowel neoplasia",
                "doc-urgent": "sweats since July, antibiotics before cultures",
                "dev-pacer": "leads can be infected too",
                "alg-penicillin": "decides empirical treatment",
                "proc-colonoscopy": "adenomas, overdue repeat",
                "obs-hgb": "new anemia",
                "obs-crp": "raised in August",
                "rep-tte": "baseline gradient to compare",
                "rx-warfarin": "cerebral bleeding with septic emboli and INR 9",
            },
            context={
                "rx-tmpsmx": "partial treatment may sterilize cultures",
                "rx-metronidazole": "partial treatment",
                "obs-weight": "weight loss",
                "cond-periodontitis": "continuing source",
                "adm-vancomycin": "tolerated before",
                "obs-tsh": "amiodarone thyrotoxicosis also gives sweats and weight loss",
                "fam-brother": "bowel cancer",
                "cond-diverticulitis": "the accepted explanation, does not cover six weeks",
                "obs-creat": "dosing; embolic or immune kidney",
                "doc-dental-card": "prophylaxis was advised",
            },
        ),
    ],
)
