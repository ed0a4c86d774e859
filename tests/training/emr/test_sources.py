"""Composed charts as training examples and as judged cases."""

from __future__ import annotations

from pathlib import Path

from emr_rerank.engine import MemoryVectors, load_scorer
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.models import EVERYTHING, Model
from emr_rerank.ranking import to_items
from emr_rerank.types import Kind, Record
from training.ablation import METRIC, STEPS, measured
from training.emr.compose import Composer
from training.emr.judged import composed_cases
from training.emr.sources import ComposedCharts
from training.emr.survey import counted
from training.emr.telling import as_scored, as_written, line_of
from training.examples import Example
from training.held_out import held_out
from training.keys import about

SEED, COUNT = 11, 8


def test_examples_are_the_charts_lines_as_they_are_written() -> None:
    composer = Composer(knowledge_base(), SEED)
    lines = {line_of(item) for number in range(COUNT) for item in composer.chart(number).items}
    for one in ComposedCharts(SEED, COUNT, as_written).examples():
        assert set(one.positives) | set(one.negatives) <= lines
        assert not set(one.positives) & set(one.negatives)
        assert len(set(one.positives)) == len(one.positives) == len(one.positive_scores)
        assert len(set(one.negatives)) == len(one.negatives)


def test_groups_name_the_patient_and_the_theme() -> None:
    for one in ComposedCharts(SEED, COUNT, as_written).examples():
        patient, theme = one.groups
        assert patient.startswith(f"patient:composed-{SEED}-")
        assert theme == about(one.topic)  # as other sources call the same disease
        assert not held_out(theme)


def test_the_same_seed_yields_the_same_examples() -> None:
    source = ComposedCharts(SEED, COUNT)
    assert list(source.examples()) == list(source.examples())


def test_more_charts_only_add_examples() -> None:
    few = list(ComposedCharts(SEED, 3, as_written).examples())
    assert list(ComposedCharts(SEED, 6, as_written).examples())[: len(few)] == few


def test_texts_are_told_as_the_shipped_model_scores_them() -> None:
    model = Model("knowledge", load_scorer("lexical", MemoryVectors()), EVERYTHING, knowledge_base())
    plain = list(ComposedCharts(SEED, COUNT, as_written).examples())
    told = list(ComposedCharts(SEED, COUNT).examples())
    for one, other in zip(plain, told, strict=True):
        assert other.query == model.question(one.query)
        assert list(other.positives) == model.lines(one.positives)
        assert list(other.negatives) == model.lines(one.negatives)
        assert other.positive_scores == one.positive_scores
    assert plain != told


def test_both_ways_of_telling_keep_order_and_number() -> None:
    lines = ["Medication (active): Ramipril", "Encounter (finished): Practice visit"]
    assert as_written("dry cough", lines) == ("dry cough", lines)
    question, told = as_scored("dry cough", lines)
    assert question.startswith("dry cough (")
    assert told[0].startswith(f"{lines[0]} (ACE inhibitor")
    assert told[1] == lines[1]


def test_a_line_of_several_windows_is_left_out() -> None:
    (long,) = to_items([Record("DocumentReference/a", Kind.NOTE, "Letter", "Note: Letter", body="words " * 400)])
    (short,) = to_items([Record("DocumentReference/b", Kind.NOTE, "Letter", "Note: Letter", body="words")])
    assert line_of(long) == ""
    assert line_of(short) == "Note: Letter\nwords"


def test_judged_cases_are_of_themes_that_training_never_sees() -> None:
    cases = composed_cases(8)
    trained = {one.query for one in ComposedCharts(SEED, COUNT, as_written).examples()}
    assert len(cases) == 8
    assert len({case.judged.id for case in cases}) == 8
    for case in cases:
        known = {member.reference for item in case.items for member in item.members}
        assert case.judged.judgements.keys() <= known
        assert set(case.judged.judgements.values()) <= {1, 2, 3}
        assert len(case.items) > len(case.judged.judgements)
        assert case.judged.assessment not in trained


def test_judged_cases_are_measured_as_the_charts_are() -> None:
    values = measured(composed_cases(4), STEPS["paths alone"], MemoryVectors())
    assert len(values) == 4
    assert METRIC == "nDCG@10"
    assert all(value > 0.5 for value in values)  # the paths are what judged them


def test_the_survey_counts_positives_that_share_no_word() -> None:
    one = Example("dry cough on ramipril", ("Ramipril", "ACE inhibitor cough"), "s", ("patient:1",), ("Splinter",))
    other = Example("gout", ("Allopurinol", "Gout"), "s", ("patient:2",), ("Splinter", "Stye"), facet="diagnosis")
    found = counted([one, other])
    assert found.wordless == [0.0, 0.5]
    assert found.negatives == [1, 2]
    assert found.patients == {"patient:1", "patient:2"}


def test_nothing_is_written_to_disk(tmp_path: Path) -> None:
    for case in composed_cases(2):
        assert not (tmp_path / case.judged.bundle).exists()
        assert not case.judged.bundle.exists()
