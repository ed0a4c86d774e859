"""Sets of triplet files and of judged charts, and what a set must hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emr_rerank.errors import RequestError, SourceError
from tests.training.evaluation.worlds import world
from training.charts import charts
from training.evaluation.chart_sets import chart_set
from training.evaluation.data_folder import Wanted
from training.evaluation.sets import Question, checked
from training.evaluation.triplet_files import triplet_sets
from training.split import HELD_OUT

TEST = Wanted("test", 5)


def test_each_source_of_a_triplet_file_is_a_set_of_its_own_candidates(tmp_path: Path) -> None:
    rows = [
        {"query": "why?", "pos": ["so"], "neg": ["not so", "never"], "source": "a"},
        {"query": "how?", "pos": ["well", "badly"], "neg": ["no"], "source": "b"}
        | {"pos_scores": [1.0, 0.3], "neg_scores": [0.0]},
    ]
    (tmp_path / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    one, other = triplet_sets(tmp_path, TEST)
    assert (one.name, other.name) == ("triplets_a", "triplets_b")
    question = one.questions[0]
    assert sorted(one.texts(question.candidates)) == ["never", "not so", "so"]
    assert {one.passages[key]: grade for key, grade in question.grades.items()} == {"so": 1}
    grades = other.questions[0].grades
    assert {other.passages[key]: grade for key, grade in grades.items()} == {"well": 4, "badly": 2}


def test_candidates_do_not_stand_in_the_order_of_their_grades(tmp_path: Path) -> None:
    rows = [{"query": f"q{n}", "pos": [f"p{n}"], "neg": [f"n{n}"], "source": "a"} for n in range(40)]
    (tmp_path / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (one,) = triplet_sets(tmp_path, Wanted("test", 40))
    first = sum(question.candidates[0] in question.grades for question in one.questions)
    assert 8 < first < 32


def test_a_run_without_its_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        triplet_sets(tmp_path, TEST)


def test_charts_are_ranked_within_one_patient_by_item(tmp_path: Path) -> None:
    one = chart_set("charts_hand_written", tmp_path, TEST)
    assert one is not None
    assert {question.group for question in one.questions} == {one.slug for one in charts("hand_written", "reporting")}
    for question in one.questions:
        assert all(found.startswith(f"{question.group}/") for found in question.candidates)
        assert question.grades.keys() <= set(question.candidates)
        assert set(question.grades.values()) <= {1, 2, 3}


def test_composed_charts_to_choose_on_are_not_those_to_report_on(tmp_path: Path) -> None:
    one, other = (chart_set("charts_composed", tmp_path, Wanted(side, 3)) for side in HELD_OUT)
    assert one is not None
    assert other is not None
    assert one.home
    assert len(one.questions) == len(other.questions) == 3
    assert one.passages != other.passages


def test_the_samples_are_for_choosing_alone(tmp_path: Path) -> None:
    assert chart_set("charts_samples", tmp_path, TEST) is None


@pytest.mark.parametrize(
    ("questions", "fault"),
    [
        ((), "no question is left"),
        ((Question("a", "?", {"p-knee": 0}, "a"),), "nothing relevant"),
        ((Question("a", "?", {"p-knee": 1}, "a"),) * 2, "share an id"),
        ((Question("a", "?", {"p-knee": 1}, "a", ("stranger",)),), "has no text"),
    ],
)
def test_a_set_that_does_not_hold_together_is_refused(questions: tuple[Question, ...], fault: str) -> None:
    with pytest.raises(RequestError, match=fault):
        checked(replace(world(), questions=questions))
