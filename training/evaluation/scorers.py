"""From a name in a configuration to a scorer: an engine, the facts' model, a run's result or a model. Ranks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emr_rerank.engine import ModelSource, read_reranker
from emr_rerank.engine.embedding import EmbeddingScorer
from emr_rerank.engine.minilm import load_minilm
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.documents import score_documents
from emr_rerank.pipeline.history import in_order
from emr_rerank.pipeline.models import MODEL_NAMES, Model, load_model
from emr_rerank.types import HistoryItem, Reading, Scorer, Vector, VectorCache


@dataclass(frozen=True, slots=True)
class ProductScorer:
    """A model of the product: over plain texts as `rerank` reads them, over charts as `rank` does."""

    model: Model

    @property
    def name(self) -> str:
        """What `--model` calls it."""
        return self.model.name

    @property
    def title(self) -> str:
        """What computes it."""
        return "; ".join(self.model.engines)

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return each text's raw score."""
        return self.read(query, texts).scores

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the raw scores, and which texts were not read whole."""
        scored = score_documents(query, texts, self.model)
        return Reading([parts.raw for parts in scored.parts], [place in scored.cut for place in range(len(texts))])

    def read_chart(self, assessment: str, items: Sequence[HistoryItem]) -> Reading:
        """Return the raw scores of one patient's items, and which were not read whole."""
        ordered = in_order(items, assessment, self.model)
        raw = {ranked.item.reference: ranked.raw for ranked in ordered.items}
        return Reading([raw[item.reference] for item in items], [item.reference in ordered.cut for item in items])


@dataclass(frozen=True, slots=True)
class EmbeddingRetriever:
    """The embedded bi-encoder, as the table's first column asks it."""

    scorer: EmbeddingScorer

    def question(self, text: str) -> Vector:
        """Return one question's vector; questions are never kept."""
        vector: Vector = self.scorer.encoder.encode([text])[0]
        return vector

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the texts' vectors."""
        return self.scorer.vectors(texts)


def load_retriever(cache: VectorCache) -> EmbeddingRetriever:
    """Return the plain embedding, which every column is held against.

    Raises:
        ModelError: its weights are missing or altered.
    """
    return EmbeddingRetriever(EmbeddingScorer(load_minilm(), cache))


def scorer_named(source: ModelSource, cache: VectorCache) -> Scorer:
    """Return the scorer that `source` names.

    Its model is one of the product's, the result folder of a fine-tuning run (or that is its adapter, and the model
    the base it was trained on), or any other model's folder or hub id.

    Raises:
        ModelError: there is none, it is not set up, or not whole.
    """
    if source.model in MODEL_NAMES:
        return ProductScorer(load_model(source.model, cache, knowledge_base()).unhurried())
    from training.evaluation.results import is_result, result_scorer  # noqa: PLC0415  (imports torch)

    if is_result(Path(source.adapter or source.model)):
        return result_scorer(source, cache)
    return read_reranker(source)
