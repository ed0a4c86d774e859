"""Gerald Olmstead, 67: coronary disease with a stent, two antiplatelets, a bought painkiller. As of 18 Sep 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart, References
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import letter, note, plan
from fhir_samples.observations import blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, device, encounter, immunized, procedure, relative

CHECKUPS = ("2022-02-08", "2023-02-14", "2024-02-13", "2025-02-18")
FLU = "Influenza, seasonal, injectable, preservative free"

CHART = Chart(
    name="Gerald Olmstead",
    sex="male",
    born="1958-01-30",
    number="SY-312077",
    references=References.UUID,
    entries=[
        condition("chd", "Coronary Heart Disease", "2015-06-09"),
        condition("mi", "Myocardial Infarction", "2023-03-11", until="2023-03-15"),
        condition("mi-history", "History of myocardial infarction (situation)", "2023-03-15"),
        condition("htn", "Hypertension", "2001-02-06"),
        condition("lipids", "Hyperlipidemia", "2004-02-10"),
        condition("prediabetes", "Prediabetes", "2012-02-07"),
        condition("obesity", "Body mass index 30+ - obesity (finding)", "1999-01-26"),
        condition("knee", "Osteoarthritis of knee", "2019-05-21"),
        condition("prostate", "Benign prostatic hyperplasia", "2021-09-14"),
        condition("optic", "Anterior ischemic optic neuropathy (disorder)", "2020-01-17", site="Left eye"),
        condition("reflux", "Gastroesophageal reflux disease", "2025-03-04"),
        condition("polyp", "Polyp of colon", "2018-04-17", until="2018-04-17"),
        condition("gout", "Gout", "2016-10-11"),
        condition("sinusitis", "Viral sinusitis (disorder)", "2020-11-24", until="2020-12-08"),
        condition("pharyngitis", "Acute viral pharyngitis (disorder)", "2024-01-09", until="2024-01-19"),
        condition("whiplash", "Whiplash injury to neck", "1997-08-30", until="1997-09-27"),
        prescribed(
            "clopidogrel", "Clopidogrel 75 MG Oral Tablet", "75 mg once daily", "2023-03-11", reason="@cond-chd"
        ),
        prescribed("aspirin", "Aspirin 81 MG Oral Tablet", "81 mg once daily", "2015-06-09", reason="@cond-chd"),
        prescribed(
            "simvastatin", "Simvastatin 20 MG Oral Tablet", "20 mg once daily", "2015-06-09", reason="@cond-lipids"
        ),
        prescribed("amlodipine", "Amlodipine 5 MG Oral Tablet", "5 mg once daily", "2015-06-09", reason="@cond-htn"),
        prescribed(
            "metoprolol",
            "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]",
            "100 mg once daily",
            "2023-03-15",
            reason="@cond-chd",
        ),
        prescribed("captopril", "Captopril 25 MG Oral Tablet", "25 mg twice daily", "2023-03-15", reason="@cond-chd"),
        prescribed(
            "nitroglycerin",
            "Nitroglycerin 0.4 MG/ACTUAT Mucosal Spray",
            "One spray under the tongue for chest pain",
            "2015-06-09",
            reason="@cond-chd",
            as_needed=True,
            note="Refilled 2025-08-26",
        ),
        prescribed("omeprazole", "Omeprazole 20 MG Delayed Release Oral Capsule", "20 mg once daily", "2025-03-04"),
        prescribed("doxazosin", "Doxazosin 4 MG Oral Tablet", "4 mg once daily", "2021-09-14", reason="@cond-prostate"),
        prescribed(
            "allopurinol", "Allopurinol 100 MG Oral Tablet", "200 mg once daily", "2016-11-08", reason="@cond-gout"
        ),
        prescribed(
            "hctz",
            "Hydrochlorothiazide 25 MG Oral Tablet",
            "25 mg once daily",
            "2001-02-06",
            until="2016-11-08",
            because="Gout",
        ),
        prescribed(
            "atorvastatin",
            "Atorvastatin 80 MG Oral Tablet",
            "80 mg once daily",
            "2023-03-15",
            until="2023-06-06",
            because="Muscle pain; back to simvastatin",
        ),
        takes("naproxen", "Naproxen sodium 220 MG Oral Tablet", "Two tablets twice a day for the knee", "2025-05"),
        given("heparin", "heparin sodium, porcine", "5000 units", "2023-03-11T06:20", route="Intravenous"),
        allergy("bee", "Allergy to bee venom", "Local swelling", "1970", severity="mild", category="environment"),
        series(
            "hb",
            "Hemoglobin [Mass/volume] in Blood",
            "g/dL",
            "2022-02-08 14.6, 2023-03-12 14.2, 2024-02-13 14.0, 2025-02-18 13.4, 2025-09-02 9.6",
            normal=(13.5, 17.5),
        ),
        series(
            "mcv",
            "MCV [Entitic volume] by Automated count",
            "fL",
            "2023-03-12 90, 2024-02-13 89, 2025-02-18 86, 2025-09-02 76",
            normal=(80, 100),
        ),
        series("plt", "Platelets [#/volume] in Blood by Automated count", "10*9/L", "2025-02-18 248, 2025-09-02 402"),
        series(
            "ldl",
            "Low Density Lipoprotein Cholesterol",
            "mg/dL",
            "2022-02-08 104, 2023-03-12 118, 2024-02-13 101, 2025-02-18 98",
            normal=(None, 70),
        ),
        series(
            "hdl", "High Density Lipoprotein Cholesterol", "mg/dL", "2024-02-13 38, 2025-02-18 39", normal=(40, None)
        ),
        series(
            "a1c",
            "Hemoglobin A1c/Hemoglobin.total in Blood",
            "%",
            "2023-03-12 6.1, 2024-02-13 6.0, 2025-02-18 6.2",
            normal=(None, 5.7),
        ),
        series("creat", "Creatinine", "mg/dL", "2024-02-13 1.0, 2025-02-18 1.1, 2025-09-02 1.2", normal=(0.7, 1.3)),
        series("bun", "Urea Nitrogen", "mg/dL", "2025-02-18 16, 2025-09-02 31", normal=(7, 20)),
        series("urate", "Urate [Mass/volume] in Serum or Plasma", "mg/dL", "2017-02-14 5.6, 2024-02-13 5.8"),
        series("ef", "Left ventricular Ejection fraction", "%", "2023-03-13 42, 2023-09-19 51", of="imaging"),
        blood_pressure("2023-02-14 148/88, 2024-02-13 132/78, 2025-02-18 128/76, 2025-09-02 112/66"),
        vital("bmi", "Body Mass Index", "kg/m2", "2023-02-14 31.8, 2024-02-13 31.1, 2025-02-18 30.9"),
        vital("heart", "Heart rate", "/min", "2024-02-13 58, 2025-02-18 60, 2025-09-02 84"),
        observed("pain", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "2025-02-18", text("3")),
        observed("smoke", "Tobacco smoking status NHIS", "2025-02-18", coded("Former smoker"), of="social-history"),
        report("lipid-panel", "Lipid Panel", "2025-02-18", results=("@obs-ldl-20250218", "@obs-hdl-20250218")),
        report(
            "stress",
            "Exercise stress echocardiography",
            "2024-03-26",
            "9.2 METs, stopped for knee pain. No angina, no ST change, no inducible wall motion abnormality.",
        ),
        report(
            "ecg", "Electrocardiographic procedure", "2025-02-18", "Sinus rhythm 60. Old anterior Q waves. QTc 418 ms."
        ),
        procedure(
            "pci",
            "Percutaneous coronary intervention",
            "2023-03-11",
            site="Mid left anterior descending artery",
            note="Two drug-eluting stents. Right coronary 60%, left for medical treatment.",
        ),
        procedure(
            "echo", "Transthoracic echocardiography", "2023-09-19", outcome="Anterior hypokinesia, valves normal"
        ),
        procedure("rehab", "Cardiac rehabilitation", "2023-05-02"),
        procedure("colonoscopy", "Colonoscopy", "2018-04-17", outcome="One 9 mm polyp removed; repeat in 5 years"),
        procedure(
            "colonoscopy-due",
            "Colonoscopy",
            "2023-04-18",
            status="not-done",
            because="Recent stent on two antiplatelets",
        ),
        procedure("med-rec", "Medication Reconciliation (procedure)", "2025-02-18"),
        device("stent", "Drug-eluting coronary stent", made="2022-11", note="Two, mid left anterior descending"),
        *[encounter(f"checkup-{day[:4]}", "General examination of patient (procedure)", day) for day in CHECKUPS],
        encounter(
            "mi", "Emergency room admission (procedure)", "2023-03-11", "2023-03-15", seen="IMP", diagnosis="@cond-mi"
        ),
        encounter("tired", "Encounter for problem (procedure)", "2025-09-02", reason="Tired, lightheaded"),
        encounter("reflux", "Encounter for problem (procedure)", "2025-03-04", reason="@cond-reflux"),
        plan(
            "lipids",
            "Hyperlipidemia clinical management plan",
            "2004-02-10",
            {"low salt diet education": "completed", "physical exercise": "in-progress"},
        ),
        immunized("flu", FLU, "2024-10-15"),
        immunized("zoster", "zoster", "2019-02-12"),
        immunized("ppv", "pneumococcal polysaccharide vaccine, 23 valent", "2023-02-14"),
        relative("father", "father", "Myocardial Infarction", at="52", died="52"),
        letter(
            "cardiology",
            "Cardiology discharge letter",
            "2023-03-15",
            {
                "Plan": "Clopidogrel for 12 months, to March 2024, then aspirin alone. Statin target LDL below 70.",
                "Residual disease": "60% right coronary stenosis; bring forward angiography if angina returns.",
            },
            by="Cardiology",
        ),
        note(
            "eye",
            "Eye clinic note",
            "2020-02-04",
            """
            Sudden painless loss of lower field, left eye, on waking. Nonarteritic. Small crowded disc on the right too.
            Sleep study and blood pressure not at night advised. Vision 20/200 left, 20/20 right.
        """,
            by="Ophthalmologist",
        ),
    ],
    assessments=[
        Assessment(
            "exertion",
            "symptom",
            "Chest pain on exertion, 3 weeks, settles in 5 minutes with rest. Breathless on stairs too.",
            decisive={
                "cond-chd": "angina until shown otherwise",
                "proc-pci": "stents, and a 60% right coronary lesion left",
                "obs-hb": "fell from 13.4 to 9.6: provokes angina",
                "use-naproxen": "on two antiplatelets: bleeding source, and cardiac risk itself",
                "cond-mi-history": "infarction two years ago",
            },
            relevant={
                "obs-mcv": "new microcytosis: blood loss",
                "rx-clopidogrel": "a year beyond plan; bleeding",
                "rx-aspirin": "second antiplatelet",
                "comp-cardiology": "angiography if angina returns; clopidogrel was to stop",
                "rep-stress": "no ischemia last year",
                "rx-nitroglycerin": "refilled last month: using it",
                "rx-metoprolol": "antianginal in place",
                "obs-bun": "raised urea: upper gastrointestinal bleed",
            },
            context={
                "rep-ecg": "baseline",
                "obs-ef": "ventricular function",
                "rx-omeprazole": "weakens clopidogrel; dyspepsia",
                "obs-ldl": "above target",
                "obs-bp": "lower than usual",
                "obs-heart": "faster on a beta-blocker",
                "proc-colonoscopy-due": "surveillance never done",
                "enc-tired": "tired and lightheaded",
                "fam-father": "early infarction",
            },
        ),
        Assessment(
            "blue-pill",
            "medication safety",
            "Embarrassed to ask: things have not worked in the bedroom for a while and a friend gave me one of those "
            "little blue pills. Is it all right for me?",
            decisive={
                "rx-nitroglycerin": "nitrate: never together",
                "cond-optic": "lost one eye to it; the drug is best avoided",
                "rx-doxazosin": "alpha-blocker: sudden fall in pressure",
                "cond-chd": "fitness for intercourse, and why he carries the nitrate",
            },
            relevant={
                "cond-mi-history": "cardiac risk",
                "doc-eye": "crowded disc in the seeing eye",
                "rx-metoprolol": "likely contributes to the problem",
                "obs-bp": "112/66 and falling",
                "rep-stress": "9 METs without ischemia",
            },
            context={
                "proc-pci": "residual right coronary disease",
                "rx-amlodipine": "adds to the fall in pressure",
                "rx-captopril": "adds to the fall in pressure",
                "obs-a1c": "prediabetes as a cause",
                "obs-hb": "anemia: not stable now",
                "obs-ef": "ventricular function",
                "cond-htn": "vascular cause",
                "comp-cardiology": "what to do if angina returns",
            },
        ),
    ],
)
