"""Who the history belongs to. Knows no clinical content."""

from __future__ import annotations

from emr_rerank.fhir.dates import date
from emr_rerank.fhir.elements import person_name, words
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Patient


def to_patient(resource: Resource, source: str) -> Patient:
    """Return a Patient resource as the domain's patient: name in use, birth date, sex, and death if recorded."""
    died = date(resource.get("deceasedDateTime"))
    return Patient(
        source=source,
        id=words(resource, "id"),
        name=person_name(resource),
        birth_date=date(resource.get("birthDate")),
        sex=words(resource, "gender"),
        deceased=died or ("yes" if resource.get("deceasedBoolean") is True else ""),
    )
