from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from emr_rerank.engine.gemma.prompt import INSTRUCTION, PromptEncoder, PromptSpec
from emr_rerank.errors import ModelError


def test_the_parts_stand_in_the_reference_order(tokenizer: PreTrainedTokenizerFast) -> None:
    encoder = PromptEncoder(PromptSpec(), tokenizer)
    encoded = encoder.encode("dizzy on standing", ["Warfarin 3 mg", ""])
    assert (
        str(tokenizer.decode(list(encoded.pairs[0].ids)))
        == f"<bos>A: dizzy on standing\nB: Warfarin 3 mg\n{INSTRUCTION}"
    )
    assert str(tokenizer.decode(list(encoded.pairs[1].ids))) == f"<bos>A: dizzy on standing\nB: \n{INSTRUCTION}"
    assert encoded.truncated == (False, False)


def test_each_part_is_tokenised_alone(tokenizer: PreTrainedTokenizerFast) -> None:
    parts = ["A: dizzy", "\n", "B: Asthma", "\n", INSTRUCTION]
    alone = [token for part in parts for token in tokenizer(part, add_special_tokens=False)["input_ids"]]
    pair = PromptEncoder(PromptSpec(), tokenizer).encode("dizzy", ["Asthma"]).pairs[0]
    assert pair.ids == (tokenizer.bos_token_id, *alone)


def test_texts_of_one_request_share_their_prefix(encoder: PromptEncoder) -> None:
    pairs = encoder.encode("dizzy on standing", ["Asthma", "Warfarin", "Asthma"]).pairs
    assert len({pair.prefix for pair in pairs}) == 1
    assert pairs[0] == pairs[2] != pairs[1]


def test_bos_is_left_out_where_it_is_the_padding_or_absent(tokenizer: PreTrainedTokenizerFast) -> None:
    for pad, bos in ((tokenizer.bos_token_id, tokenizer.bos_token_id), (tokenizer.pad_token_id, None)):
        other = _Tokens(tokenizer, bos, pad)
        assert PromptEncoder(PromptSpec(), other).encode("dizzy", [""]).pairs[0].prefix[0] != tokenizer.bos_token_id


class _Tokens:
    """The same tokenizer with other special tokens."""

    def __init__(self, inner: PreTrainedTokenizerFast, bos: int | None, pad: int | None) -> None:
        self.inner, self.bos_token_id, self.pad_token_id = inner, bos, pad

    def __call__(self, text: Sequence[str], *, add_special_tokens: bool) -> Mapping[str, list[list[int]]]:
        ids: list[list[int]] = self.inner(list(text), add_special_tokens=add_special_tokens)["input_ids"]
        return {"input_ids": ids}


def test_a_long_query_is_cut_to_three_quarters_and_a_long_passage_to_what_is_left(
    encoder: PromptEncoder, tokenizer: PreTrainedTokenizerFast
) -> None:
    instruction = len(tokenizer(INSTRUCTION, add_special_tokens=False)["input_ids"])
    long = "Warfarin " * 700
    both = encoder.encode(long, [long, "Asthma"])
    assert both.truncated == (True, True)  # the query was cut for both
    assert len(both.pairs[0].prefix) == 1 + 384 + 1
    assert len(both.pairs[0]) == 512 + 1 + instruction + 1 + instruction
    passage = encoder.encode("dizzy", [long, "Asthma"])
    assert passage.truncated == (True, False)
    assert len(passage.pairs[0].own) == 512 + 1 + instruction


def test_what_stands_after_the_passage_is_never_cut(encoder: PromptEncoder, tokenizer: PreTrainedTokenizerFast) -> None:
    pair = encoder.encode("Asthma " * 600, ["Warfarin " * 600]).pairs[0]
    assert str(tokenizer.decode(list(pair.own))).endswith(f"\n{INSTRUCTION}")


def test_the_instruction_first_order_leaves_half_the_tokens_to_each_line(tokenizer: PreTrainedTokenizerFast) -> None:
    usual = PromptEncoder(PromptSpec(), tokenizer).encode("dizzy", ["Warfarin 3 mg"]).pairs[0]
    first = PromptEncoder(PromptSpec(order="instruction_first"), tokenizer).encode("dizzy", ["Warfarin 3 mg"]).pairs[0]
    assert str(tokenizer.decode(list(first.ids))) == f"<bos>{INSTRUCTION}\nA: dizzy\nB: Warfarin 3 mg\nYour prediction:"
    assert len(first.own) < len(usual.own)
    assert PromptSpec(order="instruction_first").key != PromptSpec().key


def test_a_tokenizer_without_a_token_for_the_answer_is_refused(tokenizer: PreTrainedTokenizerFast) -> None:
    with pytest.raises(ModelError, match="no token for ''; use the tokenizer the model came with"):
        PromptEncoder(PromptSpec(answer=""), tokenizer)


@settings(max_examples=60, deadline=None)
@given(query=st.text(max_size=900), text=st.text(max_size=1200))
def test_whatever_the_texts_the_pair_is_bounded_and_says_what_it_left_out(
    encoder: PromptEncoder, tokenizer: PreTrainedTokenizerFast, query: str, text: str
) -> None:
    asked = tokenizer(f"A: {query}", add_special_tokens=False)["input_ids"]
    passage = tokenizer(f"B: {text}", add_special_tokens=False)["input_ids"]
    encoded = encoder.encode(query, [text])
    instruction = len(encoder.encode("", [""]).pairs[0].own) - len(tokenizer("B: ")["input_ids"]) - 1
    pair = encoded.pairs[0]
    assert len(pair) <= 512 + 2 * (1 + instruction)
    kept = len(pair.prefix) - 2 + len(pair.own) - 1 - instruction
    assert encoded.truncated[0] == (kept < len(asked) + len(passage))
