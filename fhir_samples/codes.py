"""Standard codes for the names the charts use. Knows only certain ones: a name not listed goes out as text."""

from __future__ import annotations

from typing import Any

SNOMED_SYSTEM = "http://snomed.info/sct"
LOINC_SYSTEM = "http://loinc.org"
RXNORM_SYSTEM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX_SYSTEM = "http://hl7.org/fhir/sid/cvx"
UCUM_SYSTEM = "http://unitsofmeasure.org"

# Name as a chart writes it (lower case) -> SNOMED CT concept and display.
SNOMED: dict[str, tuple[str, str]] = {
    "allergy to penicillin": ("91936005", "Allergy to penicillin"),
    "alzheimer's disease": ("26929004", "Alzheimer's disease"),
    "ankle sprain": ("44465007", "Sprain of ankle"),
    "aortic stenosis": ("60573004", "Aortic valve stenosis"),
    "appendicectomy": ("80146002", "Appendectomy"),
    "appendectomy": ("80146002", "Appendectomy"),
    "asthma": ("195967001", "Asthma (disorder)"),
    "atopic eczema": ("24079001", "Atopic dermatitis"),
    "atrial fibrillation": ("49436004", "Atrial fibrillation (disorder)"),
    "bipolar disorder": ("13746004", "Bipolar disorder"),
    "chronic kidney disease stage 3": ("433144002", "Chronic kidney disease stage 3"),
    "chronic obstructive pulmonary disease": ("13645005", "Chronic obstructive pulmonary disease (disorder)"),
    "coronary artery disease": ("53741008", "Coronary arteriosclerosis (disorder)"),
    "deep vein thrombosis": ("128053003", "Deep venous thrombosis"),
    "depression": ("35489007", "Depressive disorder"),
    "gastro-oesophageal reflux disease": ("235595009", "Gastroesophageal reflux disease"),
    "gerd": ("235595009", "Gastroesophageal reflux disease (disorder)"),
    "gout": ("90560007", "Gout"),
    "heart failure": ("84114007", "Heart failure (disorder)"),
    "hiv infection": ("86406008", "Human immunodeficiency virus infection"),
    "hyperlipidaemia": ("55822004", "Hyperlipidemia"),
    "hyperlipidemia": ("55822004", "Hyperlipidemia (disorder)"),
    "hypertension": ("38341003", "Hypertensive disorder, systemic arterial (disorder)"),
    "hypothyroidism": ("40930008", "Hypothyroidism"),
    "insomnia": ("193462001", "Insomnia"),
    "iron deficiency anaemia": ("87522002", "Iron deficiency anemia"),
    "migraine": ("37796009", "Migraine"),
    "obesity": ("414916001", "Obesity"),
    "obstructive sleep apnea": ("78275009", "Obstructive sleep apnea syndrome (disorder)"),
    "obstructive sleep apnoea": ("78275009", "Obstructive sleep apnea syndrome"),
    "osteoarthritis": ("396275006", "Osteoarthritis"),
    "osteoporosis": ("64859006", "Osteoporosis"),
    "otitis media": ("65363002", "Otitis media"),
    "pneumonia": ("233604007", "Pneumonia"),
    "pregnancy": ("77386006", "Pregnant"),
    "pulmonary embolism": ("59282003", "Pulmonary embolism"),
    "pulmonary tuberculosis": ("154283005", "Pulmonary tuberculosis"),
    "rheumatoid arthritis": ("69896004", "Rheumatoid arthritis"),
    "schizophrenia": ("58214004", "Schizophrenia"),
    "transient ischaemic attack": ("266257000", "Transient ischemic attack"),
    "type 1 diabetes mellitus": ("46635009", "Type 1 diabetes mellitus"),
    "type 2 diabetes mellitus": ("44054006", "Type 2 diabetes mellitus"),
    "urinary tract infection": ("68566005", "Urinary tract infectious disease"),
    "no known allergies": ("716186003", "No known allergy"),
}

# Ingredient, as the first word or words of a medicine's name -> RxNorm ingredient. Route and strength stay in the text.
RXNORM: dict[str, str] = {
    "acetaminophen": "161",
    "albuterol": "435",
    "allopurinol": "519",
    "amiodarone": "703",
    "amitriptyline": "704",
    "amlodipine": "17767",
    "amoxicillin": "723",
    "apixaban": "1364430",
    "aspirin": "1191",
    "atorvastatin": "83367",
    "bisoprolol": "19484",
    "ciprofloxacin": "2551",
    "citalopram": "2556",
    "clarithromycin": "21212",
    "clozapine": "2626",
    "furosemide": "4603",
    "gabapentin": "25480",
    "haloperidol": "5093",
    "hydroxychloroquine": "5521",
    "ibuprofen": "5640",
    "levothyroxine": "10582",
    "lisinopril": "29046",
    "metformin": "6809",
    "methotrexate": "6851",
    "mycophenolate mofetil": "68149",
    "naproxen": "7258",
    "olanzapine": "61381",
    "omeprazole": "7646",
    "oxycodone": "7804",
    "pantoprazole": "40790",
    "prednisolone": "8638",
    "quetiapine": "51272",
    "ramipril": "35296",
    "sertraline": "36437",
    "simvastatin": "36567",
    "spironolactone": "9997",
    "tacrolimus": "42316",
    "trimethoprim": "10829",
    "warfarin": "11289",
}

# (Name, unit) of a measurement -> LOINC. Mass and molar units have codes of their own.
LOINC: dict[tuple[str, str], str] = {
    ("Albumin", "g/L"): "1751-7",
    ("Albumin", "g/dL"): "1751-7",
    ("ALT", "U/L"): "1742-6",
    ("AST", "U/L"): "1920-8",
    ("BMI", "kg/m2"): "39156-5",
    ("C-reactive protein", "mg/L"): "1988-5",
    ("CD4 count", "cells/uL"): "24467-3",
    ("CEA", "ng/mL"): "2039-6",
    ("Creatinine", "mg/dL"): "2160-0",
    ("Creatinine", "umol/L"): "14682-9",
    ("eGFR", "mL/min/1.73m2"): "62238-1",
    ("Ferritin", "ng/mL"): "2276-4",
    ("Ferritin", "ug/L"): "2276-4",
    ("Glucose", "mg/dL"): "2345-7",
    ("Glucose", "mmol/L"): "14749-6",
    ("Haemoglobin", "g/L"): "718-7",
    ("Hemoglobin", "g/dL"): "718-7",
    ("HbA1c", "%"): "4548-4",
    ("HbA1c", "mmol/mol"): "59261-8",
    ("Heart rate", "/min"): "8867-4",
    ("Height", "cm"): "8302-2",
    ("HIV-1 RNA viral load", "copies/mL"): "20447-9",
    ("INR", "1"): "6301-6",
    ("LDL cholesterol", "mg/dL"): "13457-7",
    ("Lithium level", "mmol/L"): "14334-7",
    ("Neutrophils", "10*9/L"): "751-8",
    ("NT-proBNP", "pg/mL"): "33762-6",
    ("Oxygen saturation", "%"): "59408-5",
    ("Platelets", "10*9/L"): "777-3",
    ("Potassium", "mmol/L"): "2823-3",
    ("Potassium", "mEq/L"): "2823-3",
    ("Respiratory rate", "/min"): "9279-1",
    ("Sodium", "mmol/L"): "2951-2",
    ("Sodium", "mEq/L"): "2951-2",
    ("Tacrolimus trough level", "ng/mL"): "11253-2",
    ("Temperature", "Cel"): "8310-5",
    ("TSH", "mU/L"): "3016-3",
    ("Weight", "kg"): "29463-7",
    ("White cell count", "10*9/L"): "6690-2",
    ("Blood pressure", ""): "85354-9",
    ("Systolic blood pressure", "mmHg"): "8480-6",
    ("Diastolic blood pressure", "mmHg"): "8462-4",
    ("Tobacco smoking status", ""): "72166-2",
    ("PHQ-9 total score", ""): "44261-6",
    ("GAD-7 total score", ""): "70274-6",
    ("Blood group and Rh", ""): "882-1",
}

CVX: dict[str, str] = {
    "Tdap vaccine": "115",
    "MMR vaccine": "03",
    "Varicella vaccine": "21",
    "Recombinant zoster vaccine": "187",
    "Pneumococcal polysaccharide vaccine (PPV23)": "33",
}

# Units whose UCUM code is not the unit as people write it; codes that would read badly are shown in words.
UCUM: dict[str, str] = {
    "mEq/L": "meq/L",
    "mmHg": "mm[Hg]",
    "mL/min/1.73m2": "mL/min/{1.73_m2}",
    "copies/mL": "{copies}/mL",
    "cells/uL": "{cells}/uL",
}
UNIT_SHOWN: dict[str, str] = {
    "1": "",
    "10*9/L": "x10^9/L",
    "Cel": "°C",
    "[IU]/mL": "IU/mL",
    "[GPL'U]/mL": "GPL U/mL",
    "[pH]": "",
    "mm[Hg]": "mmHg",
    "{doses}": "doses",
    "{drinks}/wk": "units a week",
}

Concept = dict[str, Any]


def coding(system: str, code: str, display: str = "") -> dict[str, str]:
    """Return a FHIR Coding."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(text: str) -> Concept:
    """Return a CodeableConcept with no code, only words."""
    return {"text": text}


def clinical(text: str) -> Concept:
    """Return a CodeableConcept for a problem, procedure or allergy, SNOMED-coded where the name is listed."""
    known = SNOMED.get(text.lower())
    return ({"coding": [coding(SNOMED_SYSTEM, *known)]} if known else {}) | {"text": text}


def medicine(text: str) -> Concept:
    """Return a CodeableConcept for a medicine, with its RxNorm ingredient where the name begins with a listed one."""
    words = text.lower().split()
    for ingredient in (" ".join(words[:2]), words[0]):
        if ingredient in RXNORM:
            return {"coding": [coding(RXNORM_SYSTEM, RXNORM[ingredient], ingredient)], "text": text}
    return concept(text)


def measured(text: str, unit: str = "") -> Concept:
    """Return a CodeableConcept for an observation, LOINC-coded where name and unit are listed."""
    code = LOINC.get((text, unit))
    return ({"coding": [coding(LOINC_SYSTEM, code, text)]} if code else {}) | {"text": text}


def vaccine(text: str) -> Concept:
    """Return a CodeableConcept for a vaccine, CVX-coded where the name is listed."""
    code = CVX.get(text)
    return ({"coding": [coding(CVX_SYSTEM, code, text)]} if code else {}) | {"text": text}


def quantity(value: str, unit: str) -> dict[str, Any]:
    """Return a Quantity from a value as a laboratory prints it ("4.8", "<20")."""
    comparator = value[0] if value[0] in "<>" else ""
    digits = value.lstrip("<>")
    number: int | float = float(digits) if "." in digits else int(digits)
    shown = UNIT_SHOWN.get(unit, unit)
    return (
        {"value": number}
        | ({"comparator": comparator} if comparator else {})
        | ({"unit": shown} if shown else {})
        | {"system": UCUM_SYSTEM, "code": UCUM.get(unit, unit)}
    )
