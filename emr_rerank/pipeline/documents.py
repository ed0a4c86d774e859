"""Documents of any retriever, reranked for a query: the second stage without a patient. Knows no FHIR and no store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emr_rerank.errors import RequestError
from emr_rerank.knowledge import KnowledgeBase, knowledge_base
from emr_rerank.pipeline.cascade import Reread
from emr_rerank.pipeline.history import check_assessment, is_utf_8
from emr_rerank.pipeline.models import Model
from emr_rerank.pipeline.stand_in import run
from emr_rerank.ranking import CALIBRATIONS, best_windows, passages
from emr_rerank.types import Parts, VectorCache


@dataclass(frozen=True, slots=True)
class Relevance:
    """One document's place among those asked about; `index` is where it stood in the request."""

    index: int
    score: float  # calibrated to [0, 1]
    truncated: bool = False  # the model left part of it, or of the query, unread


@dataclass(frozen=True, slots=True)
class Reranked:
    """The answer: every document, best first."""

    results: tuple[Relevance, ...]
    model: str  # what actually ran
    requested_model: str
    notices: tuple[str, ...]  # sentences the reader should see
    engines: tuple[str, ...]  # what computed the scores, and in which precision


def rerank_documents(
    query: str, documents: Sequence[str], model: str, cache: VectorCache, base: KnowledgeBase | None = None
) -> Reranked:
    """Return every document, best first; equal ones stay in the order given. Long ones score as their best window.

    `base` is what this installation knows; the shipped facts unless given. Where the model cannot answer now, the
    built-in one does, and the answer says so.

    A document without a letter or a digit answers nothing: it scores 0 and comes last.

    Raises:
        RequestError: the query is empty or too long, or a text is no UTF-8.
        ModelError: no such model, or it is not set up.
    """
    if not query.strip():
        raise RequestError("the query is empty; say what is asked")
    check_assessment(query)
    for number, text in enumerate(documents, start=1):
        if not is_utf_8(text):
            raise RequestError(f"document {number} is not UTF-8 text; convert it to UTF-8")
    ran = run(model, cache, base or knowledge_base(), lambda loaded: _in_order(query, documents, loaded))
    results, scored = ran.answer
    notices = (*filter(None, (ran.notice,)), *scored.again.notices())
    return Reranked(tuple(results), ran.model.name, model, notices, scored.by.engines)


@dataclass(frozen=True, slots=True)
class Scored:
    """Documents with what their raw scores are made of, in the order given, and how they were read."""

    parts: tuple[Parts, ...]
    cut: frozenset[int]  # those that were not read whole
    again: Reread
    by: Model  # the part of the model that scores documents


def score_documents(query: str, documents: Sequence[str], model: Model) -> Scored:
    """Score documents, each by its best window against the query's best window."""
    model = model.of_documents()
    windows = [passage for index, text in enumerate(documents) for passage in passages(index, "", text)]
    read = model.read(query, windows)
    best = best_windows(len(documents), windows, read.rows)
    texts = [windows[one.column].text for one in best]
    first = model.text_parts(query, documents, [one.score for one in best])
    again = model.again([read.windows[one.row] for one in best], texts, first)
    cut = frozenset(window.of for window, short in zip(windows, read.cut, strict=True) if short)
    return Scored(again.parts, cut | again.cut, again, model)


def _in_order(query: str, documents: Sequence[str], model: Model) -> tuple[list[Relevance], Scored]:
    scored = score_documents(query, documents, model)
    raw = [parts.raw for parts in scored.parts]
    calibrate = CALIBRATIONS[scored.by.name]
    silent = [not any(map(str.isalnum, text)) for text in documents]
    order = sorted(range(len(documents)), key=lambda index: (silent[index], -raw[index]))
    found = [Relevance(index, 0.0 if silent[index] else calibrate(raw[index]), index in scored.cut) for index in order]
    return found, scored
