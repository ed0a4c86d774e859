"""Validation and repair: what passes untouched, what is repaired how, what is quarantined, and that nothing leaks."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emr_rerank.fhir.convert import to_record
from emr_rerank.fhir.faults import find_faults
from emr_rerank.fhir.repair import CODE_KEPT, REPAIRS
from emr_rerank.fhir.roles import Role, role_of
from emr_rerank.fhir.sources import find_files, read_entries
from emr_rerank.fhir.validate import Accepted, Rejected, validate
from emr_rerank.types import Standing

BASE: dict[str, Any] = {"resourceType": "Observation", "status": "final", "code": {"text": "Pulse"}}

FULL: dict[str, Any] = {
    **BASE,
    "id": "o-1",
    "subject": {"reference": "Patient/1"},
    "effectiveDateTime": "2016-03",
    "_effectiveDateTime": {"extension": [{"url": "http://e.example/x", "valueString": "about"}]},
    "issued": "2016-03-04T10:00:00.5+01:00",
    "valueQuantity": {"value": 61.5, "unit": "/min"},
    "component": [{"code": {"coding": [{"code": "a b", "display": "A"}]}, "valueBoolean": True}],
    "contained": [{"resourceType": "Patient", "id": "p"}],
    "extension": [{"url": "http://e.example/y", "valueDateTime": "2016"}],
}


def repaired(**fields: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    outcome = validate({**BASE, **fields})
    assert isinstance(outcome, Accepted), outcome
    return outcome.resource, outcome.repairs


def test_a_valid_resource_comes_back_as_the_same_object() -> None:
    outcome = validate(FULL)
    assert isinstance(outcome, Accepted)
    assert outcome.resource is FULL
    assert outcome.repairs == ()


def test_a_birth_date_with_only_an_extension_is_legal() -> None:
    patient = {
        "resourceType": "Patient",
        "_birthDate": {"extension": [{"url": "http://e.example", "valueString": "x"}]},
        "name": [{"given": ["A", None], "_given": [None, {"id": "g"}]}],
    }
    outcome = validate(patient, repair=False)
    assert isinstance(outcome, Accepted)


@pytest.mark.parametrize(
    ("field", "written", "stands", "kind"),
    [
        ("effectiveDateTime", "2016-03-04T10:00:00", "2016-03-04T10:00:00Z", "datetime without zone"),
        ("effectiveDateTime", "2016-03-04 10:00:00Z", "2016-03-04T10:00:00Z", "datetime in another notation"),
        ("effectiveDateTime", "2016-03-04T10:00+0100", "2016-03-04T10:00:00+01:00", "datetime in another notation"),
        ("effectiveDateTime", "20160304", "2016-03-04", "date in another notation"),
        ("effectiveDateTime", 20160304, "2016-03-04", "date in another notation"),
        ("effectiveDateTime", 2016, "2016", "date in another notation"),
        ("effectiveDateTime", ["2016"], "2016", "list where a single value belongs"),
        ("issued", "2016-03-04", "2016-03-04", "date where an instant belongs"),
        ("id", "a_b", "a_b", "characters in an id"),
        ("id", 5, "5", "number where text belongs"),
        ("status", "Final", "final", "code in another spelling"),
        ("status", "entered_in_error ", "entered-in-error", "code in another spelling"),
        ("status", "", "unknown", "missing status set to unknown"),
        ("status", None, "unknown", "missing status set to unknown"),
        ("status", "made up", "made up", CODE_KEPT),
        ("valueString", 5, "5", "number where text belongs"),
        ("valueInteger", "5", 5, "whole number in another notation"),
        ("valueInteger", 5.0, 5, "whole number in another notation"),
        ("valueBoolean", "TRUE", True, "boolean in another notation"),
        ("valueBoolean", 0, False, "boolean in another notation"),
        ("valueQuantity", {"value": "5.1"}, {"value": 5.1}, "number in another notation"),
        ("valueQuantity", {"value": "< 5"}, {"value": 5, "comparator": "<"}, "comparator inside a number"),
        ("category", {"text": "x"}, [{"text": "x"}], "single value where a list belongs"),
        ("category", [None, {"text": "x"}], [{"text": "x"}], "empty value dropped"),
        ("code", [{"text": "x"}], {"text": "x"}, "list where a single value belongs"),
        ("code", "Pulse", {"text": "Pulse"}, "text where an object belongs"),
        ("subject", "Patient/1", {"reference": "Patient/1"}, "text where an object belongs"),
        ("code", {"code": "1"}, {"coding": [{"code": "1"}]}, "coding and concept exchanged"),
        ("code", {"coding": [{"code": " 1"}]}, {"coding": [{"code": "1"}]}, "code in another spelling"),
        ("note", "seen", [{"text": "seen"}], "text where an object belongs"),
        ("meta", {"tag": "x"}, {}, "faulty metadata dropped"),
        ("extension", [{"valueString": "x"}, {"url": "u"}], [{"url": "u"}], "faulty extension dropped"),
    ],
)  # fmt: skip
def test_plain_faults_are_repaired(field: str, written: Any, stands: Any, kind: str) -> None:
    resource, repairs = repaired(**{field: written})
    assert resource[field] == stands
    assert type(resource[field]) is type(stands)
    assert kind in repairs
    assert isinstance(validate({**BASE, field: written}, repair=False), Rejected)


@pytest.mark.parametrize(
    ("field", "written", "kind"),
    [
        ("foo", 1, "unknown field dropped"),
        ("_foo", {"id": "x"}, "unknown field dropped"),
        ("effectiveDateTime", "", "empty value dropped"),
        ("effectiveDateTime", {}, "empty value dropped"),
        ("text", {"status": "generated"}, "faulty narrative dropped"),
        ("text", "<script>", "faulty narrative dropped"),
        ("_issued", {"foo": 5}, "faulty extension dropped"),
        ("notDone", False, "unknown field dropped"),
    ],
)
def test_what_says_nothing_is_dropped(field: str, written: Any, kind: str) -> None:
    resource, repairs = repaired(**{field: written})
    assert kind in repairs
    assert field not in resource


def test_other_types_faults_are_repaired_too() -> None:
    encounter = {"resourceType": "Encounter", "status": "in_progress", "class": {"coding": [{"code": "AMB"}]}}
    outcome = validate(encounter)
    assert isinstance(outcome, Accepted)
    assert outcome.resource == {"resourceType": "Encounter", "status": "in-progress", "class": {"code": "AMB"}}
    born = validate({"resourceType": "Patient", "birthDate": "1980-02-01T00:00:00Z"})
    assert isinstance(born, Accepted)
    assert born.resource["birthDate"] == "1980-02-01"
    attachment = {"contentType": "text/plain", "data": "aGVsbG8"}
    note = validate({"resourceType": "DocumentReference", "status": "current", "content": [{"attachment": attachment}]})
    assert isinstance(note, Accepted)
    assert note.resource["content"][0]["attachment"]["data"] == "aGVsbG8="


def test_a_list_with_a_sibling_keeps_its_positions() -> None:
    name = {"given": ["", "B"], "_given": [{"id": "x"}, None]}
    outcome = validate({"resourceType": "Patient", "name": [name]})
    assert isinstance(outcome, Accepted)
    assert outcome.resource["name"][0]["given"] == [None, "B"]
    alone = validate({"resourceType": "Patient", "name": [{"given": ["A", "", "", "B"]}]})
    assert isinstance(alone, Accepted)
    assert alone.resource["name"][0]["given"] == ["A", "B"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"effectiveDateTime": "03/04/2016"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "2016-02-30T10:00:00"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": 1457000000}, "Observation.effectiveDateTime"),
        ({"issued": 1457000000}, "Observation.issued"),
        ({"issued": "2016-03"}, "Observation.issued"),
        ({"status": ["final", "amended"]}, "Observation.status"),
        ({"valueQuantity": {"value": "5,1"}}, "Observation.valueQuantity.value"),
        ({"valueBoolean": "perhaps"}, "Observation.valueBoolean"),
        ({"valueInteger": 5.5}, "Observation.valueInteger"),
        ({"valueString": "a", "valueInteger": 5}, "Observation"),
        ({"code": '{"text": "x"}'}, "Observation.code"),
        ({"subject": "Jane Doe"}, "Observation.subject"),
        ({"component": [{"valueInteger": 1}]}, "Observation.component[0].code"),
        ({"contained": [{"resourceType": "Nonsense"}]}, "Observation.contained[0]"),
        ({"contained": [{"resourceType": ["Patient"]}]}, "Observation.contained[0]"),
        ({"modifierExtension": [{}]}, "Observation.modifierExtension[0].url"),
        ({"modifierExtension": [{"url": "u", "valueFoo": 1}]}, "Observation.modifierExtension[0].valueFoo"),
        ({"notDone": True}, "Observation.notDone"),
        ({"wasNotGiven": "yes"}, "Observation.wasNotGiven"),
        ({"resourceType": "HumanName"}, "resourceType"),
        ({"resourceType": None}, "resourceType"),
    ],
)
def test_what_is_not_plain_is_rejected_with_its_path(fields: dict[str, Any], path: str) -> None:
    outcome = validate({**BASE, **fields})
    assert isinstance(outcome, Rejected)
    assert path in outcome.fields
    assert path in outcome.reason


CONDITION: dict[str, Any] = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}}
ALLERGY: dict[str, Any] = {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/1"}}
VACCINE: dict[str, Any] = {
    "resourceType": "Immunization",
    "vaccineCode": {"text": "MMR"},
    "occurrenceString": "2016",
    "patient": {"reference": "Patient/1"},
}
TAKEN: dict[str, Any] = {
    "resourceType": "MedicationStatement",
    "subject": {"reference": "Patient/1"},
    "medicationCodeableConcept": {"text": "Warfarin"},
}
ORDERED: dict[str, Any] = {**TAKEN, "resourceType": "MedicationRequest", "status": "active", "intent": "order"}
REFUTED = {"coding": [{"code": "refuted"}]}
NOT_TAKING = {"coding": [{"code": "not-taking"}]}
ERROR = {"coding": [{"code": "entered-in-error"}]}


@pytest.mark.parametrize(
    ("resource", "standing"),
    [
        ({**TAKEN, "status": "active", "taken": "n"}, Standing.NOT_DONE),
        ({**TAKEN, "taken": "n"}, Standing.NOT_DONE),
        ({**TAKEN, "status": "completed", "taken": "N", "reasonNotTaken": [{"text": "Rash"}]}, Standing.NOT_DONE),
        ({**TAKEN, "status": "entered-in-error", "taken": "n"}, Standing.ENTERED_IN_ERROR),
        ({**TAKEN, "status": "active", "taken": "y"}, Standing.CURRENT),
        ({**TAKEN, "status": "active", "taken": "unk"}, Standing.CURRENT),
        ({**TAKEN, "status": "active", "wasNotTaken": True}, Standing.NOT_DONE),
        ({**TAKEN, "status": "recorded", "adherence": {"code": NOT_TAKING}}, Standing.NOT_DONE),
        ({**TAKEN, "status": "recorded", "adherence": {"code": {"text": "Stopped"}}}, Standing.PAST),
        ({**TAKEN, "status": "recorded", "adherence": {"code": {"text": "Taking"}}}, Standing.CURRENT),
        ({**TAKEN, "status": "completed", "adherence": {"code": {"text": "Taking"}}}, Standing.PAST),
        ({**ORDERED, "donotperform": True}, Standing.NOT_DONE),
        ({**ORDERED, "do_not_perform": "true"}, Standing.NOT_DONE),
        ({**CONDITION, "abatementBoolean": True}, Standing.PAST),
        ({**CONDITION, "abatementBoolean": "true", "clinicalStatus": "remission"}, Standing.PAST),
        ({**CONDITION, "abatementBoolean": False}, Standing.CURRENT),
        ({**CONDITION, "verificationstatus": REFUTED}, Standing.REFUTED),
        ({**CONDITION, "verification_status": "refuted"}, Standing.REFUTED),
        ({**CONDITION, "VerificationStatus": [ERROR], "verificationstatus": [ERROR]}, Standing.ENTERED_IN_ERROR),
        ({**CONDITION, "ClinicalStatus": "resolved"}, Standing.PAST),
        ({**ALLERGY, "status": "refuted"}, Standing.REFUTED),
        ({**ALLERGY, "status": "resolved"}, Standing.PAST),
        ({**ALLERGY, "status": "active", "clinicalStatus": {"text": "active"}}, Standing.CURRENT),
        ({**VACCINE, "status": "completed", "notGiven": True}, Standing.NOT_DONE),
        ({**VACCINE, "status": "completed", "wasNotGiven": False}, Standing.PAST),
        (
            {
                "resourceType": "Procedure",
                "subject": {"reference": "Patient/1"},
                "status": "completed",
                "notDoneReason": {"text": "Refused"},
                "notDone": True,
            },
            Standing.NOT_DONE,
        ),
    ],
)  # fmt: skip
def test_a_field_that_turns_a_meaning_round_is_read_where_it_is_plain(
    resource: dict[str, Any], standing: Standing
) -> None:
    outcome = validate({"id": "x", **resource})
    assert isinstance(outcome, Accepted), outcome
    assert to_record(outcome.resource, lambda _: None).standing is standing


def test_why_a_medicine_was_not_taken_is_kept_and_each_move_is_counted() -> None:
    outcome = validate({"reasonNotTaken": [{"text": "Rash"}], **TAKEN, "status": "active", "taken": "n"})
    assert isinstance(outcome, Accepted)
    assert outcome.resource == {**TAKEN, "status": "not-taken", "statusReason": [{"text": "Rash"}]}
    assert outcome.repairs == ("field of another version",) * 2
    renamed = validate({**CONDITION, "_recordeddate": {"id": "x"}, "code": {"Coding": [{"Code": "1"}]}})
    assert isinstance(renamed, Accepted)
    assert renamed.resource == {**CONDITION, "_recordedDate": {"id": "x"}, "code": {"coding": [{"code": "1"}]}}
    assert renamed.repairs == ("field in another spelling",) * 3


def test_a_prohibited_activity_stays_prohibited() -> None:
    detail = {"status": "in-progress", "prohibited": True, "description": "Weight bearing"}
    plan = {
        "resourceType": "CarePlan",
        "id": "x",
        "status": "active",
        "intent": "plan",
        "activity": [{"detail": detail}],
    }
    outcome = validate({**plan, "subject": {"reference": "Patient/1"}})
    assert isinstance(outcome, Accepted), outcome
    assert "do NOT: Weight bearing" in to_record(outcome.resource, lambda _: None).text


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ({**TAKEN, "status": "active", "taken": "perhaps"}, "MedicationStatement.taken"),
        ({**TAKEN, "status": "active", "adherence": {"code": {"text": "who knows"}}}, "MedicationStatement.adherence"),
        ({**TAKEN, "status": "active", "reasonNotTaken": [{"text": "x"}]}, "MedicationStatement.reasonNotTaken"),
        ({**ORDERED, "adherence": {"text": "not taking"}}, "MedicationRequest.adherence"),
        (
            {**CONDITION, "abatementBoolean": True, "clinicalStatus": {"coding": [{"code": "active"}]}},
            "Condition.abatementBoolean",
        ),
        (
            {**CONDITION, "verificationStatus": {"text": "confirmed"}, "verificationstatus": REFUTED},
            "Condition.verificationstatus",
        ),
        ({**CONDITION, "status": "ended?"}, "Condition.status"),
        ({**ALLERGY, "status": "refuted", "verificationStatus": {"text": "confirmed"}}, "AllergyIntolerance.status"),
        ({**CONDITION, "isActive": False}, "Condition.isActive"),
        ({**CONDITION, "inError": True}, "Condition.inError"),
    ],
)
def test_a_field_that_may_turn_a_meaning_round_is_never_dropped(resource: dict[str, Any], path: str) -> None:
    outcome = validate(resource)
    assert isinstance(outcome, Rejected), outcome
    assert path in outcome.fields


@pytest.mark.parametrize("field", [{"isActive": True}, {"inError": "false"}, {"active": "yes"}, {"notDone": None}])
def test_a_field_that_says_nothing_against_its_resource_is_dropped(field: dict[str, Any]) -> None:
    outcome = validate({**CONDITION, **field})
    assert isinstance(outcome, Accepted), outcome
    assert outcome.resource == CONDITION


def test_reasons_hold_no_value_and_no_odd_key() -> None:
    marker = "Zebedee Quux"
    hostile = {**BASE, "effectiveDateTime": marker, marker: 1, "subject": marker, "valueQuantity": {"value": marker}}
    for repair in (True, False):
        outcome = validate(hostile, repair=repair)
        assert isinstance(outcome, Rejected)
        assert marker not in outcome.reason + " ".join(outcome.fields)
        assert "\n" not in outcome.reason


def test_reasons_stay_one_short_line_however_many_faults() -> None:
    outcome = validate({**BASE, "component": [{"valueInteger": "x"} for _ in range(500)]})
    assert isinstance(outcome, Rejected)
    assert len(outcome.reason) < 600
    assert "more" in outcome.reason
    assert len(outcome.fields) <= 32


def test_the_given_resource_is_never_changed() -> None:
    given_one = {**BASE, "effectiveDateTime": "", "category": {"text": "x"}, "component": [{"code": "a", "foo": 1}]}
    before = copy.deepcopy(given_one)
    outcome = validate(given_one)
    assert isinstance(outcome, Accepted)
    assert outcome.resource != before
    assert given_one == before


def test_deep_nesting_is_rejected_not_a_crash() -> None:
    deep: Any = "x"
    for _ in range(1000):
        deep = [deep]
    for field in ("category", "foo", "extension", "contained"):
        assert isinstance(validate({**BASE, field: deep}), Rejected)
    section: dict[str, Any] = {"title": "x"}
    for _ in range(400):
        section = {"section": [section]}
    assert isinstance(validate({"resourceType": "Composition", **section}), Rejected)


def test_every_repair_kind_reads_as_words() -> None:
    assert all(kind == kind.lower().strip() and "_" not in kind for kind in REPAIRS)
    assert CODE_KEPT not in REPAIRS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
LIKELY: st.SearchStrategy[Any] = st.sampled_from(
    [
        "",
        " ",
        "final",
        "Final",
        "2016",
        "2016-03-04T10:00:00",
        "2016-03-04",
        "Patient/1",
        "true",
        "5",
        "<5",
        {},
        [],
        None,
    ]
)
FIELDS = st.sampled_from(
    [
        *["id", "meta", "text", "contained", "extension", "modifierExtension", "status", "_status", "code", "subject"],
        *["effectiveDateTime", "effectivePeriod", "issued", "valueQuantity", "valueString", "valueBoolean", "note"],
        *["component", "category", "referenceRange", "identifier", "foo", "resourceType", "language", "name"],
    ]
)
NEAR_FHIR = st.recursive(
    LIKELY | JSON,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            FIELDS | st.sampled_from(["coding", "text", "value", "start", "url", "reference", "resourceType"]), inner
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["Observation", "Patient", "Encounter", "DocumentReference", "Nonsense"]),
    st.dictionaries(FIELDS, NEAR_FHIR, max_size=5),
)
def test_any_json_is_accepted_or_rejected_and_repair_settles(kind: str, fields: dict[str, Any]) -> None:
    resource = {**BASE, "resourceType": kind, **fields}
    before = copy.deepcopy(resource)
    outcome = validate(resource)
    assert resource == before
    if isinstance(outcome, Accepted):
        again = validate(outcome.resource)
        assert isinstance(again, Accepted)
        assert again.resource == outcome.resource
        if not outcome.repairs:
            assert outcome.resource is resource
    else:
        assert outcome.fields
        assert find_faults(resource)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_any_object_gets_an_answer(resource: dict[str, Any]) -> None:
    assert isinstance(validate(resource), Accepted | Rejected)


@pytest.mark.data
@pytest.mark.parametrize("folder", ["synthea", "bulk_ndjson", "uscore_examples"])
def test_real_exports_need_no_quarantine(data_folder: Path, folder: str) -> None:
    repairs: set[str] = set()
    clinical = 0
    for found in list(find_files([data_folder / folder]))[:: 20 if folder == "synthea" else 1]:
        for entry in read_entries(found.path):
            if role_of(entry.resource["resourceType"]) in (Role.RECORD, Role.SUPPORTING):
                clinical += 1
                outcome = validate(entry.resource)
                assert isinstance(outcome, Accepted), (found.path.name, entry.position, outcome)
                repairs.update(outcome.repairs)
    assert clinical > 100
    assert repairs <= ({"faulty narrative dropped"} if folder == "uscore_examples" else set())
