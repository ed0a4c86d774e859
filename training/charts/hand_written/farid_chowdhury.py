"""Farid Chowdhury, 63: diabetes on empagliflozin, semaglutide and gliclazide, kidney disease. As of 3 Feb 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import letter
from fhir_samples.observations import amount, blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import (
    condition,
    device,
    encounter,
    flu_jabs,
    immunized,
    no_known_allergies,
    procedure,
    relative,
)

CHART = Chart(
    name="Farid Chowdhury",
    sex="male",
    born="1961-08-05",
    number="TH-291846",
    entries=[
        condition("dm", "Type 2 diabetes mellitus", "2006-02"),
        condition("ckd", "Chronic kidney disease stage 3", "2019-05", note="G3b A3"),
        condition("retina", "Pre-proliferative diabetic retinopathy", "2022-09", site="Both eyes"),
        condition("cataract", "Cataract", "2024-06", site="Both eyes, left worse"),
        condition("neuropathy", "Diabetic peripheral neuropathy", "2020-01"),
        condition("htn", "Hypertension", "2005"),
        condition("gout", "Gout", "2021-11", site="Left ankle"),
        condition("stone", "Kidney stone", "2015-07-30", until="2015-09", site="Right ureter"),
        condition("ltbi", "Latent tuberculosis", "2011", until="2012-01", note="Six months of isoniazid"),
        condition("frozen", "Adhesive capsulitis of shoulder", "2018-03", until="2019-06", site="Left"),
        condition(
            "syncope", "Orthostatic hypotension", "2023-08-14", note="Collapsed at prayer; BP 138/76 lying, 104/62"
        ),
        condition("aki", "Acute kidney injury", "2024-04-02", until="2024-05"),
        prescribed(
            "empagliflozin", "Empagliflozin 10 mg tablets", "10 mg once daily", "2023-02-06", reason="@cond-ckd"
        ),
        prescribed(
            "semaglutide", "Semaglutide 0.5 mg injection", "0.5 mg once a week", "2024-09-16", reason="@cond-dm"
        ),
        prescribed("gliclazide", "Gliclazide 80 mg tablets", "160 mg twice daily", "2012-03", reason="@cond-dm"),
        prescribed("metformin", "Metformin 500 mg tablets", "500 mg twice daily", "2006-02", reason="@cond-dm"),
        prescribed("losartan", "Losartan 100 mg tablets", "100 mg once daily", "2010-06", reason="@cond-ckd"),
        prescribed("furosemide", "Furosemide 20 mg tablets", "20 mg once daily", "2024-06", note="Ankle swelling"),
        prescribed("amlodipine", "Amlodipine 10 mg tablets", "10 mg once daily", "2015-01", reason="@cond-htn"),
        prescribed(
            "doxazosin",
            "Doxazosin 4 mg tablets",
            "4 mg once daily",
            "2019-02",
            until="2023-08-14",
            reason="@cond-htn",
            because="Postural drop and collapse",
        ),
        prescribed(
            "amitriptyline", "Amitriptyline 25 mg tablets", "25 mg at night", "2020-03", reason="@cond-neuropathy"
        ),
        prescribed("atorvastatin", "Atorvastatin 40 mg tablets", "40 mg at night", "2008"),
        prescribed("allopurinol", "Allopurinol 100 mg tablets", "100 mg once daily", "2022-01", reason="@cond-gout"),
        prescribed(
            "bromfenac",
            "Bromfenac 0.9 mg/mL eye drops",
            "One drop twice a day from the day before surgery",
            "2025-01-20",
            reason="@cond-cataract",
        ),
        prescribed(
            "isoniazid",
            "Isoniazid 300 mg tablets",
            "300 mg once daily",
            "2011-07",
            until="2012-01",
            reason="@cond-ltbi",
            because="Six months complete",
        ),
        takes("karela", "Bitter melon (karela) capsules", "Two a day", "2024-11", note="For sugar; from his brother"),
        takes("ors", "Oral rehydration sachets", "When fasting", "2022"),
        takes("chlorphenamine", "Chlorphenamine 4 mg tablets", "At night for itching", "2024-12", note="Bought"),
        no_known_allergies("2019-05-14"),
        series(
            "hba1c",
            "HbA1c",
            "mmol/mol",
            "2019-05-14 84, 2021-02-08 79, 2023-02-06 73, 2024-04-30 68, 2024-10-28 51, 2025-01-27 49",
            normal=(None, 48),
        ),
        series(
            "egfr",
            "eGFR",
            "mL/min/1.73m2",
            "2019-05-14 52, 2021-02-08 46, 2023-02-06 42, 2024-04-02 21, 2024-04-30 37, 2025-01-27 36",
            normal=(60, None),
        ),
        series(
            "creat",
            "Creatinine",
            "umol/L",
            "2023-02-06 152, 2024-04-02 279, 2024-04-30 172, 2025-01-27 175",
            normal=(60, 110),
        ),
        series("k", "Potassium", "mmol/L", "2023-02-06 4.8, 2024-04-02 5.7, 2025-01-27 5.0", normal=(3.5, 5.3)),
        series("psa", "PSA", "ug/L", "2022-11-07 1.4, 2025-01-27 1.9", normal=(None, 4.5)),
        series("acr", "Urine albumin:creatinine ratio", "mg/mmol", "2019-05-14 34, 2023-02-06 61, 2025-01-27 38"),
        series("hb", "Haemoglobin", "g/L", "2023-02-06 128, 2025-01-27 122", normal=(130, 175)),
        observed(
            "dipstick",
            "Urine dipstick",
            "2025-01-27",
            text("Glucose 4+, no blood, no nitrite, no ketones"),
            of="laboratory",
        ),
        observed(
            "glucose-low",
            "Capillary glucose",
            "2024-12-19",
            amount("3.1", "mmol/L"),
            mark="L",
            note="Found by his wife at 17:00, sweaty and muddled; had skipped lunch",
        ),
        vital("weight", "Weight", "kg", "2023-02-06 84.1, 2024-04-30 82.6, 2024-10-28 77.9, 2025-01-27 74.2"),
        blood_pressure("2023-08-14 138/76, 2024-04-30 134/74, 2025-01-27 122/68"),
        observed(
            "standing",
            "Standing systolic blood pressure",
            "2025-01-27",
            amount("108", "mmHg"),
            note="Two minutes standing, lightheaded",
        ),
        observed("smoke", "Tobacco smoking status", "2025-01-27", coded("Never smoked"), of="social-history"),
        observed(
            "work",
            "Occupation",
            "2025-01-27",
            text("Restaurant chef, nights; drives a delivery van"),
            of="social-history",
        ),
        observed("foot", "Diabetic foot check", "2024-10-28", text("High risk: no sensation in toes, pulses present")),
        report(
            "renal-us",
            "Ultrasound of kidneys and bladder",
            "2024-04-05",
            "Kidneys 10.1 and 9.8 cm, no hydronephrosis. Prostate 28 mL. Post-void residual 110 mL.",
        ),
        report(
            "oct", "Optical coherence tomography of macula", "2024-12-02", "Mild diabetic macular oedema on the left."
        ),
        report("ecg", "12-lead ECG", "2024-04-02", "Sinus rhythm 82. First-degree block, PR 214 ms. QTc 436 ms."),
        procedure("laser", "Panretinal laser photocoagulation", "2022-11-10", site="Right eye"),
        procedure(
            "phaco-booked",
            "Phacoemulsification with lens implant",
            "2025-03-20",
            status="preparation",
            site="Left eye",
            note="Day case, drops, second list of the day",
        ),
        device("meter", "Blood glucose meter", note="Tests once a week"),
        flu_jabs("2024-10-28"),
        immunized("hepb", "Hepatitis B vaccine", "2019-10", note="Kidney clinic"),
        encounter("collapse", "Emergency department visit", "2023-08-14", seen="EMER", reason="@cond-syncope"),
        encounter("aki", "Hospital admission", "2024-04-02", "2024-04-05", seen="IMP", diagnosis="@cond-aki"),
        encounter("eyes", "Cataract pre-assessment", "2025-01-20", reason="@cond-cataract"),
        relative("father", "father", "Type 2 diabetes mellitus", at="50"),
        relative("brother", "brother", "Prostate cancer", at="59"),
        letter(
            "aki",
            "Discharge letter",
            "2024-04-05",
            {
                "Course": "Third week of fasting, vomiting a day. Euglycaemic ketosis, ketones 3.9, glucose 9. Fluids, "
                "empagliflozin held for two weeks then restarted. Losartan restarted.",
                "Advice": "Not to fast until seen in the diabetes clinic. Clinic appointment not attended.",
            },
            by="Dr Mellors, acute medicine",
        ),
    ],
    assessments=[
        Assessment(
            "tamsulosin",
            "medication safety",
            "LUTS++: nocturia x4, hesitant poor stream, IPSS 19, prostate smooth not hard. Wants something now. "
            "Start tamsulosin?",
            decisive={
                "proc-phaco-booked": "eye surgery in weeks: floppy iris with an alpha-blocker",
                "cond-syncope": "postural drop and collapse on an alpha-blocker",
                "rx-doxazosin": "alpha-blocker stopped for that collapse",
                "obs-standing": "still drops and lightheaded",
            },
            relevant={
                "rx-amitriptyline": "anticholinergic: hesitancy and retention",
                "rx-empagliflozin": "drives the nocturia: glucose in the urine",
                "rx-furosemide": "diuretic; its timing causes nocturia",
                "use-chlorphenamine": "sedating antihistamine, new: retention",
                "cond-cataract": "first eye due, both eyes planned",
                "rep-renal-us": "residual 110 mL and prostate 28 mL",
            },
            context={
                "obs-bp": "low already on three drugs",
                "obs-psa": "normal, before treatment",
                "fam-brother": "prostate cancer in a brother",
                "enc-collapse": "the collapse",
                "rx-amlodipine": "adds to the postural drop; ankle swelling",
                "cond-neuropathy": "autonomic bladder and postural drop",
                "obs-egfr": "obstruction would harm poor kidneys",
                "rx-losartan": "adds to the postural drop",
                "obs-dipstick": "heavy glucosuria, no infection",
            },
        ),
        Assessment(
            "fasting",
            "follow-up",
            "Doctor, the holy month begins in four weeks and I wish to keep it, I was ashamed last year. I feel "
            "much better with the new injection. Can I take all my tablets after sunset and have the eye done as well?",
            decisive={
                "enc-aki": "kidney injury in the last fast",
                "comp-aki": "ketosis on empagliflozin while fasting, advised not to",
                "rx-empagliflozin": "ketoacidosis and dehydration while fasting",
                "rx-gliclazide": "hypoglycaemia while fasting, dose not cut since semaglutide",
                "obs-egfr": "moderate to severe kidney disease: very high risk",
            },
            relevant={
                "obs-glucose-low": "a confused hypo after one skipped meal",
                "obs-hba1c": "now tight on three drugs",
                "rx-semaglutide": "new; vomiting, poor appetite, less drinking",
                "cond-aki": "the event",
                "cond-ckd": "very high risk group for fasting",
                "proc-phaco-booked": "falls in the month; drops and meals",
                "rx-furosemide": "dehydration",
                "rx-losartan": "kidney injury when dry",
            },
            context={
                "obs-weight": "ten kilos lost, doses not reviewed",
                "rx-metformin": "timing at iftar; stop if ill",
                "obs-work": "hot kitchen nights, drives a van",
                "cond-stone": "dehydration and another stone",
                "use-karela": "karela lowers glucose too",
                "cond-syncope": "low blood pressure when dry",
                "dev-meter": "tests only weekly; must test while fasting",
                "use-ors": "uses sachets when fasting",
            },
        ),
    ],
)
