"""Sophie Lindqvist, 31: 33 weeks pregnant, antiphospholipid syndrome on dalteparin. As of 12 Sep 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import goal, impression, letter, note, plan
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
from fhir_samples.vocabulary import allergy, condition, device, encounter, immunized, procedure, relative

CHART = Chart(
    name="Sophie Lindqvist",
    sex="female",
    born="1994-01-11",
    number="OB-940111",
    kind="batch",
    entries=[
        condition("preg", "Pregnancy", "2025-01-24", note="Third pregnancy, singleton, due 31 October 2025"),
        condition("aps", "Antiphospholipid syndrome", "2022-03"),
        condition("dvt", "Deep vein thrombosis", "2021-12-04", until="2022-06", site="Left iliofemoral vein"),
        condition(
            "prev-pet", "Pre-eclampsia", "2023-05-02", until="2023-06", note="Delivered at 34 weeks, magnesium given"
        ),
        condition("airway", "Difficult intubation", "2023-05-04", note="Grade 3 view; bougie, second attempt"),
        condition("scoliosis", "Idiopathic scoliosis", "2008", note="T5 to L3 fusion in 2009"),
        condition("asthma", "Asthma", "2001", severity="Mild"),
        condition("misc", "Miscarriage", "2021-10", until="2021-10", note="10 weeks"),
        condition("anaemia", "Iron deficiency anaemia", "2025-06-20"),
        condition("migraine", "Migraine", "2012", note="With visual aura: zigzags for 20 minutes, then headache"),
        condition("reflux", "Gastro-oesophageal reflux disease", "2025-07"),
        condition("pgp", "Pelvic girdle pain", "2025-08-01"),
        condition(
            "gdm", "Gestational diabetes", "2025-07-18", verified="refuted", note="Glucose tolerance test normal"
        ),
        condition("uti", "Urinary tract infection", "2025-05-10", until="2025-05-17"),
        condition("pih", "Chronic hypertension", "2025-03", verified="entered-in-error", note="Wrong patient"),
        condition("ear", "Otitis media", "1999", until="1999"),
        prescribed(
            "dalteparin",
            "Dalteparin 7,500 units injection",
            "7500 units twice daily",
            "2025-03-07",
            reason="@cond-aps",
            note="Under the skin. Weight-adjusted; 8 am and 8 pm.",
        ),
        prescribed(
            "warfarin",
            "Warfarin 3 mg tablets",
            "According to INR, target 2-3",
            "2023-06-20",
            until="2025-03-07",
            reason="@cond-aps",
            because="Pregnant",
        ),
        prescribed(
            "aspirin", "Aspirin 75 mg tablets", "150 mg at night", "2025-03-28", reason="Prevention of pre-eclampsia"
        ),
        prescribed("labetalol", "Labetalol 200 mg tablets", "200 mg twice daily", "2025-09-12", status="draft"),
        prescribed("iron", "Ferrous sulfate 200 mg tablets", "200 mg once daily", "2025-06-20", reason="@cond-anaemia"),
        prescribed("omeprazole", "Omeprazole 20 mg capsules", "20 mg once daily", "2025-07-22", reason="@cond-reflux"),
        prescribed(
            "salbutamol",
            "Salbutamol 100 microgram inhaler",
            "Two puffs as needed",
            "2001",
            as_needed=True,
            reason="@cond-asthma",
        ),
        prescribed(
            "budesonide", "Budesonide 200 microgram inhaler", "One puff twice a day", "2014-02", reason="@cond-asthma"
        ),
        prescribed(
            "folic",
            "Folic acid 5 mg tablets",
            "5 mg once daily",
            "2025-02-20",
            until="2025-04-18",
            status="completed",
            because="Twelve weeks",
        ),
        prescribed(
            "cefalexin",
            "Cefalexin 500 mg capsules",
            "500 mg three times a day",
            "2025-05-10",
            until="2025-05-17",
            status="completed",
            reason="@cond-uti",
        ),
        prescribed("hcq", "Hydroxychloroquine 200 mg tablets", "200 mg once daily", "2025-03-28", reason="@cond-aps"),
        takes(
            "paracetamol",
            "Paracetamol 500 mg tablets",
            "1 g up to four times a day as needed",
            "2025-09-10",
            reason="Headache",
        ),
        takes("antenatal", "Antenatal multivitamin", "One a day", "2025-02"),
        given(
            "steroid",
            "Betamethasone 12 mg injection",
            "12 mg",
            "2025-09-12T11:30",
            status="not-done",
            route="Intramuscular",
            because="Awaiting senior review",
        ),
        given("anti-d", "Anti-D immunoglobulin 1500 units", "1500 units", "2025-08-08T10:00", route="Intramuscular"),
        given(
            "dalteparin-am", "Dalteparin 7,500 units injection", "7,500 units", "2025-09-12T08:00", route="Subcutaneous"
        ),
        allergy(
            "latex",
            "Latex",
            "Anaphylaxis",
            "2009-06-15",
            severity="severe",
            criticality="high",
            category="environment",
            note="During spinal fusion",
        ),
        allergy(
            "sux",
            "Suxamethonium",
            "Father had prolonged paralysis; she is untested",
            "2023-05-04",
            verified="unconfirmed",
            kind="intolerance",
            criticality="high",
        ),
        allergy(
            "penicillin",
            "Allergy to penicillin",
            "Childhood rash",
            "1998",
            severity="mild",
            criticality="low",
            verified="refuted",
            note="Oral challenge negative in 2024",
        ),
        blood_pressure(
            "2025-03-28 112/70, 2025-05-23 114/68, 2025-07-18 118/72, 2025-08-15 124/78, 2025-09-05 138/86,"
            "2025-09-12T10:40 158/102, 2025-09-12T11:00 162/104"
        ),
        series(
            "prot",
            "Urine protein:creatinine ratio",
            "mg/mmol",
            "2025-03-28 8, 2025-07-18 11, 2025-09-12T10:50 142",
            normal=(None, 30),
        ),
        series(
            "plt",
            "Platelets",
            "10*9/L",
            "2025-03-28 214, 2025-06-20 198, 2025-08-15 171, 2025-09-12T10:50 96",
            normal=(150, 400),
        ),
        series("alt", "ALT", "U/L", "2025-03-28 16, 2025-08-15 19, 2025-09-12T10:50 88", normal=(None, 32)),
        series("creat", "Creatinine", "umol/L", "2025-03-28 51, 2025-08-15 54, 2025-09-12T10:50 88", normal=(None, 77)),
        series(
            "hb",
            "Haemoglobin",
            "g/L",
            "2025-03-28 121, 2025-06-20 98, 2025-08-15 106, 2025-09-12T10:50 112",
            normal=(105, 140),
        ),
        series("urate", "Urate", "umol/L", "2025-09-12T10:50 412", normal=(140, 360)),
        series("ferritin", "Ferritin", "ug/L", "2025-06-20 8", normal=(15, 200)),
        series("antixa", "Anti-factor Xa level, 4 hours after dose", "[IU]/mL", "2025-04-25 0.71, 2025-08-15 0.64"),
        series("ogtt", "Glucose 2 hours after 75 g", "mmol/L", "2025-07-18 6.4", normal=(None, 7.7)),
        vital("weight", "Weight", "kg", "2025-03-28 66, 2025-07-18 73.5, 2025-09-05 79.8, 2025-09-12 81.6"),
        vital("height", "Height", "cm", "2025-03-28 164"),
        observed("group", "Blood group and Rh", "2025-03-28", coded("A negative"), of="laboratory"),
        observed("antibody", "Red cell antibody screen", "2025-08-08", coded("Negative"), of="laboratory", mark="NEG"),
        observed("edd", "Estimated date of delivery", "2025-03-28", day("2025-10-31"), of="exam"),
        observed(
            "lac",
            "Lupus anticoagulant",
            "2022-03-14",
            coded("Positive, confirmed at 12 weeks"),
            of="laboratory",
            mark="POS",
        ),
        observed("acl", "Anticardiolipin IgG", "2022-03-14", amount("86", "[GPL'U]/mL"), of="laboratory", mark="H"),
        observed(
            "reflexes", "Ankle reflexes", "2025-09-12T10:45", text("Brisk, three beats of clonus"), of="exam", mark="A"
        ),
        observed("mallampati", "Mallampati class", "2025-03-28", count(3), of="exam"),
        observed(
            "movements", "Fetal movements", "2025-09-12T10:45", coded("Reduced since yesterday"), of="exam", mark="A"
        ),
        observed("smoke", "Tobacco smoking status", "2025-03-28", coded("Never smoked"), of="social-history"),
        observed("work", "Occupation", "2025-03-28", text("Primary school teacher"), of="social-history"),
        report(
            "growth",
            "Obstetric ultrasound",
            "2025-09-05",
            "32 weeks. Abdominal circumference on the 8th centile, was 35th. "
            "Umbilical artery PI raised, end-diastolic flow present. Placenta posterior, clear of the cervix.",
        ),
        report(
            "anomaly",
            "Obstetric ultrasound",
            "2025-06-13",
            "20 weeks. Normal anatomy. Uterine artery notching both sides.",
        ),
        report("echo", "Transthoracic echocardiogram", "2022-04-05", "Normal."),
        report("spine", "X-ray of spine", "2010-05", "Posterior instrumentation T5 to L3, solid fusion."),
        report(
            "fbc",
            "Full blood count",
            "2025-09-12T10:50",
            "Platelets 96, fragmented cells not reported.",
            results=("@obs-plt-202509121050", "@obs-hb-202509121050"),
        ),
        procedure("fusion", "Posterior spinal fusion", "2009-06-15", site="T5 to L3"),
        procedure(
            "cs",
            "Emergency caesarean section",
            "2023-05-04",
            reason="@cond-prev-pet",
            note="General anaesthetic; blood loss 900 mL",
        ),
        procedure(
            "epidural",
            "Epidural catheter",
            "2023-05-03",
            status="stopped",
            because="Four attempts, patchy block on the left",
        ),
        procedure("cs-booked", "Elective caesarean section", "2025-10-10", status="preparation"),
        procedure("wisdom", "Dental extraction", "2016-07", site="Wisdom teeth", note="Sedation, no problems"),
        device("rods", "Posterior spinal rods", note="T5 to L3, implanted 15 June 2009"),
        immunized("flu-2024", "Seasonal influenza vaccine (inactivated)", "2024-10-21"),
        immunized("tdap", "Tdap vaccine", "2025-06-13", note="20 weeks, against whooping cough"),
        immunized(
            "flu-2025",
            "Seasonal influenza vaccine (inactivated)",
            "2025-09-05",
            status="not-done",
            because="Wants to think",
        ),
        encounter("booking", "Antenatal booking visit", "2025-03-28", reason="@cond-preg"),
        encounter(
            "dau",
            "Maternity day assessment",
            "2025-09-12T10:30",
            seen="EMER",
            status="in-progress",
            reason="Headache and flashing lights",
        ),
        encounter("anc", "Obstetric medicine clinic", "2025-09-05", reason="@cond-aps"),
        encounter("delivery", "Delivery admission", "2023-05-02", "2023-05-09", seen="IMP", diagnosis="@cond-prev-pet"),
        encounter("dentist", "Dental check", "2025-05-29"),
        impression(
            "booking",
            "2025-03-28",
            "High risk: antiphospholipid syndrome, earlier clot, early pre-eclampsia. Dalteparin, "
            "aspirin 150 mg, growth scans every 4 weeks.",
            findings=("@cond-aps", "@cond-prev-pet"),
        ),
        plan(
            "birth",
            "Birth plan",
            "2025-08-15",
            {
                "Caesarean at 37 weeks": "scheduled",
                "Anaesthetic clinic": "scheduled",
                "Stop dalteparin 24 hours before": "scheduled",
            },
            addresses=("@cond-preg",),
            goals=("@goal-awake",),
        ),
        goal("awake", "To be awake for the birth this time", "2025-08-15"),
        relative("mother", "mother", "Pre-eclampsia", at="29"),
        relative(
            "father", "father", "Pseudocholinesterase deficiency", note="Ventilated overnight after an appendicectomy"
        ),
        note(
            "anaes",
            "Anaesthetic record",
            "2023-05-04",
            """
            Cat 1 section, epidural patchy after four attempts (rods to L3, scar). General anaesthetic. Grade 3 view,
            failed first
            attempt, intubated with bougie and videolaryngoscope size 6.0 tube. Rocuronium used, not suxamethonium
            (father).
            Latex-free theatre. Letter given: DIFFICULT INTUBATION.
        """,
            by="Obstetric anaesthetist",
        ),
        letter(
            "delivery",
            "Obstetric discharge letter",
            "2023-05-09",
            {
                "Delivery": "Severe pre-eclampsia at 34 weeks, BP 178/112, platelets 104. Emergency section, girl "
                "1,940 g.",
                "After": "Magnesium for 24 hours. Dalteparin for six weeks, then warfarin. Aspirin from 12 weeks "
                "next time.",
            },
            by="Obstetric team",
        ),
    ],
    assessments=[
        Assessment(
            "headache",
            "diagnosis",
            "33/40. Frontal headache since yesterday, flashing lights, epigastric discomfort. BP 162/104, urine "
            "protein +++.",
            decisive={
                "cond-preg": "33 weeks pregnant",
                "cond-prev-pet": "pre-eclampsia before",
                "obs-bp": "severe hypertension, rising trend",
                "obs-prot": "new proteinuria",
                "obs-plt": "HELLP",
                "obs-alt": "HELLP",
                "obs-reflexes": "clonus: imminent eclampsia",
                "rx-dalteparin": "therapeutic anticoagulant: bleeding, delivery timing",
            },
            relevant={
                "cond-aps": "risk factor; thrombosis",
                "obs-creat": "renal involvement",
                "rep-growth": "growth restriction",
                "obs-movements": "fetal compromise",
                "rx-labetalol": "drafted treatment",
                "cond-asthma": "labetalol to be avoided in asthma",
                "rx-aspirin": "prophylaxis; platelets falling",
                "adm-dalteparin-am": "last dose at 8 this morning",
                "comp-delivery": "course last time, magnesium",
                "adm-steroid": "fetal lung maturity, not given yet",
                "imp-booking": "risk stated",
                "cond-migraine": "competing explanation of headache and lights",
            },
            context={
                "cond-airway": "if delivery is needed",
                "cond-pih": "an error, not hypertension",
                "cond-reflux": "competing explanation of epigastric pain",
            },
        ),
        Assessment(
            "anaesthetic",
            "pre-procedure",
            "Anaesthetic review before caesarean section: airway, neuraxial options, anticoagulation, allergies?",
            decisive={
                "cond-airway": "difficult intubation",
                "doc-anaes": "the earlier anaesthetic in detail",
                "rx-dalteparin": "interval before a spinal",
                "alg-latex": "latex anaphylaxis: latex-free theatre",
                "alg-sux": "avoid suxamethonium",
                "proc-fusion": "neuraxial block difficult",
                "obs-plt": "96: limits neuraxial block",
            },
            relevant={
                "cond-scoliosis": "fused spine",
                "dev-rods": "instrumented spine",
                "rep-spine": "levels of fusion",
                "fam-father": "pseudocholinesterase deficiency",
                "proc-epidural": "failed epidural",
                "proc-cs": "earlier general anaesthetic",
                "adm-dalteparin-am": "time of last dose",
                "proc-cs-booked": "the procedure",
                "plan-birth": "plan for dalteparin",
                "goal-awake": "her wish",
                "cond-preg": "pregnant airway and physiology",
                "rx-aspirin": "antiplatelet",
                "obs-mallampati": "airway",
                "cond-asthma": "airway disease; avoid carboprost",
                "cond-reflux": "aspiration risk",
            },
            context={
                "cond-aps": "clot risk while dalteparin is held",
                "alg-penicillin": "delabelled: antibiotic prophylaxis possible",
            },
        ),
    ],
)
