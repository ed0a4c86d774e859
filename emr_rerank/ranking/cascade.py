"""Two stages in one order: what the first ranks best is read again, and both have their say. Pure numbers.

What is not read again stays behind what is, in the first stage's order. Knows no model and no text's meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from emr_rerank.types import Parts

APART = 1e-6  # between the last that was read again and the first that was not: sums differ in their last digits


def shortlist(first: Sequence[Parts], texts: Sequence[str], depth: int) -> list[str]:
    """Return the texts to be read again, best first: the first `depth` different ones."""
    order = sorted(range(len(first)), key=lambda place: -first[place].raw)
    return list(dict.fromkeys(texts[place] for place in order))[:depth]


def joined(first: Sequence[Parts], texts: Sequence[str], again: Mapping[str, float]) -> list[Parts]:
    """Return the parts with the second stage's.

    Args:
        first: the first stage's parts, one for each text.
        texts: what they are of; texts that read the same are read again together.
        again: what the second stage adds, by text; all others are moved together, by what the least of these gained or
            as far more as it takes to stay behind them.

    Raises:
        ValueError: a score is not finite: an engine broke its contract, and no order would be right.
    """
    if not all(map(isfinite, again.values())):
        raise ValueError("an engine returned a score that is not finite")
    read = [replace(parts, again=again[text]) for parts, text in zip(first, texts, strict=True) if text in again]
    rest = [parts.raw for parts, text in zip(first, texts, strict=True) if text not in again]
    if not read or not rest:
        return [replace(parts, again=again.get(text, 0.0)) for parts, text in zip(first, texts, strict=True)]
    moved = min(*again.values(), min(parts.raw for parts in read) - max(rest) - APART)
    return [replace(parts, again=again.get(text, moved)) for parts, text in zip(first, texts, strict=True)]
