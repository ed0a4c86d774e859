"""Owen Hargreaves, 68: kidney transplant on ciclosporin and azathioprine, gout, skin cancers. As of 3 Nov 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import prescribed
from fhir_samples.narratives import letter, note, plan
from fhir_samples.observations import amount, blood_pressure, coded, observed, report, series, text
from fhir_samples.vocabulary import allergy, condition, device, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Owen Hargreaves",
    sex="male",
    born="1957-04-19",
    number="HR-118203",
    entries=[
        condition("tx", "Kidney transplant recipient", "1996-08-14", note="Deceased donor, left iliac fossa"),
        condition("igan", "IgA nephropathy", "1988"),
        condition("ckd", "Chronic kidney disease stage 3", "2014", note="Transplant function, slow decline"),
        condition("htn", "Hypertension", "1990"),
        condition("gout", "Gout", "2019-05", site="Right first toe, then both ankles"),
        condition(
            "scc", "Squamous cell carcinoma of skin", "2018-03", until="2018-06", site="Right temple", note="pT2"
        ),
        condition("bcc", "Basal cell carcinoma of skin", "2022-01", until="2022-03", site="Left shoulder"),
        condition("ak", "Actinic keratosis", "2013", site="Scalp, forehead and backs of hands", note="Field change"),
        condition("warts", "Viral warts", "2005", site="Fingers and forearms"),
        condition("gums", "Gingival hyperplasia", "2003", note="Ciclosporin and amlodipine"),
        condition("aspergillus", "Pulmonary aspergillosis", "2012-02", until="2012-09"),
        condition("bph", "Benign prostatic hyperplasia", "2020-07"),
        condition("wrist", "Fracture of distal radius", "2011-01-08", until="2011-03", site="Left wrist"),
        condition("lipids", "Hyperlipidaemia", "2001"),
        prescribed("ciclosporin", "Ciclosporin 75 mg capsules", "75 mg twice daily", "1996-08-14", reason="@cond-tx"),
        prescribed("azathioprine", "Azathioprine 50 mg tablets", "75 mg once daily", "1996-08-14", reason="@cond-tx"),
        prescribed("pred", "Prednisolone 5 mg tablets", "5 mg once daily", "1996-08-14", reason="@cond-tx"),
        prescribed("allopurinol", "Allopurinol 100 mg tablets", "200 mg once daily", "2025-09-18", reason="@cond-gout"),
        prescribed(
            "colchicine",
            "Colchicine 500 microgram tablets",
            "500 micrograms twice daily for 5 days",
            "2025-09-01",
            until="2025-09-06",
            reason="@cond-gout",
            because="Course completed; loose stools",
        ),
        prescribed("amlodipine", "Amlodipine 10 mg tablets", "10 mg once daily", "2002-05", reason="@cond-htn"),
        prescribed(
            "coamilozide",
            "Co-amilozide 2.5 mg/25 mg tablets",
            "One tablet once daily",
            "2006-03",
            until="2019-05-20",
            reason="@cond-htn",
            because="Gout",
            note="Amiloride with hydrochlorothiazide",
        ),
        prescribed("doxazosin", "Doxazosin 4 mg tablets", "4 mg once daily", "2019-05-20", reason="@cond-htn"),
        prescribed("pravastatin", "Pravastatin 20 mg tablets", "20 mg at night", "2004-02", reason="@cond-lipids"),
        prescribed(
            "voriconazole",
            "Voriconazole 200 mg tablets",
            "200 mg twice daily",
            "2012-02-20",
            until="2012-09-14",
            reason="@cond-aspergillus",
            because="Treatment complete after seven months",
        ),
        prescribed(
            "acitretin",
            "Acitretin 10 mg capsules",
            "20 mg once daily",
            "2018-09",
            until="2020-02",
            because="Dry lips and rising triglycerides",
            note="Skin cancer prevention",
        ),
        prescribed(
            "fluorouracil",
            "Fluorouracil 5% cream",
            "Twice daily to scalp for 4 weeks",
            "2023-05-11",
            until="2023-06-08",
            reason="@cond-ak",
        ),
        allergy("coamox", "Co-amoxiclav", "Rash", "2007-11", severity="mild", criticality="low"),
        series(
            "wbc",
            "White cell count",
            "10*9/L",
            "2023-09-05 5.8, 2024-03-12 5.4, 2024-09-10 5.6, 2025-03-11 5.2, 2025-08-29 5.5, 2025-10-31 2.1",
            normal=(4.0, 11.0),
        ),
        series(
            "neut",
            "Neutrophils",
            "10*9/L",
            "2023-09-05 3.9, 2024-03-12 3.6, 2024-09-10 3.7, 2025-03-11 3.5, 2025-08-29 3.8, 2025-10-31 0.9",
            normal=(1.8, 7.5),
        ),
        series(
            "hb",
            "Haemoglobin",
            "g/L",
            "2023-09-05 128, 2024-09-10 126, 2025-03-11 127, 2025-08-29 125, 2025-10-31 98",
            normal=(130, 175),
        ),
        series("plt", "Platelets", "10*9/L", "2024-09-10 208, 2025-03-11 197, 2025-10-31 88", normal=(150, 400)),
        series("mcv", "Mean cell volume", "fL", "2024-09-10 101, 2025-03-11 102, 2025-10-31 113", normal=(80, 100)),
        series(
            "creat",
            "Creatinine",
            "umol/L",
            "2021-09-07 138, 2023-09-05 146, 2024-09-10 151, 2025-03-11 154, 2025-10-31 158",
            normal=(59, 104),
        ),
        series(
            "egfr",
            "eGFR",
            "mL/min/1.73m2",
            "2021-09-07 46, 2023-09-05 42, 2024-09-10 40, 2025-03-11 39, 2025-10-31 38",
            normal=(60, None),
        ),
        series("csa", "Ciclosporin trough level", "ug/L", "2024-03-12 92, 2024-09-10 88, 2025-03-11 95"),
        series("urate", "Urate", "umol/L", "2019-05-14 568, 2025-03-11 541, 2025-10-31 402", normal=(200, 430)),
        observed(
            "tpmt",
            "Thiopurine methyltransferase activity",
            "2009-10-06",
            text("18 mU/L: intermediate activity, carrier range"),
            of="laboratory",
        ),
        observed("b12", "Vitamin B12", "2025-03-11", amount("412", "ng/L"), of="laboratory"),
        blood_pressure("2024-03-12 136/82, 2024-09-10 138/80, 2025-03-11 132/78"),
        observed(
            "smoke", "Tobacco smoking status", "2025-03-11", coded("Ex-smoker, stopped 1995"), of="social-history"
        ),
        observed(
            "work",
            "Occupation",
            "2013-04-02",
            text("Retired roofer. Eleven years in Queensland as a young man; sunburnt often, fair skin, red hair"),
            of="social-history",
        ),
        observed("alcohol", "Alcohol intake", "2025-03-11", text("6 units a week"), of="social-history"),
        report(
            "histo-scc",
            "Skin histology",
            "2018-04-12",
            "Right temple: squamous cell carcinoma, moderately differentiated, 4.5 mm thick, clear by 3 mm. "
            "Perineural invasion present.",
            of="Histopathology",
        ),
        report(
            "histo-bcc", "Skin histology", "2022-03-09", "Left shoulder: nodular basal cell carcinoma, fully excised."
        ),
        report("cxr", "Chest X-ray", "2024-12-03", "Scarring at the right apex, unchanged since 2012."),
        procedure("tx", "Kidney transplantation", "1996-08-14", site="Left iliac fossa"),
        procedure("excision", "Excision of skin lesion", "2018-04-05", site="Right temple", reason="@cond-scc"),
        procedure("hernia", "Inguinal hernia repair", "2004-02-17", site="Right"),
        device("hearing", "Hearing aids, both ears"),
        flu_jabs("2023-10-03", "2024-10-01", "2025-10-02"),
        immunized("shingrix", "Recombinant zoster vaccine", "2023-02-14", dose=2),
        immunized("ppv", "Pneumococcal polysaccharide vaccine (PPV23)", "2012-11"),
        encounter("gout", "GP appointment", "2025-09-18T15:40", reason="Third attack of gout this year"),
        encounter("renal", "Transplant clinic", "2025-03-11", reason="@cond-tx"),
        encounter(
            "skin-dna", "Transplant skin surveillance clinic", "2024-11-19", status="cancelled", reason="Did not attend"
        ),
        letter(
            "derm",
            "Dermatology clinic letter",
            "2023-06-22",
            {
                "Findings": "Marked field change of the scalp, improved after fluorouracil. No new tumour. No nodes.",
                "Plan": """
                    Very high risk: previous SCC with perineural invasion. Full skin and node check every 6 months.
                    Any lump that is tender, grows or bleeds: same-week appointment. With another SCC we would ask the
                    transplant team to stop azathioprine and change ciclosporin to sirolimus.
                """,
            },
            by="Dr Penhaligon, dermatologist",
        ),
        note(
            "transplant",
            "Transplant clinic note",
            "2025-03-11",
            """
            29 years out. Stable function. Ankle gout in January: asks about prevention. Told that the usual tablet
            must not be taken with azathioprine; to ring us before anything is started. MMF switch to be discussed
            if attacks go on. No recent skin check.
        """,
            by="Transplant nurse specialist",
        ),
        note(
            "gp-gout",
            "GP consultation",
            "2025-09-18",
            """
            Third attack of the year, settled with colchicine. Urate 541. Start urate lowering, 100 mg for two weeks
            then 200 mg. U&E and urate in 6 weeks.
        """,
            by="Locum general practitioner",
        ),
        plan(
            "shared",
            "Shared care for transplant medicines",
            "2015-01-20",
            {"FBC, U&E and level every 6 months": "in-progress", "Skin check every 6 months": "on-hold"},
            addresses=("@cond-tx",),
        ),
        relative("father", "father", "Malignant melanoma of skin", at="66", died="71"),
    ],
    assessments=[
        Assessment(
            "counts",
            "results",
            "68M, 6/52 bloods back: WCC 2.1, neuts 0.9, Hb 98, plt 88, MCV 113. Bit tired, otherwise well, afebrile. "
            "?haem referral ?cause",
            decisive={
                "rx-azathioprine": "marrow toxicity; stop now",
                "rx-allopurinol": "blocks azathioprine breakdown; started six weeks before",
                "obs-neut": "normal until the new tablet, now below 1",
                "obs-wbc": "normal until the new tablet",
            },
            relevant={
                "obs-tpmt": "intermediate activity: more exposed to thiopurine",
                "doc-transplant": "warned against this combination",
                "doc-gp-gout": "when and why it was begun, no count arranged",
                "obs-plt": "third cell line falls",
                "obs-hb": "third cell line falls",
                "obs-mcv": "rise supports thiopurine toxicity",
                "cond-tx": "graft at stake when azathioprine stops; immunosuppressed",
                "obs-egfr": "metabolites accumulate with reduced clearance",
                "cond-gout": "needs another way to prevent attacks",
            },
            context={
                "rx-ciclosporin": "remaining immunosuppression; infection risk",
                "rx-pred": "masks fever; remaining immunosuppression",
                "obs-b12": "normal in March, other cause of macrocytosis",
                "rx-colchicine": "recent; can also depress marrow",
                "plan-shared": "monitoring was six-monthly only",
                "obs-creat": "graft function stable",
                "enc-gout": "start of the new tablet",
            },
        ),
        Assessment(
            "lump",
            "diagnosis",
            "Sore lump on rim of left ear for 7 weeks, crusting, bleeds on the pillow. Wife thinks he caught it "
            "shaving. How worried should I be and how soon should he be seen?",
            decisive={
                "cond-scc": "previous high-risk skin cancer",
                "cond-tx": "29 years of immunosuppression: SCC risk many times higher",
                "rx-azathioprine": "photosensitising, drives SCC",
                "comp-derm": "same-week rule and plan for another tumour",
            },
            relevant={
                "rx-ciclosporin": "promotes skin cancer; switch would be considered",
                "cond-ak": "field change on sun-exposed head",
                "rep-histo-scc": "perineural invasion in the last tumour",
                "obs-work": "outdoor work, Queensland, fair skin",
                "enc-skin-dna": "surveillance missed for over a year",
                "cond-bcc": "second skin cancer",
                "rx-voriconazole": "months of a photosensitising drug that raises SCC risk",
            },
            context={
                "rx-coamilozide": "hydrochlorothiazide for 13 years: SCC risk",
                "fam-father": "melanoma",
                "plan-shared": "skin checks on hold",
                "rx-acitretin": "earlier prevention, not tolerated",
                "rx-fluorouracil": "earlier field treatment",
                "obs-plt": "88: bleeding at biopsy",
                "obs-neut": "wound infection risk at biopsy",
                "proc-excision": "earlier surgery",
                "cond-warts": "HPV, marks depth of immunosuppression",
                "doc-transplant": "no recent skin check noted",
            },
        ),
    ],
)
