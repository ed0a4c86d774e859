"""Every fast path against the oracle, and the oracle against the reference implementation."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GemmaForCausalLM

from emr_rerank.engine.budget import TokenBudget
from emr_rerank.engine.gemma.naive import NaiveScorer
from emr_rerank.engine.gemma.packed import PackedScorer, PrefixCache
from emr_rerank.engine.gemma.prefix import PrefixScorer
from emr_rerank.engine.gemma.prompt import PromptEncoder, PromptSpec
from emr_rerank.engine.gemma.stack import stack_of
from emr_rerank.engine.pairs import Pair, PairScorer
from emr_rerank.errors import ModelError
from tests.tiny import WORDS, Sizes, bpe_tokenizer, gemma

CLOSE = 1e-4
ANSWER = 272


def packed(model: GemmaForCausalLM, tokens: int = 700) -> PackedScorer:
    return PackedScorer(stack_of(model, ANSWER), TokenBudget(tokens))


FAST: dict[str, Callable[[GemmaForCausalLM], PairScorer]] = {
    "prefix": lambda model: PrefixScorer(model, ANSWER, batch=7),
    "packed": packed,
    "packed one by one": lambda model: packed(model, 1),
    "packed all at once": lambda model: packed(model, 100_000),
    "packed and compiled": lambda model: PackedScorer(stack_of(model, ANSWER).compiled(), TokenBudget(700)),
}


def texts_of(seed: int, lengths: Sequence[int]) -> list[str]:
    chosen = random.Random(seed)  # noqa: S311 (texts, not secrets)
    return [" ".join(chosen.choices(WORDS, k=length)) for length in lengths]


def assert_agree(scorer: PairScorer, model: GemmaForCausalLM, pairs: Sequence[Pair]) -> None:
    expected = NaiveScorer(model, ANSWER).logits(pairs)
    scores = scorer.logits(pairs)
    assert scores == pytest.approx(expected, abs=CLOSE)
    apart = [
        (one, other)
        for one in range(len(pairs))
        for other in range(len(pairs))
        if expected[one] > expected[other] + CLOSE and scores[one] <= scores[other]
    ]
    assert not apart


@pytest.mark.parametrize("name", FAST)
def test_a_fast_scorer_agrees_with_the_oracle(name: str, model: GemmaForCausalLM, encoder: PromptEncoder) -> None:
    scorer = FAST[name](model)
    lines = [*texts_of(1, [1, 2, 3, 600, 45, 46, 47, 45, 8, 120]), "", "Ünïcode 心不全 🫀 \u202e", "", "\n\n", "Asthma"]
    for query in ("dizzy", "", "心不全 " * 90, texts_of(2, [600])[0]):
        assert_agree(scorer, model, encoder.encode(query, lines).pairs)
    assert_agree(scorer, model, encoder.encode("dizzy", lines[:1]).pairs)
    assert scorer.logits([]) == []


@pytest.mark.parametrize("name", FAST)
def test_requests_may_be_mixed(name: str, model: GemmaForCausalLM, encoder: PromptEncoder) -> None:
    requests = [
        encoder.encode(query, texts_of(seed, [3, 30, 9])).pairs for seed, query in enumerate(texts_of(9, [4, 90, 4]))
    ]
    mixed = [pair for together in zip(*requests, strict=True) for pair in together]
    assert_agree(FAST[name](model), model, mixed)


@settings(max_examples=25, deadline=None)
@given(
    query=st.text(max_size=700),
    texts=st.lists(st.one_of(st.text(max_size=40), st.text(min_size=200, max_size=900)), min_size=1, max_size=12),
    tokens=st.integers(1, 3000),
)
def test_the_packed_scorer_agrees_with_the_oracle_on_any_text(
    model: GemmaForCausalLM, encoder: PromptEncoder, query: str, texts: list[str], tokens: int
) -> None:
    assert_agree(packed(model, tokens), model, encoder.encode(query, texts).pairs)


@pytest.mark.parametrize(
    "sizes", [Sizes(key_heads=2), Sizes(key_heads=4), Sizes(layers=1), Sizes(head_size=64)], ids=str
)
def test_other_shapes_of_the_architecture_agree_too(sizes: Sizes, encoder: PromptEncoder) -> None:
    model = gemma(sizes, seed=3)
    assert_agree(packed(model), model, encoder.encode("dizzy", texts_of(4, [5, 50, 50, 51, 90, 1])).pairs)


def test_the_instruction_first_order_agrees_too(model: GemmaForCausalLM) -> None:
    encoder = PromptEncoder(PromptSpec(order="instruction_first"), bpe_tokenizer())
    assert_agree(packed(model), model, encoder.encode("dizzy on standing", texts_of(5, [5, 50, 1, 90])).pairs)


def test_a_line_scores_the_same_whatever_stands_beside_it(model: GemmaForCausalLM, encoder: PromptEncoder) -> None:
    line, *others = encoder.encode("dizzy", texts_of(6, [12, 90, 1, 40, 40, 300])).pairs
    alone = packed(model).logits([line])
    assert packed(model).logits([*others, line])[-1:] == pytest.approx(alone, abs=1e-6)


def test_half_precision_stays_near_the_oracle_in_full(encoder: PromptEncoder) -> None:
    pairs = encoder.encode("dizzy on standing", texts_of(7, [5, 20, 40, 60] * 5)).pairs
    exact = NaiveScorer(gemma(), ANSWER).logits(pairs)
    rounded = packed(gemma(dtype=torch.bfloat16)).logits(pairs)
    assert rounded == pytest.approx(exact, abs=0.02)
    assert rounded != exact


def test_a_prefix_is_read_once_and_the_oldest_forgotten(model: GemmaForCausalLM, encoder: PromptEncoder) -> None:
    first, second = (encoder.encode(query, texts_of(8, [5, 9])).pairs for query in ("dizzy", "cough"))
    room = len(first[0].prefix) + len(second[0].prefix) - 1
    scorer = PackedScorer(stack_of(model, ANSWER), TokenBudget(700), PrefixCache(capacity=room))
    expected = scorer.logits(first)
    kept = scorer.prefixes.get(first[0].prefix)
    assert kept is not None
    assert scorer.logits(first) == expected
    assert scorer.prefixes.get(first[0].prefix) is kept
    scorer.logits(second)
    assert scorer.prefixes.get(first[0].prefix) is None
    assert scorer.prefixes.tokens == len(second[0].prefix)
    assert scorer.logits(first) == expected


def test_a_prefix_larger_than_the_memory_of_prefixes_is_used_all_the_same(
    model: GemmaForCausalLM, encoder: PromptEncoder
) -> None:
    pairs = encoder.encode("dizzy", texts_of(8, [5, 9])).pairs
    scorer = PackedScorer(stack_of(model, ANSWER), TokenBudget(700), PrefixCache(capacity=1))
    assert scorer.logits(pairs) == pytest.approx(NaiveScorer(model, ANSWER).logits(pairs), abs=CLOSE)
    assert scorer.prefixes.tokens == 0


def test_the_answer_is_given_when_memory_runs_out_at_first(model: GemmaForCausalLM, encoder: PromptEncoder) -> None:
    pairs = encoder.encode("dizzy", texts_of(8, [5, 9, 30, 30, 30, 60])).pairs
    scorer = PackedScorer(_Narrow(stack_of(model, ANSWER), room=160), TokenBudget(10_000))  # type: ignore[arg-type]
    assert scorer.logits(pairs) == pytest.approx(NaiveScorer(model, ANSWER).logits(pairs), abs=CLOSE)
    assert scorer.budget.tokens < 400
    with pytest.raises(ModelError, match=r"does not hold one text of \d+ tokens; free some of it"):
        scorer.logits(encoder.encode("dizzy", texts_of(8, [300])).pairs)


def test_the_prefixes_of_many_short_requests_count_towards_the_budget(
    model: GemmaForCausalLM, encoder: PromptEncoder
) -> None:
    requests = [encoder.encode(query, ["Asthma"]).pairs[0] for query in texts_of(11, [40] * 6)]
    stack = _Narrow(stack_of(model, ANSWER), room=200)
    scorer = PackedScorer(stack, TokenBudget(200))  # type: ignore[arg-type]
    assert scorer.logits(requests) == pytest.approx(NaiveScorer(model, ANSWER).logits(requests), abs=CLOSE)
    assert scorer.budget.tokens == 200


class _Narrow:
    """A stack on a device that holds only so many tokens of a stream."""

    def __init__(self, inner: object, room: int) -> None:
        self.inner, self.room = inner, room

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def logits(self, ids: torch.Tensor, *rest: object) -> object:
        if len(ids) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self.inner.logits(ids, *rest)  # type: ignore[attr-defined]

    def read(self, ids: torch.Tensor, *rest: object) -> object:
        if len(ids) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self.inner.read(ids, *rest)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def reference(folder: Path) -> object:
    """FlagEmbedding's own reranker on the same weights."""
    flag = pytest.importorskip("FlagEmbedding.inference.reranker.decoder_only.base", reason="pip install -e '.[dev]'")
    return flag.BaseLLMReranker(str(folder), use_fp16=False, devices="cpu", batch_size=4)


@pytest.mark.parametrize("query", ["dizzy on standing", "", "Amiodarone " * 500, "心不全 🫀 " * 40], ids=range(4))
def test_the_oracle_gives_the_reference_implementations_scores(
    query: str, reference: object, model: GemmaForCausalLM, encoder: PromptEncoder
) -> None:
    texts = ["", *texts_of(10, [1, 7, 30, 100, 700]), "Ünïcode 心不全 🫀", "\n"]
    theirs = reference.compute_score([(query, text) for text in texts])  # type: ignore[attr-defined]
    ours = NaiveScorer(model, encoder.answer_id).logits(encoder.encode(query, texts).pairs)
    assert ours == pytest.approx(theirs, abs=CLOSE)
    assert encoder.answer_id == reference.yes_loc == ANSWER  # type: ignore[attr-defined]
