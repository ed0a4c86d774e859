"""Documents of any retriever, reranked for a query: the second stage without a patient. Knows no FHIR and no store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emr_rerank.engine import load_scorer
from emr_rerank.errors import RequestError
from emr_rerank.pipeline.history import check_assessment, score_passages
from emr_rerank.ranking import CALIBRATIONS, best_windows, passages
from emr_rerank.types import VectorCache


@dataclass(frozen=True, slots=True)
class Relevance:
    """One document's place among those asked about; `index` is where it stood in the request."""

    index: int
    score: float  # calibrated to [0, 1]


def rerank_documents(query: str, documents: Sequence[str], model: str, cache: VectorCache) -> list[Relevance]:
    """Return every document, best first; equal ones stay in the order given. Long ones score as their best window.

    A document without a letter or a digit answers nothing: it scores 0 and comes last.

    Raises:
        RequestError: the query is empty or too long.
        ModelError: no such engine, or it cannot be loaded.
    """
    if not query.strip():
        raise RequestError("the query is empty; say what is asked")
    check_assessment(query)
    scorer = load_scorer(model, cache)
    windows = [passage for index, text in enumerate(documents) for passage in passages(index, "", text)]
    best = best_windows(len(documents), windows, score_passages(scorer, query, windows))
    calibrate = CALIBRATIONS[scorer.name]
    silent = [not any(map(str.isalnum, text)) for text in documents]
    order = sorted(range(len(documents)), key=lambda index: (silent[index], -best[index].score))
    return [Relevance(index, 0.0 if silent[index] else calibrate(best[index].score)) for index in order]
