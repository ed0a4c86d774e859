"""Counts, from the files as written, what stands on more than one side. Assumes nothing of how they were made."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from training.keys import key_of, text_key
from training.split import SIDES

Keys = NDArray[np.uint64]


def leaks(folder: Path, common: Collection[str] = ()) -> dict[str, int]:
    """Return how many questions, passages that answer and groups two sides share, and how many negatives answer.

    The last counts distinct pairs of a question with a passage that is its positive in one row and its negative in any.
    Passages of the sources in `common` are lines that patients share, and are not counted among those that answer.
    """
    of = {side: _keys(folder, side, common) for side in SIDES}
    shared = {
        what: sum(len(np.intersect1d(of[one][what], of[other][what])) for one, other in combinations(SIDES, 2))
        for what in ("queries", "positives", "groups")
    }
    answering, denied = (np.concatenate([of[side][what] for side in SIDES]) for what in ("answering", "denied"))
    return {**shared, "negatives_that_answer": len(np.intersect1d(answering, denied))}


def _keys(folder: Path, side: str, common: Collection[str]) -> Mapping[str, Keys]:
    found = {what: array("Q") for what in ("queries", "positives", "groups", "answering", "denied")}
    for row in _lines(folder / f"{side}.jsonl"):
        query = text_key(row["query"])
        positives, negatives = ([text_key(text) for text in row[part]] for part in ("pos", "neg"))
        found["queries"].append(query)
        found["positives"].extend(() if row["source"] in common else positives)
        found["answering"].extend(key_of(query, positive) for positive in positives)
        found["denied"].extend(key_of(query, negative) for negative in negatives)
    for row in _lines(folder / f"{side}.groups.jsonl"):
        found["groups"].extend(int(group, 16) for group in row["groups"])
    return {what: _distinct(keys) for what, keys in found.items()}


def _distinct(keys: Sequence[int]) -> Keys:
    return np.unique(np.asarray(keys, np.uint64))


def _lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)
