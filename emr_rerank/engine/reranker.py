"""A loaded reranker: text in, one logit per text out. Joins an encoder and a scorer; knows no file and no request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emr_rerank.engine.pairs import PairEncoder, PairScorer
from emr_rerank.types import Reading


@dataclass(frozen=True, slots=True)
class Reranker:
    """A model with its prompt. What `--model gemma` ranks with and what the model server hosts."""

    name: str  # what `--model` calls it, and what results report
    title: str  # which weights: "bge-reranker-v2-gemma + MedSwin-LoRA"
    key: str  # names the files of weights and tokenizer, precision and prompt: scores under one key are comparable
    encoder: PairEncoder
    scorer: PairScorer
    device: str = "cpu"
    dtype: str = "float32"

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return one fp32 logit per text, in the order given; what is too long for the model is cut."""
        return self.read(query, texts).scores

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the logits, and for each text whether part of it, or of the query, was cut."""
        if not texts:
            return Reading([], [])
        encoded = self.encoder.encode(query, texts)
        return Reading(self.scorer.logits(encoded.pairs), list(encoded.truncated))
