"""Joaquin Ferreira, 41: schizophrenia, well on clozapine, constipated. As of 6 Oct 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart, References
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import goal, impression, note, plan
from fhir_samples.observations import (
    amount,
    blood_pressure,
    coded,
    count,
    day,
    observed,
    report,
    series,
    text,
    vital,
)
from fhir_samples.vocabulary import allergy, condition, encounter, flu_jabs, procedure, relative

CHART = Chart(
    name="Joaquin Ferreira",
    sex="male",
    born="1984-05-19",
    number="PS-840519",
    kind="transaction",
    references=References.CONDITIONAL,
    entries=[
        condition("schizo", "Schizophrenia", "2004-02", note="Treatment resistant"),
        condition("constip", "Constipation", "2018-09", note="Clozapine-associated"),
        condition("drool", "Sialorrhoea", "2017-05"),
        condition("obesity", "Obesity", "2015", note="BMI 34"),
        condition("dm", "Type 2 diabetes mellitus", "2020-11"),
        condition("copd", "Chronic obstructive pulmonary disease", "2023-02", severity="Mild"),
        condition("tobacco", "Tobacco dependence", "2000"),
        condition("cannabis", "Cannabis use disorder", "2003", status="remission", note="None since 2013"),
        condition("neutro", "Neutropenia", "2019-03-04", until="2019-03-18", note="Amber: 1.7, recovered; benign"),
        condition(
            "myocard", "Myocarditis", "2017-03", verified="refuted", note="Troponin normal, echo normal in week 3"
        ),
        condition(
            "seizure",
            "Generalised tonic-clonic seizure",
            "2018-01-22",
            until="2018-01-22",
            note="Clozapine level 1.1 mg/L after a week in hospital without smoking",
        ),
        condition("nms", "Neuroleptic malignant syndrome", "2008-07", until="2008-08", note="On haloperidol depot"),
        condition("gallstones", "Gallstones", "2021", note="Incidental"),
        condition("tinea", "Tinea pedis", "2022-06", until="2022-08", site="Both feet"),
        condition("rib", "Fracture of rib", "2012", until="2012", site="Left sixth rib"),
        prescribed(
            "clozapine",
            "Clozapine 100 mg tablets",
            "150 mg in the morning and 300 mg at night",
            "2017-02-20",
            reason="@cond-schizo",
        ),
        prescribed(
            "hyoscine",
            "Hyoscine hydrobromide 300 microgram tablets",
            "300 micrograms at night",
            "2017-05-11",
            reason="@cond-drool",
        ),
        prescribed(
            "senna",
            "Senna 7.5 mg tablets",
            "15 mg at night",
            "2018-09-10",
            status="on-hold",
            because="Ran out in August; not reordered",
            reason="@cond-constip",
        ),
        prescribed("docusate", "Docusate 100 mg capsules", "100 mg twice daily", "2018-09-10", reason="@cond-constip"),
        prescribed(
            "valproate",
            "Sodium valproate 500 mg tablets",
            "500 mg twice daily",
            "2018-01-24",
            reason="Seizure prophylaxis with clozapine",
        ),
        prescribed(
            "amitriptyline", "Amitriptyline 25 mg tablets", "25 mg at night", "2025-09-08", reason="Low back pain"
        ),
        prescribed(
            "metformin", "Metformin 1 g modified-release tablets", "1 g twice daily", "2020-12", reason="@cond-dm"
        ),
        prescribed("atorvastatin", "Atorvastatin 20 mg tablets", "20 mg once daily", "2021-01"),
        prescribed(
            "salbutamol",
            "Salbutamol 100 microgram inhaler",
            "Two puffs as needed",
            "2023-02",
            reason="@cond-copd",
            as_needed=True,
        ),
        prescribed(
            "tiotropium", "Tiotropium 18 microgram inhaler", "One inhalation a day", "2023-02", reason="@cond-copd"
        ),
        prescribed(
            "haloperidol",
            "Haloperidol decanoate 100 mg injection",
            "100 mg every 4 weeks",
            "2006-03",
            until="2008-07-14",
            because="Neuroleptic malignant syndrome",
            reason="@cond-schizo",
        ),
        prescribed(
            "risperidone",
            "Risperidone 6 mg tablets",
            "6 mg once daily",
            "2009-01",
            until="2013-06",
            because="No response",
        ),
        prescribed(
            "olanzapine",
            "Olanzapine 20 mg tablets",
            "20 mg once daily",
            "2013-06",
            until="2017-02",
            because="Partial response, changed to clozapine",
        ),
        prescribed("varenicline", "Varenicline 1 mg tablets", "1 mg twice daily", "2024-11-01", status="draft"),
        takes(
            "coffee", "Caffeine tablets 200 mg", "Two in the morning", "2024", note="Also eight cups of coffee a day"
        ),
        takes("loperamide", "Loperamide 2 mg capsules", "As needed", "2023", until="2023-04"),
        given("lactulose", "Lactulose 20 mL", "20 mL", "2025-10-06T09:00", status="not-done", because="Vomiting"),
        allergy(
            "haloperidol",
            "Haloperidol",
            "Neuroleptic malignant syndrome",
            "2008-07-14",
            severity="severe",
            criticality="high",
            kind="intolerance",
        ),
        allergy("aspirin", "Aspirin", "Wheeze", "1998", severity="moderate", criticality="low", verified="unconfirmed"),
        series(
            "neut",
            "Neutrophils",
            "10*9/L",
            "2019-03-04 1.7, 2019-03-18 3.4, 2023-10-02 4.6, 2024-10-07 4.9,"
            "2025-07-07 4.4, 2025-08-04 4.7, 2025-09-01 5.0, 2025-10-06T08:30 11.8",
            normal=(2, 7.5),
        ),
        series(
            "wbc", "White cell count", "10*9/L", "2024-10-07 7.9, 2025-09-01 8.2, 2025-10-06T08:30 15.1", normal=(4, 11)
        ),
        series(
            "clz",
            "Clozapine plasma level",
            "mg/L",
            "2018-01-23 1.1, 2018-06-11 0.48, 2021-10-04 0.44, 2024-10-07 0.46",
            normal=(0.35, 0.6),
        ),
        series("crp", "C-reactive protein", "mg/L", "2017-03-14 11, 2025-10-06T08:30 164", normal=(None, 5)),
        series("lactate", "Lactate", "mmol/L", "2025-10-06T08:30 4.2", normal=(None, 2)),
        series("k", "Potassium", "mmol/L", "2025-09-01 4.2, 2025-10-06T08:30 3.1", normal=(3.5, 5.3)),
        series("creat", "Creatinine", "umol/L", "2024-10-07 78, 2025-09-01 81, 2025-10-06T08:30 149", normal=(59, 104)),
        series(
            "hba1c",
            "HbA1c",
            "mmol/mol",
            "2020-11-09 56, 2021-10-04 49, 2023-10-02 51, 2024-10-07 54, 2025-09-01 57",
            normal=(None, 48),
        ),
        vital("weight", "Weight", "kg", "2016-11-14 88, 2018-06-11 99, 2021-10-04 107, 2023-10-02 105, 2025-09-01 108"),
        vital("hr", "Heart rate", "/min", "2024-10-07 98, 2025-09-01 102, 2025-10-06T08:20 134", normal=(50, 100)),
        blood_pressure("2024-10-07 128/82, 2025-09-01 131/84, 2025-10-06T08:20 96/58"),
        vital("temp", "Temperature", "Cel", "2025-09-01 36.5, 2025-10-06T08:20 37.9", normal=(None, 38)),
        observed(
            "smoke", "Tobacco smoking status", "2025-09-01", coded("Current smoker, 30 a day"), of="social-history"
        ),
        observed("stool", "Bowels last opened", "2025-10-06", day("2025-09-30"), of="survey", mark="A"),
        observed("caffeine", "Caffeine intake", "2025-09-01", text("About 1.2 g a day"), of="social-history"),
        observed("home", "Living arrangements", "2025-09-01", text("Supported flat"), of="social-history"),
        observed("bprs", "Brief Psychiatric Rating Scale", "2025-09-01", count(28), of="survey"),
        observed("fev1", "FEV1 percent predicted", "2023-02-13", amount("82", "%"), of="exam"),
        report("ecg", "12-lead ECG", "2024-10-07", "Sinus tachycardia 101. QTc 442 ms."),
        report("echo", "Transthoracic echocardiogram", "2017-03-16", "Normal. EF 62%. No effusion."),
        report("axr", "Abdominal X-ray", "2021-05-03", "Heavy faecal loading throughout. Transverse colon 7 cm."),
        report("us", "Ultrasound of abdomen", "2021-07-12", "Gallstones, thin-walled gallbladder. Fatty liver."),
        report("eeg", "EEG", "2018-02-05", "Diffuse slowing, no epileptiform discharges."),
        procedure("enema", "Phosphate enema", "2021-05-03", outcome="Good result", reason="@cond-constip"),
        procedure("disimpaction", "Manual removal of faeces", "2021-05-04"),
        procedure("spirometry", "Spirometry", "2023-02-13"),
        procedure("dental", "Dental extraction", "2022-03-15", site="Upper left molar"),
        procedure("eye", "Diabetic eye screening", "2024-12-03", status="not-done", because="Did not attend"),
        flu_jabs("2022-10-20", "2023-10-19", "2024-10-17"),
        encounter(
            "ed",
            "Emergency department",
            "2025-10-06T08:15",
            seen="EMER",
            status="in-progress",
            reason="Vomiting, swollen abdomen",
        ),
        encounter("impaction", "Medical admission", "2021-05-03", "2021-05-07", seen="IMP", reason="Faecal impaction"),
        encounter(
            "seizure",
            "Medical admission",
            "2018-01-15",
            "2018-01-26",
            seen="IMP",
            reason="Pneumonia",
            diagnosis="@cond-seizure",
        ),
        encounter("clinic", "Clozapine clinic", "2025-09-01", reason="Monthly blood count"),
        encounter("gp", "GP appointment", "2025-09-08", reason="Low back pain"),
        encounter("nms", "Intensive care admission", "2008-07-14", "2008-07-29", seen="IMP", reason="@cond-nms"),
        impression(
            "titration",
            "2017-03-16",
            "Fever and tachycardia in week 3 of clozapine. Troponin and echo normal: titration "
            "fever, not myocarditis. Carry on.",
            findings=("Titration fever",),
        ),
        plan(
            "clozapine",
            "Clozapine monitoring",
            "2017-02-20",
            {
                "Blood count every 4 weeks": "in-progress",
                "Ask about bowels at every visit": "in-progress",
                "Level after any change in smoking": "in-progress",
            },
            addresses=("@cond-schizo",),
        ),
        goal("quit", "Stop smoking by Christmas", "2025-09-01", addresses=("@cond-tobacco",)),
        goal("weight", "Weight below 100 kg", "2023-10-02", status="on-hold"),
        relative("brother", "brother", "Schizophrenia", at="22"),
        relative("father", "father", "Colorectal cancer", at="70"),
        note(
            "clinic",
            "Clozapine clinic note",
            "2025-09-01",
            """
            Mentally very well, works two days in the garden project. Wants to stop smoking, is asking for patches.
            Count green. Bowels every third day, hard; says senna ran out. Please reissue the laxatives.
            When he was in hospital in 2018 without cigarettes the level doubled and he had a seizure.
        """,
            by="Community psychiatric nurse",
        ),
        note(
            "triage",
            "Emergency triage note",
            "2025-10-06T08:20",
            """
            Support worker found him vomiting green fluid. Belly tight like a drum, no wind passed for two days.
            Took his night tablets as usual. No fever at home.
        """,
            by="Triage nurse",
        ),
    ],
    assessments=[
        Assessment(
            "abdomen",
            "symptom",
            "41M from supported flat. Distended ++, vomiting bile, BNO 6/7, HR 134, lactate 4.2. Abdo tender, quiet.",
            decisive={
                "rx-clozapine": "clozapine-induced gastrointestinal hypomotility: can kill",
                "cond-constip": "known clozapine constipation",
                "rx-amitriptyline": "new anticholinergic",
                "rx-hyoscine": "anticholinergic for drooling",
                "rx-senna": "laxative lapsed",
                "obs-lactate": "ischaemia or perforation",
                "doc-triage": "obstruction: the story",
            },
            relevant={
                "enc-impaction": "earlier faecal impaction",
                "rep-axr": "earlier faecal loading",
                "proc-disimpaction": "earlier disimpaction",
                "proc-enema": "earlier treatment",
                "doc-clinic": "warning sign a month ago",
                "obs-stool": "six days",
                "obs-crp": "inflammation",
                "obs-k": "low potassium: ileus",
                "obs-creat": "kidney injury; lactate and metformin",
                "rx-metformin": "lactic acidosis, hold",
                "plan-clozapine": "monitoring of bowels",
                "rx-docusate": "laxative he still takes",
                "alg-haloperidol": "antiemetic and sedation to avoid",
            },
            context={
                "rx-tiotropium": "weak anticholinergic",
                "cond-schizo": "plan when clozapine is held",
                "cond-dm": "surgical risk",
            },
        ),
        Assessment(
            "smoking",
            "medication safety",
            "Wants to stop smoking and asks for nicotine patches. Anything we need to adjust or watch?",
            decisive={
                "rx-clozapine": "level rises by half or more when smoking stops",
                "obs-clz": "baseline level, and 1.1 when he last stopped",
                "cond-seizure": "seizure when he stopped abruptly",
                "obs-smoke": "30 a day: strong induction",
                "doc-clinic": "request and the earlier event",
            },
            relevant={
                "obs-caffeine": "caffeine raises clozapine; its own level rises",
                "use-coffee": "caffeine raises clozapine",
                "plan-clozapine": "level after change in smoking",
                "enc-seizure": "the admission without cigarettes",
                "cond-tobacco": "the problem treated",
                "rx-varenicline": "an alternative in draft",
                "goal-quit": "his goal",
                "rx-valproate": "seizure prophylaxis",
                "cond-schizo": "stability at stake",
                "cond-constip": "worse with a higher level",
            },
            context={
                "cond-copd": "reason to stop",
                "rx-hyoscine": "dose may need change",
                "cond-cannabis": "smoked cannabis also induces",
                "rx-amitriptyline": "additive sedation, seizure threshold",
            },
        ),
    ],
)
