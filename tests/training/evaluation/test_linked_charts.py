"""Histories judged by their own links: who is asked about, what counts, how much is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from emr_rerank.errors import RequestError, SourceError
from training.evaluation.chart_sets import chart_set
from training.evaluation.data_folder import Wanted
from training.evaluation.linked_charts import LEAST, PROBLEMS, linked_cases
from training.evaluation.sets import TestSet
from training.held_out import held_out

Json = dict[str, Any]
SNOMED = "http://snomed.info/sct"
PATIENTS = [f"p{number:02}" for number in range(60)]
ON_TEST = [patient for patient in PATIENTS if held_out(f"patient:{patient}")]
AILMENTS = ("Gout", "Asthma", "Migraine")


def coded(text: str) -> Json:
    return {"coding": [{"system": SNOMED, "code": text, "display": text}], "text": text}


def of_problem(number: int, name: str) -> list[Json]:
    """Return a problem, and a medicine, a plan and a visit that are for it; a form filled in where it was found."""
    because = {"reference": f"urn:uuid:c{number}"}
    ambulatory = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    found, seen = ({"reference": f"urn:uuid:{key}{number}"} for key in ("found", "seen"))
    vital = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]
    }
    return [
        {"resourceType": "Encounter", "id": f"found{number}", "status": "finished", "class": ambulatory,
         "type": [{"text": f"First visit {number}"}], "period": {"start": f"201{number}-01-01"}},
        {"resourceType": "Encounter", "id": f"seen{number}", "status": "finished", "class": ambulatory,
         "type": [{"text": f"Later visit {number}"}], "period": {"start": f"202{number}-01-01"},
         "reasonCode": [coded(name)]},
        {"resourceType": "Condition", "id": f"c{number}", "code": coded(name), "encounter": found,
         "onsetDateTime": f"201{number}-01-01"},
        {"resourceType": "MedicationRequest", "id": f"m{number}", "status": "active", "intent": "order",
         "medicationCodeableConcept": {"text": f"Tablet {number}"}, "authoredOn": "2020", "reasonReference": [because]},
        {"resourceType": "CarePlan", "id": f"plan{number}", "status": "active", "intent": "plan",
         "title": f"Plan {number}", "addresses": [because]},
        {"resourceType": "Procedure", "id": f"form{number}", "status": "completed", "code": coded(f"Form {number}"),
         "performedDateTime": "2019", "encounter": found},
        {"resourceType": "Observation", "id": f"weight{number}", "status": "final", "category": [vital],
         "code": coded(f"Weight {number}"), "valueString": "80 kg", "effectiveDateTime": "2020", "encounter": seen},
    ]  # fmt: skip


def bundle(patient: str) -> Json:
    told: list[Json] = [
        {"resourceType": "Condition", "id": "alone", "code": coded("Splinter"), "onsetDateTime": "2021"},
        *(one for number, name in enumerate(AILMENTS) for one in of_problem(number, name)),
    ]
    whose = [{**one, "subject": {"reference": f"urn:uuid:{patient}"}} for one in told]
    known = {"resourceType": "Patient", "id": patient, "birthDate": "1950-05-05", "gender": "female"}
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in (known, *whose)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder of many patients with the same problems."""
    return written(tmp_path_factory.mktemp("data"), PATIENTS)


def written(folder: Path, patients: Sequence[str]) -> Path:
    (folder / "synthea").mkdir()
    for patient in patients:
        (folder / "synthea" / f"{patient}.json").write_text(json.dumps(bundle(patient)))
    return folder


def linked(folder: Path, wanted: Wanted) -> TestSet:
    one = chart_set("charts_linked", folder, wanted)
    assert one is not None
    return one


def test_the_test_asks_of_held_out_patients_and_validation_of_none_of_them(folder: Path) -> None:
    asked = {
        side: {question.group.removeprefix("Patient/") for question in linked(folder, Wanted(side, 1000)).questions}
        for side in ("test", "validation")
    }
    assert asked == {"test": set(ON_TEST), "validation": set(PATIENTS) - set(ON_TEST)}
    assert len(ON_TEST) > 1


def test_what_the_records_tie_to_the_named_problem_is_graded(folder: Path) -> None:
    cases = [one.judged for one in linked_cases(folder, Wanted("test", 1000))]
    assert {one.assessment for one in cases} != {cases[0].assessment}
    for one in cases:
        (number,) = [number for number, name in enumerate(AILMENTS) if name.lower() in one.assessment.lower()]
        assert one.judgements == {
            f"Condition/c{number}": 3,
            f"MedicationRequest/m{number}": 3,
            f"CarePlan/plan{number}": 3,
            f"Encounter/seen{number}": 3,
            f"Encounter/found{number}": 1,
            f"Procedure/form{number}": 1,
        }


def test_what_a_link_only_hints_at_is_no_candidate(folder: Path) -> None:
    for case in linked_cases(folder, Wanted("test", 1000)):
        (number,) = [reference[-1] for reference in case.judged.judgements if reference.startswith("CarePlan")]
        weights = {item.reference for item in case.items if item.reference.startswith("Observation/weight")}
        assert weights == {f"Observation/weight{other}" for other in "012" if other != number}
        assert "Condition/alone" in {item.reference for item in case.items}


def test_a_patient_is_asked_about_twice_at_most_and_never_about_what_little_is_tied_to(folder: Path) -> None:
    one = linked(folder, Wanted("test", 1000))
    groups = [question.group for question in one.questions]
    assert {groups.count(group) for group in groups} == {PROBLEMS}
    assert all(len(question.grades) >= LEAST for question in one.questions)
    assert not any("splinter" in question.text.lower() for question in one.questions)


def test_fewer_questions_are_the_first_of_the_same(folder: Path) -> None:
    few, all_of_them = (linked(folder, Wanted("test", count)).questions for count in (3, 1000))
    assert few == all_of_them[:3]


def test_no_more_is_read_than_there_are_questions_wanted(tmp_path: Path) -> None:
    (patient,) = written(tmp_path, ON_TEST[:1]).joinpath("synthea").iterdir()
    patient.with_name("z.json").write_text('{"resourceType": "Bundle", "entry": [')
    assert len(list(linked_cases(tmp_path, Wanted("test", PROBLEMS)))) == PROBLEMS
    with pytest.raises(SourceError, match=r"z\.json"):
        list(linked_cases(tmp_path, Wanted("test", PROBLEMS + 1)))


def test_without_its_folder_or_its_patients_the_set_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="synthea: no such file or folder") as fault:
        linked(tmp_path, Wanted("test", 3))
    assert "\n" not in str(fault.value)
    (tmp_path / "synthea").mkdir()
    with pytest.raises(RequestError, match="charts_linked: no question is left"):
        linked(tmp_path, Wanted("test", 3))


@pytest.mark.data
def test_public_histories_have_problems_that_enough_is_tied_to(data_folder: Path) -> None:
    one = linked(data_folder, Wanted("validation", 20))
    assert len(one.questions) == 20
    assert len({question.group for question in one.questions}) > 9
    for question in one.questions:
        assert question.grades.keys() < set(question.candidates)
