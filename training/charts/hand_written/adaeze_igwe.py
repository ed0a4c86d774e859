"""Adaeze Igwe, 4: sickle cell anemia, febrile, then suddenly pale. As of 3 Dec 2025."""

from __future__ import annotations

from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import given, prescribed, takes
from fhir_samples.narratives import impression, letter, note, plan
from fhir_samples.observations import coded, observed, report, series, text, vital
from fhir_samples.vocabulary import allergy, condition, encounter, flu_jabs, immunized, procedure, relative

CHART = Chart(
    name="Adaeze Igwe",
    sex="female",
    born="2021-05-30",
    number="7730215",
    entries=[
        condition("scd", "Sickle cell disease", "2021-06", note="Hemoglobin SS, newborn screen"),
        condition("asplenia", "Functional asplenia", "2022-11", note="Pitted red cells 9%"),
        condition("pneumococcal", "Pneumococcal bacteremia", "2023-02-11", until="2023-02-25"),
        condition("sequestration", "Acute splenic sequestration", "2022-08-19", until="2022-08-24"),
        condition("acs", "Acute chest syndrome", "2024-01-08", until="2024-01-16"),
        condition("alloimmunized", "Red cell alloimmunization", "2024-02-05", note="Anti-K and anti-E"),
        condition("dactylitis", "Dactylitis", "2022-02", until="2022-03", site="Both hands"),
        condition("asthma", "Mild persistent asthma", "2024-10"),
        condition("eczema", "Atopic dermatitis", "2021-12"),
        condition("otitis", "Acute otitis media", "2023-10-03", until="2023-10-13", site="Right ear"),
        condition("caries", "Dental caries", "2025-04", site="Lower left molar"),
        condition("iron", "Iron deficiency", "2023-05", verified="refuted", note="Ferritin 190; do not give iron"),
        prescribed(
            "penicillin",
            "Penicillin V potassium 250 mg/5 mL oral solution",
            "250 mg twice daily",
            "2024-05-30",
            reason="@cond-asplenia",
            note="Last filled 2025-08-22 (30 days)",
        ),
        prescribed(
            "hydroxyurea",
            "Hydroxyurea 100 mg/mL oral suspension",
            "400 mg once daily",
            "2022-09-14",
            reason="@cond-scd",
        ),
        prescribed("folic", "Folic acid 1 mg tablets", "1 mg once daily", "2021-09"),
        prescribed("fluticasone", "Fluticasone 44 microgram inhaler", "Two puffs twice daily", "2024-10"),
        prescribed("albuterol", "Albuterol 90 microgram inhaler", "Two puffs as needed", "2024-10", as_needed=True),
        prescribed("ibuprofen", "Ibuprofen 100 mg/5 mL oral suspension", "150 mg as needed", "2022-02", as_needed=True),
        takes("vitd", "Vitamin D 400 unit drops", "One drop daily", "2021-07"),
        given("transfusion", "Red blood cells", "10 mL/kg", "2024-01-10T14:00", route="Intravenous"),
        given("ceftriaxone", "Ceftriaxone", "75 mg/kg, fifth dose of the admission", "2024-01-13T09:10"),
        allergy(
            "ceftriaxone",
            "Ceftriaxone",
            "Immune hemolytic anemia",
            "2024-01-14",
            severity="severe",
            criticality="high",
            note="Hgb fell to 3.8 within hours; antibody to the drug shown by blood bank",
        ),
        allergy("dust", "House dust mite", "Sneezing", "2024-10", category="environment", severity="mild"),
        series(
            "hgb",
            "Hemoglobin",
            "g/dL",
            "2023-11-14 8.6, 2024-01-09 6.1, 2024-01-14 3.8, 2024-03-12 8.4, 2024-09-17 8.9, 2025-04-15 8.7,"
            "2025-10-21 8.6",
            normal=(11.5, 13.5),
        ),
        series(
            "retic",
            "Reticulocytes",
            "%",
            "2023-11-14 12.4, 2024-03-12 11.0, 2024-09-17 9.8, 2025-04-15 10.2, 2025-10-21 9.6",
            normal=(0.5, 1.5),
        ),
        series("plt", "Platelets", "10*3/uL", "2024-09-17 402, 2025-04-15 388, 2025-10-21 371", normal=(150, 450)),
        series("anc", "Neutrophils", "10*3/uL", "2024-09-17 3.9, 2025-04-15 3.2, 2025-10-21 2.9", normal=(1.5, 8.5)),
        series("hbf", "Hemoglobin F", "%", "2023-11-14 21, 2024-09-17 24, 2025-10-21 16"),
        series("mcv", "Mean cell volume", "fL", "2024-09-17 96, 2025-10-21 88", normal=(75, 87)),
        series("bili", "Total bilirubin", "mg/dL", "2024-01-14 9.6, 2025-10-21 2.4", normal=(0.2, 1.2)),
        observed(
            "group",
            "Blood group and antibody screen",
            "2024-02-05",
            text("B positive; anti-K, anti-E"),
            of="laboratory",
        ),
        observed("dat", "Direct antiglobulin test", "2024-01-14", coded("Positive for complement"), of="laboratory"),
        observed("g6pd", "Glucose-6-phosphate dehydrogenase", "2021-09-20", coded("Normal"), of="laboratory"),
        observed("b19", "Parvovirus B19 IgG", "2024-09-17", coded("Negative"), of="laboratory", mark="NEG"),
        vital("weight", "Body weight", "kg", "2024-09-17 14.6, 2025-04-15 15.9, 2025-10-21 16.8"),
        vital("spo2", "Oxygen saturation", "%", "2025-04-15 97, 2025-10-21 97"),
        observed(
            "spleen",
            "Spleen size",
            "2025-10-21",
            text("Tip 1 cm below the costal margin, as in April; mother checks it weekly"),
        ),
        observed(
            "home",
            "Social history",
            "2025-10-21",
            text("Parents and brother Kelechi, 8. Moved to an aunt's in September, 70 minutes from the hospital"),
            of="social-history",
        ),
        report("tcd", "Transcranial Doppler", "2025-04-15", "Highest velocity 148 cm/s. Normal.", of="Radiology"),
        report("cxr", "Chest X-ray", "2024-01-08", "Right lower lobe opacity, small effusion."),
        report("culture", "Blood culture", "2023-02-11", "S. pneumoniae, serotype 23B, penicillin susceptible."),
        procedure("dental", "Dental restoration", "2025-05-19", site="Lower left molar"),
        immunized("pcv", "Pneumococcal conjugate vaccine (PCV15)", "2022-06-02", dose=4),
        immunized(
            "ppsv",
            "Pneumococcal polysaccharide vaccine (PPSV23)",
            "2023-06-06",
            status="not-done",
            because="Fever on the day; not rebooked",
        ),
        immunized("men", "Meningococcal ACWY vaccine", "2023-11-14", status="not-done", because="Out of stock"),
        immunized(
            "menb", "Meningococcal B vaccine", "2024-09-17", status="not-done", because="Parents wished to think"
        ),
        immunized("hib", "Haemophilus influenzae type b vaccine", "2022-06-02", dose=4),
        immunized("mmr", "Measles, mumps and rubella vaccine", "2022-06-02", dose=1),
        flu_jabs("2023-10-24", "2024-10-15"),
        encounter("well", "Well-child visit", "2025-06-10"),
        encounter("picu", "Pediatric intensive care", "2024-01-14", "2024-01-18", seen="IMP", diagnosis="@cond-acs"),
        encounter(
            "noshow", "Hematology clinic", "2025-09-16", status="cancelled", reason="No transport after the move"
        ),
        letter(
            "transfusion",
            "Blood bank letter",
            "2024-02-12",
            {
                "Antibodies": "Anti-K and anti-E after the January transfusion. Give C, E, K matched, sickle-negative.",
                "Reaction": "Hemolysis on 14 January was due to ceftriaxone, not the transfused cells.",
            },
            by="Transfusion service",
        ),
        note(
            "hematology",
            "Hematology clinic note",
            "2025-10-21",
            """
            Stable. Family moved in September: some medicines not transferred to the new pharmacy. Hydroxyurea being
            given. Hb F lower: missed doses? Fever 101.3 F or more: straight to the emergency department, culture and
            an intravenous antibiotic within the hour. Vaccines to catch up.
        """,
            by="Nurse practitioner, hematology",
        ),
        impression("seq", "2022-08-19", "Spleen 6 cm, Hgb 3.9, platelets 71. Transfused 5 mL/kg, rebounded to 9."),
        plan(
            "scd", "Sickle cell plan", "2024-09-17", {"TCD every year": "in-progress", "Catch-up vaccines": "on-hold"}
        ),
        relative("mother", "mother", "Sickle cell trait"),
        relative("brother", "brother", "Sickle cell trait"),
        relative("father", "father", "Glucose-6-phosphate dehydrogenase deficiency"),
    ],
    assessments=[
        Assessment(
            "fever",
            "symptom",
            "4yo F, mom calls triage: temp 39.6 C since 5 am, playing, drinking juice, runny nose. They live far out. "
            "Tylenol and see the pediatrician tomorrow?",
            decisive={
                "cond-scd": "fever is an emergency: sepsis",
                "cond-asplenia": "no defense against encapsulated organisms",
                "alg-ceftriaxone": "hemolysis after the usual antibiotic: needs another",
                "rx-penicillin": "prophylaxis not filled since August",
            },
            relevant={
                "imm-ppsv": "not given: pneumococcal cover incomplete",
                "imm-men": "not given",
                "cond-pneumococcal": "bacteremia before",
                "doc-hematology": "fever rule; medicines lost in the move",
                "cond-acs": "acute chest syndrome before",
                "adm-ceftriaxone": "the dose that caused the hemolysis",
                "imm-menb": "not given",
                "obs-home": "70 minutes from the hospital",
            },
            context={
                "imm-pcv": "conjugate series done",
                "rep-culture": "organism and susceptibility then",
                "imm-flu": "none recorded this season",
                "comp-transfusion": "drug hemolysis confirmed",
                "cond-asthma": "respiratory illness",
                "obs-anc": "on hydroxyurea, baseline",
                "plan-scd": "catch-up vaccines on hold",
                "obs-hgb": "baseline",
            },
        ),
        Assessment(
            "pale",
            "results",
            "2nd day in: white as a sheet, HR 168. Hgb 3.9, retics 0.2%, plts 196, bili 2.1, spleen tip as before. Big "
            "brother has red cheeks and a lacy rash. Need to order blood: anything to know?",
            decisive={
                "obs-retic": "baseline near 10: marrow has stopped",
                "cond-alloimmunized": "anti-K and anti-E: matched units",
                "comp-transfusion": "the blood she needs",
                "obs-b19": "never infected: aplastic crisis fits",
            },
            relevant={
                "cond-scd": "short red cell life: aplasia falls fast",
                "obs-hgb": "baseline 8.6",
                "obs-group": "group and antibodies for the order",
                "rx-hydroxyurea": "marrow suppression: hold while aplastic",
                "alg-ceftriaxone": "drug hemolysis to exclude if given on admission",
                "cond-sequestration": "the other sudden fall; overtransfusion there",
                "obs-spleen": "unchanged: against sequestration",
                "adm-transfusion": "transfused before; delayed hemolysis possible",
                "fam-brother": "has trait only; source of infection",
            },
            context={
                "obs-plt": "baseline; low would point to sequestration",
                "obs-bili": "baseline; no hemolysis",
                "imp-seq": "the earlier sequestration and rebound",
                "obs-dat": "positive after ceftriaxone",
                "obs-anc": "baseline before hydroxyurea is blamed",
                "obs-weight": "volume to transfuse",
                "obs-g6pd": "normal: no oxidant hemolysis",
            },
        ),
    ],
)
