"""What the tests of fine-tuning are run on: a tiny encoder, and rows in which each word asks for another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from tests.tiny import WORDS, BertSizes, bert, wordpiece_tokenizer

SIZES = BertSizes(layers=2, width=32, inner=64)
ASKED = [word for word in WORDS if len(word) > 3][:24]
ANSWERS = ASKED[7:] + ASKED[:7]  # word by word, what answers


def save_encoder(folder: Path, sizes: BertSizes = SIZES) -> Path:
    """Write a tiny BERT without a head, and its tokenizer, as a model folder."""
    tokenizer = wordpiece_tokenizer()
    bert(len(tokenizer), sizes).bert.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def rows(*, graded: bool = False) -> list[dict[str, Any]]:
    """Return one row per word: its answer, and two others' answers."""
    found = []
    for place, (word, answer) in enumerate(zip(ASKED, ANSWERS, strict=True)):
        wrong = [ANSWERS[(place + step) % len(ANSWERS)] for step in (5, 11)]
        row: dict[str, Any] = {"query": f"{word} since", "pos": [f"{answer} mg"], "neg": [f"{one} mg" for one in wrong]}
        if graded:
            row |= {"pos_scores": [1.0], "neg_scores": [0.25, 0.0]}
        found.append({**row, "source": "even" if place % 2 == 0 else "odd"})
    return found


def write_rows(path: Path, given: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]] = ()) -> Path:
    """Write triplets and, where they are given, the groups beside them."""
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in given))
    if groups:
        path.with_suffix(".groups.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in groups))
    return path
