"""Dwayne Thibodeaux, 55: cirrhosis, sleep apnea, long-term oxycodone for back pain. As of 2 Apr 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import goal, impression, letter, note, plan
from fhir_samples.observations import (
    amount,
    between,
    blood_pressure,
    coded,
    count,
    observed,
    report,
    series,
    text,
    vital,
)
from fhir_samples.vocabulary import allergy, condition, device, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Dwayne Thibodeaux",
    sex="male",
    born="1969-08-30",
    number="GI-690830",
    terse=True,
    entries=[
        condition("cirrhosis", "Alcoholic cirrhosis of liver", "2021-10", note="Child-Pugh B"),
        condition("varices", "Esophageal varices", "2021-11", note="Large, red marks"),
        condition("he", "Hepatic encephalopathy", "2024-02-11", until="2024-02-16"),
        condition("ascites", "Ascites", "2023-05"),
        condition("aud", "Alcohol use disorder", "1995", status="relapse", note="Sober 2022 to 2024"),
        condition("osa", "Obstructive sleep apnea", "2016-03", severity="Severe"),
        condition("fbs", "Failed back surgery syndrome", "2014"),
        condition("copd", "Chronic obstructive pulmonary disease", "2018", note="CO2 retainer"),
        condition("obesity", "Obesity", "2010"),
        condition("depress", "Depression", "2014-11"),
        condition("htn", "Hypertension", "2008"),
        condition("ckd", "Chronic kidney disease stage 3", "2023-08"),
        condition("gerd", "GERD", "2012"),
        condition("hcv", "Hepatitis C", "2015", until="2016-09", note="Cured with sofosbuvir/ledipasvir"),
        condition("hcc", "Hepatocellular carcinoma", "2024-06", verified="refuted", note="MRI: regenerative nodule"),
        condition("cuff", "Rotator cuff tear", "2011", until="2012", site="Right shoulder"),
        condition("wasp", "Wasp sting", "2017-07", until="2017-07"),
        condition("onycho", "Onychomycosis", "2020", site="Left great toe"),
        prescribed(
            "oxycodone-er",
            "Oxycodone 20 mg extended-release tablets",
            "20 mg twice daily",
            "2015-02",
            reason="@cond-fbs",
        ),
        prescribed(
            "oxycodone-ir",
            "Oxycodone 5 mg tablets",
            "5 mg every 6 hours as needed",
            "2015-02",
            as_needed=True,
            reason="@cond-fbs",
        ),
        prescribed(
            "gabapentin",
            "Gabapentin 600 mg tablets",
            "600 mg three times daily",
            "2025-03-17",
            reason="@cond-fbs",
            note="Doubled from 300 mg",
        ),
        prescribed("naloxone", "Naloxone 4 mg nasal spray", "One spray for overdose", "2019-10", as_needed=True),
        prescribed(
            "propranolol",
            "Propranolol 20 mg tablets",
            "20 mg twice daily",
            "2021-11",
            until="2025-01-20",
            because="Dizzy, systolic 88",
            reason="@cond-varices",
        ),
        prescribed(
            "spironolactone", "Spironolactone 100 mg tablets", "100 mg once daily", "2023-05", reason="@cond-ascites"
        ),
        prescribed("furosemide", "Furosemide 40 mg tablets", "40 mg once daily", "2023-05", reason="@cond-ascites"),
        prescribed(
            "lactulose", "Lactulose 10 g/15 mL solution", "30 mL three times daily", "2024-02-16", reason="@cond-he"
        ),
        prescribed(
            "rifaximin",
            "Rifaximin 550 mg tablets",
            "550 mg twice daily",
            "2024-02-16",
            status="on-hold",
            because="Coverage denied, appeal pending",
            reason="@cond-he",
        ),
        prescribed("pantoprazole", "Pantoprazole 40 mg tablets", "40 mg once daily", "2018", reason="@cond-gerd"),
        prescribed("sertraline", "Sertraline 100 mg tablets", "100 mg once daily", "2014-12", reason="@cond-depress"),
        prescribed("tiotropium", "Tiotropium 18 mcg inhaler", "One inhalation a day", "2018", reason="@cond-copd"),
        prescribed(
            "albuterol", "Albuterol 90 mcg inhaler", "Two puffs as needed", "2018", as_needed=True, reason="@cond-copd"
        ),
        prescribed(
            "cyclobenzaprine",
            "Cyclobenzaprine 10 mg tablets",
            "10 mg at night",
            "2016",
            until="2019-09",
            because="Sedation with opioid",
        ),
        prescribed(
            "lisinopril",
            "Lisinopril 10 mg tablets",
            "10 mg once daily",
            "2008",
            until="2023-08",
            because="Ascites and rising creatinine",
        ),
        prescribed(
            "warfarin",
            "Warfarin 5 mg tablets",
            "5 mg once daily",
            "2021-11-12",
            status="entered-in-error",
            note="Written in the wrong chart; never taken",
        ),
        takes(
            "naproxen",
            "Naproxen 220 mg tablets",
            "Two tablets two or three times a day",
            "2025-03",
            note="Bought at a gas station for his back",
        ),
        takes("doxylamine", "Doxylamine sleep aid", "One or two at night", "2025-01"),
        takes("milkthistle", "Milk thistle", "One a day", "2022"),
        given(
            "octreotide-2021",
            "Octreotide infusion",
            "50 mcg/h",
            "2021-11-08T04:00",
            route="Intravenous",
            reason="@cond-varices",
        ),
        given("naloxone", "Naloxone 0.4 mg injection", "0.4 mg", "2019-09-21T23:50", route="Intravenous"),
        allergy(
            "ceftriaxone",
            "Ceftriaxone",
            "Anaphylaxis",
            "2021-11-08",
            severity="severe",
            criticality="high",
            note="Second dose during variceal bleed; epinephrine given",
        ),
        allergy(
            "bee",
            "Wasp venom",
            "Large local swelling",
            "2017-07",
            severity="mild",
            category="environment",
            criticality="low",
        ),
        allergy("codeine", "Codeine", "Itching", "2001", severity="mild", kind="intolerance", criticality="low"),
        series(
            "hb",
            "Hemoglobin",
            "g/dL",
            "2021-11-08 6.9, 2022-03-14 11.8, 2024-06-10 11.2, 2025-02-10 10.8, 2025-04-02T05:30 7.1",
            normal=(13.5, 17.5),
            panic=(7.5, None),
        ),
        series(
            "plt",
            "Platelets",
            "10*9/L",
            "2021-10-11 88, 2023-05-15 76, 2024-06-10 68, 2025-04-02T05:30 61",
            normal=(150, 400),
        ),
        series(
            "inr",
            "INR",
            "1",
            "2021-11-08 1.7, 2024-06-10 1.6, 2025-02-10 1.6, 2025-04-02T05:30 1.9",
            normal=(None, 1.1),
        ),
        series(
            "bili",
            "Bilirubin",
            "mg/dL",
            "2021-11-08 3.1, 2024-06-10 2.2, 2025-02-10 2.4, 2025-04-02T05:30 3.4",
            normal=(None, 1.2),
        ),
        series("alb", "Albumin", "g/dL", "2024-06-10 3.1, 2025-02-10 2.9", normal=(3.5, 5)),
        series(
            "creat",
            "Creatinine",
            "mg/dL",
            "2021-10-11 1.0, 2023-08-14 1.5, 2024-06-10 1.6, 2025-02-10 1.7, 2025-04-02T05:30 2.4",
            normal=(0.7, 1.3),
        ),
        series(
            "egfr",
            "eGFR",
            "mL/min/1.73m2",
            "2023-08-14 55, 2024-06-10 50, 2025-02-10 47, 2025-04-02T05:30 31",
            normal=(60, None),
        ),
        series("na", "Sodium", "mEq/L", "2024-06-10 134, 2025-02-10 131, 2025-04-02T05:30 129", normal=(135, 145)),
        series("bun", "Urea nitrogen", "mg/dL", "2025-02-10 24, 2025-04-02T05:30 71", normal=(7, 20)),
        series("nh3", "Ammonia", "umol/L", "2024-02-11 118", normal=(None, 35)),
        series("co2", "Venous pCO2", "mm[Hg]", "2019-09-21 78, 2024-02-11 54", normal=(40, 50)),
        observed(
            "ua", "Urine drug screen", "2025-02-10", coded("Oxycodone positive, otherwise negative"), of="laboratory"
        ),
        observed("hcvrna", "Hepatitis C RNA", "2016-12-05", coded("Not detected"), of="laboratory", mark="NEG"),
        observed("afp", "Alpha-fetoprotein", "2024-12-09", amount("4.1", "ng/mL"), of="laboratory"),
        observed("peth", "Phosphatidylethanol (PEth)", "2025-02-10", amount("412", "ng/mL"), of="laboratory", mark="H"),
        observed(
            "mme", "Daily opioid dose in morphine equivalents", "2025-02-10", between("60", "90", "mg"), of="survey"
        ),
        observed(
            "cpap",
            "CPAP use",
            "2025-02-10",
            text("Not used since the machine broke in December"),
            of="survey",
            mark="A",
        ),
        observed(
            "alcohol",
            "Alcohol intake",
            "2025-02-10",
            text("A pint of vodka most days since November"),
            of="social-history",
        ),
        observed(
            "smoke", "Tobacco smoking status", "2025-02-10", coded("Current smoker, 20 a day"), of="social-history"
        ),
        observed("phq", "PHQ-9 total score", "2025-02-10", count(17), of="survey", mark="H"),
        observed("job", "Occupation", "2016-03", text("Former offshore rigger, on disability"), of="social-history"),
        vital("rr", "Respiratory rate", "/min", "2025-02-10 14, 2025-03-24T08:40 7", normal=(12, 20)),
        vital("sat", "Oxygen saturation", "%", "2025-02-10 92, 2025-03-24T08:40 79", normal=(92, None)),
        blood_pressure("2024-06-10 108/64, 2025-01-20 88/54, 2025-02-10 104/60, 2025-04-02T05:20 84/48"),
        vital("hr", "Heart rate", "/min", "2025-02-10 84, 2025-04-02T05:20 126", normal=(50, 100)),
        vital("weight", "Weight", "kg", "2023-05-15 118, 2024-06-10 109, 2025-02-10 112"),
        report(
            "egd-2021",
            "Upper endoscopy",
            "2021-11-08",
            "Large esophageal varices with active spurting, five bands placed. Portal hypertensive gastropathy.",
        ),
        report(
            "egd-2024",
            "Upper endoscopy",
            "2024-09-16",
            "Recurrent medium varices with red marks, four bands placed. Repeat in 4 weeks.",
        ),
        report(
            "us", "Ultrasound of liver", "2024-12-09", "Nodular liver, spleen 17 cm, small ascites, portal vein patent."
        ),
        report("mri", "MRI liver", "2024-07-01", "LI-RADS 2 nodule, regenerative. No HCC."),
        report("sleep", "Polysomnography", "2016-03-07", "AHI 48, nadir saturation 68%."),
        report("pft", "Pulmonary function tests", "2018-04-09", "FEV1 54% predicted, ratio 0.58."),
        report("tap", "Ascitic fluid analysis", "2024-02-12", "Polymorphs 110/uL: no peritonitis."),
        procedure("band", "Endoscopic band ligation of varices", "2024-09-16", reason="@cond-varices"),
        procedure(
            "band-missed",
            "Endoscopic band ligation of varices",
            "2024-10-14",
            status="not-done",
            because="Did not attend",
        ),
        procedure("fusion", "Lumbar spinal fusion", "2013-05", site="L4 to S1"),
        procedure("intub", "Endotracheal intubation", "2021-11-08", note="Easy, ketamine and rocuronium"),
        procedure("cuff", "Rotator cuff repair", "2012-02", site="Right shoulder"),
        procedure("tips", "TIPS placement", "2021-12", status="not-done", because="Declined; risk of encephalopathy"),
        device(
            "stim",
            "Spinal cord stimulator",
            made="2016-08",
            note="Implanted October 2016, right buttock. Battery flat.",
        ),
        device("cpap", "CPAP machine", status="inactive", note="Broken December 2024"),
        flu_jabs("2022-10-03", "2024-10-21"),
        immunized("hepb", "Hepatitis B vaccine", "2016", dose=3),
        encounter("bleed-2021", "Hospital admission", "2021-11-08", "2021-11-17", seen="IMP", reason="@cond-varices"),
        encounter(
            "overdose", "Emergency department", "2019-09-21", seen="EMER", reason="Found unresponsive, pinpoint pupils"
        ),
        encounter("he", "Hospital admission", "2024-02-11", "2024-02-16", seen="IMP", diagnosis="@cond-he"),
        encounter("drowsy", "Home health visit", "2025-03-24T08:30", seen="HH", reason="Nurse could not wake him"),
        encounter(
            "ed", "Emergency department", "2025-04-02T05:15", seen="EMER", status="in-progress", reason="Vomiting blood"
        ),
        encounter("pain", "Pain clinic", "2025-03-17", reason="@cond-fbs"),
        encounter("pcp", "Primary care visit", "2025-02-10"),
        impression(
            "liver",
            "2025-01-20",
            "MELD-Na 22. Drinking again. Propranolol stopped for low pressure, so banding must go on; "
            "missed since October.",
            findings=("@cond-cirrhosis", "@cond-varices"),
            by="Dr Arceneaux, hepatologist",
        ),
        plan(
            "opioid",
            "Opioid safety plan",
            "2019-10-07",
            {
                "Naloxone at home, brother trained": "completed",
                "CPAP every night": "cancelled",
                "No sedatives with oxycodone": "in-progress",
            },
            addresses=("@cond-fbs", "@cond-osa"),
        ),
        goal("sober", "Six months sober for transplant listing", "2025-01-20", status="on-hold"),
        relative("father", "father", "Alcoholic cirrhosis of liver", died="52"),
        note(
            "overdose",
            "Emergency physician note",
            "2019-09-21",
            """
            Oxycodone plus cyclobenzaprine and a six-pack, no CPAP. RR 6, pCO2 78, woke with naloxone 0.4 mg, needed
            an infusion
            overnight because of the long-acting tablets. Naloxone kit advised.
        """,
            by="Emergency physician",
        ),
        note(
            "pain",
            "Pain clinic note",
            "2025-03-17",
            """
            Back pain 9/10. Gabapentin raised from 300 to 600 mg three times daily, oxycodone unchanged. States no
            alcohol.
            Last kidney function not available in this system.
        """,
            by="Pain nurse practitioner",
        ),
        letter(
            "bleed",
            "Discharge summary",
            "2021-11-17",
            {
                "Course": "Massive variceal bleed, 6 units, five bands, intubated for airway. Anaphylaxis to "
                "ceftriaxone on day 1; "
                "ciprofloxacin used for prophylaxis instead.",
                "Plan": "Propranolol, banding every 4 weeks until gone, no NSAIDs, alcohol services.",
            },
            by="Medicine team",
        ),
    ],
    assessments=[
        Assessment(
            "drowsy",
            "symptom",
            "Home nurse can't wake him. RR 7, sats 79%, pupils pinpoint. Smells of nothing. What has tipped him over?",
            decisive={
                "rx-oxycodone-er": "long-acting opioid",
                "rx-gabapentin": "doubled a week ago, renally cleared",
                "obs-egfr": "reduced clearance of gabapentin and opioid",
                "cond-osa": "severe, untreated",
                "rx-naloxone": "at home, to give now",
                "doc-overdose": "the same before; needed an infusion",
            },
            relevant={
                "cond-ckd": "reduced clearance of gabapentin",
                "rx-oxycodone-ir": "more opioid",
                "use-doxylamine": "sedating antihistamine",
                "doc-pain": "dose doubled without kidney function",
                "cond-copd": "carbon dioxide retainer",
                "cond-cirrhosis": "opioid clearance",
                "cond-he": "competing explanation",
                "obs-cpap": "CPAP not used",
                "obs-co2": "retained before",
                "obs-alcohol": "alcohol with opioid",
                "enc-overdose": "earlier overdose",
                "plan-opioid": "safety plan",
            },
            context={
                "dev-cpap": "CPAP machine broken",
                "obs-phq": "depressed: intent",
                "rx-lactulose": "encephalopathy prevention",
            },
        ),
        Assessment(
            "blood",
            "diagnosis",
            "Vomiting bright red blood since 0400, black stools. BP 84/48, HR 126. Likely source, and what do I "
            "need before the "
            "scope?",
            decisive={
                "cond-varices": "variceal hemorrhage",
                "cond-cirrhosis": "portal hypertension",
                "alg-ceftriaxone": "anaphylaxis to the standard prophylaxis",
                "comp-bleed": "the last bleed: what worked and what harmed",
                "obs-hb": "7.1, from 10.8",
                "use-naproxen": "NSAID ulcer as other source",
            },
            relevant={
                "rep-egd-2024": "last endoscopy, red marks",
                "rep-egd-2021": "earlier variceal bleed",
                "proc-band-missed": "banding lapsed",
                "proc-band": "last banding",
                "rx-propranolol": "prophylaxis stopped",
                "obs-inr": "coagulopathy",
                "obs-plt": "low platelets",
                "imp-liver": "risk stated in January",
                "cond-aud": "drinking again; withdrawal",
                "enc-bleed-2021": "earlier bleed",
                "obs-creat": "kidney injury",
                "cond-osa": "sedation and airway",
                "cond-he": "precipitated by bleeding",
            },
            context={
                "obs-alcohol": "drinking again; withdrawal",
                "proc-intub": "airway was easy",
                "proc-tips": "rescue option declined",
                "rep-us": "portal vein patent",
                "rx-sertraline": "adds to bleeding",
            },
        ),
    ],
)
