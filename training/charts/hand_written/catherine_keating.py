"""Catherine Keating, 64: metastatic melanoma on ipilimumab and nivolumab, tired and breathless. As of 6 May 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import impression, letter, note, plan
from fhir_samples.observations import amount, blood_pressure, coded, observed, report, series, vital
from fhir_samples.vocabulary import allergy, condition, device, encounter, flu_jabs, procedure, relative

CHART = Chart(
    name="Catherine Keating",
    sex="female",
    born="1960-11-23",
    number="KT-560918",
    entries=[
        condition("melanoma", "Malignant melanoma of skin", "2022-06", site="Left calf", note="BRAF wild type"),
        condition("mets", "Metastatic malignant melanoma", "2024-12", site="Liver and inguinal nodes"),
        condition("colitis", "Immune-mediated colitis", "2025-03-04", until="2025-04-22", severity="Grade 2"),
        condition("thyroiditis", "Hypothyroidism", "2025-04-10", note="TSH low to normal with low T4"),
        condition("breast", "Malignant neoplasm of breast", "2008-09", until="2009-08", site="Left breast"),
        condition("asthma", "Asthma", "1972", note="Mild, well controlled"),
        condition("uti", "Recurrent urinary tract infection", "2022-02"),
        condition("osteopenia", "Osteopenia", "2021"),
        condition("migraine", "Migraine with aura", "1985", note="None since menopause"),
        condition("vitiligo", "Vitiligo", "2025-03", site="Hands", note="Appeared on treatment"),
        condition("gallstones", "Gallstones", "2013", until="2014-02"),
        condition("lymph", "Lymphoedema", "2009", site="Left arm"),
        given("cycle1", "Ipilimumab 3 mg/kg with nivolumab 1 mg/kg", "First dose", "2025-01-14", route="Intravenous"),
        given("cycle2", "Ipilimumab 3 mg/kg with nivolumab 1 mg/kg", "Second dose", "2025-02-04", route="Intravenous"),
        given("cycle3", "Ipilimumab 3 mg/kg with nivolumab 1 mg/kg", "Third dose", "2025-02-25", route="Intravenous"),
        given(
            "cycle4",
            "Ipilimumab 3 mg/kg with nivolumab 1 mg/kg",
            "Fourth dose, not given",
            "2025-03-18",
            status="not-done",
            because="Colitis",
        ),
        prescribed(
            "pred",
            "Prednisolone 5 mg tablets",
            "50 mg once daily, reducing to nil",
            "2025-03-05",
            until="2025-04-22",
            reason="@cond-colitis",
            because="Taper complete",
        ),
        prescribed(
            "levothyroxine",
            "Levothyroxine 100 microgram tablets",
            "100 micrograms once daily",
            "2025-04-11",
            reason="@cond-thyroiditis",
        ),
        prescribed(
            "nitrofurantoin",
            "Nitrofurantoin 50 mg capsules",
            "50 mg at night",
            "2024-08-19",
            reason="@cond-uti",
            note="Prophylaxis, 6-month review overdue",
        ),
        prescribed("clenil", "Beclometasone 100 microgram inhaler", "Two puffs twice daily", "2003"),
        prescribed("salbutamol", "Salbutamol 100 microgram inhaler", "Two puffs as needed", "1998", as_needed=True),
        prescribed("lansoprazole", "Lansoprazole 30 mg capsules", "30 mg once daily", "2025-03-05"),
        prescribed(
            "tamoxifen", "Tamoxifen 20 mg tablets", "20 mg once daily", "2009-03", until="2014-03", because="Completed"
        ),
        prescribed(
            "epirubicin",
            "Epirubicin with cyclophosphamide and fluorouracil",
            "Six cycles, cumulative epirubicin 600 mg/m2",
            "2008-11-10",
            until="2009-03-02",
            reason="@cond-breast",
        ),
        takes("turmeric", "Turmeric capsules", "Two daily", "2024-12"),
        allergy("septrin", "Co-trimoxazole", "Rash", "2011", severity="mild"),
        allergy("iodine", "Iodinated contrast medium", "Hives, settled with chlorphenamine", "2024-11-26"),
        series(
            "na",
            "Sodium",
            "mmol/L",
            "2024-12-10 140, 2025-02-24 139, 2025-03-17 138, 2025-04-08 135, 2025-04-25 131",
            normal=(133, 146),
        ),
        series("k", "Potassium", "mmol/L", "2025-02-24 4.2, 2025-03-17 3.9, 2025-04-25 4.3", normal=(3.5, 5.3)),
        series(
            "tsh", "TSH", "mU/L", "2025-01-13 2.1, 2025-02-24 1.3, 2025-04-08 0.28, 2025-04-25 0.19", normal=(0.3, 4.2)
        ),
        series(
            "ft4", "Free T4", "pmol/L", "2025-01-13 15, 2025-02-24 13, 2025-04-08 8.1, 2025-04-25 12", normal=(11, 22)
        ),
        observed(
            "cortisol",
            "Cortisol",
            "2025-02-24",
            amount("312", "nmol/L"),
            of="laboratory",
            note="9 am, before the steroid course. Not repeated since",
        ),
        series("glucose", "Glucose", "mmol/L", "2025-02-24 5.4, 2025-03-17 7.1, 2025-04-25 4.1"),
        series("hb", "Haemoglobin", "g/L", "2024-12-10 131, 2025-02-24 127, 2025-04-25 124", normal=(115, 165)),
        series("eos", "Eosinophils", "10*9/L", "2025-02-24 0.2, 2025-04-25 0.9", normal=(0.0, 0.5)),
        series("alt", "ALT", "U/L", "2024-12-10 24, 2025-02-24 31, 2025-04-25 29", normal=(None, 33)),
        series("egfr", "eGFR", "mL/min/1.73m2", "2024-12-10 78, 2025-02-24 76, 2025-04-25 71", normal=(60, None)),
        observed("trop", "Troponin T", "2025-01-13", amount("6", "ng/L"), of="laboratory", note="Before first dose"),
        observed("ck", "Creatine kinase", "2025-01-13", amount("84", "U/L"), of="laboratory"),
        blood_pressure("2025-01-14 134/80, 2025-02-25 128/78, 2025-04-25 104/62"),
        vital("spo2", "Oxygen saturation", "%", "2025-01-14 98, 2025-02-25 98, 2025-04-25 95"),
        vital("weight", "Weight", "kg", "2024-12-10 67.2, 2025-02-25 65.8, 2025-04-25 61.4"),
        observed("smoke", "Tobacco smoking status", "2024-12-10", coded("Never smoked"), of="social-history"),
        report(
            "ct",
            "CT chest, abdomen and pelvis",
            "2025-04-16",
            "Partial response: liver deposits and groin node smaller. New patchy peripheral ground-glass change in "
            "both lower lobes, non-specific. Large arteries not timed for emboli.",
        ),
        report(
            "mri",
            "MRI brain",
            "2025-03-31",
            "No metastasis. Pituitary 9 mm with convex upper border and uniform enhancement, fuller than in December.",
        ),
        report(
            "echo", "Transthoracic echocardiogram", "2010-04-13", "LVEF 55%, global strain at lower limit of normal."
        ),
        report("ecg", "12-lead ECG", "2025-01-13", "Sinus rhythm 68, PR 172 ms, QRS 92 ms."),
        report("spiro", "Spirometry", "2023-05-09", "FEV1 2.3 L (94%), ratio 0.74, FVC 101%.", of="Respiratory"),
        procedure("excision", "Wide local excision", "2022-07-12", site="Left calf"),
        procedure("radiotherapy", "Radiotherapy to breast", "2009-05", site="Left breast and supraclavicular fossa"),
        device("port", "Implantable venous port, right chest", note="Placed 8 January 2025"),
        flu_jabs("2023-10-09", "2024-10-01"),
        encounter(
            "helpline", "Acute oncology telephone review", "2025-04-25", seen="VR", reason="Tired, poor appetite"
        ),
        letter(
            "onc",
            "Oncology clinic letter",
            "2025-04-23",
            {
                "Progress": "Good response after three doses. Colitis settled; steroids ended yesterday.",
                "Scan": "The lung bases are noted; no symptoms so no action, repeat in 8 weeks.",
                "Plan": "Restart with nivolumab alone on 13 May if well. GP started thyroid replacement.",
            },
            by="Dr Ravenscroft, medical oncologist",
        ),
        note(
            "card",
            "Immunotherapy alert card",
            "2025-01-14",
            """
            Carry at all times. New breathlessness, cough, bowel change, headache, dizziness or extreme tiredness:
            ring the helpline the same day. Side effects can come months after the last dose. Steroids may be needed.
        """,
        ),
        impression("tired", "2025-04-25", "Tiredness: thyroid replacement still settling. Review at clinic 13 May."),
        plan("irae", "Immunotherapy plan", "2025-01-14", {"Bloods before each dose, with cortisol": "in-progress"}),
        relative("mother", "mother", "Addison disease", at="41"),
        relative("sister", "sister", "Pulmonary embolism", at="52", note="After a hip operation"),
    ],
    assessments=[
        Assessment(
            "collapse",
            "symptom",
            "AOS call: 2/52 shattered, frontal h/ache, off food, dizzy getting up & fainted in the bath. BP 86/50, "
            "Na 124, gluc 3.4, CRP 14. ?sepsis ?just thyroid",
            decisive={
                "adm-cycle3": "ipilimumab course: hypophysitis typically weeks later",
                "rep-mri": "pituitary swelling reported, not acted on",
                "rx-levothyroxine": "thyroid replaced before cortisol: precipitates crisis",
                "rx-pred": "seven weeks of steroid ended two weeks ago: adrenal suppression",
                "obs-cortisol": "normal before, not measured since",
            },
            relevant={
                "obs-tsh": "low TSH with low T4: central, not primary thyroid",
                "obs-ft4": "low with low TSH: pituitary failure",
                "obs-na": "falling through April",
                "adm-cycle1": "start of the combination",
                "adm-cycle2": "exposure to the combination",
                "cond-thyroiditis": "labelled hypothyroid; the pattern is pituitary",
                "imp-tired": "put down to thyroid, cortisol not checked",
                "obs-bp": "falling pressure",
                "cond-mets": "the disease treated; adrenal spread in the differential",
            },
            context={
                "fam-mother": "Addison disease",
                "obs-eos": "eosinophilia fits cortisol lack",
                "doc-card": "helpline symptoms",
                "plan-irae": "cortisol was to be checked with each dose",
                "cond-colitis": "earlier immune toxicity",
                "obs-k": "normal potassium fits a pituitary cause",
                "comp-onc": "steroid end, plan to restart",
                "rep-ct": "adrenals and response three weeks before",
                "obs-glucose": "drifting down",
                "dev-port": "line infection as the other cause of shock",
            },
        ),
        Assessment(
            "breath",
            "diagnosis",
            "Her husband writes: Cath has had a dry cough for ten days and now stops halfway up the stairs. Her brown "
            "and blue inhalers make no difference. Is it the asthma, or has the cancer gone to her chest?",
            decisive={
                "rep-ct": "new ground-glass change in both bases: pneumonitis",
                "adm-cycle3": "checkpoint inhibitors: pneumonitis, myocarditis",
                "rx-nitrofurantoin": "nine months nightly: drug lung",
            },
            relevant={
                "obs-spo2": "fell from 98 to 95",
                "adm-cycle1": "start of the combination",
                "adm-cycle2": "exposure to the combination",
                "rx-pred": "may have held pneumonitis; ended two weeks ago",
                "cond-mets": "lung spread and clots in the differential",
                "comp-onc": "scan finding seen, re-treatment planned on 13 May",
                "cond-asthma": "the family's question; mild and stable",
                "rx-epirubicin": "anthracycline: late cardiomyopathy",
                "obs-trop": "baseline to compare for myocarditis",
            },
            context={
                "rep-echo": "last heart function, 15 years ago",
                "rep-spiro": "normal before",
                "proc-radiotherapy": "chest radiation: lung scar and coronary disease",
                "rep-ecg": "baseline conduction",
                "doc-card": "same-day call for these symptoms",
                "fam-sister": "pulmonary embolism",
                "cond-colitis": "earlier immune toxicity",
                "alg-iodine": "contrast reaction before a CT pulmonary angiogram",
            },
        ),
    ],
)
