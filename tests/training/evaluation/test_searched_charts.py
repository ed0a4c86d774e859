"""Searches of judged charts: what the table of topics holds, what counts, and which charts are asked what."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from emr_rerank.types import HistoryItem, Kind, Record, Standing
from fhir_samples.chart import Chart
from training.ablation import Case
from training.charts import Family, Part, charts
from training.charts.searches import Count, Topic, holds, topics
from training.evaluation.chart_sets import PARTS, chart_set
from training.evaluation.data_folder import Wanted
from training.evaluation.searched_charts import LEAST, MOST, TOPICS, answer, searched_cases, worded

UNASKED: dict[Part, set[str]] = {"choosing": set(), "reporting": {"wishes"}}  # no chart of the part answers them
TABLE = {topic.id: topic for topic in topics()}


def line(
    title: str,
    kind: Kind = Kind.MEDICATION,
    standing: Standing = Standing.CURRENT,
    *,
    reason: str = "",
    date: str = "2024",
    body: str = "",
) -> HistoryItem:
    text = f"{kind.value}: {title}, {date}; for: {reason}"
    record = Record(f"{kind.value}/{title} {date}", kind, title, text, date=date, standing=standing, reason=reason)
    return HistoryItem(kind, title, text, date, "", standing, (record,), body=body)


def graded(topic: str, *items: HistoryItem) -> list[int]:
    """Return the grade of each item, 0 where it is not relevant."""
    grades = TABLE[topic].grades(items)
    return [grades.get(item.reference, 0) for item in items]


@pytest.fixture(scope="module")
def asked() -> dict[Part, list[Case]]:
    return {part: list(searched_cases(part)) for part in get_args(Part)}


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.id)
def test_a_topic_of_the_table_holds_together(topic: Topic) -> None:
    for part in (topic.choosing, topic.reporting):
        assert len({wording.lower() for wording in part}) == len(part) >= 2
        assert all(wording == wording.strip() for wording in part)
    for rule in topic.counts:
        words = (*rule.vocabulary, *rule.but_not)
        assert all(word == word.lower() and word.strip("* ") for word in words)
        assert all(len(set(group)) == len(group) for group in (rule.words, rule.because, rule.line, rule.but_not))
        assert not [
            (word, other)
            for group in (rule.words, rule.because, rule.line)
            for word in group
            for other in group
            if says(word, other)
        ]
    assert any(3 in ([rule.grade] if isinstance(rule.grade, int) else rule.grade.values()) for rule in topic.counts)


def says(word: str, other: str) -> bool:
    """Say whether whatever holds the word holds the other of its list, too, so that the word adds nothing."""
    return word != other and word.startswith("*") <= other.startswith("*") and holds(word.strip("*"), (other,))


def test_no_wording_serves_two_topics_or_both_parts() -> None:
    wordings = Counter(one.lower() for topic in topics() for one in (*topic.choosing, *topic.reporting))
    assert {one for one, count in wordings.items() if count > 1} == set()
    assert len(TABLE) == len(topics())


def test_a_rule_with_a_misspelt_field_or_kind_is_refused() -> None:
    for wrong in ({"kinds": ["medicine"]}, {"word": ["warfarin"]}, {"grade": 4}):
        with pytest.raises(ValueError, match="validation error"):
            Count.model_validate({"grade": 3, **wrong})


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("insulin", "Regular Insulin, human", True),
        ("cef", "Cefalexin 250 mg", False),  # three letters are a whole word
        ("alt", "ALT", True),
        ("alt", "Altered mood", False),
        ("*ectomy", "Laparoscopic cholecystectomy", True),
        ("statin", "Simvastatin 20 mg", False),
        ("blood pressure", "Standing blood pressure", True),
        ("anal ", "Analgesic headache", False),
    ],
)
def test_words_are_found_where_the_table_says(word: str, text: str, *, found: bool) -> None:
    assert holds(text, (word,)) is found


def test_a_class_of_medicines_counts_by_name_and_standing() -> None:
    current, stopped = line("Warfarin 3 mg tablets"), line("Apixaban 5 mg tablets", standing=Standing.PAST)
    allergy, error = line("Warfarin", Kind.ALLERGY), line("Heparin", standing=Standing.ENTERED_IN_ERROR)
    assert graded("anticoagulants", current, stopped, allergy, error, line("Ramipril 5 mg")) == [3, 1, 0, 0, 0]


def test_the_best_rule_counts() -> None:
    both = line("Furosemide 40 mg tablets", reason="Hypertension")
    assert graded("pressure_medicines", both, line("Furosemide 40 mg tablets", date="2020")) == [3, 2]


def test_a_kind_is_asked_for_as_it_stands() -> None:
    items = [line("Asthma", Kind.CONDITION, standing) for standing in (Standing.CURRENT, Standing.PAST)]
    refuted = line("Gout", Kind.CONDITION, Standing.REFUTED)
    assert graded("active_problems", items[0], refuted) == [3, 0]
    assert graded("resolved_problems", items[1], refuted) == [3, 0]
    flu = line("Influenza vaccine", Kind.IMMUNIZATION, Standing.NOT_DONE)
    assert graded("vaccinations", flu) == [2]
    assert graded("not_done", flu, items[0]) == [3, 0]


def test_what_a_rule_leaves_out_does_not_count() -> None:
    hypertension, portal = (line(title, Kind.CONDITION) for title in ("Hypertension", "Portal hypertension"))
    assert graded("blood_pressure", line("Blood pressure", Kind.OBSERVATION), hypertension, portal) == [3, 1, 0]


def test_only_the_newest_is_the_last() -> None:
    scans = [line("Chest X-ray", Kind.REPORT, date=date) for date in ("2019-04-02", "2024-05-01T10:00:00Z", "2021")]
    assert graded("last_scan", *scans, line("Urinalysis", Kind.REPORT, date="2025")) == [1, 3, 1, 0]
    assert graded("imaging", *scans) == [3, 3, 3]


def test_a_visit_counts_for_its_reason() -> None:
    visit = line("GP appointment", Kind.ENCOUNTER, Standing.PAST, reason="Third attack of gout")
    assert graded("bones_joints", visit) == [2]
    assert graded("heart", visit) == [0]


def test_what_is_only_mentioned_is_no_candidate() -> None:
    note = line("Clinic letter", Kind.NOTE, body="Warfarin was stopped before the operation.")
    other = line("Clinic letter", Kind.NOTE, date="2020", body="Well.")
    elsewhere = line("Atorvastatin 40 mg", reason="After warfarin")
    wanted, plain = line("Warfarin 3 mg tablets"), [line(f"Tablet {number}") for number in range(3)]
    found = answer(TABLE["anticoagulants"], [wanted, note, other, elsewhere, *plain])
    assert found is not None
    assert list(found.candidates) == [wanted, other, *plain]
    assert found.grades == {wanted.reference: 3}


def test_a_line_of_another_kind_stays_a_wrong_answer() -> None:
    relative = line("father: colorectal cancer", Kind.FAMILY_HISTORY)
    own = [line("Letrozole 2.5 mg", reason="Breast cancer"), line("Breast cancer", Kind.CONDITION)]
    found = answer(TABLE["family_cancer"], [relative, *own])
    assert found is not None
    assert list(found.candidates) == [relative, *own]
    assert list(found.grades) == [relative.reference]


def test_a_chart_without_an_answer_or_that_is_mostly_answer_is_not_asked() -> None:
    warfarin, other = line("Warfarin 3 mg tablets"), [line(f"Tablet {number}") for number in range(9)]
    topic = TABLE["anticoagulants"]
    assert answer(topic, [*other]) is None
    assert answer(topic, [line("Aspirin 75 mg"), *other]) is None
    assert answer(topic, [warfarin, *other[:1]]) is None
    assert answer(topic, [warfarin, *other]) is not None


def test_pronouns_are_the_patients() -> None:
    topic = TABLE["eyes"].model_copy(update={"choosing": ("{she} and {her} eyes",) * 2})
    found = {chart.sex: worded(topic, chart, "choosing") for chart in _charts("choosing")}
    assert found == {"female": "she and her eyes", "male": "he and his eyes"}


def _charts(part: Part) -> list[Chart]:
    return [one for family in get_args(Family) for one in charts(family, part)]


@pytest.mark.parametrize("part", get_args(Part))
def test_every_chart_is_asked_and_every_question_has_answers_and_wrong_answers(
    part: Part, asked: dict[Part, list[Case]]
) -> None:
    patients = Counter(case.judged.patient for case in asked[part])
    assert patients.keys() == {chart.slug for chart in _charts(part)}
    assert max(patients.values()) <= TOPICS
    for case in asked[part]:
        grades = case.judged.judgements
        assert grades.keys() <= {item.reference for item in case.items}
        assert max(grades.values()) >= LEAST
        assert 0 < len(grades) < MOST * len(case.items)


@pytest.mark.parametrize("part", get_args(Part))
def test_every_topic_is_asked_in_the_parts_own_words(part: Part, asked: dict[Part, list[Case]]) -> None:
    ids = {case.judged.id.removeprefix(f"{case.judged.patient}-") for case in asked[part]}
    assert ids == TABLE.keys() - UNASKED[part]
    other: Part = "reporting" if part == "choosing" else "choosing"
    others = {wording.lower() for topic in topics() for wording in getattr(topic, other)}
    assert not others & {case.judged.assessment.lower() for case in asked[part]}
    assert not any(sign in case.judged.assessment for case in asked[part] for sign in "{}")


def test_the_set_asks_validation_to_choose_and_the_test_to_report_the_same_every_time(
    tmp_path: Path, asked: dict[Part, list[Case]]
) -> None:
    for side, part in PARTS.items():
        one = chart_set("charts_search", tmp_path, Wanted(side, 5))
        assert one is not None
        judged = [case.judged for case in asked[part]]
        assert [(question.id, question.text) for question in one.questions] == [
            (one.id, one.assessment) for one in judged
        ]
        assert [sorted(question.grades.values()) for question in one.questions] == [
            sorted(one.judgements.values()) for one in judged
        ]
        assert all(question.grades.keys() < set(question.candidates) for question in one.questions)
