"""Every number of the report: measures with intervals, decisions, speed, causes, by set and column. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from training.evaluation import decisions
from training.evaluation.causes import Finding, Measured, causes
from training.evaluation.columns import COLUMNS, Answered, Column, Fusion
from training.evaluation.decisions import Bin, Pairs, Rule
from training.evaluation.intervals import Clusters, Interval, clusters, interval, significance
from training.evaluation.metrics import HEADLINE, MEASURES

RETRIEVAL: Column = "retrieval"
OVERALL = "overall"  # the mean over sets, each counting alike
LESS = 0.0005  # of the headline measure: by more than that a column loses


@dataclass(frozen=True, slots=True)
class Decided:
    """What the scores say by themselves; None: it could not be measured."""

    auroc: float | None
    f1: float | None
    mse: float | None
    ece: float | None
    bins: Sequence[Bin] = ()


@dataclass(frozen=True, slots=True)
class Speed:
    """What answering took; None: not known (another tool's run)."""

    ms_per_query: float | None  # retrieval included, passages' vectors at hand
    pairs_per_second: float | None  # of the column's own stage


@dataclass(frozen=True, slots=True)
class Cell:
    """One column's figures on one set."""

    measures: Mapping[str, Interval]
    p: Mapping[str, float]  # against the retriever, by measure; empty in its own column
    decided: Decided
    speed: Speed


@dataclass(frozen=True, slots=True)
class Row:
    """One set; a column that is not in `cells` is not there."""

    name: str
    questions: int
    groups: int
    cells: Mapping[Column, Cell]
    losses: Mapping[Column, Sequence[Finding]] = field(default_factory=dict)  # columns below the retriever, with causes


@dataclass(frozen=True, slots=True)
class Report:
    """The whole table."""

    rows: Sequence[Row]
    overall: Row
    fusion: Fusion | None
    rules: Mapping[Column, Rule]


def tabled(test: Sequence[Answered], validation: Sequence[Answered], fusion: Fusion | None, depth: int) -> Report:
    """Return the figures of the test sets; thresholds, calibration and comparisons come from the validation sets.

    Args:
        test: what is reported; at least one.
        validation: what may be chosen on; may be empty.
        fusion: what the fused column blends.
        depth: passages of each question that decisions are measured on: those that are reranked.
    """
    rules = {column: rule for column in COLUMNS if (rule := _rule(validation, column, depth))}
    rows = [_row(one, validation, rules, depth) for one in test]
    return Report(rows, _overall(test, rules, depth), fusion, rules)


def _row(one: Answered, validation: Sequence[Answered], rules: Mapping[Column, Rule], depth: int) -> Row:
    cells = {column: _cell([one], column, rules.get(column), depth) for column in one.answers}
    mean = cells[RETRIEVAL].measures[HEADLINE].mean
    lost = [column for column, cell in cells.items() if cell.measures[HEADLINE].mean < mean - LESS]
    return Row(
        one.set.name,
        len(one.set.questions),
        len({question.group for question in one.set.questions}),
        cells,
        {column: _causes(one, column, validation) for column in lost},
    )


def _overall(test: Sequence[Answered], rules: Mapping[Column, Rule], depth: int) -> Row:
    """Return the mean over sets; a column that is not there for one of them is not there."""
    return Row(
        OVERALL,
        sum(len(one.set.questions) for one in test),
        sum(len({question.group for question in one.set.questions}) for one in test),
        {
            column: _cell(test, column, rules.get(column), depth)
            for column in COLUMNS
            if all(column in one.answers for one in test)
        },
    )


def _cell(sets: Sequence[Answered], column: Column, rule: Rule | None, depth: int) -> Cell:
    values, before = ([_clusters(one, of) for one in sets] for of in (column, RETRIEVAL))
    p = {} if column == RETRIEVAL else {name: significance(_differences(values, before, name)) for name in MEASURES}
    return Cell(
        {name: interval([one[name] for one in values]) for name in MEASURES},
        p,
        _decided(pairs_of(sets, column, depth), rule),
        _speed(sets, column),
    )


def _clusters(one: Answered, column: Column) -> Mapping[str, Clusters]:
    groups = [question.group for question in one.set.questions]
    return {name: clusters(values, groups) for name, values in one.values(column).items()}


def _differences(
    values: Sequence[Mapping[str, Clusters]], before: Sequence[Mapping[str, Clusters]], name: str
) -> list[Clusters]:
    return [
        Clusters(one[name].sums - other[name].sums, one[name].counts) for one, other in zip(values, before, strict=True)
    ]


def pairs_of(sets: Sequence[Answered], column: Column, depth: int) -> Pairs:
    """Return the first `depth` scored pairs of every question with their grades, as shares of the set's highest."""
    scores: list[float] = []
    grades: list[float] = []
    for one in sets:
        highest = max(max(question.grades.values()) for question in one.set.questions)
        for question in one.set.questions:
            answer = one.answers[column].by_question[question.id]
            for passage, score in list(zip(answer.order, answer.scores, strict=False))[:depth]:
                scores.append(score)
                grades.append(max(0, question.grades.get(passage, 0)) / highest)
    return Pairs(np.array(scores), np.array(grades))


def _rule(validation: Sequence[Answered], column: Column, depth: int) -> Rule | None:
    there = [one for one in validation if column in one.answers]
    return decisions.fitted(pairs_of(there, column, depth)) if there else None


def _decided(pairs: Pairs, rule: Rule | None) -> Decided:
    if rule is None or not len(pairs.scores):
        return Decided(decisions.auroc(pairs), None, None, None)
    bins = decisions.reliability(pairs, rule)
    return Decided(
        decisions.auroc(pairs),
        decisions.f1(pairs, rule.threshold),
        decisions.squared_error(pairs, rule),
        decisions.calibration_error(bins),
        bins,
    )


def _speed(sets: Sequence[Answered], column: Column) -> Speed:
    answers = [one.answers[column] for one in sets]
    seconds, scoring = sum(one.seconds for one in answers), sum(one.scoring for one in answers)
    if not scoring:
        return Speed(None, None)
    asked = sum(len(one.by_question) for one in answers)
    return Speed(1000 * seconds / asked, sum(one.pairs for one in answers) / scoring)


def _causes(one: Answered, column: Column, validation: Sequence[Answered]) -> Sequence[Finding]:
    home = [
        Measured(other.set, other.answers[RETRIEVAL], other.answers[column])
        for other in validation
        if other.set.home and column in other.answers
    ]
    return causes(Measured(one.set, one.answers[RETRIEVAL], one.answers[column]), home)
