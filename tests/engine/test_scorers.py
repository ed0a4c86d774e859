from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from math import isfinite, log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.engine import EMBEDDED_ENGINES, MemoryVectors, load_scorer, text_key
from emr_rerank.engine.hybrid import HybridScorer
from emr_rerank.engine.lexical import LexicalScorer
from emr_rerank.errors import ModelError
from emr_rerank.types import Reading, Vector

LINES = [
    "Medication (active): Warfarin 3 mg",
    "Condition: Asthma",
    "Allergy (active): Penicillin",
    "",
    "Condition: Asthma",
]


TUNED = {"tuned": 3e-4, "joint": 6e-3}  # how far a score may be from its golden one: a logit is 20 cosines


@pytest.mark.parametrize("name", EMBEDDED_ENGINES)
def test_every_engine_keeps_the_contract(name: str) -> None:
    scorer = load_scorer(name, MemoryVectors())
    assert scorer.name == name
    scores = scorer.score("nose bleed on warfarin", LINES)
    assert len(scores) == len(LINES)
    assert all(isfinite(score) for score in scores)
    assert name in TUNED or max(scores) == scores[0]  # those are made to rank beside the facts
    assert scores[1] == pytest.approx(scores[4])
    assert scorer.score("nose bleed on warfarin", []) == []
    assert scorer.read("nose bleed on warfarin " * 200, [*LINES, "long " * 2000]).cut == [name == "joint"] * 6
    assert scorer.score("nose bleed on warfarin", LINES) == pytest.approx(scores, abs=1e-6)


def test_an_unknown_engine_is_named_with_its_alternatives() -> None:
    with pytest.raises(ModelError, match="'gpt'; choose one of: embedding, lexical, hybrid, gemma, remote"):
        load_scorer("gpt", MemoryVectors())


class CountingCache:
    """A cache that remembers what it was asked to keep."""

    def __init__(self) -> None:
        self.kept: dict[str, Vector] = {}
        self.puts: list[set[str]] = []

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, Vector]:
        assert model.startswith("all-MiniLM-L6-v2@")
        return {key: self.kept[key] for key in keys if key in self.kept}

    def put(self, model: str, vectors: Mapping[str, Vector]) -> None:
        assert model.startswith("all-MiniLM-L6-v2@")
        self.puts.append(set(vectors))
        self.kept |= vectors


def test_each_line_is_encoded_once_and_the_query_is_never_kept() -> None:
    cache = CountingCache()
    scorer = load_scorer("embedding", cache)
    first = scorer.score("nose bleed", LINES)
    assert cache.puts == [{text_key(line) for line in LINES}]
    assert scorer.score("nose bleed", LINES) == first
    assert len(cache.puts) == 1
    assert text_key("nose bleed") not in cache.kept


def test_the_cache_in_memory_forgets_the_oldest_beyond_its_capacity() -> None:
    cache = MemoryVectors(capacity=2)
    vector = np.ones(3, dtype=np.float32)
    cache.put("m", {"a": vector, "b": vector})
    cache.put("m", {"c": vector})
    assert set(cache.get("m", ["a", "b", "c"])) == {"b", "c"}
    assert cache.get("other model", ["b"]) == {}


WORDS = ["af", "warfarin", "inr", "k", "3b", "gout"]


def bm25(query: list[str], documents: list[list[str]]) -> list[float]:
    """The oracle: Lucene's BM25 (k1 = 1.5, b = 0.75) written out."""
    average = sum(map(len, documents)) / len(documents)
    holding = Counter(word for document in documents for word in set(document))
    rarity = {word: log(1 + (len(documents) - holding[word] + 0.5) / (holding[word] + 0.5)) for word in WORDS}
    return [
        sum(
            rarity[word] * (count := document.count(word)) / (count + 1.5 * (0.25 + 0.75 * len(document) / average))
            for word in query
            if word in document
        )
        for document in documents
    ]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from(WORDS), max_size=4, unique=True),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=6),
)
def test_bm25_agrees_with_its_formula(query: list[str], documents: list[list[str]]) -> None:
    scores = LexicalScorer().score(" ".join(query), [" ".join(document) for document in documents])
    assert scores == pytest.approx(bm25(query, documents), abs=1e-4)


def test_words_are_compared_without_case() -> None:
    assert LexicalScorer().score("WARFARIN", ["warfarin", "asthma"])[0] > 0


class Fixed:
    name = "fixed"
    title = "given"

    def __init__(self, *scores: float) -> None:
        self.scores = list(scores)

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        assert query
        return self.scores[: len(texts)]

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        return Reading(self.score(query, texts), [text == query for text in texts])


def test_hybrid_is_the_mean_of_both_scores_on_a_common_scale() -> None:
    scores = HybridScorer(Fixed(1.0, 0.0, -1.0), Fixed(0.0, 5.0, 0.0)).score("q", ["a", "b", "c"])
    assert scores == pytest.approx([0.5, 0.5, 0.0])


def test_hybrid_reads_what_both_read() -> None:
    assert HybridScorer(Fixed(0.0, 0.0), LexicalScorer()).read("a", ["a", "b"]).cut == [True, False]


GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())


@pytest.mark.parametrize("name", EMBEDDED_ENGINES)
def test_the_numbers_are_the_golden_ones(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A score that moves makes stored vectors stale or an order different: it is never an accident."""
    monkeypatch.setenv("EMR_RERANK_RUNTIME", "torch")  # whose precision is the same everywhere
    for query, expected in GOLDEN["scores"][name].items():
        scores = load_scorer(name, MemoryVectors()).score(query, GOLDEN["lines"])
        assert scores == pytest.approx(expected, abs=TUNED.get(name, 3e-4))
