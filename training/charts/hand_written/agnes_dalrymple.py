"""Agnes Dalrymple, 88: polymyalgia on prednisolone for years, osteoporosis, glaucoma. As of 12 May 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed
from fhir_samples.narratives import impression, note
from fhir_samples.observations import blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import (
    allergy,
    condition,
    device,
    encounter,
    flu_jabs,
    immunized,
    procedure,
    relative,
)

CHART = Chart(
    name="Agnes Dalrymple",
    sex="female",
    born="1937-01-22",
    number="LS-550918",
    entries=[
        condition("pmr", "Polymyalgia rheumatica", "2020-10", note="Relapses below 5 mg"),
        condition("osteoporosis", "Osteoporosis", "2012-05"),
        condition("colles", "Fracture of distal radius", "2012-03-14", until="2012-05", site="Left wrist"),
        condition(
            "breast",
            "Breast cancer",
            "2009-06",
            status="remission",
            site="Left breast",
            note="pT2 N1, ER positive. Discharged 2016",
        ),
        condition("glaucoma", "Primary open angle glaucoma", "2013", site="Both eyes"),
        condition("dm", "Steroid-induced diabetes", "2021-09"),
        condition("htn", "Hypertension", "1998"),
        condition("oesophagitis", "Erosive oesophagitis", "2014-02", until="2014-06"),
        condition("pseudophakia", "Pseudophakia", "2016", site="Both eyes"),
        condition("prolapse", "Uterovaginal prolapse", "2008", note="Ring pessary"),
        condition("cellulitis", "Cellulitis", "2022-07", until="2022-08", site="Left shin"),
        condition("migraine", "Migraine", "1960", until="1990", note="None since the menopause"),
        condition("gca", "Giant cell arteritis", "2021-01", verified="refuted", note="Temporal artery scan clear"),
        prescribed(
            "pred",
            "Prednisolone 1 mg tablets",
            "4 mg once daily, reduce by 1 mg every 6 weeks",
            "2025-03-10",
            reason="@cond-pmr",
        ),
        prescribed(
            "pred-2020",
            "Prednisolone 5 mg tablets",
            "15 mg once daily, reducing slowly to 5 mg",
            "2020-10-12",
            until="2025-03-09",
            reason="@cond-pmr",
            because="Changed to 1 mg tablets to reduce further",
        ),
        prescribed(
            "denosumab", "Denosumab 60 mg injection", "60 mg every 6 months", "2014-08", reason="@cond-osteoporosis"
        ),
        prescribed(
            "alendronate",
            "Alendronic acid 70 mg tablets",
            "70 mg once a week",
            "2012-05",
            until="2014-02",
            reason="@cond-osteoporosis",
            because="Erosive oesophagitis",
        ),
        prescribed(
            "calcium", "Calcium carbonate 1.5 g and colecalciferol 400 unit tablets", "One twice a day", "2012-05"
        ),
        prescribed(
            "letrozole",
            "Letrozole 2.5 mg tablets",
            "2.5 mg once daily",
            "2009-12",
            until="2014-12",
            reason="@cond-breast",
            because="Five years complete",
        ),
        prescribed(
            "latanoprost",
            "Latanoprost 50 micrograms/mL eye drops",
            "One drop both eyes at night",
            "2013",
            reason="@cond-glaucoma",
        ),
        prescribed("gliclazide", "Gliclazide 40 mg tablets", "40 mg with breakfast", "2021-10", reason="@cond-dm"),
        prescribed("losartan", "Losartan 50 mg tablets", "50 mg once daily", "2009"),
        prescribed("omeprazole", "Omeprazole 20 mg capsules", "20 mg once daily", "2014-02"),
        prescribed(
            "codeine",
            "Codeine 15 mg tablets",
            "15 mg up to four times a day",
            "2022-08",
            until="2022-08",
            because="Constipated and muddled",
        ),
        prescribed("oestriol", "Estriol 0.01% vaginal cream", "One applicator twice a week", "2019-03"),
        given("deno-2024", "Denosumab 60 mg injection", "60 mg", "2024-05-13", route="Subcutaneous"),
        given(
            "deno-missed",
            "Denosumab 60 mg injection",
            "60 mg",
            "2024-11-11",
            status="not-done",
            because="Housebound with flu; to rebook",
        ),
        allergy("sulfa", "Co-trimoxazole", "Widespread rash", "1984", severity="moderate"),
        series(
            "crp",
            "C-reactive protein",
            "mg/L",
            "2020-10-08 64, 2021-01-18 41, 2023-05-02 6, 2024-10-07 5, 2025-05-01 72",
            normal=(None, 5),
        ),
        series("esr", "ESR", "mm/h", "2020-10-08 78, 2021-01-18 55, 2024-10-07 22, 2025-05-01 81", normal=(None, 30)),
        series("hb", "Haemoglobin", "g/L", "2020-10-08 112, 2024-10-07 124, 2025-05-01 109", normal=(115, 165)),
        series("plt", "Platelets", "10*9/L", "2024-10-07 288, 2025-05-01 467", normal=(150, 400)),
        series("hba1c", "HbA1c", "mmol/mol", "2021-09-14 54, 2023-05-02 51, 2024-10-07 50", normal=(None, 48)),
        series("egfr", "eGFR", "mL/min/1.73m2", "2023-05-02 58, 2024-10-07 55, 2025-05-01 54", normal=(60, None)),
        series("ca", "Adjusted calcium", "mmol/L", "2024-05-01 2.41, 2025-05-01 2.46", normal=(2.2, 2.6)),
        series("alp", "Alkaline phosphatase", "U/L", "2023-05-02 74, 2024-10-07 81, 2025-05-01 118", normal=(30, 130)),
        series(
            "vitd", "25-hydroxyvitamin D", "nmol/L", "2018-01-16 19, 2018-07-10 71, 2024-05-01 64", normal=(50, None)
        ),
        vital("height", "Height", "cm", "2009-06-10 161, 2019-03-05 157, 2024-10-07 154"),
        vital("weight", "Weight", "kg", "2019-03-05 55.1, 2024-10-07 52.4, 2025-05-01 49.8"),
        blood_pressure("2023-05-02 142/78, 2024-10-07 146/76, 2025-05-01 138/70"),
        observed("smoke", "Tobacco smoking status", "2024-10-07", coded("Never smoked"), of="social-history"),
        observed(
            "home", "Lives with", "2024-10-07", text("Alone, bungalow; daughter calls daily"), of="social-history"
        ),
        report(
            "ta-us",
            "Ultrasound of temporal arteries",
            "2021-01-21",
            "No halo sign in either temporal or axillary artery. Scanned after 9 days of prednisolone 40 mg.",
        ),
        report("dxa", "DXA bone density", "2023-06-12", "T-score lumbar spine -2.6, femoral neck -3.1."),
        report(
            "cxr",
            "Chest X-ray",
            "2024-11-15",
            "No consolidation. Left axillary clips. Incidental loss of height of T8, age uncertain.",
        ),
        report(
            "fields",
            "Visual field test",
            "2024-12-03",
            "Stable inferior arcuate defect right eye. Pressures 16 and 15.",
        ),
        report("carotid", "Carotid duplex", "2017-04-20", "Less than 30% stenosis on both sides."),
        procedure("wle", "Wide local excision of breast with axillary clearance", "2009-07", site="Left"),
        procedure("cataracts", "Phacoemulsification with lens implant", "2016-05", site="Both eyes"),
        device("pessary", "Vaginal ring pessary", note="Changed every 6 months"),
        flu_jabs("2023-10-11"),
        immunized("shingrix", "Recombinant zoster vaccine", "2024-02", status="not-done", because="Declined"),
        encounter("flu", "GP home visit", "2024-11-15", seen="HH", reason="Influenza-like illness"),
        encounter("rheum", "Rheumatology clinic", "2021-01-28", reason="Headache and jaw ache on prednisolone"),
        relative("mother", "mother", "Hip fracture", at="74", died="75"),
        relative("sister", "sister", "Giant cell arteritis", at="79"),
        impression(
            "rheum",
            "2021-01-28",
            "Headache settled on 40 mg. Scan negative but late. Treated as PMR; low threshold to reconsider GCA.",
        ),
        note(
            "steroid",
            "Practice nurse note",
            "2025-03-10",
            """
            Steroid reduction plan started at rheumatology's suggestion. Steroid emergency card given, sick day rules
            explained. Tablets: 4 mg now, 3 mg from 21 April.
        """,
            by="Practice nurse",
        ),
    ],
    assessments=[
        Assessment(
            "shade",
            "symptom",
            "Phoning about my mother, 88. For a fortnight her head has been sore, she can't bear the hairbrush, and "
            "leaves her toast because chewing tires her. This morning a grey shade came down over the right eye for "
            "ten minutes then went. She says it is just her age. Can it wait till Thursday's appointment?",
            decisive={
                "cond-pmr": "polymyalgia: giant cell arteritis until disproved",
                "rx-pred": "dose being cut: flare under reduction",
                "obs-crp": "risen sharply on 1 May",
                "obs-esr": "81 on 1 May",
            },
            relevant={
                "cond-gca": "refuted in 2021 on a late scan; may have been wrong",
                "imp-rheum": "low threshold to reconsider",
                "rep-ta-us": "negative after nine days of steroid: does not exclude",
                "doc-steroid": "timing of the reduction",
                "obs-plt": "new thrombocytosis supports it",
            },
            context={
                "fam-sister": "giant cell arteritis in a sister",
                "rep-fields": "baseline fields, right eye defect",
                "cond-glaucoma": "other eye disease; pressure on high dose steroid",
                "cond-dm": "glucose on 40 to 60 mg",
                "obs-hb": "anaemia of inflammation",
                "obs-weight": "weight loss",
                "rep-carotid": "no carotid stenosis then: amaurosis from elsewhere",
                "rx-pred-2020": "steroid course so far",
            },
        ),
        Assessment(
            "back",
            "diagnosis",
            "HV: sudden mid-thoracic back pain lifting a casserole out of the oven, tender over ~T10, can't lie flat. "
            "Legs and waterworks fine, no fever. Muscular? Needs imaging? What can she have for pain?",
            decisive={
                "cond-osteoporosis": "vertebral fragility fracture likely",
                "adm-deno-missed": "dose missed: rebound vertebral fractures after a gap",
                "rx-pred": "years of glucocorticoid",
                "cond-breast": "node-positive breast cancer: metastasis to exclude",
            },
            relevant={
                "rx-denosumab": "six-monthly, now overdue by half a year",
                "adm-deno-2024": "last dose given, a year ago",
                "rep-cxr": "height loss of T8 seen and not followed",
                "rep-dxa": "very low density",
                "obs-height": "lost seven centimetres",
                "rx-pred-2020": "cumulative steroid dose",
                "rx-codeine": "muddled and constipated on codeine",
            },
            context={
                "cond-colles": "earlier fragility fracture",
                "rx-letrozole": "five years of oestrogen suppression",
                "obs-alp": "risen, within normal: fracture or metastasis",
                "obs-ca": "normal; metastasis, myeloma and before denosumab",
                "obs-esr": "raised: myeloma as well as polymyalgia",
                "obs-weight": "weight loss is a red flag",
                "obs-egfr": "before anti-inflammatories and bone drugs",
                "rx-alendronate": "oral bisphosphonate not tolerated",
                "fam-mother": "hip fracture in her mother",
                "obs-vitd": "replete before more denosumab",
            },
        ),
    ],
)
