"""What a ranking is measured on: questions, passages and graded judgements, as plain data. Knows no file, no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from emr_rerank.errors import RequestError
from emr_rerank.types import HistoryItem


@dataclass(frozen=True, slots=True)
class Question:
    """One query with its judgements.

    `candidates` are passage ids in the order they were found; empty: every passage of the set. What is judged need not
    be among them: a relevant passage that was not found counts as missed.
    """

    id: str
    text: str
    grades: Mapping[str, int]  # by passage id; a passage that is not here has grade 0
    group: str  # what is drawn as one when intervals are estimated: the patient, the disease, or the question
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestSet:
    """Questions over one set of passages. `home`: from a source that models here are trained on.

    `items`: the records behind the passages where these are lines of charts; a chart is always ranked whole.
    """

    __test__ = False  # not pytest's

    name: str
    passages: Mapping[str, str]  # id -> text
    questions: tuple[Question, ...]
    home: bool = False
    items: Mapping[str, HistoryItem] = field(default_factory=dict)  # by passage id

    def texts(self, ids: Sequence[str]) -> list[str]:
        """Return these passages' texts."""
        return [self.passages[one] for one in ids]

    def found(self, question: Question) -> Sequence[str]:
        """Return the ids of what is ranked for a question."""
        return question.candidates or tuple(self.passages)

    def depth(self, question: Question, depth: int) -> int:
        """Return how many passages are ranked for a question where `depth` are asked for: of a chart, all."""
        return len(self.found(question)) if self.items else depth


def checked(one: TestSet) -> TestSet:
    """Return the set as it is.

    Raises:
        RequestError: it has no question, a question nothing relevant, or a candidate no text.
    """
    if not one.questions:
        raise RequestError(f"{one.name}: no question is left to measure; take it out of sets, or hold out more")
    if len({question.id for question in one.questions}) < len(one.questions):
        raise RequestError(f"{one.name}: two questions share an id; give each its own")
    for question in one.questions:
        if not any(grade > 0 for grade in question.grades.values()):
            raise RequestError(f"{one.name}: question {question.id} has nothing relevant; take it out")
        if missing := next((found for found in question.candidates if found not in one.passages), None):
            raise RequestError(f"{one.name}: question {question.id} names passage {missing}, which has no text")
    return one
