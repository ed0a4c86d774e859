"""The table people ask for: which columns it has, always all of them, and every column's answers to a set.

A column whose model is absent stays in the table as "not there". Knows models by their protocols only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from emr_rerank.types import Scorer
from training.evaluation.answers import Answers, Retriever, blended, of_run, reranked, retrieved
from training.evaluation.metrics import HEADLINE, measured
from training.evaluation.retrieval import Search
from training.evaluation.runs import Run
from training.evaluation.sets import TestSet

Column = Literal["retrieval", "base", "finetuned", "merged", "fused"]
COLUMNS: tuple[Column, ...] = get_args(Column)
TITLES: Mapping[Column, str] = {
    "retrieval": "retrieval only",
    "base": "+ base reranker",
    "finetuned": "+ fine-tuned",
    "merged": "+ merged",
    "fused": "+ fused",
}
MODELS: tuple[Column, ...] = ("base", "finetuned", "merged")  # what a model or a run can be named for
WEIGHTS = tuple(step / 10 for step in range(11))  # of the reranker in the fused column

RunOf = Callable[[TestSet], Run | None]


@dataclass(frozen=True, slots=True)
class Rankers:
    """What answers: the retriever, and a scorer or another tool's runs for each column that is there."""

    retriever: Retriever
    search: Search
    scorers: Mapping[Column, Scorer] = field(default_factory=dict)
    runs: Mapping[Column, RunOf] = field(default_factory=dict)
    found: int = 100  # passages the retriever returns
    depth: int = 20  # of them reranked


@dataclass(frozen=True, slots=True)
class Answered:
    """A set with the answers of every column that is there."""

    set: TestSet
    answers: Mapping[Column, Answers]

    def values(self, column: Column) -> dict[str, list[float]]:
        """Return every measure of each question."""
        return measured(self.set.questions, self.answers[column].orders())


@dataclass(frozen=True, slots=True)
class Fusion:
    """Which reranker is blended with the retriever, and its weight in [0, 1]."""

    column: Column
    weight: float


def answered(one: TestSet, rankers: Rankers) -> Answered:
    """Return the answers of the retriever and of every reranker that is there."""
    before = retrieved(one, rankers.retriever, rankers.search, rankers.found)
    answers: dict[Column, Answers] = {"retrieval": before}
    for column in MODELS:
        if column in rankers.scorers:
            answers[column] = reranked(one, before, rankers.scorers[column], rankers.depth)
        elif column in rankers.runs and (run := rankers.runs[column](one)) is not None:
            answers[column] = of_run(one, run)
    return Answered(one, answers)


def chosen_fusion(validation: Sequence[Answered]) -> Fusion | None:
    """Return the reranker and the weight of the best mean over sets; the lesser weight where several are as good.

    None without a set to choose on, or without a reranker that answered all of them by its scores.
    """
    if not validation:
        return None
    options = [
        Fusion(column, weight)
        for weight in WEIGHTS
        for column in MODELS
        if all(column in one.answers and _scored(one, column) for one in validation)
    ]
    return max(options, key=lambda fusion: _quality(validation, fusion), default=None)  # the first of equals


def fused(one: Answered, fusion: Fusion | None) -> Answered:
    """Return the set with the fused column beside the others, where there is one."""
    if fusion is None or fusion.column not in one.answers or not _scored(one, fusion.column):
        return one
    answers = blended(one.answers["retrieval"], one.answers[fusion.column], fusion.weight)
    return Answered(one.set, {**one.answers, "fused": answers})


def _quality(validation: Sequence[Answered], fusion: Fusion) -> float:
    return float(np.mean([np.mean(fused(one, fusion).values("fused")[HEADLINE]) for one in validation]))


def _scored(one: Answered, column: Column) -> bool:
    """Return whether the column scored the retriever's own first passages: another tool's run may hold others."""
    before, after = one.answers["retrieval"].by_question, one.answers[column].by_question
    return all(
        set(after[name].order[: len(after[name].scores)]) == set(before[name].order[: len(after[name].scores)])
        for name in before
    )
