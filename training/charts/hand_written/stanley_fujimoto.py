"""Stanley Fujimoto, 74: Parkinson's disease with a brain stimulator, faints and visions. As of 21 Oct 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import prescribed, takes
from fhir_samples.narratives import letter
from fhir_samples.observations import amount, blood_pressure, coded, observed, report, series, text, vital
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
    name="Stanley Fujimoto",
    sex="male",
    born="1951-04-19",
    number="WA-6150932",
    entries=[
        condition("pd", "Parkinson's disease", "2012-08"),
        condition("oh", "Neurogenic orthostatic hypotension", "2022-05"),
        condition("rbd", "REM sleep behavior disorder", "2008", note="Years before the tremor"),
        condition("hallucinations", "Visual hallucinations", "2025-08", note="Children and a dog, untroubled at first"),
        condition("hernia", "Inguinal hernia", "2025-03", site="Right"),
        condition("constipation", "Chronic constipation", "2010"),
        condition("htn", "Hypertension", "2004", until="2022-05", note="Pills withdrawn when pressures fell"),
        condition("bph", "Benign prostatic hyperplasia", "2015"),
        condition("overactive", "Overactive bladder", "2025-06"),
        condition("vertigo", "Benign positional vertigo", "2016-02", until="2016-05"),
        condition("hip-oa", "Osteoarthritis of hip", "2018", site="Left"),
        condition("hypothyroid", "Hypothyroidism", "2014"),
        condition("reflux", "GERD", "2016"),
        condition("sdh", "Subdural hematoma", "2024-01-18", until="2024-04", note="Fall; managed without surgery"),
        condition("melanoma", "Melanoma in situ", "2019-09", until="2019-10", site="Upper back"),
        prescribed(
            "levodopa",
            "Carbidopa/levodopa 25/100 mg tablets",
            "Two tablets at 6, 10, 14 and 18 hours",
            "2013-01",
            reason="@cond-pd",
            note="Freezes within 40 minutes of a late dose",
        ),
        prescribed("rasagiline", "Rasagiline 1 mg tablets", "1 mg once daily", "2019-03", reason="@cond-pd"),
        prescribed(
            "pramipexole",
            "Pramipexole 1.5 mg extended-release tablets",
            "1.5 mg once daily",
            "2024-09-12",
            reason="@cond-pd",
        ),
        prescribed("midodrine", "Midodrine 5 mg tablets", "5 mg three times daily", "2022-06", reason="@cond-oh"),
        prescribed(
            "oxybutynin", "Oxybutynin 5 mg tablets", "5 mg twice daily", "2025-06-17", reason="@cond-overactive"
        ),
        prescribed("tamsulosin", "Tamsulosin 0.4 mg capsules", "0.4 mg at bedtime", "2015-10", reason="@cond-bph"),
        prescribed(
            "levothyroxine", "Levothyroxine 75 mcg tablets", "75 mcg once daily", "2014-06", reason="@cond-hypothyroid"
        ),
        prescribed("pantoprazole", "Pantoprazole 40 mg tablets", "40 mg once daily", "2016", reason="@cond-reflux"),
        prescribed(
            "aspirin",
            "Aspirin 81 mg tablets",
            "81 mg once daily",
            "2006",
            until="2024-01-18",
            because="Subdural hematoma",
        ),
        prescribed(
            "amlodipine",
            "Amlodipine 5 mg tablets",
            "5 mg once daily",
            "2008",
            until="2022-05",
            because="Standing systolic 88",
        ),
        prescribed(
            "amantadine",
            "Amantadine 100 mg capsules",
            "100 mg twice daily",
            "2021-05",
            until="2021-08",
            reason="@cond-pd",
            because="Confused, saw insects",
        ),
        prescribed(
            "polyethylene", "Polyethylene glycol 3350 powder", "17 g once daily", "2012", reason="@cond-constipation"
        ),
        prescribed(
            "risperidone",
            "Risperidone 0.5 mg tablets",
            "0.5 mg at night",
            "2023-09-04",
            until="2023-09-12",
            because="Could not get out of bed; rigid",
            reason="Nighttime agitation in hospital",
        ),
        takes("melatonin", "Melatonin 5 mg", "At bedtime", "2015"),
        takes("dm", "Dextromethorphan cough syrup", "A spoonful at night", "2025-10", note="For a cold"),
        allergy(
            "meto",
            "Metoclopramide",
            "Rigid, could not speak, tongue thrust",
            "2017-11-02",
            severity="severe",
            kind="intolerance",
            note="Emergency room, for vomiting",
        ),
        series("k", "Potassium", "mEq/L", "2024-09-10 4.1, 2025-09-02 4.0", normal=(3.5, 5.1)),
        series("na", "Sodium", "mEq/L", "2024-09-10 139, 2025-09-02 137", normal=(135, 145)),
        series("egfr", "eGFR", "mL/min/1.73m2", "2024-09-10 68, 2025-09-02 63", normal=(60, None)),
        series("hgb", "Hemoglobin", "g/dL", "2024-09-10 14.0, 2025-09-02 13.6", normal=(13.5, 17.5)),
        series("tsh", "TSH", "mU/L", "2024-09-10 3.2, 2025-09-02 2.9", normal=(0.4, 4.5)),
        series("b12", "Vitamin B12", "pg/mL", "2024-09-10 388", normal=(200, 900)),
        observed("moca", "Montreal Cognitive Assessment", "2025-09-02", text("21 of 30; was 25 of 30 in 2023")),
        observed("ua", "Urinalysis", "2025-10-14", text("No leukocytes or nitrite"), of="laboratory"),
        blood_pressure("2024-09-10 128/74, 2025-06-17 136/78, 2025-09-02 134/76"),
        observed(
            "standing",
            "Standing systolic blood pressure",
            "2025-09-02",
            amount("92", "mmHg"),
            note="Three minutes standing; lying 134",
        ),
        vital("weight", "Weight", "kg", "2024-09-10 68.5, 2025-09-02 64.2"),
        observed("smoke", "Tobacco smoking status", "2025-09-02", coded("Never smoked"), of="social-history"),
        observed("alcohol", "Alcohol intake", "2025-09-02", text("A beer on Sundays"), of="social-history"),
        observed("swallow", "Swallow screen", "2025-09-02", text("Coughs with thin liquids; thickened, chin tuck")),
        report(
            "ct-head", "CT head", "2024-03-28", "Subdural collection resolved. Lead tips in both subthalamic nuclei."
        ),
        report("ecg", "12-lead ECG", "2025-09-02", "Sinus rhythm 62 with lead artifact. QTc 468 ms."),
        report("cxr", "Chest X-ray", "2025-10-16", "No consolidation. Left chest stimulator."),
        report("dxa", "DXA bone density", "2024-06-11", "T-score femoral neck -1.8."),
        procedure("dbs", "Deep brain stimulator implantation", "2018-02-20", site="Both subthalamic nuclei"),
        procedure("battery", "Stimulator battery replacement", "2023-09-04", note="General anesthesia"),
        procedure(
            "booked", "Inguinal hernia repair", "2025-11-12", status="preparation", site="Right", note="Day case"
        ),
        procedure("rotator", "Rotator cuff repair", "2008-01-15", site="Right"),
        device("dbs", "Deep brain stimulator", note="Second battery, left chest. Card in wallet; off-switch with wife"),
        flu_jabs("2024-10-02"),
        immunized("covid", "COVID-19 mRNA vaccine", "2024-10-02"),
        encounter("er", "Emergency department visit", "2017-11-02", seen="EMER", reason="Vomiting"),
        relative("brother", "brother", "Parkinson's disease", at="64"),
        letter(
            "discharge",
            "Discharge letter",
            "2023-09-12",
            {
                "Course": "Battery change. Levodopa 3 hours late on day 1: rigid, aspirated. Delirium; risperidone "
                "made it much worse. Home on day 8.",
                "Advice": "Bring own tablets; exact clock times; avoid dopamine blockers.",
            },
            by="Dr Ames, hospital medicine",
        ),
    ],
    assessments=[
        Assessment(
            "visions",
            "medication safety",
            "Home health RN: wife at wits' end. He saw the dead dog again and now says strangers are in the attic, up "
            "all night. Queasy most mornings and two tumbles getting up this week. Asks for something to calm "
            "him and something for the stomach - prochlorperazine and haloperidol on the standing order OK?",
            decisive={
                "alg-meto": "severe reaction to a dopamine-blocking antiemetic",
                "rx-risperidone": "antipsychotic made him rigid",
                "cond-pd": "dopamine blockers contraindicated",
                "rx-pramipexole": "newest dopamine agonist: first to reduce for psychosis",
                "rx-oxybutynin": "anticholinergic: confusion and hallucinations",
            },
            relevant={
                "cond-oh": "why he falls",
                "obs-standing": "drops to 92",
                "rx-levodopa": "dopamine load and nausea; not to stop suddenly",
                "obs-moca": "cognition has fallen: dementia and psychosis",
                "rep-ecg": "QTc 468 limits the choice",
                "comp-discharge": "avoid dopamine blockers",
                "rx-rasagiline": "can cause hallucinations, adds to the drop",
                "cond-sdh": "head injury in a faller, bleed before",
            },
            context={
                "rx-tamsulosin": "lowers standing pressure",
                "use-dm": "with rasagiline: confusion, serotonin toxicity",
                "rx-amantadine": "hallucinations before, on another drug",
                "cond-hallucinations": "began after the bladder tablet",
                "obs-ua": "no urine infection",
                "rep-cxr": "no chest infection",
                "rx-midodrine": "treatment of the drop",
                "cond-constipation": "constipation worsens confusion and absorption",
                "obs-na": "no metabolic cause",
            },
        ),
        Assessment(
            "hernia",
            "pre-procedure",
            "PAT clinic, 74M for R inguinal hernia repair 12 Nov, 4th on the afternoon list. Nil by mouth from "
            "midnight, GA v spinal. Anything special?",
            decisive={
                "dev-dbs": "stimulator: diathermy and switching off",
                "rx-levodopa": "must be given at exact times, not fasted through",
                "alg-meto": "no metoclopramide after anesthesia",
                "comp-discharge": "late doses led to rigidity and aspiration before",
                "rx-rasagiline": "MAO-B inhibitor: no meperidine, tramadol or ephedrine",
            },
            relevant={
                "cond-pd": "the risk",
                "cond-oh": "hypotension under spinal and after",
                "obs-swallow": "aspiration risk",
                "rx-risperidone": "postoperative delirium must not be treated with antipsychotics",
                "proc-battery": "the last anesthetic and how it went",
                "proc-dbs": "what is implanted and where",
                "obs-moca": "delirium risk",
            },
            context={
                "rx-pramipexole": "to be continued on the day",
                "obs-standing": "size of the drop",
                "rx-midodrine": "to be continued",
                "rx-oxybutynin": "retention and delirium after operation",
                "rx-tamsulosin": "retention after surgery",
                "cond-reflux": "aspiration",
                "rep-ecg": "QTc before ondansetron",
                "use-dm": "with an MAO-B inhibitor, stop before",
                "rep-cxr": "clear last week, after a cold",
            },
        ),
    ],
)
