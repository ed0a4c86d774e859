"""Leanne Garvey, 39: schizophrenia on clozapine, a new thyroid tablet, has given up cigarettes. As of 24 Oct 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import goal, letter, note, plan
from fhir_samples.observations import blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Leanne Garvey",
    sex="female",
    born="1986-08-09",
    number="GV-330871",
    entries=[
        condition("schiz", "Schizophrenia", "2007-11", note="Treatment resistant; on clozapine since 2014"),
        condition("graves", "Graves disease", "2025-08-27"),
        condition("seizure", "Generalised tonic-clonic seizure", "2016-04-02", until="2016-04-02", note="Level 1.08"),
        condition("dm", "Prediabetes", "2021-03"),
        condition("obesity", "Obesity", "2015"),
        condition("sialorrhoea", "Hypersalivation", "2014-09"),
        condition("constip", "Constipation", "2015-02"),
        condition("pyelo", "Acute pyelonephritis", "2025-10-09", until="2025-10-18"),
        condition("asthma", "Asthma", "1994", note="Mild; no attacks since school"),
        condition("neutropenia", "Neutropenia", "2021-02-16", until="2021-03-02", note="Amber result, with influenza"),
        condition("tonsils", "Recurrent tonsillitis", "1996", until="2003-05"),
        condition("burn", "Scald of forearm", "2022-10-11", until="2022-11", site="Left forearm"),
        condition("overdose", "Intentional paracetamol overdose", "2009-05-17", until="2009-05-19"),
        prescribed("clozapine", "Clozapine 100 mg tablets", "150 mg in the morning, 250 mg at night", "2014-06-02"),
        prescribed(
            "carbimazole", "Carbimazole 20 mg tablets", "20 mg twice daily", "2025-09-03", reason="@cond-graves"
        ),
        prescribed("propranolol", "Propranolol 40 mg tablets", "40 mg three times daily", "2025-09-03"),
        prescribed(
            "ciprofloxacin",
            "Ciprofloxacin 500 mg tablets",
            "500 mg twice daily for 14 days",
            "2025-10-10",
            reason="@cond-pyelo",
        ),
        prescribed("hyoscine", "Hyoscine hydrobromide 300 microgram tablets", "300 micrograms at night", "2015-01"),
        prescribed("macrogol", "Macrogol 3350 oral powder", "One sachet twice daily", "2015-02"),
        prescribed("metformin", "Metformin 500 mg tablets", "500 mg twice daily", "2021-04", reason="@cond-dm"),
        prescribed(
            "coc",
            "Ethinylestradiol 30 microgram with levonorgestrel 150 microgram tablets",
            "One tablet daily for 21 days of 28",
            "2024-11-14",
        ),
        prescribed(
            "valproate",
            "Sodium valproate 500 mg modified-release tablets",
            "500 mg twice daily",
            "2016-04-05",
            until="2018-07-09",
            because="Childbearing potential; clozapine dose lowered instead",
        ),
        prescribed(
            "olanzapine",
            "Olanzapine 20 mg tablets",
            "20 mg at night",
            "2011-01",
            until="2014-05",
            because="No response",
        ),
        prescribed("salbutamol", "Salbutamol 100 microgram inhaler", "Two puffs as needed", "1994", as_needed=True),
        takes("vape", "Nicotine 20 mg/mL e-liquid", "Refillable vape through the day", "2025-09-22"),
        takes("cola", "Caffeine (energy drinks)", "Four to five cans a day", "2023"),
        allergy("penicillin", "Penicillin", "Facial swelling and wheeze", "2001-02", severity="severe"),
        allergy("nickel", "Nickel", "Contact dermatitis", "2005", severity="mild", category="environment"),
        series(
            "neut",
            "Neutrophils",
            "10*9/L",
            "2021-02-16 1.7, 2021-03-02 3.6, 2025-05-23 4.4, 2025-06-20 4.1, 2025-07-18 4.3, 2025-08-15 4.0,"
            "2025-09-12 3.1, 2025-10-10 2.2",
            normal=(2.0, 7.5),
        ),
        series(
            "wbc",
            "White cell count",
            "10*9/L",
            "2025-05-23 7.8, 2025-07-18 7.4, 2025-08-15 7.1, 2025-09-12 5.6, 2025-10-10 4.3",
            normal=(4.0, 11.0),
        ),
        series(
            "clz",
            "Clozapine plasma level",
            "mg/L",
            "2016-04-03 1.08, 2018-08-14 0.46, 2023-02-07 0.44, 2025-02-11 0.47, 2025-10-22 1.26",
            normal=(0.35, 0.6),
        ),
        series("nclz", "Norclozapine plasma level", "mg/L", "2023-02-07 0.31, 2025-02-11 0.33, 2025-10-22 0.58"),
        series("tsh", "TSH", "mU/L", "2024-02-06 1.4, 2025-08-26 0.01, 2025-10-10 0.01", normal=(0.3, 4.2)),
        series("ft4", "Free T4", "pmol/L", "2025-08-26 41, 2025-10-10 24", normal=(11, 22)),
        series("crp", "CRP", "mg/L", "2025-10-10 164, 2025-10-17 22", normal=(None, 5)),
        series("egfr", "eGFR", "mL/min/1.73m2", "2024-02-06 96, 2025-10-10 88", normal=(60, None)),
        series("alt", "ALT", "U/L", "2024-02-06 31, 2025-08-26 38, 2025-10-10 34", normal=(None, 33)),
        series("hba1c", "HbA1c", "mmol/mol", "2021-03-09 43, 2023-02-07 42, 2025-02-11 44", normal=(None, 42)),
        series("trop", "Troponin T", "ng/L", "2014-06-16 4, 2014-06-30 5", normal=(None, 14)),
        blood_pressure("2024-02-06 124/78, 2025-02-11 128/82, 2025-10-10 108/62"),
        vital("pulse", "Heart rate", "/min", "2025-02-11 92, 2025-08-26 126, 2025-10-10 104"),
        vital("weight", "Weight", "kg", "2023-02-07 98.4, 2025-02-11 97.0, 2025-10-10 90.6"),
        observed(
            "smoke",
            "Tobacco smoking status",
            "2025-09-26",
            text("Stopped 22 Sept 2025 after 30 a day for 20 years; exhaled CO 3 ppm. Vaping"),
            of="social-history",
        ),
        observed("home", "Lives with", "2025-02-11", coded("Mother and two nephews"), of="social-history"),
        report("ecg", "12-lead ECG", "2025-08-26", "Sinus tachycardia 124. QTc 438 ms."),
        report("eeg", "EEG", "2016-04-20", "Bursts of diffuse slow and sharp waves. No focal abnormality."),
        report(
            "urine", "Urine culture", "2025-10-11", "E. coli > 10^5/mL, ciprofloxacin sensitive.", of="Microbiology"
        ),
        procedure("tonsillectomy", "Tonsillectomy", "2003-05-12"),
        procedure("smear", "Cervical screening", "2023-06-08", outcome="HPV negative"),
        flu_jabs("2023-10-17", "2024-10-15"),
        immunized(
            "flu25", "Seasonal influenza vaccine (inactivated)", "2025-10-14", status="not-done", because="Unwell"
        ),
        encounter("clinic-bloods", "Clozapine clinic", "2025-10-10", reason="Monthly blood test"),
        encounter("stop", "Stop smoking service", "2025-09-22"),
        letter(
            "endo",
            "Endocrinology clinic letter",
            "2025-09-03",
            {
                "Diagnosis": "Graves disease, TSH receptor antibody 9.8.",
                "Treatment": "Carbimazole 40 mg a day, reduce at 8 weeks. Propranolol for tremor and pulse.",
                "Advice given": """
                    Stop at once and have a blood count the same day for mouth ulcers, fever or a sore throat.
                    Written card given to the patient. Mental health team copied.
                """,
            },
            by="Dr Marchetti, endocrinologist",
        ),
        note(
            "register",
            "Clozapine monitoring note",
            "2025-10-10",
            """
            Green: WBC 4.3, neutrophils 2.2. Low for her; every four weeks as usual, next 7 November. Has stopped
            cigarettes, told us only today. Out-of-hours antibiotic prescribed for kidney infection same evening.
            Dose unchanged.
        """,
            by="Clozapine clinic nurse",
        ),
        plan(
            "clozapine",
            "Clozapine care plan",
            "2018-08-14",
            {
                "Full blood count every four weeks": "in-progress",
                "Level within a week of any change in smoking": "not-started",
                "Bowel chart": "in-progress",
            },
            about="If she stops smoking, lower the dose by about a third over the first week and repeat the level.",
            addresses=("@cond-schiz",),
        ),
        goal("weight", "Weight below 90 kg", "2023-02-07"),
        relative("mother", "mother", "Hypothyroidism", at="44"),
        relative("brother", "brother", "Bipolar disorder", at="22"),
    ],
    assessments=[
        Assessment(
            "throat",
            "symptom",
            "Mum on the phone: Leanne has had a sore throat since Wednesday, hot and shivering, ulcers inside her lip. "
            "The boys have had a cold. Can it wait for her blood test in two weeks?",
            decisive={
                "rx-clozapine": "agranulocytosis: blood count today",
                "rx-carbimazole": "second drug that causes agranulocytosis, seven weeks in",
                "obs-neut": "falling by half over two months",
            },
            relevant={
                "obs-wbc": "falling with the neutrophils",
                "cond-neutropenia": "amber result before",
                "comp-endo": "stop and same-day count for exactly these symptoms",
                "doc-register": "drop seen but interval left at four weeks",
                "cond-graves": "why carbimazole; stopping it needs another plan",
                "alg-penicillin": "decides the antibiotic if neutropenic sepsis",
                "obs-clz": "very high level; inflammation raises it further",
            },
            context={
                "cond-pyelo": "another source of fever, incompletely treated",
                "rx-ciprofloxacin": "recent antibiotic; resistant flora; rarely lowers counts",
                "plan-clozapine": "four-weekly counts",
                "rx-propranolol": "blunts the pulse response",
                "obs-crp": "earlier inflammation had settled",
                "imm-flu25": "not vaccinated this autumn",
                "cond-schiz": "relapse risk if clozapine has to stop",
                "proc-tonsillectomy": "tonsillitis less likely",
            },
        ),
        Assessment(
            "sleepy",
            "medication safety",
            "Clozapine 1.26, was 0.47 in Feb. Swears same dose. Can't stay awake, drooling, arms jerk, nearly fell "
            "twice. CMHT asking what has pushed it up & what now",
            decisive={
                "rx-clozapine": "toxic level on an unchanged dose",
                "obs-smoke": "smoking stopped a month ago: CYP1A2 induction lost",
                "rx-ciprofloxacin": "strong CYP1A2 inhibitor, two weeks",
                "obs-clz": "level in the range of the earlier seizure",
            },
            relevant={
                "cond-seizure": "fit at 1.08; jerks may be myoclonus before another",
                "rx-coc": "oestrogen inhibits clozapine clearance",
                "plan-clozapine": "dose cut on stopping smoking was agreed, not done",
                "use-cola": "caffeine competes for CYP1A2",
                "doc-register": "dose left unchanged when both were known",
                "cond-pyelo": "infection itself raises the level",
                "enc-stop": "date of quitting",
                "use-vape": "nicotine without smoke does not induce",
            },
            context={
                "rep-eeg": "earlier clozapine EEG changes",
                "rx-valproate": "earlier seizure cover, stopped for childbearing",
                "obs-nclz": "ratio points to blocked metabolism",
                "cond-sialorrhoea": "worsened by high level",
                "rx-hyoscine": "adds anticholinergic load",
                "cond-constip": "bowel hypomotility worse at high levels",
                "rep-ecg": "QTc before ciprofloxacin",
                "obs-bp": "fall in pressure: postural falls",
            },
        ),
    ],
)
