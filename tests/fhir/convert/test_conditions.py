"""Conditions and allergies keep what they mean: how sure, how severe, where, since when."""

from __future__ import annotations

from typing import Any

import pytest

from emr_rerank.fhir.convert import to_record
from emr_rerank.fhir.plain_text import LONGEST_VALUE
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Kind, Standing


def nothing_known(_reference: str) -> Resource | None:
    return None


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://terminology.hl7.org/any", "code": code}]}


def snomed(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://snomed.info/sct", "code": code}]}


def condition(**fields: Any) -> Resource:
    return {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, **fields}


def allergy(**fields: Any) -> Resource:
    return {"resourceType": "AllergyIntolerance", "id": "a", "patient": {"reference": "Patient/p"}, **fields}


ACTIVE, RESOLVED = {"clinicalStatus": coded("active")}, {"clinicalStatus": coded("resolved")}
EMBOLISM = {"code": {"text": "Pulmonary embolism"}}


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {
                **ACTIVE,
                "code": {"coding": [{"system": "s", "code": "1", "display": "Type 2 diabetes mellitus (disorder)"}]},
                "severity": {"text": "Severe"},
                "bodySite": [{"text": "Left"}, {"text": "Foot"}],
                "onsetDateTime": "2016",
                "note": [{"text": "Seen by\nendocrinology."}],
            },
            "Condition (active): Type 2 diabetes mellitus, severe, left foot, since 2016; note: Seen by endocrinology.",
        ),
        (
            {**EMBOLISM, "verificationStatus": coded("refuted"), "onsetDateTime": "2020-02-03"},
            "Condition (refuted): Pulmonary embolism, 2020-02-03",
        ),
        (
            {**EMBOLISM, **ACTIVE, "verificationStatus": {"text": "Entered in Error"}},
            "Condition (entered in error): Pulmonary embolism",
        ),
        (
            {**EMBOLISM, **ACTIVE, "verificationStatus": coded("differential"), "recordedDate": "2020-02-03T10:00:00Z"},
            "Condition (active, differential): Pulmonary embolism, recorded 2020-02-03",
        ),
        (
            {**EMBOLISM, **RESOLVED, "onsetDateTime": "2020-02", "abatementDateTime": "2020-08-01"},
            "Condition (resolved): Pulmonary embolism, 2020-02 to 2020-08-01",
        ),
        ({**EMBOLISM, **RESOLVED, "onsetDateTime": "2020"}, "Condition (resolved): Pulmonary embolism, onset 2020"),
        (
            {
                **EMBOLISM,
                **RESOLVED,
                "onsetAge": {"value": 42, "code": "a"},
                "abatementString": "after anticoagulation",
            },
            "Condition (resolved): Pulmonary embolism, onset age 42, until after anticoagulation",
        ),
        (
            {
                **EMBOLISM,
                **ACTIVE,
                "onsetRange": {"low": {"value": 40, "code": "a"}, "high": {"value": 45, "code": "a"}},
            },
            "Condition (active): Pulmonary embolism, onset age 40-45",
        ),
        (
            {**EMBOLISM, **ACTIVE, "onsetString": "in childhood"},
            "Condition (active): Pulmonary embolism, onset in childhood",
        ),
        (
            {**EMBOLISM, **ACTIVE, "onsetPeriod": {"start": "2019-12"}, "stage": [{"summary": {"text": "II"}}]},
            "Condition (active): Pulmonary embolism, stage II, since 2019-12",
        ),
        (
            {**EMBOLISM, "evidence": [{"code": [{"text": "Chest pain"}], "detail": [{"display": "CT scan"}]}]},
            "Condition: Pulmonary embolism; evidence: Chest pain, CT scan",
        ),
        (
            {**ACTIVE, "_onsetDateTime": {"extension": [{"url": "u", "valueCode": "unknown"}]}},
            "Condition (active): not named",
        ),
        ({**EMBOLISM, "clinicalStatus": {"text": "under review"}}, "Condition (under review): Pulmonary embolism"),
    ],
)
def test_a_condition_in_a_line(fields: dict[str, Any], line: str) -> None:
    assert to_record(condition(**fields), nothing_known).text == line


@pytest.mark.parametrize(
    ("fields", "standing", "status"),
    [
        ({}, Standing.CURRENT, ""),
        (ACTIVE, Standing.CURRENT, "active"),
        ({"clinicalStatus": coded("relapse")}, Standing.CURRENT, "relapse"),
        (RESOLVED, Standing.PAST, "resolved"),
        ({"clinicalStatus": coded("remission")}, Standing.PAST, "remission"),
        ({"clinicalStatus": coded("no such code")}, Standing.CURRENT, "no such code"),
        ({"clinicalStatus": {"text": "Resolved"}}, Standing.PAST, "resolved"),
        ({**ACTIVE, "verificationStatus": coded("refuted")}, Standing.REFUTED, "refuted"),
        ({**ACTIVE, "verificationStatus": coded("entered-in-error")}, Standing.ENTERED_IN_ERROR, "entered-in-error"),
        ({**ACTIVE, "verificationStatus": coded("provisional")}, Standing.CURRENT, "active"),
        ({**ACTIVE, "verificationStatus": snomed("410516002")}, Standing.REFUTED, "refuted"),
        ({**ACTIVE, "verificationStatus": snomed("410594000")}, Standing.REFUTED, "refuted"),
        ({**ACTIVE, "verificationStatus": snomed("723511001")}, Standing.REFUTED, "refuted"),
        ({**ACTIVE, "verificationStatus": {"text": "Known absent"}}, Standing.REFUTED, "refuted"),
        ({**ACTIVE, "verificationStatus": {"text": "Ruled out."}}, Standing.REFUTED, "refuted"),
        (
            {**ACTIVE, "verificationStatus": {"coding": [{"code": "x", "display": "Refuted (qualifier value)"}]}},
            Standing.REFUTED,
            "refuted",
        ),
        ({**ACTIVE, "verificationStatus": snomed("723510000")}, Standing.ENTERED_IN_ERROR, "entered-in-error"),
        ({"verificationStatus": {"text": "Recorded in error"}}, Standing.ENTERED_IN_ERROR, "entered-in-error"),
        ({**ACTIVE, "verificationStatus": snomed("410605003")}, Standing.CURRENT, "active"),
        ({"clinicalStatus": snomed("413322009")}, Standing.PAST, "resolved"),
        ({"clinicalStatus": snomed("73425007")}, Standing.PAST, "inactive"),
        ({"clinicalStatus": snomed("277022003")}, Standing.PAST, "remission"),
        ({"clinicalStatus": snomed("55561003")}, Standing.CURRENT, "active"),
        ({"clinicalStatus": {"text": "In remission"}}, Standing.PAST, "remission"),
        ({"clinicalStatus": {"text": "not resolved"}}, Standing.CURRENT, "not resolved"),
        ({"abatementDateTime": "2020"}, Standing.PAST, ""),
    ],
)
def test_how_a_condition_is_to_be_read(fields: dict[str, Any], standing: Standing, status: str) -> None:
    record = to_record(condition(**EMBOLISM, **fields), nothing_known)
    assert (record.standing, record.status) == (standing, status)


def test_a_condition_keeps_its_codes_its_site_and_its_dates_as_written() -> None:
    both = {"coding": [{"system": "s", "code": "1"}, {"system": "t", "code": "2"}], "text": "Gout"}
    onset = {"onsetDateTime": "2016-03-05T10:00:00+01:00", "abatementDateTime": "2018"}
    record = to_record(condition(code=both, bodySite=[{"text": "Right knee"}], **onset), nothing_known)
    assert (record.kind, record.reference, record.title) == (Kind.CONDITION, "Condition/c", "Gout")
    assert (record.code, record.codes) == ("s|1", ("s|1", "t|2"))
    assert (record.date, record.end) == ("2016-03-05T10:00:00+01:00", "2018")
    assert record.body_site == "right knee"


def test_a_condition_without_codes_is_known_by_its_words_and_one_without_words_by_itself() -> None:
    assert to_record(condition(code={"text": "Gout"}), nothing_known).code == "gout"
    unnamed = [to_record(condition() | {"id": name}, nothing_known).code for name in ("c1", "c2")]
    assert len(set(unnamed)) == 2


NULL = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"


@pytest.mark.parametrize("system", [NULL, "http://terminology.hl7.org/CodeSystem/data-absent-reason"])
def test_a_code_that_says_nothing_is_not_what_a_condition_is(system: str) -> None:
    silent = {"system": system, "code": "OTH", "display": "other"}
    gout = to_record(condition(code={"coding": [silent], "text": "Gout"}), nothing_known)
    assert (gout.code, gout.codes) == ("gout", ())
    both = to_record(condition(code={"coding": [silent, {"system": "s", "code": "1"}], "text": "Gout"}), nothing_known)
    assert (both.code, both.codes) == ("s|1", ("s|1",))


def test_two_conditions_of_which_only_is_known_that_they_are_unknown_are_not_one() -> None:
    unknown = {"code": {"coding": [{"system": NULL, "code": "UNK", "display": "Unknown"}]}}
    found = [to_record(condition(**unknown) | {"id": name}, nothing_known) for name in ("c1", "c2")]
    assert [record.title for record in found] == ["Unknown", "Unknown"]
    assert len({record.code for record in found}) == 2


def test_a_code_without_words_is_shown_as_it_is() -> None:
    assert to_record(condition(code={"coding": [{"system": "s", "code": "I26.9"}]}), nothing_known).title == "I26.9"


def test_a_long_note_is_cut_on_the_line_and_whole_in_the_body() -> None:
    note = "Walked. " * 200
    record = to_record(condition(**EMBOLISM, note=[{"text": note, "time": "2020-03-01T08:00:00Z"}]), nothing_known)
    assert record.text.endswith("…")
    assert len(record.text) < len(note)
    assert record.body == "Note: 2020-03-01: " + note.strip()


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {
                **ACTIVE,
                "code": {"text": "Penicillin G"},
                "criticality": "high",
                "reaction": [{"manifestation": [{"text": "Anaphylaxis"}], "severity": "severe"}],
            },
            "Allergy (active): Penicillin G, high criticality; reaction: anaphylaxis (severe)",
        ),
        (
            {**ACTIVE, "code": {"text": "Lactose"}, "type": "intolerance", "criticality": "unable-to-assess"},
            "Intolerance (active): Lactose",
        ),
        (
            {"code": {"text": "Penicillin G"}, "verificationStatus": coded("refuted"), "recordedDate": "2020-01-02"},
            "Allergy (refuted): Penicillin G, recorded 2020-01-02",
        ),
        (
            {**ACTIVE, "code": {"text": "Penicillin G"}, "verificationStatus": coded("unconfirmed")},
            "Allergy (active, unconfirmed): Penicillin G",
        ),
        (
            {
                **ACTIVE,
                "reaction": [
                    {"substance": {"text": "Ibuprofen"}, "description": "wheeze", "onset": "2011"},
                    {"severity": "mild"},
                ],
                "lastOccurrence": "2019-05",
            },
            "Allergy (active): Ibuprofen, last reaction 2019-05; "
            "reaction: wheeze (to ibuprofen, 2011); reaction (mild)",
        ),
        (ACTIVE, "Allergy (active): not named"),
    ],
)
def test_an_allergy_in_a_line(fields: dict[str, Any], line: str) -> None:
    assert to_record(allergy(**fields), nothing_known).text == line


def test_a_resolved_allergy_is_past_and_an_unknown_one_current() -> None:
    assert to_record(allergy(**RESOLVED), nothing_known).standing is Standing.PAST
    assert to_record(allergy(), nothing_known).standing is Standing.CURRENT


def test_an_allergys_reactions_are_its_value_and_only_high_criticality_flags_it() -> None:
    reaction = [{"manifestation": [{"text": "Wheeze"}], "severity": "severe"}]
    fields = {"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "Latex"}, "reaction": reaction}
    high, low = (to_record({**fields, "criticality": word}, lambda _: None) for word in ("high", "low"))
    assert (high.value, high.flag) == ("wheeze (severe)", "high criticality")
    assert (low.value, low.flag) == ("wheeze (severe)", "")


def test_an_allergys_value_keeps_to_a_rows_room() -> None:
    record = to_record(allergy(reaction=[{"description": "Swollen lips. " * 100}]), nothing_known)
    assert len(record.value) <= LONGEST_VALUE
