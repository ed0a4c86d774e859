"""Passages that our own retriever puts near a question and that do not answer it. Knows vectors, not the model.

What it ranks first is too often an answer nobody marked, so a window of ranks is taken; and a candidate whose cosine is
above a share of the own passage's is left out (the relative margin of NV-Retriever, 2024).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.keys import share_of
from training.negatives.passages import Asked, Passage

Embed = Callable[[Sequence[str]], NDArray[np.float32]]  # texts -> unit vectors, shape (texts, dimensions)


def our_retriever() -> Embed:
    """Return the embedding that ranks in use, remembering the vectors of what it has met."""
    from emr_rerank.engine import MemoryVectors  # noqa: PLC0415  (torch, seconds of import time)
    from emr_rerank.engine.embedding import EmbeddingScorer  # noqa: PLC0415
    from emr_rerank.engine.minilm import load_minilm  # noqa: PLC0415

    return EmbeddingScorer(load_minilm(), MemoryVectors()).vectors


@dataclass(slots=True)
class MinedFinder:
    """Cosine over the passages of one pool, for a share of the questions chosen by the seed."""

    passages: Sequence[Passage]
    embed: Embed
    first: int  # rank, from 1, of the window's first
    last: int
    margin: float
    share: float
    seed: int
    vectors: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        """Embed the passages."""
        self.vectors = self.embed([passage.text for passage in self.passages])

    def find(self, asked: Sequence[Asked]) -> list[list[Passage]]:
        """Return the window of each question that is mined for, nearest first, and nothing for the others."""
        mined = [one for one in asked if share_of(self.seed, "mined", one.spooled.query) < self.share]
        if not mined:
            return [[] for _ in asked]
        queries = self.embed([one.spooled.example.query for one in mined])
        found = {id(one): self._window(one, vector) for one, vector in zip(mined, queries, strict=True)}
        return [found.get(id(one), []) for one in asked]

    def _window(self, asked: Asked, query: NDArray[np.float32]) -> list[Passage]:
        ceiling = float((self.embed(asked.spooled.example.positives) @ query).min()) * self.margin
        own = set(asked.spooled.positives)
        cosines = self.vectors @ query
        order = np.argsort(-cosines, kind="stable").tolist()
        others = [place for place in order[: self.last + len(own)] if self.passages[place].key not in own]
        return [self.passages[place] for place in others[self.first - 1 : self.last] if cosines[place] <= ceiling]
