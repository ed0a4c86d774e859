"""What each resource type is to a patient's history. Knows nothing of what is inside a resource."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What is done with a resource of a type when it is read."""

    RECORD = "record"  # validated, converted, shown and ranked
    SUPPORTING = "supporting"  # validated and kept: the patient, a medicine, a note's text; no record itself
    IGNORED = "ignored"  # counted, not validated; kept at most for the names others point at
    OTHER = "other"  # any other type: counted on its patient's page, not validated


RECORD_TYPES = frozenset(
    {
        "AllergyIntolerance",
        "CarePlan",
        "ClinicalImpression",
        "Composition",
        "Condition",
        "Device",
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "FamilyMemberHistory",
        "Goal",
        "Immunization",
        "MedicationAdministration",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
        "Procedure",
    }
)

SUPPORTING_TYPES = frozenset({"Binary", "Medication", "Patient"})
"""A Binary holds the text of notes that name it by URL."""

NAMING_TYPES = frozenset(
    {"HealthcareService", "Location", "Organization", "Practitioner", "PractitionerRole", "RelatedPerson"}
)
"""Ignored types whose names and displays may help a record's line."""

IGNORED_TYPES = NAMING_TYPES | {
    "Account",
    "AuditEvent",
    "CapabilityStatement",
    "ChargeItem",
    "Claim",
    "ClaimResponse",
    "CodeSystem",
    "ConceptMap",
    "Contract",
    "Coverage",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "Endpoint",
    "EnrollmentRequest",
    "EnrollmentResponse",
    "ExplanationOfBenefit",
    "ImplementationGuide",
    "InsurancePlan",
    "Invoice",
    "MessageHeader",
    "NamingSystem",
    "OperationDefinition",
    "OperationOutcome",
    "OrganizationAffiliation",
    "Parameters",
    "PaymentNotice",
    "PaymentReconciliation",
    "Provenance",
    "SearchParameter",
    "StructureDefinition",
    "Subscription",
    "ValueSet",
}
"""Billing, administration, audit and definitions: nothing a clinician reads in a history."""


def role_of(resource_type: object) -> Role:
    """Return the role of a `resourceType`, whatever stands there; unknown ones, text or not, are OTHER."""
    if not isinstance(resource_type, str):
        return Role.OTHER
    if resource_type in RECORD_TYPES:
        return Role.RECORD
    if resource_type in SUPPORTING_TYPES:
        return Role.SUPPORTING
    return Role.IGNORED if resource_type in IGNORED_TYPES else Role.OTHER
