"""The packed scorer, the oracle and sentence-transformers' CrossEncoder give the same logits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import CrossEncoder
from transformers import AutoModelForSequenceClassification

from emr_rerank.engine import ModelSource, load_reranker
from emr_rerank.engine.budget import TokenBudget
from emr_rerank.engine.cross_encoder.naive import NaiveScorer
from emr_rerank.engine.cross_encoder.packed import PackedScorer
from emr_rerank.engine.cross_encoder.stack import stack_of
from emr_rerank.engine.pairs import Pair
from tests.tiny import WORDS

ALIKE = 1e-4
QUERY = "breathless on standing, two months; kidney failure?"


@pytest.fixture(scope="session")
def reference(folder: Path) -> CrossEncoder:
    model: CrossEncoder = CrossEncoder(str(folder), device="cpu", activation_fn=torch.nn.Identity())
    return model


@pytest.fixture(scope="session")
def oracle(folder: Path) -> NaiveScorer:
    return NaiveScorer(AutoModelForSequenceClassification.from_pretrained(folder).eval(), typed=True)


@pytest.fixture(scope="session")
def packed(oracle: NaiveScorer) -> PackedScorer:
    return PackedScorer(stack_of(oracle.model), TokenBudget(700))


def text(words: int, seed: int = 0) -> str:
    draw = random.Random(seed)  # noqa: S311  (no secret)
    return " ".join(draw.choice(WORDS) for _ in range(words))


def assert_alike(scores: Sequence[float], others: Sequence[float]) -> None:
    assert len(scores) == len(others)
    assert max((abs(one - other) for one, other in zip(scores, others, strict=True)), default=0.0) <= ALIKE
    places = range(len(scores))
    assert sorted(places, key=lambda place: -scores[place]) == sorted(places, key=lambda place: -others[place])


def random_pair(draw: random.Random, prefix: int, own: int) -> Pair:
    return Pair(*(tuple(draw.randrange(5, 200) for _ in range(length)) for length in (prefix, own)))


@pytest.mark.parametrize(
    "texts",
    [
        [text(words, seed=words) for words in (1, 2, 3, 10, 11, 12, 40, 41, 100, 180, 250)],
        ["Warfarin 5 mg tablet", "", "Asthma"],
        ["Warfarin"],
        ["é — naïve 漢字 ☃ \U0001f9ec \u200b", "Ünïcode Größe", "\n\t \x00"],
        ["[SEP] Asthma [CLS]", "Asthma [MASK]"],
    ],
    ids=["lengths", "empty text", "one document", "unicode", "special tokens in the text"],
)
@pytest.mark.parametrize("query", [QUERY, "", text(300)], ids=["short query", "empty query", "query that is cut"])
def test_scores_are_those_of_sentence_transformers(
    folder: Path, reference: CrossEncoder, query: str, texts: list[str]
) -> None:
    expected = reference.predict([(query, one) for one in texts])
    assert_alike(
        load_reranker(ModelSource(str(folder), device="cpu")).score(query, texts), [float(one) for one in expected]
    )


def test_packed_agrees_with_the_oracle_at_every_length(packed: PackedScorer, oracle: NaiveScorer) -> None:
    draw = random.Random(1)  # noqa: S311  (no secret)
    lengths = [*range(1, 60), 127, 128, 129, 255, 300, 499, 500]
    pairs = [random_pair(draw, draw.choice([1, 2, 9]), own) for own in lengths]
    draw.shuffle(pairs)
    assert_alike(packed.logits(pairs), oracle.logits(pairs))


def test_the_passage_s_type_counts(oracle: NaiveScorer) -> None:
    whole = [5, 6, 7, 8, 9]
    early, late = (Pair(tuple(whole[:cut]), tuple(whole[cut:])) for cut in (1, 4))
    apart = oracle.logits([early, late])
    assert abs(apart[0] - apart[1]) > ALIKE
    untyped = PackedScorer(stack_of(oracle.model), TokenBudget(700), typed=False).logits([early, late])
    assert abs(untyped[0] - untyped[1]) <= ALIKE
    assert_alike(untyped[:1], NaiveScorer(oracle.model, typed=False).logits([early]))


def test_equal_pairs_have_equal_scores_wherever_they_stand(packed: PackedScorer) -> None:
    draw = random.Random(2)  # noqa: S311  (no secret)
    pair = random_pair(draw, 9, 30)
    others = [random_pair(draw, 9, length) for length in (3, 29, 31, 200)]
    scores = packed.logits([pair, *others, pair, *others, pair])
    assert max(scores[0], scores[5], scores[10]) - min(scores[0], scores[5], scores[10]) <= ALIKE
    assert packed.logits([pair]) == pytest.approx([scores[0]], abs=ALIKE)


def test_no_pair_has_no_score(packed: PackedScorer, oracle: NaiveScorer) -> None:
    assert packed.logits([]) == oracle.logits([]) == []


@settings(max_examples=25, deadline=None)
@given(
    shapes=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 120)), min_size=1, max_size=12),
    budget=st.integers(1, 600),
    seed=st.integers(0, 1000),
)
def test_packed_agrees_with_the_oracle_in_any_batch(
    oracle: NaiveScorer, packed: PackedScorer, shapes: list[tuple[int, int]], budget: int, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311  (no secret)
    pairs = [random_pair(draw, *shape) for shape in shapes]
    expected = oracle.logits(pairs)
    scores = PackedScorer(packed.stack, TokenBudget(budget)).logits(pairs)
    assert max(abs(one - other) for one, other in zip(scores, expected, strict=True)) <= ALIKE
