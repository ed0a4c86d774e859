"""A made-up chart of any length, for timing only: every line different, as FHIR JSON. Makes no clinical sense."""

from __future__ import annotations

from itertools import product
from typing import Any

Json = dict[str, Any]

PATIENT = "bench"
SUBJECT = {"reference": f"Patient/{PATIENT}"}
SITES = ("knee", "hip", "wrist", "ankle", "shoulder", "elbow", "neck", "lower back", "abdomen", "chest")
SIDES = ("left", "right")
COURSES = ("acute", "chronic", "recurrent", "mild", "severe", "old", "new", "worsening", "healing", "unexplained")
PROBLEMS = ("pain", "swelling", "fracture", "sprain", "infection", "laceration", "burn", "rash", "stiffness", "abscess")
DRUGS = ("metformin", "ramipril", "amlodipine", "atorvastatin", "omeprazole", "sertraline", "furosemide", "codeine")
DOSES = ("1 tablet daily", "2 tablets daily", "1 tablet at night", "1 tablet as needed", "1 tablet twice daily")
TESTS = ("sodium", "potassium", "creatinine", "glucose", "protein", "ferritin", "calcium", "albumin", "urea", "lactate")
SPECIMENS = ("serum", "plasma", "urine", "capillary blood", "venous blood", "ascitic fluid", "pleural fluid")
REPEATS = 5  # results of one test


def _condition(number: int, course: str, side: str, site: str, problem: str) -> list[Json]:
    onset = f"{1980 + number % 40}-05-01"
    code = {"text": f"{course.capitalize()} {problem} of the {side} {site}"}
    return [{"resourceType": "Condition", "id": f"c{number}", "subject": SUBJECT, "code": code, "onsetDateTime": onset}]


def _medication(number: int, drug: str, dose: str) -> list[Json]:
    prescription = {
        "resourceType": "MedicationRequest",
        "id": f"m{number}",
        "status": "active",
        "intent": "order",
        "subject": SUBJECT,
        "medicationCodeableConcept": {"text": f"{drug.capitalize()} tablets"},
        "dosageInstruction": [{"text": dose}],
        "authoredOn": f"{2000 + number % 20}-03-01",
    }
    return [prescription]


def result(name: str, test: str, when: str, value: float) -> Json:
    """Return an Observation of one number."""
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "subject": SUBJECT,
        "code": {"text": test},
        "effectiveDateTime": when,
        "valueQuantity": {"value": value, "unit": "mmol/L"},
    }


def _results(number: int, test: str, specimen: str) -> list[Json]:
    name = f"{test.capitalize()} in {specimen}"
    return [
        result(f"o{number}-{repeat}", name, f"{2015 + repeat}-0{1 + number % 9}-01", number + repeat)
        for repeat in range(REPEATS)
    ]


def bundle(items: int) -> Json:
    """Return a Bundle of one patient whose records group into exactly `items` items, of every kind made here."""
    things = [
        *(_results(*numbered) for numbered in _numbered(TESTS, SPECIMENS)),
        *(_medication(*numbered) for numbered in _numbered(DRUGS, DOSES)),
        *(_condition(*numbered) for numbered in _numbered(COURSES, SIDES, SITES, PROBLEMS)),
    ]
    if items > len(things):
        raise ValueError(f"at most {len(things)} items can be made up")
    patient = {"resourceType": "Patient", "id": PATIENT, "name": [{"text": "Bench Mark"}], "birthDate": "1950-01-01"}
    resources = [patient, *(resource for thing in things[:items] for resource in thing)]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def _numbered(*parts: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [(number, *words) for number, words in enumerate(product(*parts))]
