"""What each column of the table does: retrieve, rerank the first of what was retrieved, blend both.

An answer holds every passage that was found; what is behind the reranked head keeps the retriever's order. Equal
scores keep it, too. Knows retriever and scorers by their protocols only.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from emr_rerank.types import HistoryItem, Reading, Scorer, Vector
from training.evaluation.retrieval import Search
from training.evaluation.runs import Found, Run
from training.evaluation.sets import TestSet

BATCH = 256  # texts encoded before their vectors are kept: a run that is stopped loses no more


class Retriever(Protocol):
    """Vectors of questions and of passages; their inner product is the score."""

    def question(self, text: str) -> Vector:
        """Return one question's vector."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the texts' vectors, shape (len(texts), dimensions)."""


@runtime_checkable
class ReadsCharts(Protocol):
    """A scorer to which a record is more than its text."""

    def read_chart(self, assessment: str, items: Sequence[HistoryItem]) -> Reading:
        """Return one score per item of one patient's history, in the order given."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's passages, best first, and the scores of those that were scored, which come first."""

    order: tuple[str, ...]
    scores: tuple[float, ...]

    def found(self) -> list[Found]:
        """Return the passages for a run: behind the scored ones, scores go on falling by 1."""
        last = min(self.scores, default=0.0)
        tail = (last - place for place in range(1, len(self.order) - len(self.scores) + 1))
        return [Found(*one) for one in zip(self.order, (*self.scores, *tail), strict=True)]


@dataclass(frozen=True, slots=True)
class Answers:
    """A column's answers to a set, and what they cost."""

    by_question: Mapping[str, Answer]
    seconds: float = 0.0  # of all questions, retrieval included
    scoring: float = 0.0  # of these, seconds in which pairs were scored
    pairs: int = 0
    cut: int | None = None  # pairs not read whole; None: not known

    def orders(self) -> dict[str, Sequence[str]]:
        """Return the order of each question."""
        return {name: answer.order for name, answer in self.by_question.items()}


def retrieved(one: TestSet, retriever: Retriever, search: Search, depth: int) -> Answers:
    """Return the first `depth` of each question's candidates by inner product. Passages' vectors are not timed."""
    ids = list(dict.fromkeys(found for question in one.questions for found in one.found(question)))
    texts = one.texts(ids)
    parts = [retriever.vectors(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    matrix = np.concatenate(parts)
    rows = {key: row for row, key in enumerate(ids)}
    answers: dict[str, Answer] = {}
    seconds, pairs = 0.0, 0
    for question in one.questions:
        candidates = one.found(question)
        among = matrix[[rows[key] for key in candidates]] if question.candidates else matrix
        start = time.perf_counter()
        places, products = search(among, retriever.question(question.text), one.depth(question, depth))
        seconds += time.perf_counter() - start
        pairs += len(candidates)
        answers[question.id] = Answer(tuple(candidates[place] for place in places), tuple(products))
    return Answers(answers, seconds, seconds, pairs, 0)


def reranked(one: TestSet, before: Answers, scorer: Scorer, depth: int) -> Answers:
    """Return the answers with their first `depth` put in the scorer's order; what reads charts reads the records."""
    answers: dict[str, Answer] = {}
    seconds, pairs, cut = 0.0, 0, 0
    for question in one.questions:
        order = before.by_question[question.id].order
        head = order[: one.depth(question, depth)]
        start = time.perf_counter()
        if one.items and isinstance(scorer, ReadsCharts):
            reading = scorer.read_chart(question.text, [one.items[key] for key in head])
        else:
            reading = scorer.read(question.text, one.texts(head))
        seconds += time.perf_counter() - start
        cut += sum(reading.cut)
        pairs += len(head)
        answers[question.id] = _by(reading.scores, order)
    return Answers(answers, before.seconds + seconds, seconds, pairs, cut)


def blended(before: Answers, after: Answers, weight: float) -> Answers:
    """Return both columns' standardised scores of each question mixed: `weight` is the reranker's, in [0, 1]."""
    answers: dict[str, Answer] = {}
    for name, first in before.by_question.items():
        second = after.by_question[name]
        known = dict(zip(second.order, second.scores, strict=False))
        head = first.order[: len(known)]
        one = _standard(first.scores[: len(known)])
        other = _standard([known[key] for key in head])
        answers[name] = _by(((1 - weight) * one + weight * other).tolist(), first.order)
    return Answers(answers, after.seconds, after.scoring, after.pairs, after.cut)


def of_run(one: TestSet, run: Run) -> Answers:
    """Return another tool's answers. Passages that the set does not know are left out; what it cost is not known."""
    answers: dict[str, Answer] = {}
    for question in one.questions:
        ranking = [found for found in run.get(question.id, []) if found.passage in one.passages]
        answers[question.id] = Answer(
            tuple(found.passage for found in ranking), tuple(found.score for found in ranking)
        )
    return Answers(answers, pairs=sum(len(answer.order) for answer in answers.values()))


def _by(scores: Sequence[float], order: Sequence[str]) -> Answer:
    places = sorted(range(len(scores)), key=lambda place: -scores[place])  # stable: ties stay as they were
    return Answer(
        (*(order[place] for place in places), *order[len(scores) :]), tuple(scores[place] for place in places)
    )


def _standard(scores: Sequence[float]) -> NDArray[np.float64]:
    values = np.asarray(scores, np.float64)
    spread = values.std() if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)
