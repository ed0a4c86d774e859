"""Ranks by shared words: BM25 over the lines at hand (bm25s, Lucene's variant). Knows no meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emr_rerank.types import Reading

# Single characters count: "K" is potassium and "3b" a stage.
TOKEN = r"(?u)\b\w+\b"  # noqa: S105 (a token pattern, not a secret)


@dataclass(frozen=True, slots=True)
class LexicalScorer:
    """BM25 with document frequencies of the texts given, so a word that every line has counts for nothing much."""

    name: str = "lexical"
    title: str = "BM25"

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return each text's BM25 score, 0 where it shares no word with the query."""
        import bm25s  # noqa: PLC0415  (half a second of import time that the other engines do without)

        words, *documents = bm25s.tokenize(
            [query, *texts], token_pattern=TOKEN, stopwords="en", return_ids=False, show_progress=False
        )
        shared = set(words).intersection(*[{word for document in documents for word in document}])
        if not shared:
            return [0.0] * len(texts)
        index = bm25s.BM25(method="lucene")
        index.index(documents, show_progress=False)
        scores: list[float] = index.get_scores(words).tolist()
        return scores

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the scores; every word counts."""
        return Reading(self.score(query, texts), [False] * len(texts))
