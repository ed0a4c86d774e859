"""Rafael Montoya, 57: decompensated cirrhosis with ascites and varices, confused this week. As of 14 Aug 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import impression, letter, note, plan
from fhir_samples.observations import amount, blood_pressure, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Rafael Montoya",
    sex="male",
    born="1968-02-26",
    number="4471902",
    entries=[
        condition("cirrhosis", "Cirrhosis of liver", "2021-06", note="Hepatitis C, treated, and fatty liver disease"),
        condition("ascites", "Ascites", "2024-03", note="Tapped every 3 to 4 weeks since April 2025"),
        condition("varices", "Esophageal varices", "2021-08", note="Large, never bled"),
        condition("he", "Hepatic encephalopathy", "2024-11", note="Two episodes, both after constipation"),
        condition("hcv", "Chronic hepatitis C", "2009", until="2019-05", note="Sustained virologic response"),
        condition("dm", "Type 2 diabetes mellitus", "2016"),
        condition("ckd", "Chronic kidney disease stage 3", "2025-02"),
        condition("thrombocytopenia", "Thrombocytopenia", "2020-10", note="Hypersplenism"),
        condition("hernia", "Umbilical hernia", "2024-06", note="Reducible"),
        condition("pruritus", "Pruritus", "2025-07"),
        condition("insomnia", "Insomnia", "2022"),
        condition("backpain", "Low back pain", "2011"),
        condition("gerd", "Gastroesophageal reflux disease", "2013"),
        condition("carpal", "Carpal tunnel syndrome", "2012", until="2014-03", site="Right hand"),
        prescribed(
            "propranolol", "Propranolol 40 mg tablets", "40 mg twice daily", "2021-08-17", reason="@cond-varices"
        ),
        prescribed(
            "spironolactone", "Spironolactone 100 mg tablets", "200 mg once daily", "2024-03-12", reason="@cond-ascites"
        ),
        prescribed("furosemide", "Furosemide 40 mg tablets", "80 mg once daily", "2024-03-12", reason="@cond-ascites"),
        prescribed(
            "lactulose",
            "Lactulose 10 g/15 mL oral solution",
            "30 mL three times daily",
            "2024-11-20",
            reason="@cond-he",
            note="Last filled 2025-05-29 (30 days)",
        ),
        prescribed(
            "rifaximin",
            "Rifaximin 550 mg tablets",
            "550 mg twice daily",
            "2025-01-14",
            until="2025-06-30",
            reason="@cond-he",
            because="Prior authorization lapsed",
        ),
        prescribed("pantoprazole", "Pantoprazole 40 mg tablets", "40 mg once daily", "2013-09", reason="@cond-gerd"),
        prescribed(
            "hydroxyzine",
            "Hydroxyzine 25 mg tablets",
            "25 mg three times daily as needed",
            "2025-08-04",
            reason="@cond-pruritus",
            as_needed=True,
        ),
        prescribed("insulin", "Insulin glargine 100 units/mL", "18 units at bedtime", "2022-02", reason="@cond-dm"),
        prescribed(
            "metformin",
            "Metformin 1000 mg tablets",
            "1000 mg twice daily",
            "2016-05",
            until="2024-03-12",
            because="Decompensated liver disease",
        ),
        prescribed(
            "sofosbuvir",
            "Sofosbuvir 400 mg with velpatasvir 100 mg tablets",
            "One tablet daily for 12 weeks",
            "2018-11-05",
            until="2019-01-28",
            reason="@cond-hcv",
        ),
        takes("sleep-aid", "Diphenhydramine 50 mg capsules", "One or two at night", "2025-07"),
        takes("naproxen", "Naproxen sodium 220 mg tablets", "One twice a day on bad days", "2025-06"),
        given("albumin", "Albumin human 25%", "50 g with paracentesis", "2025-07-18T11:20", route="Intravenous"),
        allergy("chlorhexidine", "Chlorhexidine", "Hives and wheeze after a skin prep", "2023-10", severity="severe"),
        allergy("shellfish", "Shellfish", "Hives", "1990", category="food", severity="mild"),
        series(
            "na",
            "Sodium",
            "mmol/L",
            "2024-11-18 135, 2025-02-11 134, 2025-05-13 132, 2025-07-18 129, 2025-08-05 124",
            normal=(136, 145),
        ),
        series(
            "creat",
            "Creatinine",
            "mg/dL",
            "2024-03-11 0.9, 2025-02-11 1.3, 2025-05-13 1.4, 2025-07-18 1.5, 2025-08-05 1.9",
            normal=(0.7, 1.3),
        ),
        series("k", "Potassium", "mmol/L", "2025-05-13 4.6, 2025-07-18 5.0, 2025-08-05 5.6", normal=(3.5, 5.1)),
        series("bili", "Total bilirubin", "mg/dL", "2024-11-18 2.1, 2025-02-11 2.6, 2025-08-05 3.4", normal=(0.2, 1.2)),
        series("inr", "INR", "1", "2024-11-18 1.5, 2025-02-11 1.6, 2025-08-05 1.8"),
        series("plt", "Platelets", "10*3/uL", "2021-06-08 92, 2024-11-18 61, 2025-08-05 46", normal=(150, 400)),
        series("hgb", "Hemoglobin", "g/dL", "2024-11-18 11.9, 2025-05-13 11.4, 2025-08-05 10.9", normal=(13.5, 17.5)),
        series("alb", "Albumin", "g/dL", "2024-11-18 3.0, 2025-08-05 2.5", normal=(3.5, 5.0)),
        series("a1c", "Hemoglobin A1c", "%", "2024-02-13 7.4, 2025-02-11 6.6"),
        observed(
            "fluid",
            "Ascitic fluid protein",
            "2025-07-18",
            amount("0.8", "g/dL"),
            of="laboratory",
            note="Neutrophils 64 per microliter, culture negative",
        ),
        blood_pressure("2024-11-18 118/70, 2025-05-13 104/62, 2025-07-18 92/54, 2025-08-05 86/50"),
        vital("weight", "Body weight", "kg", "2025-05-13 88.0, 2025-07-18 92.6, 2025-08-05 93.4"),
        observed("alcohol", "Alcohol intake", "2025-05-13", text("None since 2014"), of="social-history"),
        report(
            "us",
            "Ultrasound of abdomen with Doppler",
            "2025-05-20",
            "Nodular liver, no mass. Portal vein patent. Spleen 17 cm. Large ascites. Recanalized umbilical vein.",
        ),
        report(
            "egd", "Upper endoscopy", "2024-02-21", "Three columns of large varices with red wale marks. No gastritis."
        ),
        report("head-ct", "CT head", "2024-11-17", "No hemorrhage. Mild volume loss."),
        procedure(
            "tap-bleed",
            "Large-volume paracentesis",
            "2025-04-22",
            note="7.5 L. Abdominal wall hematoma next day, hemoglobin fell 1.8; left side puncture through a vein",
        ),
        procedure(
            "tap-last", "Large-volume paracentesis", "2025-07-18", note="8.2 L, right lower quadrant, ultrasound"
        ),
        procedure("carpal", "Carpal tunnel release", "2014-03-06", site="Right hand"),
        procedure("colonoscopy", "Colonoscopy", "2023-05-15", outcome="Two hyperplastic polyps"),
        flu_jabs("2023-10-11", "2024-10-09"),
        immunized("hepb", "Hepatitis B vaccine", "2020-02-18", dose=3),
        encounter(
            "ed-fall", "Emergency department visit", "2025-08-06T22:15", seen="EMER", reason="Tripped on the stairs"
        ),
        impression("transplant", "2025-06-03", "Transplant evaluation open: MELD-Na 21 in May, blood group O."),
        letter(
            "directive",
            "Advance directive",
            "2024-12-02",
            {
                "Blood": """
                    Jehovah's Witness. No red cells, plasma or platelets under any circumstances. Accepts albumin,
                    clotting factor concentrates and cell salvage. Wife, Lucía, is health care proxy.
                """,
                "Resuscitation": "Full code.",
            },
        ),
        note(
            "ed",
            "Emergency department note",
            "2025-08-06",
            """
            Missed two steps, struck left temple on the banister. No loss of consciousness, GCS 15. Abrasion cleaned,
            Steri-Strips. Not on a blood thinner so no scan. Home with wife.
        """,
            by="Emergency physician",
        ),
        note(
            "pharmacy",
            "Pharmacy refill call",
            "2025-08-11",
            "Wife says the sweet syrup ran out in June, the other bowel medicine was refused. Bowels every third day.",
        ),
        plan(
            "ascites",
            "Ascites plan",
            "2025-02-11",
            {"Basic metabolic panel every 2 weeks": "in-progress", "Low-salt diet": "in-progress"},
            about="Albumin 8 g per liter removed above 5 L. Stop diuretics for sodium under 125 or creatinine over 2.",
            addresses=("@cond-ascites",),
        ),
        relative("father", "father", "Alcoholic cirrhosis", died="58"),
    ],
    assessments=[
        Assessment(
            "confused",
            "symptom",
            "Wife brings him in: 3 days of sleeping all day and up all night, put his shirt on backwards, calls her by "
            "his sister's name. No fever. Hands flap. What set it off?",
            decisive={
                "cond-he": "encephalopathy before, same picture",
                "rx-lactulose": "ran out in June: missed prophylaxis",
                "rx-rifaximin": "stopped in June for insurance",
                "use-sleep-aid": "sedating antihistamine, anticholinergic",
                "rx-hydroxyzine": "second sedating antihistamine, ten days ago",
                "obs-na": "124 and falling",
            },
            relevant={
                "doc-ed": "head strike eight days ago, not scanned: subdural",
                "doc-pharmacy": "no lactulose, constipated",
                "cond-cirrhosis": "decompensated",
                "obs-creat": "kidney injury from diuretics and naproxen",
                "cond-ascites": "peritonitis must be excluded by tap",
                "obs-plt": "46: intracranial bleeding after the fall",
                "rx-furosemide": "diuretic: dehydration, low sodium",
                "rx-spironolactone": "diuretic: low sodium, high potassium",
                "cond-varices": "a bleed as trigger",
            },
            context={
                "obs-inr": "bleeding risk with the head injury",
                "use-naproxen": "kidney injury and bleeding",
                "obs-fluid": "low protein: risk of spontaneous peritonitis",
                "rx-insulin": "hypoglycemia as mimic with failing liver and kidney",
                "enc-ed-fall": "the fall",
                "obs-k": "high with spironolactone; renal injury",
                "obs-hgb": "no clear drop for a bleed",
                "rep-head-ct": "baseline image",
                "plan-ascites": "stopping rule for diuretics, met",
                "rx-pantoprazole": "raises infection and encephalopathy risk",
            },
        ),
        Assessment(
            "tap",
            "pre-procedure",
            "For LVP Friday 8/15, likely 8 L +. IR asking re FFP/plts beforehand and albumin order. Anything else for "
            "the proceduralist?",
            decisive={
                "comp-directive": "refuses platelets and plasma; accepts albumin",
                "alg-chlorhexidine": "severe reaction to the usual skin prep",
                "obs-creat": "renal injury: circulatory collapse risk after large volume",
                "proc-tap-bleed": "wall hematoma after the April tap",
            },
            relevant={
                "obs-plt": "46: asked about; correction not needed as routine",
                "obs-inr": "1.8: asked about; correction not needed as routine",
                "obs-bp": "86/50: hypotensive before fluid removal",
                "rx-propranolol": "hold with this pressure, sodium and creatinine",
                "obs-na": "low sodium: smaller volume, stop diuretics",
                "plan-ascites": "albumin per liter and stopping rules",
                "cond-ascites": "the indication",
                "rx-spironolactone": "stop at this sodium and potassium",
                "rx-furosemide": "stop at this creatinine",
                "adm-albumin": "dose given last time, tolerated",
            },
            context={
                "rep-us": "recanalized umbilical vein and large spleen to avoid",
                "proc-tap-last": "side and volume last time",
                "obs-fluid": "low protein; send cells again",
                "use-naproxen": "platelet function and kidneys: stop",
                "obs-hgb": "reserve; cannot be transfused",
                "cond-thrombocytopenia": "hypersplenism",
                "cond-hernia": "incarceration as the ascites drains",
                "cond-he": "consent, worsening after the tap",
            },
        ),
    ],
)
