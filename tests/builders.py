"""Short ways to say a record or an item in a test."""

from __future__ import annotations

from typing import Any

from emr_rerank.ranking.items import to_items
from emr_rerank.types import HistoryItem, Kind, Measurement, Record

_LABELS = {Kind.MEDICATION: "Medication", Kind.ALLERGY: "Allergy", Kind.OBSERVATION: "Observation"}


def record(reference: str, kind: Kind = Kind.CONDITION, title: str = "Asthma", **fields: Any) -> Record:
    """Return a record whose line and code follow from its title unless given."""
    line = f"{_LABELS.get(kind, 'Record')}: {title}"
    return Record(reference=reference, kind=kind, title=title, **{"text": line, "code": title.lower(), **fields})


def result(reference: str, date: str, value: float, unit: str = "%", title: str = "HbA1c", **fields: Any) -> Record:
    """Return an observation of one number."""
    words = f"{value:g} {unit}".strip()
    return record(
        reference,
        Kind.OBSERVATION,
        title,
        date=date,
        **{"value": words, "measurements": (Measurement(value, unit),), "text": f"{title} {words}", **fields},
    )


def item(reference: str, kind: Kind = Kind.CONDITION, title: str = "Asthma", **fields: Any) -> HistoryItem:
    """Return the item of one record."""
    (only,) = to_items([record(reference, kind, title, **fields)])
    return only


def bundle(patient: str = "p1", *resources: dict[str, Any], name: str = "Ada Example") -> dict[str, Any]:
    """Return a Bundle of one patient and these resources, whose subject it becomes."""
    person = {"resourceType": "Patient", "id": patient, "name": [{"text": name}], "birthDate": "1950-04-01"}
    subject = {"reference": f"Patient/{patient}"}
    owner = {"AllergyIntolerance": "patient", "Immunization": "patient"}
    owned = [{**resource, owner.get(resource["resourceType"], "subject"): subject} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in (person, *owned)]}


def condition(name: str, title: str, **fields: Any) -> dict[str, Any]:
    """Return a Condition in JSON, without its subject."""
    return {"resourceType": "Condition", "id": name, "code": {"text": title}, **fields}


def prescription(name: str, title: str, status: str = "active", **fields: Any) -> dict[str, Any]:
    """Return a MedicationRequest in JSON, without its subject."""
    medicine = {"medicationCodeableConcept": {"text": title}, "intent": "order", "status": status}
    return {"resourceType": "MedicationRequest", "id": name, **medicine, **fields}


def allergy(name: str, title: str, **fields: Any) -> dict[str, Any]:
    """Return an AllergyIntolerance in JSON, without its patient."""
    return {"resourceType": "AllergyIntolerance", "id": name, "code": {"text": title}, **fields}


def observation(name: str, title: str, **fields: Any) -> dict[str, Any]:
    """Return an Observation in JSON, without its subject."""
    return {"resourceType": "Observation", "id": name, "status": "final", "code": {"text": title}, **fields}
