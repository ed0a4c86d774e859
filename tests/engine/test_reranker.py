"""A reranker of an encoder and a scorer: what each is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from emr_rerank.engine.pairs import Encoded, Pair
from emr_rerank.engine.reranker import Reranker
from emr_rerank.types import Reading


@dataclass
class Letters:
    """Encodes a letter as a token, reads four of a text, and scores by the last; keeps what it was asked."""

    key: str = "letters"
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def encode(self, query: str, texts: Sequence[str]) -> Encoded:
        self.asked.append((query, *texts))
        pairs = tuple(Pair(tuple(map(ord, query)), tuple(map(ord, text[:4]))) for text in texts)
        return Encoded(pairs, tuple(len(text) > 4 for text in texts))

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        return [float(pair.own[-1]) for pair in pairs]


def test_scores_and_what_was_cut_come_of_one_encoding() -> None:
    letters = Letters()
    reranker = Reranker("letters", "letters", "letters", letters, letters)
    assert reranker.read("q", ["ab", "abcde"]) == Reading([float(ord("b")), float(ord("d"))], [False, True])
    assert letters.asked == [("q", "ab", "abcde")]
    assert reranker.score("q", ["ab"]) == [float(ord("b"))]
    assert reranker.read("q", []) == Reading([], [])
    assert len(letters.asked) == 2
