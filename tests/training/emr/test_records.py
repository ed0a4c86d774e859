"""Assessments of FHIR records, by their own links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emr_rerank.errors import SourceError
from emr_rerank.pipeline.bundles import open_scratch
from training.emr.histories import History, histories
from training.emr.record_links import AT_THE_VISIT, OWN, UNSURE, WHERE_FOUND, graded_items, links
from training.emr.sources import FileRecords, StoreRecords
from training.emr.telling import as_written
from training.examples import Example

Json = dict[str, Any]
SNOMED = "http://snomed.info/sct"
SUBJECT = {"reference": "urn:uuid:p1"}


def coded(code: str, text: str) -> Json:
    return {"coding": [{"system": SNOMED, "code": code, "display": text}], "text": text}


def at(visit: str) -> Json:
    return {"encounter": {"reference": f"urn:uuid:{visit}"}}


def because(problem: str) -> Json:
    return {"reasonReference": [{"reference": f"urn:uuid:{problem}"}]}


def visit(key: str, what: str, day: str, **more: Any) -> Json:
    return {
        "resourceType": "Encounter", "id": key, "status": "finished", "subject": SUBJECT, "type": [{"text": what}],
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "period": {"start": day, "end": day}, **more,
    }  # fmt: skip


def medicine(key: str, name: str, **more: Any) -> Json:
    return {
        "resourceType": "MedicationRequest", "id": key, "status": "active", "intent": "order", "subject": SUBJECT,
        "medicationCodeableConcept": {"text": name}, "authoredOn": "2020-02-01", **more,
    }  # fmt: skip


def observation(key: str, name: str, category: str, visit_key: str, day: str = "2020-02-01") -> Json:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation", "id": key, "status": "final", "subject": SUBJECT, "code": {"text": name},
        "category": [{"coding": [{"system": system, "code": category}]}], "effectiveDateTime": day,
        "valueQuantity": {"value": 12, "unit": "mg/L"}, **at(visit_key),
    }  # fmt: skip


GOUT = coded("90560007", "Gout")
PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1950-05-05", "gender": "male"}
RESOURCES: list[Json] = [
    PATIENT,
    visit("v-found", "Encounter for problem", "2019-03-01"),
    visit("v-gout", "Follow-up encounter", "2020-02-01", reasonCode=[GOUT]),
    visit("v-other", "Encounter for check up", "2021-01-01"),
    {"resourceType": "Condition", "id": "gout", "subject": SUBJECT, "code": GOUT, "onsetDateTime": "2019-03-01",
     **at("v-found")},
    {"resourceType": "Condition", "id": "splinter", "subject": SUBJECT, "code": coded("1", "Splinter in finger"),
     "onsetDateTime": "2021-01-01", **at("v-other")},
    medicine("allopurinol", "Allopurinol 300 MG Oral Tablet", **because("gout"), **at("v-gout")),
    medicine("emollient", "White soft paraffin", **at("v-other")),
    {"resourceType": "CarePlan", "id": "plan", "status": "active", "intent": "plan", "subject": SUBJECT,
     "title": "Low purine diet", "addresses": [{"reference": "urn:uuid:gout"}]},
    {"resourceType": "Procedure", "id": "foot", "status": "completed", "subject": SUBJECT,
     "code": coded("2", "Foot care"), "performedDateTime": "2020-02-01", **at("v-gout")},
    {"resourceType": "Procedure", "id": "form", "status": "completed", "subject": SUBJECT,
     "code": coded("3", "Form filled in"), "performedDateTime": "2019-03-01", **at("v-found")},
    observation("height", "Body Height", "vital-signs", "v-gout"),
    observation("plasma", "Plasma thing", "laboratory", "v-gout", "2020-02-01"),
    observation("plasma-2", "Plasma thing", "laboratory", "v-other", "2021-01-01"),
    observation("plasma-3", "Plasma thing", "laboratory", "v-other", "2021-01-02"),
    {"resourceType": "Immunization", "id": "flu", "status": "completed", "patient": SUBJECT,
     "vaccineCode": {"text": "Influenza, seasonal"}, "occurrenceDateTime": "2021-01-01", **at("v-other")},
]  # fmt: skip


def written(folder: Path) -> Path:
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in RESOURCES]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    (folder / "p1.json").write_text(json.dumps(bundle), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.fixture
def history(folder: Path) -> History:
    (only,) = histories(folder, together=False)
    return only


def of_gout(history: History) -> dict[str, float]:
    by_record = links(history).of_problem(frozenset({"Condition/gout"}))
    return graded_items(history.items, by_record)


@pytest.mark.parametrize(
    ("record", "grade"),
    [
        ("Condition/gout", OWN),
        ("MedicationRequest/allopurinol", 1.0),  # its reason is the problem
        ("CarePlan/plan", 1.0),  # it addresses the problem
        ("Encounter/v-gout", 1.0),  # its coded reason is the problem's code
        ("Procedure/foot", AT_THE_VISIT),  # done at the visit for the problem
        ("Procedure/form", WHERE_FOUND),  # done where the problem was found
        ("Observation/height", UNSURE),  # measured whatever the visit is for
    ],
)
def test_links_grade_what_belongs_to_a_problem(history: History, record: str, grade: float) -> None:
    assert of_gout(history)[record] == grade


def test_a_series_that_is_linked_once_in_three_is_unsure(history: History) -> None:
    (series,) = [item.reference for item in history.items if item.title == "Plasma thing"]
    assert of_gout(history)[series] == UNSURE


@pytest.mark.parametrize("record", ["Condition/splinter", "Immunization/flu", "MedicationRequest/emollient"])
def test_what_no_link_ties_is_not_graded(history: History, record: str) -> None:
    assert record not in of_gout(history)


def test_a_visit_brings_what_belongs_to_its_reason(history: History) -> None:
    found = links(history).of_visit("Encounter/v-gout")
    assert found["Condition/gout"] == found["MedicationRequest/allopurinol"] == 1.0
    assert "Immunization/flu" not in found


def test_a_person_is_as_old_as_at_the_last_visit(history: History) -> None:
    assert (history.person.age, history.person.sex) == (71, "male")


def check(examples: list[Example]) -> None:
    assert examples
    for one in examples:
        assert one.groups == ("patient:p1",)
        assert "71" in one.query  # whom it is of, or patients with one illness would be one group
        assert one.positives
        assert one.negatives
        assert not set(one.positives) & set(one.negatives)
        assert len(one.positive_scores) == len(one.positives)
        assert all(0 < score <= 1 for score in one.positive_scores)
    about_gout = [one for one in examples if one.topic == "gout"]
    assert about_gout
    for one in about_gout:
        assert any("Allopurinol" in text for text in one.positives)
        assert any("Influenza" in text for text in one.negatives)


def test_a_folder_of_bundles_yields_graded_assessments(folder: Path) -> None:
    source = FileRecords("synthea_records", folder, together=False, told=as_written)
    examples = list(source.examples())
    check(examples)
    assert list(source.examples()) == examples


def test_a_bulk_export_says_the_same(tmp_path: Path) -> None:
    relative = json.dumps(RESOURCES)
    for one in RESOURCES:
        relative = relative.replace(f'"urn:uuid:{one["id"]}"', f'"{one["resourceType"]}/{one["id"]}"')
    for one in json.loads(relative):
        with (tmp_path / f"{one['resourceType']}.ndjson").open("a", encoding="utf-8") as file:
            file.write(json.dumps(one) + "\n")
    check(list(FileRecords("bulk_records", tmp_path, together=True, told=as_written).examples()))


def test_a_store_says_the_same_as_the_files_it_was_filled_from(folder: Path) -> None:
    store, _ = open_scratch([folder / "p1.json"])
    try:
        stored = list(StoreRecords(store, told=as_written).examples())
    finally:
        store.close()
    check(stored)
    read = FileRecords("synthea_records", folder, together=False, told=as_written).examples()
    assert [(one.query, set(one.positives)) for one in stored] == [(one.query, set(one.positives)) for one in read]


def test_an_absent_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        list(FileRecords("synthea_records", tmp_path / "none", together=False).examples())


@pytest.mark.data
def test_public_histories_yield_assessments(data_folder: Path) -> None:
    source = FileRecords("synthea_records", data_folder / "synthea", together=False, told=as_written)
    found = [one for _, one in zip(range(60), source.examples(), strict=False)]
    assert len({one.groups for one in found}) > 3
    assert all(one.positives and one.negatives for one in found)
