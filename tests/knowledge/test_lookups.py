"""What a question asks to see: kinds of records, classes of medicines, tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.knowledge import Bearing, knowledge_base
from emr_rerank.knowledge.lookups import NOTHING, Lookups, Sought
from emr_rerank.knowledge.names import Names
from emr_rerank.knowledge.tables import load
from emr_rerank.types import HistoryItem, Kind
from tests.builders import item
from tests.knowledge.tables import written

BASE = knowledge_base()
LOOKUPS = Lookups(BASE.facts, BASE.names)

PENICILLIN = item("AllergyIntolerance/1", Kind.ALLERGY, "Penicillin V")
WARFARIN = item("MedicationRequest/1", Kind.MEDICATION, "Warfarin 3 mg tablets")
METFORMIN = item("MedicationRequest/2", Kind.MEDICATION, "Metformin 500 mg tablets")
INFLUENZA = item("Immunization/1", Kind.IMMUNIZATION, "Influenza vaccine")
PRESSURE = item("Observation/1", Kind.OBSERVATION, "Blood pressure")
FERRITIN = item("Observation/2", Kind.OBSERVATION, "Ferritin")
FATHER = item("FamilyMemberHistory/1", Kind.FAMILY_HISTORY, "father: colorectal cancer")
HERNIA = item("Procedure/1", Kind.PROCEDURE, "Inguinal hernia repair")
CHART = [PENICILLIN, WARFARIN, METFORMIN, INFLUENZA, PRESSURE, FERRITIN, FATHER, HERNIA]


def bearing(one: HistoryItem, question: str) -> Bearing:
    return BASE.reader.of_history([one], question)[0]


def sought(question: str) -> Sought:
    return LOOKUPS.find(question, BASE.recogniser.find(question))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Any allergies?", [PENICILLIN]),
        ("what medications is he on", [WARFARIN, METFORMIN]),
        ("Vaccination record", [INFLUENZA]),
        ("FAMILY HISTORY", [FATHER]),
        ("past surgical history", [HERNIA]),
        ("show me the vitals", [PRESSURE]),
        ("latest lab results", [PRESSURE, FERRITIN]),
        ("is she on a blood thinner?", [WARFARIN]),
        ("ferritin", [FERRITIN]),
        ("allergies and vaccinations", [PENICILLIN, INFLUENZA]),
    ],
)
def test_a_search_asks_for_the_records_that_answer_it_and_no_others(question: str, answers: list[HistoryItem]) -> None:
    assert [one for one in CHART if bearing(one, question).sought] == answers
    assert {bearing(one, question).sought for one in answers} == {1.0}


@pytest.mark.parametrize(
    "assessment",
    [
        "Dizzy on standing since Monday, fell twice, new tablets from the clinic, lying BP 118, daughter is worried",
        "Chest pain",
        "No anticoagulants",
    ],
)
def test_an_assessment_asks_for_next_to_nothing(assessment: str) -> None:
    assert sought(assessment).share < 0.05


def test_the_more_a_question_is_about_the_less_it_is_a_search() -> None:
    questions = ["medications", "diabetes medications", "diabetes medications after the kidney transplant"]
    shares = [sought(question).share for question in questions]
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[1]) == (1.0, 0.25)


def test_what_is_asked_for_says_by_which_row() -> None:
    found = bearing(INFLUENZA, "vaccination status")
    assert found.lookup is not None
    assert found.lookup.name == "vaccinations"
    assert found.lookup.where.startswith("lookups.csv line ")


def test_a_lookup_of_tests_shows_these_alone(tmp_path: Path) -> None:
    facts = load(written(tmp_path))
    found = Lookups(facts, Names(facts)).find("salts?", [])
    (potassium,) = Names(facts).resolve("potassium", ["test"])
    assert found.share == 1
    assert found.row(Kind.OBSERVATION, frozenset({potassium}))
    assert not found.row(Kind.OBSERVATION, frozenset())
    assert not found.row(Kind.MEDICATION, frozenset({potassium}))


@given(st.text())
def test_any_text_asks_for_a_share(text: str) -> None:
    found = sought(text)
    assert 0 <= found.share <= 1
    assert found == NOTHING or found.rows or found.concepts
