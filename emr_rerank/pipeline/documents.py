"""Documents of any retriever, reranked for a query: the second stage without a patient. Knows no FHIR and no store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emr_rerank.errors import RequestError
from emr_rerank.knowledge import KnowledgeBase, knowledge_base
from emr_rerank.pipeline.history import check_assessment, is_utf_8
from emr_rerank.pipeline.models import load_model
from emr_rerank.ranking import CALIBRATIONS, best_windows, passages, with_path
from emr_rerank.types import VectorCache


@dataclass(frozen=True, slots=True)
class Relevance:
    """One document's place among those asked about; `index` is where it stood in the request."""

    index: int
    score: float  # calibrated to [0, 1]


def rerank_documents(
    query: str, documents: Sequence[str], model: str, cache: VectorCache, base: KnowledgeBase | None = None
) -> list[Relevance]:
    """Return every document, best first; equal ones stay in the order given. Long ones score as their best window.

    `base` is what this installation knows; the shipped facts unless given.

    A document without a letter or a digit answers nothing: it scores 0 and comes last.

    Raises:
        RequestError: the query is empty or too long, or a text is no UTF-8.
        ModelError: no such engine, or it cannot be loaded.
    """
    if not query.strip():
        raise RequestError("the query is empty; say what is asked")
    check_assessment(query)
    for number, text in enumerate(documents, start=1):
        if not is_utf_8(text):
            raise RequestError(f"document {number} is not UTF-8 text; convert it to UTF-8")
    loaded = load_model(model, cache, base or knowledge_base())
    windows = [passage for index, text in enumerate(documents) for passage in passages(index, "", text)]
    best = best_windows(len(documents), windows, loaded.scores(query, windows))
    strengths = loaded.text_strengths(query, documents)
    raw = [with_path(one.score, strength) for one, strength in zip(best, strengths, strict=True)]
    calibrate = CALIBRATIONS[loaded.name]
    silent = [not any(map(str.isalnum, text)) for text in documents]
    order = sorted(range(len(documents)), key=lambda index: (silent[index], -raw[index]))
    return [Relevance(index, 0.0 if silent[index] else calibrate(raw[index])) for index in order]
