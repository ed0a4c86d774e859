"""What a question asks to see: kinds of records, classes of medicines, tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.knowledge import Bearing, knowledge_base
from emr_rerank.knowledge.lookups import OLDER, OTHERWISE, UNASKED, Lookups, Search, saying
from emr_rerank.knowledge.names import Names
from emr_rerank.knowledge.tables import load
from emr_rerank.types import HistoryItem, Kind, Standing
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


def search(question: str) -> Search:
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
    assert search(assessment).share < 0.05


def test_a_complaint_is_no_search_however_few_its_words() -> None:
    assert (search("chest pain").brief, search("ferritin").brief) == (0.0, 1.0)


def test_the_more_a_question_is_about_the_less_it_is_a_search() -> None:
    questions = ["medications", "diabetes medications", "diabetes medications after the kidney transplant"]
    found = [search(question) for question in questions]
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
    assert (found[0].share, found[1].share) == (1.0, 0.25)
    assert (found[0].brief, found[1].brief) == (1.0, 1.0)
    assert found[2].brief < 0.5


@pytest.mark.parametrize(
    ("question", "over", "in_force"),
    [
        ("medications", UNASKED[Standing.PAST], 1.0),
        ("previous medications", 1.0, OTHERWISE),
        ("current medications", OTHERWISE, 1.0),
        ("stopped blood thinners", 1.0, OTHERWISE),
    ],
)
def test_what_is_over_answers_as_the_question_asks(question: str, over: float, in_force: float) -> None:
    stopped = replace(WARFARIN, standing=Standing.PAST)
    assert bearing(stopped, question).sought == over
    assert bearing(WARFARIN, question).sought == in_force


@pytest.mark.parametrize("standing", [Standing.REFUTED, Standing.NOT_DONE, Standing.ENTERED_IN_ERROR])
def test_what_is_not_so_stands_behind_what_is(standing: Standing) -> None:
    wrong = replace(FERRITIN, standing=standing)
    assert bearing(wrong, "last ferritin").sought <= OTHERWISE < bearing(FERRITIN, "last ferritin").sought


def test_an_operation_is_no_less_for_being_over() -> None:
    over = [replace(one, standing=Standing.PAST) for one in (HERNIA, INFLUENZA)]
    assert bearing(over[0], "operations").sought == bearing(over[1], "vaccinations").sought == 1.0


def test_a_longer_name_asks_for_itself_alone() -> None:
    furosemide = item("MedicationRequest/3", Kind.MEDICATION, "Furosemide 40 mg tablets")
    assert [bearing(one, "water tablets").sought for one in (furosemide, METFORMIN)] == [1.0, 0.0]
    assert bearing(INFLUENZA, "flu jab").lookup


@pytest.mark.parametrize("question", ["family  history", "family\nhistory", "Family\N{NO-BREAK SPACE}History"])
def test_any_white_space_stands_between_words(question: str) -> None:
    assert bearing(FATHER, question).sought == 1.0


def test_an_age_asks_for_nothing_old() -> None:
    assert not search("85 year old, medications").standings


def test_what_was_not_done_is_asked_for_whatever_it_is() -> None:
    declined = replace(INFLUENZA, standing=Standing.NOT_DONE)
    assert bearing(declined, "anything refused?").sought
    assert not bearing(INFLUENZA, "anything refused?").sought


def test_the_newest_comes_first_where_the_latest_is_asked_for() -> None:
    old, new = (item(f"Encounter/{date}", Kind.ENCOUNTER, "Visit", date=date) for date in ("2019-03", "2024-11"))
    assert [one.sought for one in BASE.reader.of_history([old, new], "last visit")] == [OLDER, 1.0]
    assert [one.sought for one in BASE.reader.of_history([old, new], "visits")] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("question", "said"), [("alcohol", 1.0), ("weekly alcohol", 0.25), ("smoking", 0.0), ("any of these?", 0.0)]
)
def test_a_title_in_the_words_of_the_question_says_so(question: str, said: float) -> None:
    assert bearing(item("Observation/3", Kind.OBSERVATION, "Alcohol intake"), question).said == said


FAILURE = item("Condition/1", title="Congestive heart failure")
DILATED = item("Condition/2", title="Dilated cardiomyopathy")  # a heart's by what it is under
BYPASS = item("Procedure/2", Kind.PROCEDURE, "CABG")  # a heart's by what it is done for
ECZEMA = item("Condition/3", title="Atopic eczema")
RATE = item("Observation/4", Kind.OBSERVATION, "Heart rate")


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("cardiac history", [FAILURE, DILATED, BYPASS]),
        ("Anything wrong with her heart?", [FAILURE, DILATED, BYPASS]),
        ("skin", [ECZEMA]),
        ("heart rate", [RATE]),
    ],
)
def test_a_body_system_asks_for_its_conditions_and_what_was_done_for_them(
    question: str, answers: list[HistoryItem]
) -> None:
    assert [one for one in (FAILURE, DILATED, BYPASS, ECZEMA, RATE) if bearing(one, question).sought] == answers


@pytest.mark.parametrize(
    ("text", "question", "answers"),
    [
        ("Immunization: Rabies", "vaccinations", True),
        ("Rabies outbreak: immunization of dogs", "vaccinations", False),
        ("Lipitor 20 mg", "on a statin?", True),
        ("Lipitor 20 mg", "on an antibiotic?", False),
        ("Psoriasis since 2004", "skin problems", True),
    ],
)
def test_a_text_without_a_kind_answers_by_its_label_and_by_what_it_names(
    text: str, question: str, *, answers: bool
) -> None:
    assert bool(BASE.reader.sought(text, search(question))) == answers


def test_what_is_asked_for_says_by_which_row() -> None:
    found = bearing(INFLUENZA, "vaccination status")
    assert found.lookup is not None
    assert found.lookup.name == "vaccinations"
    assert found.lookup.where.startswith("lookups.csv line ")


def test_a_lookup_of_tests_shows_these_alone(tmp_path: Path) -> None:
    facts = load(written(tmp_path))
    found = Lookups(facts, Names(facts)).find("salts?", ())
    (potassium,) = Names(facts).resolve("potassium", ["test"])
    assert found.share == 1
    assert found.answered(PRESSURE, frozenset({potassium}))[1]
    assert found.answered(PRESSURE, frozenset()) == (0.0, None)
    assert found.answered(WARFARIN, frozenset({potassium})) == (0.0, None)


@pytest.mark.parametrize("before", ["", "Straße: ", "İİİ ", "\N{LATIN SMALL LIGATURE FFI} "])  # longer in lower case
def test_letters_that_grow_in_lower_case_move_nothing(before: str) -> None:
    assert search(f"{before}WARFARIN").named == search("warfarin").named
    assert search(f"{before}WARFARIN").share == (1.0 if not before else 0.25)


def test_a_dotted_capital_is_no_failure() -> None:
    assert not search("VACC\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}NES").rows


@given(st.text())
def test_any_text_is_a_search_to_some_degree(text: str) -> None:
    found = search(text)
    assert 0 <= found.share <= 1
    assert 0 <= found.brief <= 1
    assert not found.share or found.rows or found.named
    assert all(0 <= found.said(saying(one.title)) <= 1 for one in CHART)
