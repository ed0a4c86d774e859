"""Pairs are the tokenizer's own, split where the passage begins, and say whether something was cut."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, processors
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from emr_rerank.engine.cross_encoder.encoder import TextPairEncoder
from emr_rerank.errors import ModelError
from tests.tiny import WORDS

LIMIT = 24


@pytest.fixture
def tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    loaded: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder)
    return loaded


def encoder(tokenizer: PreTrainedTokenizerBase, limit: int = LIMIT, direction: str = "right") -> TextPairEncoder:
    return TextPairEncoder(copy.deepcopy(tokenizer.backend_tokenizer), limit, direction)


@pytest.mark.parametrize("query_words", [0, 1, 8, 9, 10, 30])
@pytest.mark.parametrize("text_words", [0, 1, 9, 10, 11, 30])
def test_tokens_and_types_are_those_of_the_tokenizer(
    tokenizer: PreTrainedTokenizerBase, query_words: int, text_words: int
) -> None:
    query, text = " ".join(WORDS[:query_words]), " ".join(WORDS[:text_words])
    expected = tokenizer([query], [text], truncation="longest_first", max_length=LIMIT)
    pair = encoder(tokenizer).encode(query, [text]).pairs[0]
    assert list(pair.ids) == expected["input_ids"][0]
    assert [0] * len(pair.prefix) + [1] * len(pair.own) == expected["token_type_ids"][0]


def test_a_pair_says_whether_it_was_cut(tokenizer: PreTrainedTokenizerBase) -> None:
    whole = "knee left right pain"
    own = len(tokenizer(whole, add_special_tokens=False)["input_ids"])
    fitting = encoder(tokenizer, limit=3 + 2 * own)
    assert fitting.encode(whole, ["", whole, whole + " pain"]).truncated == (False, False, True)
    assert fitting.encode(" ".join(WORDS), ["", "knee"]).truncated == (True, True)


def test_the_side_that_is_cut_is_the_tokenizer_s(tokenizer: PreTrainedTokenizerBase) -> None:
    text = " ".join(WORDS)
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    right, left = (encoder(tokenizer, direction=side).encode("knee", [text]).pairs[0] for side in ("right", "left"))
    kept = len(right.own) - 1
    assert right.own[:-1] == tuple(ids[:kept])
    assert left.own[:-1] == tuple(ids[-kept:])


def test_the_key_tells_limits_apart(tokenizer: PreTrainedTokenizerBase) -> None:
    assert encoder(tokenizer).key == encoder(tokenizer).key
    assert encoder(tokenizer).key != encoder(tokenizer, limit=LIMIT + 1).key


def test_a_tokenizer_that_puts_the_passage_first_is_refused() -> None:
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))  # noqa: S106  (no secret)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A", pair="$B:0 $A:0", special_tokens=[])
    with pytest.raises(ModelError, match="does not join"):
        TextPairEncoder(tokenizer, LIMIT)
