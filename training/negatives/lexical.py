"""Passages that share a question's words and do not answer it: BM25 (bm25s). Knows no meaning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.negatives.passages import Asked, Passage

TOKEN = r"(?u)\b\w\w+\b"  # noqa: S105 (a token pattern, not a secret)


class LexicalFinder:
    """BM25 over the passages of one pool.

    A candidate that scores above `margin` of the question's own passage is left out: it says much the same, or nobody
    noticed that it answers too. Where the own passage is beyond the ranks looked at, all of them stay.
    """

    def __init__(self, passages: Sequence[Passage], ranks: int, margin: float) -> None:
        """Index these passages; `ranks` of them are looked at for each question."""
        import bm25s  # noqa: PLC0415  (half a second of import time)

        self.passages = passages
        self.ranks = ranks
        self.margin = margin
        self.tokenize = bm25s.tokenize
        self.index = bm25s.BM25(method="lucene")
        tokens = bm25s.tokenize(
            [passage.text for passage in passages], token_pattern=TOKEN, stopwords="en", show_progress=False
        )
        self.index.index(tokens, show_progress=False)

    def find(self, asked: Sequence[Asked]) -> list[list[Passage]]:
        """Return those that share words with each question, best first."""
        queries = self.tokenize(
            [one.spooled.example.query for one in asked],
            token_pattern=TOKEN,
            stopwords="en",
            return_ids=False,
            show_progress=False,
        )
        return [self._ranked(one, words) for one, words in zip(asked, queries, strict=True)]

    def _ranked(self, asked: Asked, words: Sequence[str]) -> list[Passage]:
        known = [word for word in words if word in self.index.vocab_dict]
        if not known:
            return []
        # bm25s' own retrieve partitions every score, and is 30 times slower where most are 0.
        scores = self.index.get_scores(known)
        places = np.flatnonzero(scores)
        if len(places) > self.ranks:
            last = np.partition(scores[places], -self.ranks)[-self.ranks]
            places = places[scores[places] >= last]
        best = places[np.argsort(-scores[places], kind="stable")][: self.ranks].tolist()
        own = set(asked.spooled.positives)
        ceilings = [scores[place] * self.margin for place in best if self.passages[place].key in own]
        ceiling = min(ceilings, default=np.inf)
        return [self.passages[place] for place in best if scores[place] <= ceiling]
