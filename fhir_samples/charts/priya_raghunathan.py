"""Priya Raghunathan, 52: type 1 diabetes on insulin, with complications. As of 9 Jul 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import goal, impression, note, plan
from fhir_samples.observations import (
    amount,
    blood_pressure,
    clock,
    coded,
    count,
    observed,
    report,
    series,
    text,
    vital,
    yes,
)
from fhir_samples.vocabulary import allergy, condition, device, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Priya Raghunathan",
    sex="female",
    born="1973-04-27",
    number="EN-730427",
    entries=[
        condition("dm1", "Type 1 diabetes mellitus", "1988"),
        condition("unaware", "Impaired awareness of hypoglycemia", "2023-06"),
        condition("retina", "Proliferative diabetic retinopathy", "2014-03", site="Both eyes", note="Lasered, stable"),
        condition("neph", "Diabetic kidney disease", "2016", note="Stage G3a A3"),
        condition("neurop", "Diabetic peripheral neuropathy", "2015", site="Both feet"),
        condition("gastro", "Diabetic gastroparesis", "2022-09"),
        condition("addison", "Addison's disease", "2024-12", verified="provisional", note="Awaiting stimulation test"),
        condition("htn", "Hypertension", "2009"),
        condition("hypothyroid", "Hypothyroidism", "1999", note="Hashimoto"),
        condition("celiac", "Celiac disease", "2006-02"),
        condition("lipids", "Hyperlipidemia", "2010"),
        condition("dka", "Diabetic ketoacidosis", "2011-08-14", until="2011-08-17"),
        condition("frozen", "Adhesive capsulitis of shoulder", "2018", until="2020", site="Left shoulder"),
        condition("trigger", "Trigger finger", "2021-03", until="2021-06", site="Right ring finger"),
        condition("ulcer", "Diabetic foot ulcer", "2020-05", until="2020-09", site="Right great toe"),
        condition("cad", "Coronary artery disease", "2019", verified="refuted", note="CT coronary angiogram normal"),
        condition(
            "gdm", "Type 2 diabetes mellitus", "1988", verified="entered-in-error", note="Coded in error at transfer"
        ),
        prescribed("glargine", "Insulin glargine 100 units/mL pen", "22 units once daily", "2004", reason="@cond-dm1"),
        prescribed(
            "lispro",
            "Insulin lispro 100 units/mL pen",
            "1 unit per 10 g carbohydrate with meals, plus correction",
            "2004",
            reason="@cond-dm1",
        ),
        prescribed(
            "glucagon", "Glucagon 3 mg nasal powder", "One spray for severe low blood sugar", "2023-06", as_needed=True
        ),
        prescribed(
            "empagliflozin",
            "Empagliflozin 10 mg tablets",
            "10 mg once daily",
            "2025-05-19",
            reason="@cond-neph",
            note="For kidney protection, off label",
        ),
        prescribed("lisinopril", "Lisinopril 20 mg tablets", "20 mg once daily", "2009", reason="@cond-htn"),
        prescribed("carvedilol", "Carvedilol 12.5 mg tablets", "12.5 mg twice daily", "2025-02-03", reason="@cond-htn"),
        prescribed("atorvastatin", "Atorvastatin 40 mg tablets", "40 mg once daily", "2010", reason="@cond-lipids"),
        prescribed(
            "levothyroxine",
            "Levothyroxine 112 mcg tablets",
            "112 mcg once daily",
            "1999-10",
            reason="@cond-hypothyroid",
        ),
        prescribed(
            "metoclopramide",
            "Metoclopramide 5 mg tablets",
            "5 mg three times daily",
            "2022-10",
            until="2023-01",
            because="Restless legs and facial twitching",
            reason="@cond-gastro",
        ),
        prescribed(
            "gabapentin", "Gabapentin 300 mg capsules", "300 mg three times daily", "2016-02", reason="@cond-neurop"
        ),
        prescribed(
            "ondansetron", "Ondansetron 4 mg tablets", "4 mg every 8 hours as needed", "2022-10", as_needed=True
        ),
        prescribed(
            "pramlintide", "Pramlintide pen", "30 mcg with meals", "2021-04", until="2022-09", because="Worse nausea"
        ),
        prescribed(
            "pump",
            "Insulin pump supplies",
            "As directed",
            "2017-01",
            until="2019-05",
            because="Skin reactions; her choice",
        ),
        takes("berberine", "Berberine 500 mg capsules", "One twice a day", "2025-04", note="Read that it lowers sugar"),
        takes("b12", "Vitamin B12 1000 mcg tablets", "One a day", "2015"),
        given(
            "bolus-2011",
            "Insulin regular infusion",
            "0.1 units/kg/h",
            "2011-08-14T16:00",
            route="Intravenous",
            reason="@cond-dka",
        ),
        allergy(
            "sulfa",
            "Sulfamethoxazole-trimethoprim",
            "Blistering rash and mouth sores",
            "2003-05",
            severity="severe",
            criticality="high",
        ),
        allergy(
            "adhesive",
            "Acrylic adhesive",
            "Blisters under pump sites",
            "2018",
            severity="moderate",
            category="environment",
            criticality="low",
        ),
        allergy(
            "metoclopramide",
            "Metoclopramide",
            "Akathisia, facial dyskinesia",
            "2023-01-09",
            severity="moderate",
            kind="intolerance",
            criticality="high",
        ),
        series(
            "a1c",
            "HbA1c",
            "%",
            "2020-03-09 8.4, 2021-06-14 8.0, 2022-09-12 7.6, 2023-06-05 7.1, 2024-06-10 6.7,"
            "2025-01-13 6.4, 2025-06-23 6.0",
            normal=(None, 5.7),
        ),
        series("glu", "Glucose", "mg/dL", "2025-01-13 88, 2025-06-23 61, 2025-07-09T14:10 214", normal=(70, 140)),
        series("bhb", "Beta-hydroxybutyrate", "mmol/L", "2025-07-09T14:10 5.8", normal=(None, 0.6)),
        series("ph", "Venous pH", "[pH]", "2011-08-14 7.08, 2025-07-09T14:10 7.14", normal=(7.32, 7.43)),
        series("bicarb", "Bicarbonate", "mEq/L", "2025-06-23 24, 2025-07-09T14:10 9", normal=(22, 29)),
        series(
            "creat",
            "Creatinine",
            "mg/dL",
            "2016-05-16 0.9, 2019-05-13 1.1, 2022-09-12 1.2, 2024-06-10 1.3, 2025-06-23 1.3,2025-07-09T14:10 1.9",
            normal=(0.5, 1.0),
        ),
        series(
            "egfr",
            "eGFR",
            "mL/min/1.73m2",
            "2022-09-12 55, 2024-06-10 50, 2025-06-23 49, 2025-07-09T14:10 31",
            normal=(60, None),
        ),
        series("k", "Potassium", "mEq/L", "2024-06-10 4.6, 2025-06-23 5.0, 2025-07-09T14:10 5.4", normal=(3.5, 5.1)),
        series("na", "Sodium", "mEq/L", "2025-06-23 137, 2025-07-09T14:10 132", normal=(135, 145)),
        series("tsh", "TSH", "mU/L", "2023-06-05 2.4, 2024-06-10 1.9", normal=(0.4, 4.5)),
        series("ldl", "LDL cholesterol", "mg/dL", "2022-09-12 96, 2024-06-10 71", normal=(None, 100)),
        series(
            "uacr",
            "Urine albumin/creatinine ratio",
            "mg/g",
            "2019-05-13 210, 2022-09-12 388, 2025-01-13 412",
            normal=(None, 30),
        ),
        series("hb", "Hemoglobin", "g/dL", "2023-06-05 12.4, 2025-06-23 10.9", normal=(12, 15.5)),
        observed("cortisol", "Morning cortisol", "2024-12-09", amount("5.1", "ug/dL"), of="laboratory", mark="L"),
        observed("ab21", "21-hydroxylase antibody", "2025-01-13", coded("Positive"), of="laboratory", mark="POS"),
        observed("ttg", "Tissue transglutaminase IgA", "2023-06-05", coded("Negative"), of="laboratory", mark="NEG"),
        observed(
            "cgm",
            "Time below 70 mg/dL on glucose sensor",
            "2025-06-23",
            amount("11", "%"),
            of="laboratory",
            mark="H",
            note="Mostly 1 to 4 am",
        ),
        observed("night", "Usual time of low glucose alarms", "2025-06-23", clock("02:30"), of="survey"),
        observed("gold", "Gold score for hypoglycemia awareness", "2023-06-05", count(6), of="survey", mark="H"),
        observed("monofil", "Monofilament sensation", "2025-01-13", coded("Absent"), mark="A", site="Both feet"),
        observed(
            "drive", "Drives a car", "2025-06-23", yes(), of="social-history", note="School bus driver until 2023"
        ),
        observed("smoke", "Tobacco smoking status", "2025-01-13", coded("Never smoker"), of="social-history"),
        observed("lives", "Lives with", "2025-01-13", text("Alone since divorce"), of="social-history"),
        blood_pressure("2024-06-10 142/84, 2025-01-13 146/86, 2025-06-23 118/70, 2025-07-09T14:00 96/58"),
        vital("weight", "Weight", "kg", "2022-09-12 66, 2024-06-10 63, 2025-01-13 61, 2025-06-23 57.5"),
        vital("hr", "Heart rate", "/min", "2025-06-23 72, 2025-07-09T14:00 118", normal=(50, 100)),
        report("gastric", "Gastric emptying study", "2022-09-26", "38% retained at 4 hours: delayed emptying."),
        report("ccta", "CT coronary angiogram", "2019-06-03", "Calcium score 0. Normal coronary arteries."),
        report("egd", "Upper endoscopy", "2022-09-19", "Retained food. Duodenal biopsies normal on gluten-free diet."),
        report("eye", "Dilated eye exam", "2025-03-04", "Regressed proliferative retinopathy, no macular edema."),
        report("mammo", "Screening mammogram", "2024-11-11", "BI-RADS 1."),
        procedure("laser", "Panretinal photocoagulation", "2014-04", site="Both eyes"),
        procedure("toe", "Debridement of foot ulcer", "2020-06-15", site="Right great toe"),
        procedure("csect", "Cesarean delivery", "2003-11-20"),
        procedure("trigger", "Trigger finger release", "2021-06-08", site="Right ring finger"),
        procedure(
            "stim", "Cosyntropin stimulation test", "2025-02-10", status="not-done", because="Missed appointment"
        ),
        device("cgm", "Continuous glucose monitor", note="Alarm volume low at night"),
        flu_jabs("2022-10-17", "2023-10-16", "2024-10-14"),
        immunized("ppv", "Pneumococcal polysaccharide vaccine (PPV23)", "2010-11"),
        immunized("zoster", "Recombinant zoster vaccine", "2024-04-08", dose=2),
        encounter("ems", "Ambulance call", "2025-06-08T03:20", seen="EMER", reason="Found unresponsive, glucose 31"),
        encounter(
            "ed", "Emergency department", "2025-07-09T13:50", seen="EMER", status="in-progress", reason="Vomiting"
        ),
        encounter("endo", "Endocrinology clinic", "2025-06-23", reason="@cond-dm1"),
        encounter("neph", "Nephrology clinic", "2025-05-19", reason="@cond-neph"),
        encounter("dka", "Hospital admission", "2011-08-14", "2011-08-17", seen="IMP", diagnosis="@cond-dka"),
        encounter("podiatry", "Podiatry", "2025-04-07"),
        impression(
            "endo",
            "2025-06-23",
            "Insulin needs down by a third in six months with weight loss and lower pressure. Think of "
            "adrenal failure again as well as carb counting; stimulation test never done. Asked her to call tomorrow.",
            findings=("@cond-unaware",),
            by="Dr Marchetti, endocrinologist",
        ),
        plan(
            "dm",
            "Diabetes care plan",
            "2023-06-05",
            {
                "Glucose sensor with alarms": "in-progress",
                "Hypoglycemia awareness course": "not-started",
                "Yearly eye and foot exams": "in-progress",
            },
            addresses=("@cond-dm1", "@cond-unaware"),
            goals=("@goal-a1c",),
        ),
        goal(
            "a1c",
            "HbA1c below 6.5 %",
            "2020-03-09",
            below=("HbA1c", "6.5", "%"),
            achieved="achieved",
            note="Set before hypoglycemia became a problem",
        ),
        goal("drive", "Keep her driving license", "2023-06-05"),
        relative("sister", "sister", "Addison's disease", at="34"),
        relative("mother", "mother", "Type 2 diabetes mellitus", at="60"),
        note(
            "ems",
            "Ambulance record",
            "2025-06-08T03:40",
            """
            Neighbor heard the sensor alarm at 03:00. Unresponsive on the floor, glucose 31 mg/dL. Neighbor gave the
            nasal glucagon, talked through it by the daughter on the phone; awake at 03:35. Refused transport. Says she
            had her usual evening insulin and was sick after dinner.
        """,
            by="Paramedic",
        ),
        note(
            "neph",
            "Nephrology note",
            "2025-05-19",
            """
            Albuminuria 412 on full lisinopril. Patient asked about SGLT2 inhibitors; started empagliflozin 10 mg,
            told to
            stop if vomiting or not eating and to check ketones even when sugar is normal. Copy to endocrinology.
        """,
            by="Nephrologist",
        ),
        note(
            "ed",
            "Emergency physician note",
            "2025-07-09T14:20",
            """
            Two days of vomiting, "my stomach again". Skipped mealtime insulin since not eating, cut glargine to 10
            units.
            Sugar only 214. Breathing deep and fast.
        """,
            by="Emergency physician",
        ),
    ],
    assessments=[
        Assessment(
            "vomiting",
            "diagnosis",
            "52F vomiting x2d, deep resp, BP 96/58, pH 7.14, ketones 5.8 but glucose only 214. Gastroparesis flare "
            "vs ?",
            decisive={
                "cond-dm1": "ketosis-prone",
                "rx-empagliflozin": "SGLT2 inhibitor: ketoacidosis with near-normal glucose",
                "obs-bhb": "ketones",
                "obs-ph": "acidosis",
                "doc-ed": "insulin cut while vomiting",
                "doc-neph": "when and how it was started",
            },
            relevant={
                "obs-bicarb": "acidosis",
                "obs-glu": "near-normal glucose",
                "rx-glargine": "basal insulin was cut",
                "rx-lispro": "mealtime insulin skipped",
                "cond-gastro": "competing explanation",
                "cond-addison": "adrenal crisis as cause",
                "obs-k": "before insulin infusion",
                "obs-creat": "kidney injury",
                "cond-dka": "earlier episode",
                "alg-metoclopramide": "antiemetic to avoid",
                "obs-ab21": "adrenal autoimmunity",
            },
            context={
                "obs-cortisol": "low",
                "proc-stim": "test never done",
                "fam-sister": "Addison's disease",
            },
        ),
        Assessment(
            "lows",
            "follow-up",
            "Lows every night and an ambulance last month. A1c 6.0. What is driving them and what should change?",
            decisive={
                "cond-unaware": "does not feel lows",
                "enc-ems": "severe hypoglycemia",
                "doc-ems": "the event",
                "rx-glargine": "basal insulin too high",
                "cond-addison": "unproven adrenal failure lowers insulin needs",
                "imp-endo": "the same question two weeks ago",
            },
            relevant={
                "obs-cgm": "11% below range, 1 to 4 am",
                "rx-lispro": "insulin before delayed emptying",
                "cond-gastro": "late absorption, early insulin peak",
                "obs-a1c": "trend to 6.0",
                "goal-a1c": "target too tight now",
                "proc-stim": "test never done",
                "obs-ab21": "adrenal antibodies",
                "obs-cortisol": "low morning cortisol",
                "rx-carvedilol": "masks warning",
                "obs-egfr": "insulin lasts longer",
                "use-berberine": "lowers glucose",
            },
            context={
                "fam-sister": "Addison's disease",
                "obs-drive": "driving",
                "dev-cgm": "alarms too quiet",
                "plan-dm": "awareness course not begun",
                "rx-empagliflozin": "lowers glucose and insulin needs",
            },
        ),
    ],
)
