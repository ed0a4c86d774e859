"""Ranks by meaning and by shared words together. Knows its two parts only as scorers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emr_rerank.types import Reading, Scorer

WEIGHT = 0.5  # of the words; chosen before anything was measured
HALF = 5.0  # the BM25 score that counts half


@dataclass(frozen=True, slots=True)
class HybridScorer:
    """A convex sum of both scores, each first brought to [0, 1] by a fixed monotone map.

    Fixed maps, unlike ranks or z-scores, give one line the same score whatever lines stand beside it,
    so the best of several windows can be taken.
    """

    meaning: Scorer
    words: Scorer
    name: str = "hybrid"

    @property
    def title(self) -> str:
        """Both titles."""
        return f"{self.meaning.title} and {self.words.title}"

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return (1 - WEIGHT) * (1 + cos) / 2 + WEIGHT * s / (s + HALF) per text, in [0, 1]."""
        return self.read(query, texts).scores

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the scores, and for each text whether one of the two left part of it unread."""
        meaning, words = self.meaning.read(query, texts), self.words.read(query, texts)
        return Reading(
            [
                (1 - WEIGHT) * (1 + cosine) / 2 + WEIGHT * bm25 / (bm25 + HALF)
                for cosine, bm25 in zip(meaning.scores, words.scores, strict=True)
            ],
            [one or other for one, other in zip(meaning.cut, words.cut, strict=True)],
        )
