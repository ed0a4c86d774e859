"""Darlene Rasmussen, 51: chronic pain, an overdose, methadone since, gallbladder to come out. As of 26 Aug 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart, References
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import note, plan
from fhir_samples.observations import blood_pressure, coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, encounter, immunized, procedure, relative

CHECKUPS = ("2022-04-12", "2023-04-18", "2024-04-16", "2025-04-22")
FLU = "Influenza, seasonal, injectable, preservative free"

CHART = Chart(
    name="Darlene Rasmussen",
    sex="female",
    born="1974-04-09",
    number="SY-314511",
    references=References.UUID,
    entries=[
        condition("pain", "Chronic pain", "2009-06-16", site="Neck and low back"),
        condition("whiplash", "Whiplash injury to neck", "2009-03-07", until="2009-05-30"),
        condition("opioid", "Opioid abuse (disorder)", "2014-10-21", note="On methadone, no use since 2019"),
        condition("overdose", "Drug overdose", "2019-02-14", until="2019-02-17"),
        condition("depression", "Major depression disorder", "2012-03-20"),
        condition("copd", "Chronic obstructive bronchitis (disorder)", "2020-11-10"),
        condition("qt", "Prolonged QT interval (finding)", "2024-11-15"),
        condition("sinus", "Chronic sinusitis (disorder)", "2017-10-03"),
        condition("sinus-acute", "Acute bacterial sinusitis (disorder)", "2024-11-12", until="2024-12-03"),
        condition("gallstones", "Cholelithiasis", "2025-06-17"),
        condition("difficile", "Clostridioides difficile colitis", "2023-12-04", until="2024-01-10"),
        condition(
            "hepatitis", "Chronic hepatitis C (disorder)", "2015-08", until="2020-05", note="Cured with treatment"
        ),
        condition("htn", "Hypertension", "2018-04-10"),
        condition("obesity", "Body mass index 30+ - obesity (finding)", "2008-04-15"),
        condition("pharyngitis", "Acute viral pharyngitis (disorder)", "2021-02-09", until="2021-02-19"),
        condition("wrist", "Fracture subluxation of wrist", "2002-01-12", until="2002-04-06"),
        condition("fibroids", "Uterine leiomyoma", "2013", until="2015-02-24"),
        prescribed(
            "methadone",
            "Methadone Hydrochloride 10 MG/ML Oral Solution",
            "95 mg once daily, taken at the clinic",
            "2019-05-06",
            reason="@cond-opioid",
        ),
        prescribed(
            "naloxone",
            "Naloxone Hydrochloride 40 MG/ML Nasal Spray",
            "One spray in one nostril for overdose",
            "2019-02-17",
            as_needed=True,
        ),
        prescribed(
            "oxycodone",
            "Abuse-Deterrent 12 HR Oxycodone Hydrochloride 15 MG Extended Release Oral Tablet",
            "30 mg twice daily",
            "2011-08-16",
            until="2019-02-17",
            reason="@cond-pain",
            because="Overdose",
        ),
        prescribed(
            "vicodin",
            "Acetaminophen 300 MG / HYDROcodone Bitartrate 5 MG [Vicodin]",
            "One tablet four times daily",
            "2009-06-16",
            until="2011-08-16",
        ),
        prescribed(
            "clonazepam",
            "Clonazepam [Klonopin]",
            "1 mg twice daily",
            "2016-02-09",
            until="2019-02-17",
            because="Overdose",
        ),
        prescribed(
            "gabapentin", "Gabapentin 300 MG Oral Capsule", "600 mg three times daily", "2019-07", reason="@cond-pain"
        ),
        prescribed(
            "citalopram", "Citalopram 20 MG Oral Tablet", "20 mg once daily", "2012-04", reason="@cond-depression"
        ),
        prescribed(
            "hctz", "Hydrochlorothiazide 25 MG Oral Tablet", "25 mg once daily", "2018-04-10", reason="@cond-htn"
        ),
        prescribed(
            "inhaler",
            "60 ACTUAT Fluticasone propionate 0.25 MG/ACTUAT / salmeterol 0.05 MG/ACTUAT Dry Powder Inhaler",
            "One inhalation twice daily",
            "2020-11-10",
            reason="@cond-copd",
        ),
        prescribed(
            "clarithromycin",
            "Clarithromycin 500 MG Oral Tablet",
            "500 mg twice daily for 7 days",
            "2024-11-12",
            until="2024-11-15",
            reason="@cond-sinus-acute",
            because="Palpitations and near-faint",
        ),
        prescribed(
            "clindamycin",
            "Clindamycin 300 MG Oral Capsule",
            "300 mg three times daily for 7 days",
            "2023-11-07",
            until="2023-11-14",
            status="completed",
            note="Dental abscess",
        ),
        prescribed(
            "doxycycline",
            "Doxycycline Hyclate 100 MG Oral Tablet",
            "100 mg twice daily for 7 days",
            "2024-11-15",
            until="2024-11-22",
            status="completed",
            reason="@cond-sinus-acute",
        ),
        prescribed(
            "vancomycin", "Vancomycin 125 MG Oral Capsule", "125 mg four times daily", "2023-12-04", until="2023-12-14"
        ),
        prescribed("nasal", "Fluticasone propionate 0.05 MG/ACTUAT Metered Dose Nasal Spray", "Daily", "2017-10-03"),
        takes("acetaminophen", "Acetaminophen 325 MG Oral Tablet", "Two tablets for pain, most days", "2019"),
        given("narcan", "1 ML Naloxone Hydrochloride 0.4 MG/ML Injection", "0.4 mg, four times", "2019-02-14T23:15"),
        allergy(
            "penicillin",
            "Allergy to penicillin",
            "Anaphylaxis",
            "1998-10",
            severity="severe",
            criticality="high",
            note="Throat swelling within minutes of amoxicillin",
        ),
        allergy(
            "latex", "Latex allergy", "Hives and wheeze", "2015-02-24", severity="moderate", category="environment"
        ),
        allergy("mould", "Allergy to mould", "Rhinitis", "2004", severity="mild", category="environment"),
        series(
            "qtc",
            "Q-T interval corrected",
            "ms",
            "2019-05-03 441, 2021-05-11 458, 2024-11-15 516, 2024-12-10 474, 2025-06-03 479",
            normal=(None, 460),
            of="procedure",
        ),
        series("k", "Potassium", "mmol/L", "2023-04-18 3.6, 2024-11-15 3.1, 2025-06-17 3.3", normal=(3.5, 5.1)),
        series("creat", "Creatinine", "mg/dL", "2023-04-18 0.8, 2024-11-15 0.8, 2025-06-17 0.8", normal=(0.5, 1.1)),
        series("na", "Sodium", "mmol/L", "2023-04-18 138, 2025-06-17 136", normal=(136, 145)),
        series(
            "alt",
            "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
            "U/L",
            "2015-08-11 142, 2020-05-19 28, 2025-06-17 34",
            normal=(7, 56),
        ),
        series(
            "bili", "Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", "2025-06-17 0.7", normal=(0.1, 1.2)
        ),
        series(
            "hb", "Hemoglobin [Mass/volume] in Blood", "g/dL", "2023-04-18 13.6, 2025-06-17 13.9", normal=(12, 15.5)
        ),
        series("fev", "FEV1/FVC", "%", "2020-11-10 66, 2023-04-18 61, 2025-04-22 57", normal=(70, None)),
        blood_pressure("2023-04-18 138/84, 2024-04-16 134/82, 2025-04-22 136/80"),
        vital("bmi", "Body Mass Index", "kg/m2", "2023-04-18 33.2, 2024-04-16 33.9, 2025-04-22 34.4"),
        vital("spo", "Oxygen saturation", "%", "2024-04-16 94, 2025-04-22 92", normal=(95, None)),
        observed("score", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "2025-04-22", text("6")),
        observed(
            "smoke", "Tobacco smoking status NHIS", "2025-04-22", coded("Current every day smoker"), of="social-history"
        ),
        observed("home", "Lives with", "2025-04-22", text("Teenage son and her mother"), of="social-history"),
        report(
            "gallbladder",
            "Ultrasonography of abdomen, right upper quadrant and epigastrium",
            "2025-06-17",
            "Several gallstones to 14 mm, thin wall, duct 4 mm.",
        ),
        report("sinus-ct", "CT of paranasal sinuses", "2024-12-17", "Mucosal thickening, both maxillary sinuses."),
        procedure("endoscopy", "Nasal sinus endoscopy (procedure)", "2018-02-20"),
        procedure(
            "hysterectomy",
            "Hysterectomy",
            "2015-02-24",
            note="Cefazolin at induction without reaction. Hives and wheeze from gloves. Vomited for two days.",
        ),
        procedure(
            "cholecystectomy",
            "Laparoscopic Removal of Gall Bladder",
            "2025-08-28",
            status="preparation",
            reason="@cond-gallstones",
        ),
        procedure("spirometry", "Spirometry (procedure)", "2025-04-22"),
        procedure("colonoscopy", "Colonoscopy", "2024-07-09", outcome="Normal"),
        *[encounter(f"checkup-{day[:4]}", "General examination of patient (procedure)", day) for day in CHECKUPS],
        encounter("overdose", "Emergency room admission (procedure)", "2019-02-14", "2019-02-17", seen="IMP"),
        encounter("rehab", "Drug rehabilitation and detoxification", "2019-02-17", "2019-05-05", seen="IMP"),
        encounter(
            "gallstones", "Encounter for problem (procedure)", "2025-06-17", reason="Pain under the ribs after meals"
        ),
        plan(
            "addiction",
            "Care plan (record artifact)",
            "2019-02-17",
            {"Drug addiction counseling": "in-progress", "Drug addiction therapy": "in-progress"},
            addresses=("@cond-opioid",),
        ),
        immunized("flu", FLU, "2024-10-29"),
        immunized("td", "Td (adult) preservative free", "2018-04-10"),
        relative("father", "father", "Alcoholism", died="58"),
        note(
            "overdose",
            "Discharge summary",
            "2019-02-17",
            """
            Found blue after oxycodone, clonazepam and wine; breathing 4 a minute. Naloxone infusion for 14 hours. Not
            meant, she says. Aspirated, ventilated for a day. Discharged to residential treatment.
        """,
            by="Medical team",
        ),
        note(
            "clinic",
            "Opioid treatment program letter",
            "2025-08-19",
            """
            95 mg witnessed daily, no take-home doses, never missed. Please confirm the dose with us on the day and give
            it the morning of surgery. She fears both pain and relapse. We will dose on Friday if we hear by Thursday.
        """,
            by="Methadone clinic",
        ),
    ],
    assessments=[
        Assessment(
            "antibiotic",
            "medication safety",
            "Sinus infection again, 11 days, green, face pain, temp 38.3. Which antibiotic is safe for her?",
            decisive={
                "alg-penicillin": "anaphylaxis to amoxicillin",
                "obs-qtc": "479 ms, 516 on a macrolide: no macrolide or quinolone",
                "rx-methadone": "prolongs QT, and macrolides raise it",
                "rx-clarithromycin": "palpitations and near-faint last time",
                "rx-doxycycline": "taken without trouble",
            },
            relevant={
                "cond-difficile": "colitis after clindamycin: narrow and short",
                "rx-clindamycin": "what caused the colitis",
                "cond-qt": "no macrolide or quinolone",
                "proc-hysterectomy": "cefazolin tolerated despite the penicillin allergy",
                "obs-k": "low potassium lengthens QT",
                "rx-citalopram": "adds to QT",
                "cond-sinus-acute": "the last episode",
            },
            context={
                "cond-sinus": "chronic disease behind it",
                "rx-hctz": "lowers potassium",
                "rep-sinus-ct": "both maxillary sinuses",
                "rx-nasal": "treatment in place",
                "proc-cholecystectomy": "operation on Thursday: chest and fever",
            },
        ),
        Assessment(
            "gallbladder",
            "pre-procedure",
            "Lap chole Thursday. Need a pain plan, and anything else theatre should know.",
            decisive={
                "rx-methadone": "continue; tolerance; do not replace by guess",
                "doc-clinic": "dose, who gives it and who to call",
                "cond-opioid": "pain plan and discharge opioids",
                "cond-overdose": "respiratory arrest on opioid and sedative",
                "alg-latex": "latex-free theatre",
                "obs-qtc": "479 ms: choice of antiemetic",
            },
            relevant={
                "alg-penicillin": "antibiotic at induction",
                "cond-qt": "choice of antiemetic",
                "proc-hysterectomy": "vomiting, latex reaction, cefazolin tolerated",
                "cond-copd": "chest complications, sedation",
                "obs-fev": "57% and falling",
                "obs-spo": "92% in air",
                "rx-gabapentin": "sedates with opioids; continue",
                "doc-overdose": "what was taken, and aspiration",
                "obs-k": "3.3: correct first",
            },
            context={
                "proc-cholecystectomy": "the operation",
                "cond-gallstones": "the indication",
                "rx-naloxone": "to have at home",
                "rx-citalopram": "QT; serotonin with tramadol or meperidine",
                "cond-pain": "pain already treated",
                "obs-smoke": "chest complications",
                "obs-bmi": "34.4",
                "rx-inhaler": "give on the morning",
                "rep-gallbladder": "the indication",
            },
        ),
    ],
)
