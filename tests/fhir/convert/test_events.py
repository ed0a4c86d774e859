"""Encounters, impressions, procedures, immunizations, devices, plans, goals, family history and patients in a line."""

from __future__ import annotations

from typing import Any

import pytest

from emr_rerank.fhir.convert import CONVERTERS, to_patient, to_record
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Kind, Patient, Standing

KNOWN: dict[str, Resource] = {
    "Condition/pain": {"resourceType": "Condition", "code": {"text": "Chest pain"}},
    "Condition/no": {
        "resourceType": "Condition",
        "code": {"text": "Stroke"},
        "verificationStatus": {"coding": [{"code": "entered-in-error"}]},
    },
    "Goal/a1c": {"resourceType": "Goal", "description": {"text": "A1c below 7"}},
    "Device/icd": {"resourceType": "Device", "type": {"text": "Defibrillator"}},
    "Observation/fever": {"resourceType": "Observation", "code": {"text": "Fever"}},
    "Practitioner/1": {"resourceType": "Practitioner", "name": [{"given": ["Ada"], "family": "Lint"}]},
}
PAIN, NO = {"reference": "Condition/pain"}, {"reference": "Condition/no"}


def record_of(kind: str, fields: dict[str, Any]) -> Any:
    return to_record({"resourceType": kind, "id": "x", **fields}, KNOWN.get)


def text(words: str) -> dict[str, str]:
    return {"text": words}


@pytest.mark.parametrize(
    ("kind", "fields", "line"),
    [
        (
            "Encounter",
            {
                "status": "finished",
                "class": {"code": "EMER"},
                "type": [text("Emergency room admission")],
                "period": {"start": "2019-05-02T08:00:00Z", "end": "2019-05-04"},
                "reasonReference": [PAIN],
            },
            "Encounter (finished): Emergency room admission, 2019-05-02 to 2019-05-04; for: Chest pain",
        ),
        (
            "Encounter",
            {
                "status": "in-progress",
                "class": {"code": "IMP"},
                "type": [text("Unknown (qualifier value)")],
                "period": {"start": "2019-05-02"},
                "diagnosis": [{"condition": PAIN}, {"condition": NO}],
                "hospitalization": {"dischargeDisposition": text("Home")},
            },
            "Encounter (in progress): Inpatient encounter, since 2019-05-02; diagnosis: Chest pain, "
            "Stroke (entered in error); discharge: Home",
        ),
        ("Encounter", {"status": "planned", "class": {"code": "AMB"}}, "Encounter (planned): Ambulatory encounter"),
        ("Encounter", {"status": "unknown", "serviceType": text("Dialysis")}, "Encounter (unknown): Dialysis"),
        ("Encounter", {}, "Encounter: not named"),
        (
            "ClinicalImpression",
            {
                "status": "completed",
                "effectiveDateTime": "2020-02-03T10:00:00Z",
                "problem": [PAIN],
                "finding": [{"itemCodeableConcept": text("Pneumonia"), "basis": "crackles"}],
                "summary": "Treat at home.",
                "prognosisCodeableConcept": [text("Good")],
                "investigation": [{"item": [{"reference": "Observation/fever"}]}],
            },
            "Impression: Pneumonia (crackles), 2020-02-03; of: Chest pain; summary: Treat at home.; prognosis: Good; "
            "examined: Fever",
        ),
        (
            "ClinicalImpression",
            {"status": "in-progress", "description": "Likely viral"},
            "Impression (in progress): Likely viral",
        ),
        (
            "Procedure",
            {
                "status": "completed",
                "code": text("Arthroplasty (procedure)"),
                "bodySite": [text("Left knee")],
                "performedPeriod": {"start": "2010-05-03", "end": "2010-05-03"},
                "reasonCode": [text("Osteoarthritis")],
                "focalDevice": [{"manipulated": {"reference": "Device/icd"}}],
                "outcome": text("Successful"),
                "complication": [text("Bleeding")],
            },
            "Procedure: Arthroplasty, left knee, 2010-05-03; for: Osteoarthritis; device: Defibrillator; "
            "outcome: Successful; complication: Bleeding",
        ),
        (
            "Procedure",
            {"status": "not-done", "code": text("Colonoscopy"), "statusReason": text("Patient refused")},
            "Procedure (not done): Colonoscopy; not done because: patient refused",
        ),
        (
            "Procedure",
            {"status": "completed", "code": text("Appendectomy"), "performedAge": {"value": 12, "code": "a"}},
            "Procedure: Appendectomy, age 12",
        ),
        (
            "Immunization",
            {
                "status": "completed",
                "vaccineCode": text("MMR"),
                "occurrenceDateTime": "2019-10-22",
                "protocolApplied": [{"doseNumberPositiveInt": 2, "seriesDosesPositiveInt": 3}],
                "reaction": [{"detail": {"reference": "Observation/fever"}, "date": "2019-10-23"}],
            },
            "Immunization: MMR, dose 2 of 3, 2019-10-22; reaction: Fever, 2019-10-23",
        ),
        (
            "Immunization",
            {"status": "not-done", "vaccineCode": text("MMR"), "statusReason": text("Immunocompromised")},
            "Immunization (not done): MMR; not done because: immunocompromised",
        ),
        (
            "Immunization",
            {"status": "completed", "vaccineCode": text("BCG"), "occurrenceString": "as a child"},
            "Immunization: BCG, as a child",
        ),
        (
            "Device",
            {
                "status": "active",
                "type": text("Pacemaker (physical object)"),
                "deviceName": [{"name": "Beat 2"}, {"name": "Pacemaker"}],
                "manufacturer": "Acme",
                "modelNumber": "B2",
                "udiCarrier": [{"carrierHRF": "(01)secret"}],
                "serialNumber": "secret",
                "safety": [text("MR conditional")],
            },
            "Device (active): Pacemaker, Beat 2, Acme, model B2; safety: MR conditional",
        ),
        ("Device", {"status": "inactive", "deviceName": [{"name": "Stent"}]}, "Device (inactive): Stent"),
        (
            "CarePlan",
            {
                "status": "active",
                "intent": "plan",
                "category": [{"coding": [{"code": "assess-plan"}]}, text("Diabetes self management plan")],
                "period": {"start": "2001-05-02"},
                "addresses": [PAIN],
                "activity": [
                    {"detail": {"code": text("Diabetic diet"), "status": "in-progress"}},
                    {"detail": {"code": text("Running"), "status": "cancelled"}},
                    {"detail": {"description": "bear weight", "doNotPerform": True}},
                ],
                "goal": [{"reference": "Goal/a1c"}],
            },
            "Care plan (active): Diabetes self management plan, since 2001-05-02; for: Chest pain; "
            "activities: Diabetic diet, Running (cancelled), do NOT: bear weight; goals: A1c below 7",
        ),
        ("CarePlan", {"status": "draft", "intent": "proposal"}, "Care plan (draft, proposal): not named"),
        (
            "Goal",
            {
                "lifecycleStatus": "accepted",
                "achievementStatus": {"coding": [{"code": "in-progress"}]},
                "description": text("Lower A1c"),
                "startDate": "2020-01",
                "target": [
                    {
                        "measure": text("A1c"),
                        "detailRange": {"high": {"value": 7, "unit": "%"}},
                        "dueDate": "2020-04-05",
                    },
                    {"dueDate": "2021"},
                ],
            },
            "Goal (accepted, in progress): Lower A1c, since 2020-01; target: A1c up to 7 % by 2020-04-05; due: 2021",
        ),
        (
            "FamilyMemberHistory",
            {
                "status": "completed",
                "relationship": text("Mother"),
                "condition": [{"code": text("Breast cancer"), "onsetAge": {"value": 42, "code": "a"}}],
                "deceasedAge": {"value": 61, "code": "a"},
            },
            "Family history: mother: breast cancer (onset age 42), died at 61",
        ),
        (
            "FamilyMemberHistory",
            {
                "status": "partial",
                "relationship": text("Father"),
                "condition": [{"code": text("Stroke"), "contributedToDeath": True, "outcome": text("Fatal")}],
                "deceasedBoolean": True,
            },
            "Family history (partial): father: stroke (fatal, cause of death), died",
        ),
        (
            "FamilyMemberHistory",
            {
                "status": "health-unknown",
                "relationship": text("brother"),
                "dataAbsentReason": text("Unable to obtain"),
                "ageAge": {"value": 50, "code": "a"},
                "estimatedAge": True,
            },
            "Family history (health unknown): brother: not recorded (unable to obtain), now about 50",
        ),
    ],
)
def test_a_record_in_a_line(kind: str, fields: dict[str, Any], line: str) -> None:
    assert record_of(kind, fields).text == line


@pytest.mark.parametrize(
    ("kind", "field", "status", "standing"),
    [
        ("Encounter", "status", "finished", Standing.PAST),
        ("Encounter", "status", "cancelled", Standing.NOT_DONE),
        ("Encounter", "status", "planned", Standing.PLANNED),
        ("Procedure", "status", "not-done", Standing.NOT_DONE),
        ("Procedure", "status", "preparation", Standing.PLANNED),
        ("Procedure", "status", "completed", Standing.PAST),
        ("Immunization", "status", "not-done", Standing.NOT_DONE),
        ("ClinicalImpression", "status", "completed", Standing.CURRENT),
        ("Device", "status", "inactive", Standing.PAST),
        ("CarePlan", "status", "revoked", Standing.PAST),
        ("CarePlan", "status", "draft", Standing.PLANNED),
        ("Goal", "lifecycleStatus", "proposed", Standing.PLANNED),
        ("Goal", "lifecycleStatus", "rejected", Standing.NOT_DONE),
        ("FamilyMemberHistory", "status", "completed", Standing.CURRENT),
    ],
)
def test_how_a_record_is_to_be_read(kind: str, field: str, status: str, standing: Standing) -> None:
    assert record_of(kind, {field: status}).standing is standing


@pytest.mark.parametrize("kind", sorted(CONVERTERS))
def test_entered_in_error_is_said_and_an_unknown_status_is_current(kind: str) -> None:
    field = {"Goal": "lifecycleStatus", "Condition": "verificationStatus", "AllergyIntolerance": "verificationStatus"}
    name = field.get(kind, "status")
    coded = name == "verificationStatus"
    wrong = record_of(kind, {name: {"coding": [{"code": "entered-in-error"}]} if coded else "entered-in-error"})
    assert wrong.standing is Standing.ENTERED_IN_ERROR
    assert "(entered in error" in wrong.text
    odd = record_of(kind, {name: {"text": "see ward"} if coded else "see ward"})
    assert (odd.standing, odd.status) == (Standing.CURRENT, "see ward")
    assert record_of(kind, {}).standing is Standing.CURRENT


def test_family_history_is_told_apart_by_relative_and_illness() -> None:
    mother = {"relationship": text("mother"), "condition": [{"code": {"coding": [{"system": "s", "code": "1"}]}}]}
    first, second = record_of("FamilyMemberHistory", mother), record_of("FamilyMemberHistory", mother)
    father = record_of("FamilyMemberHistory", {**mother, "relationship": text("father")})
    assert first.code == second.code != father.code
    assert "s|1" in first.codes


def test_a_procedure_keeps_site_and_reason() -> None:
    record = record_of("Procedure", {"bodySite": [text("Right knee")], "reasonReference": [PAIN]})
    assert (record.kind, record.body_site, record.reason) == (Kind.PROCEDURE, "right knee", "Chest pain")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {
                "id": "p",
                "name": [
                    {"use": "old", "family": "Before"},
                    {
                        "use": "official",
                        "prefix": ["Mrs."],
                        "given": ["Ada", "May"],
                        "family": "Lint",
                        "suffix": ["PhD"],
                    },
                ],
                "birthDate": "1970-05",
                "gender": "female",
                "deceasedDateTime": "2020-01-01T00:00:00Z",
            },
            Patient("s", "p", "Ada May Lint PhD", "1970-05", "female", "2020-01-01T00:00:00Z"),
        ),
        (
            {"id": "p", "name": [{"text": "Ada\nLint"}], "deceasedBoolean": True},
            Patient("s", "p", "Ada Lint", deceased="yes"),
        ),
        ({"id": "p", "deceasedBoolean": False, "_birthDate": {"extension": []}}, Patient("s", "p")),
    ],
)
def test_who_the_patient_is(fields: dict[str, Any], expected: Patient) -> None:
    assert to_patient({"resourceType": "Patient", **fields}, "s") == expected


def test_an_impressions_summary_is_its_value_unless_it_is_its_name() -> None:
    seen = {"resourceType": "ClinicalImpression", "id": "i", "status": "completed"}
    named = {"finding": [{"itemCodeableConcept": text("Pneumonia")}], "summary": "Treat at home."}
    assert to_record({**seen, **named}, lambda _: None).value == "Treat at home."
    assert to_record({**seen, "description": "Likely viral"}, lambda _: None).value == ""


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"code": text("Breast cancer (absent)")}, "no breast cancer"),
        ({"code": text("Breast cancer"), "outcome": text("Absent")}, "no breast cancer"),
        ({"code": text("Breast cancer"), "outcome": text("Known absent (qualifier value)")}, "no breast cancer"),
        ({"code": text("Breast cancer (refuted)")}, "no breast cancer"),
        ({"code": text("Huntington's disease"), "outcome": text("Ruled out")}, "no Huntington's disease"),
        ({"code": text("Breast cancer"), "outcome": text("Died")}, "breast cancer"),
    ],
)
def test_what_a_relative_did_not_have_is_never_said_as_what_they_had(condition: dict[str, Any], said: str) -> None:
    record = record_of("FamilyMemberHistory", {"relationship": text("Mother"), "condition": [condition]})
    shown = f"{said} (died)" if condition.get("outcome") == text("Died") else said
    assert (record.title, record.text) == (f"mother: {said}", f"Family history: mother: {shown}")


def test_an_illness_that_a_relative_did_not_have_is_no_code_of_the_record() -> None:
    coded = {"code": {"coding": [{"system": "s", "code": "1", "display": "Stroke"}]}}
    had, had_not = (
        record_of("FamilyMemberHistory", {"condition": [coded | more]}) for more in ({}, {"outcome": text("Absent")})
    )
    assert (had.codes, had_not.codes) == (("s|1",), ())


@pytest.mark.parametrize("kind", sorted(CONVERTERS))
def test_a_qualifier_that_cannot_be_read_is_warned_of(kind: str) -> None:
    unknown = [{"url": "http://example.org/negated", "valueBoolean": True}]
    warning = "; note: has a qualifier that is not shown"
    assert record_of(kind, {"modifierExtension": unknown}).text.endswith(warning)
    harmless: list[dict[str, Any]] = [{"modifierExtension": []}, {"extension": unknown}, {"implicitRules": "r"}]
    for quiet in harmless:
        assert warning not in record_of(kind, quiet).text


def test_a_qualifier_inside_a_part_of_a_record_is_warned_of_after_its_notes() -> None:
    unknown = [{"url": "http://example.org/negated", "valueBoolean": True}]
    fields = {
        "relationship": text("Mother"),
        "condition": [{"code": text("Stroke"), "modifierExtension": unknown}],
        "note": [{"text": "By phone"}],
    }
    record = record_of("FamilyMemberHistory", fields)
    assert record.text == ("Family history: mother: stroke; note: By phone; note: has a qualifier that is not shown")
