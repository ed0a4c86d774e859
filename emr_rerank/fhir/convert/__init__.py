"""Validated resources in, Records out: one converter a type, in a table. Knows nothing of files, models or rows.

Converters read the JSON itself and never raise on what a model accepts, however odd; they look other resources up only
for names, and read without them when they are not known. The narrative (`text.div`) is never used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emr_rerank.fhir.convert.conditions import allergy, condition
from emr_rerank.fhir.convert.documents import composition, document_reference
from emr_rerank.fhir.convert.encounters import encounter, impression
from emr_rerank.fhir.convert.families import family_history
from emr_rerank.fhir.convert.medications import medication_administration, medication_request, medication_statement
from emr_rerank.fhir.convert.observations import observation, report
from emr_rerank.fhir.convert.patients import to_patient
from emr_rerank.fhir.convert.plans import care_plan, goal
from emr_rerank.fhir.convert.procedures import device, immunization, procedure
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Record

__all__ = ["CONVERTERS", "to_patient", "to_record"]

CONVERTERS: Mapping[str, Callable[[Resource, LookUp], Record]] = {
    "AllergyIntolerance": allergy,
    "CarePlan": care_plan,
    "ClinicalImpression": impression,
    "Composition": composition,
    "Condition": condition,
    "Device": device,
    "DiagnosticReport": report,
    "DocumentReference": document_reference,
    "Encounter": encounter,
    "FamilyMemberHistory": family_history,
    "Goal": goal,
    "Immunization": immunization,
    "MedicationAdministration": medication_administration,
    "MedicationRequest": medication_request,
    "MedicationStatement": medication_statement,
    "Observation": observation,
    "Procedure": procedure,
}


def to_record(resource: Resource, look_up: LookUp) -> Record:
    """Return the record of one resource of a type in `CONVERTERS`; its reference is "Type/id".

    `look_up` gets reference strings as written in the resource and may know none of them.
    """
    return CONVERTERS[resource["resourceType"]](resource, look_up)
