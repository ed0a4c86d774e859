"""Grace Mwangi, 44: HIV on a boosted regimen, treated tuberculosis, a sore knee. As of 30 Oct 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import goal, impression, note, plan
from fhir_samples.observations import (
    amount,
    between,
    blood_pressure,
    coded,
    count,
    no,
    observed,
    ratio,
    report,
    series,
    span,
    text,
    vital,
)
from fhir_samples.vocabulary import allergy, condition, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Grace Mwangi",
    sex="female",
    born="1981-09-02",
    number="ID-810902",
    entries=[
        condition("hiv", "HIV infection", "2009-11", note="Nadir CD4 84"),
        condition(
            "tb",
            "Pulmonary tuberculosis",
            "2010-01",
            until="2010-08",
            site="Right upper lobe",
            note="Fully sensitive, six months of treatment, cured",
        ),
        condition("pcp", "Pneumocystis pneumonia", "2009-11", until="2009-12"),
        condition("oa", "Osteoarthritis", "2021-05", site="Right knee"),
        condition("asthma", "Asthma", "1990", severity="Mild"),
        condition("depress", "Depression", "2018-02"),
        condition("lipids", "Hyperlipidaemia", "2022-03"),
        condition("fibroid", "Uterine fibroids", "2016"),
        condition("syphilis", "Early latent syphilis", "2014-06", until="2014-07"),
        condition(
            "hbv",
            "Past hepatitis B infection",
            "2009-11",
            status="inactive",
            note="Surface antigen negative, core antibody positive",
        ),
        condition("resist", "HIV drug resistance", "2015-04", note="K103N and M184V after missed doses"),
        condition("lymphoma", "Lymphoma", "2010-01", verified="refuted", note="Node biopsy: caseating granuloma"),
        condition(
            "cushing",
            "Cushing syndrome",
            "2017-10",
            until="2018-03",
            note="Iatrogenic: fluticasone with a boosted protease inhibitor",
        ),
        condition("carpal", "Carpal tunnel syndrome", "2019", until="2020", site="Right wrist"),
        condition("malaria", "Malaria", "1996", until="1996"),
        prescribed(
            "prezcobix",
            "Darunavir 800 mg with cobicistat 150 mg tablets",
            "One tablet once a day with food",
            "2015-05-11",
            reason="@cond-hiv",
        ),
        prescribed("dolutegravir", "Dolutegravir 50 mg tablets", "50 mg once daily", "2015-05-11", reason="@cond-hiv"),
        prescribed(
            "tenofovir",
            "Emtricitabine with tenofovir alafenamide 200/10 mg tablets",
            "One tablet once a day",
            "2018-06-04",
            reason="@cond-hiv",
        ),
        prescribed(
            "efavirenz",
            "Efavirenz with emtricitabine and tenofovir disoproxil",
            "One tablet at night",
            "2010-01-25",
            until="2015-05-11",
            because="Virological failure, K103N",
            reason="@cond-hiv",
        ),
        prescribed(
            "rhze",
            "Rifampicin, isoniazid, pyrazinamide and ethambutol",
            "By weight, once a day before food",
            "2010-01-04",
            until="2010-07-12",
            status="completed",
            reason="@cond-tb",
        ),
        prescribed(
            "cotrimoxazole",
            "Co-trimoxazole 960 mg tablets",
            "960 mg once daily",
            "2009-11-24",
            until="2011-03-07",
            because="CD4 above 200 for six months",
            reason="Pneumocystis prophylaxis",
        ),
        prescribed(
            "fluticasone",
            "Fluticasone 125 microgram inhaler",
            "Two puffs twice a day",
            "2016-11-07",
            until="2017-10-23",
            because="Cushing syndrome with cobicistat",
            reason="@cond-asthma",
        ),
        prescribed(
            "beclo", "Beclometasone 100 microgram inhaler", "Two puffs twice a day", "2018-03-12", reason="@cond-asthma"
        ),
        prescribed(
            "salbutamol",
            "Salbutamol 100 microgram inhaler",
            "Two puffs as needed",
            "2005",
            as_needed=True,
            reason="@cond-asthma",
        ),
        prescribed("sertraline", "Sertraline 50 mg tablets", "50 mg once daily", "2018-02-19", reason="@cond-depress"),
        prescribed(
            "rosuvastatin", "Rosuvastatin 10 mg tablets", "10 mg once daily", "2022-03-14", reason="@cond-lipids"
        ),
        prescribed(
            "hydrocort",
            "Hydrocortisone 10 mg tablets",
            "10 mg in the morning, 5 mg at midday",
            "2017-10-24",
            until="2018-03-05",
            because="Adrenal function recovered",
        ),
        prescribed(
            "diclofenac-gel", "Diclofenac 1% gel", "To the knee three times a day", "2024-09", reason="@cond-oa"
        ),
        prescribed("iud", "Levonorgestrel 52 mg intrauterine system", "Replaced every 5 years", "2021-08"),
        takes("antacid", "Calcium carbonate chewable tablets", "Two after meals as needed", "2024"),
        takes("moringa", "Moringa powder", "A teaspoon in porridge", "2019"),
        allergy(
            "abacavir",
            "Abacavir",
            "HLA-B*57:01 positive: hypersensitivity expected",
            "2009-12",
            criticality="high",
            note="Never given",
        ),
        allergy("nevirapine", "Nevirapine", "Hepatitis with rash", "2009-12-20", severity="severe", criticality="high"),
        allergy("latex", "Latex", "Hand eczema", "2007", severity="mild", category="environment", criticality="low"),
        series(
            "vl",
            "HIV-1 RNA viral load",
            "copies/mL",
            "2009-11-16 210000, 2010-07-12 <50, 2015-03-30 18400, 2015-11-02 <50,"
            "2019-04-08 <50, 2023-04-17 <50, 2024-10-14 <50, 2025-04-14 64, 2025-10-27 1850",
        ),
        series(
            "cd4",
            "CD4 count",
            "cells/uL",
            "2009-11-16 84, 2010-07-12 198, 2011-03-07 290, 2015-03-30 310, 2019-04-08 520,"
            "2023-04-17 548, 2025-10-27 286",
            normal=(500, 1500),
        ),
        series("hb", "Haemoglobin", "g/L", "2023-04-17 124, 2024-10-14 121, 2025-10-27 104", normal=(115, 165)),
        series("crp", "C-reactive protein", "mg/L", "2024-10-14 3, 2025-10-27 71", normal=(None, 5)),
        series("alt", "ALT", "U/L", "2009-12-20 412, 2010-02-01 38, 2023-04-17 22, 2025-10-27 31", normal=(None, 40)),
        series(
            "creat",
            "Creatinine",
            "umol/L",
            "2019-04-08 74, 2023-04-17 79, 2024-10-14 80, 2025-10-27 82",
            normal=(45, 84),
        ),
        series("albumin", "Albumin", "g/L", "2024-10-14 41, 2025-10-27 29", normal=(35, 50)),
        series("ldl", "LDL cholesterol", "mmol/L", "2022-03-07 4.3, 2024-10-14 2.4", normal=(None, 3)),
        observed("cortisol-2017", "Cortisol at 9 am", "2017-10-23", amount("<28", "nmol/L"), of="laboratory", mark="L"),
        observed("cortisol-2018", "Cortisol at 9 am", "2018-03-05", amount("402", "nmol/L"), of="laboratory", mark="N"),
        observed("rpr", "RPR titre", "2014-06-16", ratio(1, 64), of="laboratory", mark="POS"),
        observed("rpr-2024", "RPR titre", "2024-10-14", ratio(1, 1), of="laboratory"),
        observed("hla", "HLA-B*57:01", "2009-12-01", coded("Present"), of="laboratory", mark="POS"),
        observed(
            "sputum-2010", "Sputum acid-fast smear", "2010-01-04", coded("Positive, 2+"), of="laboratory", mark="POS"
        ),
        observed("hbsag", "Hepatitis B surface antigen", "2024-10-14", no(), of="laboratory"),
        vital(
            "weight",
            "Weight",
            "kg",
            "2009-11-16 49, 2011-03-07 61, 2019-04-08 70, 2023-04-17 72.5, 2024-10-14 72,"
            "2025-04-14 70.5, 2025-10-27 64",
        ),
        vital("temp", "Temperature", "Cel", "2024-10-14 36.5, 2025-10-27 37.9", normal=(None, 38)),
        blood_pressure("2023-04-17 124/78, 2024-10-14 126/80, 2025-10-27 112/70"),
        observed("smoke", "Tobacco smoking status", "2024-10-14", coded("Never smoked"), of="social-history"),
        observed(
            "travel",
            "Recent travel",
            "2025-07-21",
            span("2025-06-20", "2025-07-18"),
            of="social-history",
            note="Nairobi, nursed her brother through tuberculosis",
        ),
        observed(
            "adherence",
            "Missed doses in the last month",
            "2025-10-27",
            between("6", "8", "{doses}"),
            of="survey",
            mark="A",
            note="Ran out while away, then low mood",
        ),
        observed("job", "Occupation", "2024-10-14", text("Hospital cleaner"), of="social-history"),
        observed("phq", "PHQ-9 total score", "2025-10-27", count(13), of="survey", mark="H"),
        report("cxr-2010", "Chest X-ray", "2010-01-04", "Right upper lobe cavity with surrounding consolidation."),
        report("cxr-2010-end", "Chest X-ray", "2010-08-02", "Right apical scarring. Cavity closed."),
        report(
            "culture-2010",
            "Mycobacterial culture",
            "2010-02-15",
            "Mycobacterium tuberculosis, sensitive to all first-line drugs.",
            of="Microbiology",
        ),
        report(
            "geno",
            "HIV genotypic resistance test",
            "2015-04-13",
            "K103N (efavirenz, nevirapine), M184V (emtricitabine).",
        ),
        report("knee", "X-ray of right knee", "2025-08-04", "Medial joint space narrowing, small effusion."),
        report("smear", "Cervical screening", "2025-03-03", "HPV not detected."),
        procedure("node", "Lymph node biopsy", "2010-01-11", site="Right side of neck", outcome="Caseating granuloma"),
        procedure("carpal", "Carpal tunnel release", "2020-02-18", site="Right wrist"),
        procedure("coil", "Insertion of intrauterine device", "2021-08-10"),
        procedure("dental", "Dental crown", "2023-01-24"),
        procedure(
            "knee-inj",
            "Triamcinolone injection of knee",
            "2025-11-06",
            status="preparation",
            site="Right knee",
            reason="@cond-oa",
        ),
        flu_jabs("2022-10-12", "2023-10-11", "2024-10-14"),
        immunized("ppv", "Pneumococcal polysaccharide vaccine (PPV23)", "2012-05"),
        immunized("bcg", "BCG vaccine", "1981"),
        immunized(
            "yf", "Yellow fever vaccine", "2025-06", status="not-done", because="Certificate from 2008 valid for life"
        ),
        encounter("clinic", "HIV clinic", "2025-10-27", reason="Weight loss and cough"),
        encounter("tb", "Respiratory ward admission", "2010-01-04", "2010-01-15", seen="IMP", reason="@cond-tb"),
        encounter("ortho", "Orthopaedic clinic", "2025-09-18", reason="Right knee pain"),
        encounter("endo", "Endocrine clinic", "2018-03-05", reason="@cond-cushing"),
        encounter("asthma", "Asthma review", "2024-10-14", reason="@cond-asthma"),
        impression(
            "endo",
            "2017-10-24",
            "Moon face, striae, 9 am cortisol undetectable after a year of inhaled fluticasone with "
            "cobicistat. Iatrogenic Cushing with adrenal suppression.",
            findings=("@cond-cushing",),
        ),
        plan(
            "hiv",
            "HIV care plan",
            "2015-05-11",
            {
                "Viral load every 6 months": "in-progress",
                "Check every new medicine for cobicistat interactions": "in-progress",
            },
            addresses=("@cond-hiv",),
            goals=("@goal-vl",),
        ),
        goal("vl", "Viral load undetectable", "2015-05-11", achieved="not-achieved"),
        relative("brother", "brother", "Pulmonary tuberculosis", at="38", note="Treated in Nairobi, 2025"),
        relative("mother", "mother", "Hypertension", at="60"),
        note(
            "ortho",
            "Orthopaedic clinic letter",
            "2025-09-18",
            """
            Medial osteoarthritis of the right knee. For triamcinolone 40 mg into the joint on 6 November. Asthma,
            uses an
            inhaler; takes "tablets from the specialist clinic", list not available to us.
        """,
            by="Orthopaedic registrar",
        ),
        note(
            "pharm",
            "HIV pharmacist note",
            "2017-10-30",
            """
            Fluticasone stopped. With cobicistat or ritonavir avoid fluticasone, budesonide, mometasone and
            triamcinolone by any
            route, injections into joints included. Beclometasone is the inhaled choice.
        """,
            by="HIV pharmacist",
        ),
        note(
            "clinic",
            "HIV clinic note",
            "2025-10-27",
            """
            Four weeks of cough with a little phlegm, no blood. Drenched at night, 6 kg lighter since April. Back
            from Nairobi in
            July where she looked after her brother. Missed about a week of tablets and some since. Sputum sent.
        """,
            by="Dr Halloran, HIV physician",
        ),
    ],
    assessments=[
        Assessment(
            "sweats",
            "symptom",
            "4/52 cough, night sweats, wt down 6 kg. CXR awaited. ?isolate. Differential and what's in the history?",
            decisive={
                "cond-hiv": "immunosuppression",
                "cond-tb": "previous tuberculosis",
                "obs-travel": "household exposure in a high-incidence country",
                "obs-cd4": "fallen to 286",
                "obs-vl": "virological rebound",
                "doc-clinic": "the story with exposure and missed doses",
            },
            relevant={
                "fam-brother": "tuberculosis contact",
                "obs-weight": "weight loss",
                "rx-rhze": "earlier treatment: resistance risk",
                "rep-culture-2010": "earlier sensitivities",
                "rep-cxr-2010": "earlier disease",
                "rep-cxr-2010-end": "scar to compare with",
                "obs-adherence": "missed doses",
                "rx-prezcobix": "rifampicin is contraindicated with cobicistat",
                "cond-pcp": "earlier Pneumocystis",
                "cond-resist": "options if regimen changes",
                "obs-crp": "inflammation",
                "obs-job": "hospital worker: infection control",
                "alg-nevirapine": "drug hepatitis: limits the regimen with TB drugs",
                "rx-dolutegravir": "dose doubles with rifampicin",
            },
            context={
                "cond-lymphoma": "considered and excluded then",
                "enc-tb": "earlier admission",
            },
        ),
        Assessment(
            "injection",
            "medication safety",
            "Booked for a steroid injection into her right knee next week (triamcinolone 40 mg). Can it go ahead "
            "with what she "
            "takes?",
            decisive={
                "rx-prezcobix": "cobicistat blocks triamcinolone clearance: Cushing and adrenal suppression",
                "cond-cushing": "it has happened to her with fluticasone",
                "doc-pharm": "names triamcinolone by any route",
                "proc-knee-inj": "the injection",
            },
            relevant={
                "imp-endo": "adrenal suppression confirmed",
                "rx-fluticasone": "the earlier interaction",
                "doc-ortho": "orthopaedics did not have her medicines",
                "cond-hiv": "why the booster",
                "plan-hiv": "check every new medicine",
                "cond-oa": "the indication",
                "obs-cortisol-2017": "adrenal suppression",
                "doc-clinic": "possible tuberculosis now: no steroid",
                "rx-hydrocort": "needed replacement for five months",
            },
            context={
                "rx-beclo": "other steroid, acceptable",
                "rx-diclofenac-gel": "alternative for the knee",
                "alg-latex": "gloves for the procedure",
            },
        ),
    ],
)
