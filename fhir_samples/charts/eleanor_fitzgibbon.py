"""Eleanor Fitzgibbon, 43: mostly well, heavy periods, on the combined pill, just off a flight. As of 11 Jun 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import goal, impression, note, plan
from fhir_samples.observations import (
    amount,
    between,
    blood_pressure,
    clock,
    coded,
    count,
    observed,
    report,
    series,
    span,
    text,
    vital,
)
from fhir_samples.vocabulary import condition, encounter, flu_jabs, immunized, no_known_allergies, procedure, relative

CHART = Chart(
    name="Eleanor Fitzgibbon",
    sex="female",
    born="1982-02-09",
    number="GP-820209",
    entries=[
        condition("fvl", "Factor V Leiden, heterozygous", "2015-05", note="Tested after her sister's clot"),
        condition("menorrhagia", "Heavy menstrual bleeding", "2023-09"),
        condition("fibroid", "Uterine fibroid", "2024-02", note="Submucosal, 3 cm"),
        condition("migraine", "Migraine", "2001", note="With visual aura since 2021"),
        condition("hypothyroid", "Hypothyroidism", "2017-06"),
        condition("obesity", "Obesity", "2022-01", note="BMI 33"),
        condition("pcos", "Polycystic ovary syndrome", "2008", verified="refuted", note="Hormones and scan normal"),
        condition(
            "coeliac", "Coeliac disease", "2025-04", verified="unconfirmed", note="Serology positive, biopsy awaited"
        ),
        condition("ibs", "Irritable bowel syndrome", "2012"),
        condition("anx", "Generalised anxiety disorder", "2016-11", status="remission"),
        condition("gdm", "Gestational diabetes", "2014-03", until="2014-07"),
        condition("sprain", "Ankle sprain", "2025-06-01", site="Left ankle"),
        condition("chole", "Gallstones", "2019-03", until="2019-06"),
        condition("asthma", "Asthma", "1990", until="1998"),
        condition("covid", "COVID-19", "2022-12", until="2023-01"),
        condition("planta", "Plantar fasciitis", "2020", until="2021", site="Right heel"),
        condition("app", "Acute appendicitis", "1996-08", until="1996-08"),
        prescribed(
            "coc",
            "Ethinylestradiol 30 microgram with levonorgestrel 150 microgram tablets",
            "One tablet a day",
            "2025-03-18",
            reason="@cond-menorrhagia",
        ),
        prescribed(
            "tranexamic",
            "Tranexamic acid 500 mg tablets",
            "1 g three times a day during periods",
            "2024-10-01",
            reason="@cond-menorrhagia",
            as_needed=True,
        ),
        prescribed(
            "levothyroxine",
            "Levothyroxine 100 microgram tablets",
            "100 micrograms once daily",
            "2017-06",
            reason="@cond-hypothyroid",
        ),
        prescribed(
            "iron",
            "Ferrous fumarate 322 mg tablets",
            "322 mg once daily",
            "2025-04-15",
            status="stopped",
            because="Constipation; took it for ten days",
        ),
        prescribed(
            "sumatriptan",
            "Sumatriptan 50 mg tablets",
            "50 mg when needed for migraine",
            "2012",
            as_needed=True,
            reason="@cond-migraine",
        ),
        prescribed(
            "amitriptyline",
            "Amitriptyline 10 mg tablets",
            "10 mg at night",
            "2021-09",
            until="2022-01",
            because="Drowsy",
            reason="@cond-migraine",
        ),
        prescribed(
            "sertraline", "Sertraline 50 mg tablets", "50 mg once daily", "2016-11", until="2019-02", because="Well"
        ),
        prescribed("mebeverine", "Mebeverine 135 mg tablets", "135 mg three times daily", "2012", reason="@cond-ibs"),
        prescribed(
            "norethisterone",
            "Norethisterone 5 mg tablets",
            "5 mg three times daily",
            "2023-10",
            until="2023-11",
            status="completed",
            reason="@cond-menorrhagia",
        ),
        prescribed(
            "pop",
            "Desogestrel 75 microgram tablets",
            "75 micrograms once daily",
            "2015-06",
            until="2023-09",
            because="Irregular bleeding",
        ),
        prescribed(
            "enoxaparin",
            "Enoxaparin 40 mg injection",
            "40 mg once daily",
            "2014-07-04",
            until="2014-08-15",
            status="completed",
            reason="Six weeks after birth",
        ),
        takes("ibuprofen", "Ibuprofen 200 mg tablets", "400 mg with periods and for the ankle", "2023"),
        takes("calcium", "Calcium carbonate tablets", "Two with breakfast, beside her thyroid tablet", "2025-01"),
        takes("collagen", "Collagen drink", "Mornings", "2024"),
        given(
            "ferric",
            "Ferric carboxymaltose 1 g infusion",
            "1 g",
            "2025-05-06T09:30",
            status="not-done",
            because="Did not attend, abroad",
            route="Intravenous",
        ),
        no_known_allergies("2023-09-12"),
        series(
            "hb",
            "Haemoglobin",
            "g/L",
            "2019-03-11 134, 2022-01-18 128, 2023-09-12 118, 2024-10-01 106, 2025-04-08 92,2025-06-11T15:20 88",
            normal=(115, 165),
        ),
        series(
            "ferritin", "Ferritin", "ug/L", "2022-01-18 28, 2023-09-12 14, 2024-10-01 8, 2025-04-08 4", normal=(15, 200)
        ),
        series("mcv", "Mean cell volume", "fL", "2019-03-11 89, 2023-09-12 82, 2025-04-08 71", normal=(80, 100)),
        series(
            "tsh",
            "TSH",
            "mU/L",
            "2017-05-30 18.4, 2018-01-15 2.8, 2022-01-18 2.2, 2024-10-01 3.9, 2025-04-08 9.6",
            normal=(0.4, 4.5),
        ),
        series("ddimer", "D-dimer", "ng/mL", "2025-06-11T15:20 3150", normal=(None, 500)),
        series("trop", "High-sensitivity troponin T", "ng/L", "2025-06-11T15:20 22", normal=(None, 14)),
        series("plt", "Platelets", "10*9/L", "2023-09-12 288, 2025-04-08 412", normal=(150, 400)),
        series("creat", "Creatinine", "umol/L", "2022-01-18 66, 2025-06-11T15:20 69", normal=(45, 84)),
        series("b12", "Vitamin B12", "ng/L", "2025-04-08 221", normal=(200, 900)),
        series("hba1c", "HbA1c", "mmol/mol", "2015-01-13 37, 2022-01-18 40, 2025-04-08 41", normal=(None, 42)),
        observed("ttg", "Tissue transglutaminase IgA", "2025-04-08", amount("64", "U/mL"), of="laboratory", mark="H"),
        observed("preg", "Pregnancy test, urine", "2025-06-11T15:40", coded("Negative"), of="laboratory", mark="NEG"),
        observed("folate", "Folate", "2025-04-08", amount("2.8", "ug/L"), of="laboratory", mark="L"),
        observed("thal", "Haemoglobinopathy screen", "2014-02", coded("Normal"), of="laboratory", mark="N"),
        observed(
            "calf", "Calf circumference difference", "2025-06-11T15:10", amount("4", "cm"), mark="A", site="Left calf"
        ),
        observed(
            "flight",
            "Recent long flight",
            "2025-06-11",
            span("2025-05-30", "2025-05-31"),
            of="survey",
            note="Auckland to London",
        ),
        observed(
            "smoke", "Tobacco smoking status", "2025-03-18", coded("Current smoker, 5 a day"), of="social-history"
        ),
        observed("alcohol", "Alcohol intake", "2025-03-18", between("4", "8", "{drinks}/wk"), of="social-history"),
        observed("job", "Occupation", "2025-03-18", text("Travel buyer for a department store"), of="social-history"),
        observed("pads", "Days of bleeding per month", "2025-04-08", count(9), of="survey", mark="H"),
        observed("gad", "GAD-7 total score", "2024-10-01", count(4), of="survey"),
        observed("wake", "Usual bedtime", "2024-10-01", clock("22:30"), of="survey"),
        blood_pressure("2022-01-18 124/80, 2024-10-01 128/82, 2025-03-18 136/88, 2025-06-11T15:10 118/74"),
        vital("sat", "Oxygen saturation", "%", "2025-06-11T15:10 92", normal=(94, None)),
        vital("hr", "Heart rate", "/min", "2024-10-01 76, 2025-06-11T15:10 116", normal=(50, 100)),
        vital("weight", "Weight", "kg", "2022-01-18 87, 2024-10-01 90, 2025-03-18 91.5"),
        report("us", "Pelvic ultrasound", "2024-02-20", "3 cm submucosal fibroid. Ovaries normal."),
        report("ankle", "X-ray of left ankle", "2025-06-02", "No fracture. Boot for two weeks."),
        report("mri", "MRI brain", "2021-09-14", "Normal."),
        report("smear", "Cervical screening", "2024-03-05", "HPV not detected."),
        report("cxr", "Chest X-ray", "2025-06-11T15:50", "Small left effusion, otherwise clear.", status="preliminary"),
        report(
            "film",
            "Blood film",
            "2025-04-09",
            "Microcytic hypochromic cells, pencil cells. Occasional Howell-Jolly bodies.",
        ),
        procedure("app", "Appendicectomy", "1996-08-14"),
        procedure("chole", "Cholecystectomy", "2019-06-04"),
        procedure("cs", "Caesarean section", "2014-07-03"),
        procedure(
            "hyst", "Hysteroscopic resection of fibroid", "2025-07-22", status="preparation", reason="@cond-fibroid"
        ),
        procedure(
            "coil",
            "Insertion of levonorgestrel intrauterine device",
            "2024-04-09",
            status="not-done",
            because="Declined after discussion",
        ),
        procedure(
            "gastroscopy",
            "Gastroscopy with duodenal biopsy",
            "2025-06-30",
            status="preparation",
            reason="@cond-coeliac",
        ),
        flu_jabs("2023-10-24", "2024-11-05"),
        immunized("covid", "COVID-19 mRNA vaccine", "2023-11"),
        immunized("travel", "Typhoid vaccine", "2025-02-11"),
        encounter(
            "ed", "Emergency department", "2025-06-11T15:00", seen="EMER", status="in-progress", reason="Chest pain"
        ),
        encounter("pill", "Online pharmacy consultation", "2025-03-18", seen="VR", reason="Wants lighter periods"),
        encounter("gp", "GP appointment", "2025-04-08", reason="Tired all the time"),
        encounter("injury", "Minor injuries unit", "2025-06-02", seen="EMER", reason="Rolled left ankle"),
        encounter("gynae", "Gynaecology clinic", "2024-04-09", reason="@cond-fibroid"),
        encounter("birth", "Maternity admission", "2014-07-02", "2014-07-06", seen="IMP"),
        impression(
            "haem",
            "2015-05-19",
            "Heterozygous factor V Leiden, no clot herself. No long-term treatment. Avoid oestrogen; "
            "heparin in pregnancy and after surgery.",
            findings=("@cond-fvl",),
            by="Dr Obi, haematologist",
        ),
        plan(
            "menses",
            "Heavy periods plan",
            "2024-04-09",
            {"Tranexamic acid": "in-progress", "Hysteroscopic resection": "scheduled", "Iron infusion": "cancelled"},
            addresses=("@cond-menorrhagia", "@cond-fibroid"),
        ),
        goal("marathon", "Run 10 km again", "2024-10-01", status="on-hold"),
        relative("sister", "sister", "Pulmonary embolism", at="31"),
        relative("mother", "mother", "Coeliac disease", at="50"),
        relative("father", "father", "Hypertension", at="52"),
        note(
            "pharmacy",
            "Online pharmacy questionnaire",
            "2025-03-18",
            """
            Asked: migraine with aura? Answered no. Family history of clots? Answered not sure. Smoker? Answered
            socially.
            Blood pressure 136/88 at home. Combined pill supplied for six months.
        """,
            by="Online pharmacy",
        ),
        note(
            "gp",
            "GP note",
            "2025-04-08",
            """
            Exhausted since winter, cold, hair falling, craving ice. Periods nine days with clots. Takes thyroid
            tablet with her
            calcium and coffee. Bloated with loose stools; mother has coeliac disease. Bloods sent.
        """,
            by="Dr Pryce, general practitioner",
        ),
    ],
    assessments=[
        Assessment(
            "chest-pain",
            "diagnosis",
            "Sharp pain on breathing in and short of breath since this morning, left calf swollen 4 cm. HR 116, "
            "sats 92%. ?PE",
            decisive={
                "rx-coc": "oestrogen begun three months ago",
                "cond-fvl": "thrombophilia",
                "obs-flight": "long-haul flight 11 days ago",
                "obs-ddimer": "3150",
                "obs-calf": "clinical deep vein thrombosis",
                "imp-haem": "was told to avoid oestrogen",
            },
            relevant={
                "fam-sister": "pulmonary embolism at 31",
                "cond-sprain": "left leg in a boot for ten days",
                "rep-ankle": "immobilised",
                "obs-trop": "right heart strain",
                "rx-tranexamic": "antifibrinolytic: stop",
                "cond-obesity": "risk factor",
                "rep-cxr": "small effusion",
                "cond-menorrhagia": "bleeding on anticoagulation",
                "obs-hb": "88 before anticoagulation",
                "doc-pharmacy": "risk questions answered wrongly",
            },
            context={
                "obs-smoke": "risk factor",
                "obs-preg": "imaging",
                "obs-creat": "contrast and anticoagulant dose",
                "rx-enoxaparin": "prophylaxis tolerated in 2014",
            },
        ),
        Assessment(
            "tired",
            "results",
            "Tired all the time, cold, hair loss. Please go through her April blood results: what explains them and "
            "what has not been "
            "dealt with?",
            decisive={
                "obs-hb": "falling for years to 92",
                "obs-ferritin": "4",
                "obs-tsh": "risen to 9.6",
                "cond-menorrhagia": "blood loss",
                "doc-gp": "the story",
                "obs-ttg": "coeliac serology positive",
            },
            relevant={
                "obs-mcv": "microcytosis",
                "cond-coeliac": "malabsorption, biopsy pending",
                "rx-iron": "stopped after ten days",
                "adm-ferric": "infusion missed",
                "rx-levothyroxine": "under-replaced or not absorbed",
                "use-calcium": "blocks levothyroxine",
                "cond-hypothyroid": "thyroid failure",
                "cond-fibroid": "source of loss",
                "rep-film": "iron deficiency, hyposplenism",
                "obs-folate": "low",
                "plan-menses": "plan",
            },
            context={
                "fam-mother": "coeliac disease",
                "proc-gastroscopy": "booked",
                "cond-ibs": "label may be coeliac",
            },
        ),
    ],
)
