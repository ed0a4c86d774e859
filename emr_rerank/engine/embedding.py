"""Ranks by meaning: the cosine of query and line vectors. Knows a text by its hash, never whose it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from emr_rerank.engine.minilm import MiniLm
from emr_rerank.types import Reading, Vector, VectorCache

# In fp32 a text's vector differs in its seventh digit with the texts it was batched with; the order must not. In bf16
# it differs in the fourth: equal texts of one request have one vector, near-ties may swap between two.
DIGITS = 6


def text_key(text: str) -> str:
    """Return the name a text's vector is kept under: the SHA-256 of its UTF-8, so the cache holds no text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class EmbeddingScorer:
    """Cosine of the query's vector and each text's, in [-1, 1]; texts are cached, the query never is."""

    encoder: MiniLm
    cache: VectorCache
    name: str = "embedding"

    @property
    def title(self) -> str:
        """Which encoder, and what computes it."""
        return self.encoder.title

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return the cosine of each text with the query, in the order given."""
        if not texts:
            return []
        products = self.vectors(texts) * self.encoder.encode([query])[0]
        # Summed row by row: a matrix product's last digits depend on the row's place, and equal texts must tie.
        cosines: list[float] = products.sum(axis=1).astype(np.float64).round(DIGITS).tolist()
        return cosines

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the cosines; long texts are encoded in pieces, and nothing is cut."""
        return Reading(self.score(query, texts), [False] * len(texts))

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the texts' vectors, shape (len(texts), dimensions), encoding and keeping those not met before."""
        keys = [text_key(text) for text in texts]
        known = self.cache.get(self.encoder.key, list(dict.fromkeys(keys)))
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            encoded = dict(zip(new, self.encoder.encode(list(new.values())), strict=True))
            self.cache.put(self.encoder.key, encoded)
            known = {**known, **encoded}
        return np.stack([known[key] for key in keys])


@dataclass(frozen=True, slots=True)
class MemoryVectors:
    """A vector cache for one process: what `--bundle`, `rerank` and uploads use. The oldest go when it is full."""

    capacity: int = 50_000  # vectors; about 75 MB at 384 dimensions
    kept: dict[tuple[str, str], Vector] = field(default_factory=dict)

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, Vector]:
        """Return the vectors known for these keys."""
        return {key: vector for key in keys if (vector := self.kept.get((model, key))) is not None}

    def put(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep these vectors, dropping the oldest beyond the capacity."""
        self.kept.update({(model, key): vector for key, vector in vectors.items()})
        self._drop(list(self.kept)[: max(0, len(self.kept) - self.capacity)])

    def _drop(self, oldest: Iterable[tuple[str, str]]) -> None:
        for key in oldest:
            self.kept.pop(key, None)
