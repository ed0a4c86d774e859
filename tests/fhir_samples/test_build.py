"""The sample bundles and gold file: rebuilt alike, valid R4, and judged only on records that exist."""

from __future__ import annotations

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from fhir_samples import bundles, gold_path
from fhir_samples.build import all_charts, written
from fhir_samples.chart import Assessment, Chart
from fhir_samples.medicines import prescribed
from fhir_samples.observations import outside, series
from fhir_samples.vocabulary import condition

Resource = dict[str, Any]

RECORD_TYPES = {
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
VALUES = {
    "valueBoolean",
    "valueCodeableConcept",
    "valueDateTime",
    "valueInteger",
    "valuePeriod",
    "valueQuantity",
    "valueRange",
    "valueRatio",
    "valueString",
    "valueTime",
    "component",
    "dataAbsentReason",
}
PATIENTS = {path.name: json.loads(path.read_bytes()) for path in bundles()}
GOLD: list[Resource] = json.loads(gold_path().read_bytes())


def resources(bundle: Resource) -> list[Resource]:
    return [entry["resource"] for entry in bundle["entry"]]


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        target = value.get("reference")
        if isinstance(target, str):
            yield target
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def one_chart(*entries: Resource, assessments: tuple[Assessment, ...] = ()) -> Chart:
    return Chart(name="Ada Probe", sex="female", born="1970", number="1", entries=entries, assessments=assessments)


def judged(**grades: dict[str, str]) -> Assessment:
    every: dict[str, dict[str, str]] = {"decisive": {}, "relevant": {}, "context": {}}
    return Assessment("probe", "symptom", "Cough", **(every | grades))


def test_files_are_what_the_charts_say() -> None:
    files = {path.name: path.read_bytes() for path in (*bundles(), gold_path())}
    assert files == written(), "run: python -m fhir_samples.build"


@pytest.mark.parametrize("name", PATIENTS)
def test_every_resource_is_valid_r4_and_marked_synthetic(name: str) -> None:
    for resource in resources(PATIENTS[name]):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert [tag["code"] for tag in resource["meta"]["tag"]] == ["HTEST"]


@pytest.mark.parametrize("name", PATIENTS)
def test_bundle_is_valid_r4(name: str) -> None:
    get_fhir_model_class("Bundle").model_validate(PATIENTS[name])


@pytest.mark.parametrize("name", PATIENTS)
def test_status_codes_come_from_their_required_lists(name: str) -> None:
    # The models name the required codes but do not hold resources to them.
    for resource in resources(PATIENTS[name]):
        fields = get_fhir_model_class(resource["resourceType"]).model_fields
        for element, value in resource.items():
            extra = fields[element].json_schema_extra if element in fields else None
            allowed = extra.get("enum_values") if isinstance(extra, dict) else None
            # A list that ends in "+" is the specification's summary of a longer one.
            if isinstance(allowed, list) and "+" not in allowed and isinstance(value, str):
                assert value in allowed, f"{resource['id']}.{element}"


@pytest.mark.parametrize("name", PATIENTS)
def test_references_lead_somewhere(name: str) -> None:
    bundle = PATIENTS[name]
    known = {"#medicine"}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        known |= {entry.get("fullUrl", ""), f"{resource['resourceType']}/{resource['id']}"}
        if resource["resourceType"] == "Patient":
            identifier = resource["identifier"][0]
            known.add(f"Patient?identifier={identifier['system']}|{identifier['value']}")
    assert set(references(bundle)) <= known


@pytest.mark.parametrize("name", PATIENTS)
def test_chart_is_long_enough_to_be_a_task(name: str) -> None:
    held = resources(PATIENTS[name])
    assert 50 <= len(held) <= 140
    assert [resource["resourceType"] for resource in held].count("Patient") == 1
    assert max(Counter(resource["id"] for resource in held).values()) == 1


def test_there_are_fourteen_patients_in_every_bundle_and_reference_style() -> None:
    assert len(PATIENTS) == 14
    kinds = {bundle["type"] for bundle in PATIENTS.values()}
    assert kinds == {"collection", "document", "transaction", "batch", "searchset"}
    subjects = {
        next(references(resources(bundle)[-1])).split(":")[0].split("/")[0].split("?")[0]
        for bundle in PATIENTS.values()
    }
    assert {"Patient", "urn", "https"} <= subjects


def test_together_they_hold_every_type_and_every_kind_of_value() -> None:
    held = [resource for bundle in PATIENTS.values() for resource in resources(bundle)]
    assert {resource["resourceType"] for resource in held} == RECORD_TYPES | {"Patient", "Medication"}
    assert {element for resource in held if resource["resourceType"] == "Observation" for element in resource} >= VALUES
    statuses = {(resource["resourceType"], resource.get("status")) for resource in held}
    assert statuses >= {
        ("MedicationRequest", "stopped"),
        ("MedicationRequest", "on-hold"),
        ("MedicationRequest", "draft"),
        ("MedicationRequest", "entered-in-error"),
        ("Observation", "entered-in-error"),
        ("MedicationAdministration", "not-done"),
        ("Procedure", "not-done"),
        ("Immunization", "not-done"),
        ("Observation", "cancelled"),
    }
    verified = {
        coding["code"] for resource in held for coding in resource.get("verificationStatus", {}).get("coding", [])
    }
    assert verified == {"confirmed", "unconfirmed", "provisional", "refuted", "entered-in-error"}
    assert any("#medicine" in references(resource) for resource in held)


def test_notes_decode_to_the_words_of_the_chart() -> None:
    notes = [
        b64decode(resource["content"][0]["attachment"]["data"]).decode()
        for bundle in PATIENTS.values()
        for resource in resources(bundle)
        if resource["resourceType"] == "DocumentReference" and "data" in resource["content"][0]["attachment"]
    ]
    assert any("Sick-day rules explained" in words for words in notes)
    assert not any(words.startswith((" ", "\n")) for words in notes)


def test_gold_judges_records_that_exist_in_the_named_bundle() -> None:
    for example in GOLD:
        held = resources(PATIENTS[example["bundle"]])
        known = {f"{resource['resourceType']}/{resource['id']}" for resource in held}
        assert f"Patient/{example['patient']}" in known
        assert set(example["judgements"]) <= known
        assert {record.split("/")[0] for record in example["judgements"]} <= RECORD_TYPES


def test_gold_has_two_different_assessments_or_more_for_each_patient() -> None:
    per_patient = Counter(example["bundle"] for example in GOLD)
    assert set(per_patient) == set(PATIENTS)
    assert min(per_patient.values()) >= 2
    assert max(Counter(example["assessment"] for example in GOLD).values()) == 1
    assert max(Counter(example["id"] for example in GOLD).values()) == 1
    for name in PATIENTS:
        first, second, *_ = [example["judgements"] for example in GOLD if example["bundle"] == name]
        assert first != second


def test_gold_grades_run_from_one_to_three_and_say_why() -> None:
    for example in GOLD:
        assert {1, 2, 3} >= set(example["judgements"].values()) >= {2, 3}
        assert set(example["why"]) == set(example["judgements"])
        assert all(example["why"].values())
        assert len(example["judgements"]) < len(resources(PATIENTS[example["bundle"]])) / 2


def test_gold_covers_the_ways_a_history_is_asked_about() -> None:
    assert {example["category"] for example in GOLD} == {
        "symptom",
        "diagnosis",
        "medication safety",
        "pre-procedure",
        "results",
        "follow-up",
    }


def test_repeats_of_one_laboratory_test_are_graded_alike() -> None:
    chart = one_chart(*series("k", "Potassium", "mmol/L", "2024 4.0, 2025 6.1"))
    assert set(chart.judged(judged(decisive={"obs-k": "high"}))) == {
        "Observation/probe-obs-k-2024",
        "Observation/probe-obs-k-2025",
    }


def test_a_judgement_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="has no cond-gone"):
        one_chart(condition("here", "Gout")).judged(judged(decisive={"cond-gone": "?"}))


def test_one_record_cannot_have_two_grades() -> None:
    with pytest.raises(ValueError, match="judged twice"):
        judged(decisive={"cond-a": "x"}, context={"cond-a": "y"}).judgements()


def test_two_entries_cannot_share_an_id() -> None:
    with pytest.raises(ValueError, match="ids used twice"):
        one_chart(condition("a", "Gout"), condition("a", "Asthma")).resources()


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is called cond-gone"):
        one_chart(prescribed("a", "Aspirin 75 mg tablets", "75 mg once daily", "2020", reason="@cond-gone")).resources()


@pytest.mark.parametrize(
    ("value", "mark"), [(5.0, ""), (3.0, "L"), (5.4, "H"), (6.6, "HH"), (2.0, "LL"), (3.5, ""), (5.3, "")]
)
def test_a_value_is_flagged_as_a_laboratory_would(value: float, mark: str) -> None:
    assert outside(value, (3.5, 5.3), (2.5, 6.5)) == mark


def test_every_chart_is_written_once_per_family_name() -> None:
    prefixes = [chart.prefix for chart in all_charts()]
    assert len(prefixes) == len(set(prefixes))
