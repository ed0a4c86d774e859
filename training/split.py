"""Which side, train, validation or test, an example of one run's triplets stands on. Knows keys, not texts.

Everything that shares a key (a question, a passage that answers, a disease, a document, a patient) is one group, and a
group stands on one side. The side depends on the seed and the group's smallest key alone, so another source moves only
the groups it joins.

These sides part what may be trained on, so that fine-tuning can be watched and its steps chosen. What the project
reports on is taken out before, for every run and seed alike, by `training.held_out`: none of it is on any side here
unless `hold_out=false`. A row of `test.jsonl` is therefore not one that `python -m training evaluate` reports on.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from training.keys import share_of

Side = Literal["train", "validation", "test"]
SIDES: tuple[Side, ...] = get_args(Side)
HELD_OUT: tuple[Side, ...] = ("test", "validation")  # an example whose keys fall to both is for the first


class KeySet:
    """Keys that are looked up often and held in 8 bytes each, fixed once made."""

    def __init__(self, keys: Iterable[int]) -> None:
        """Hold these keys; an array of them is sorted without a Python number for each."""
        given = keys if isinstance(keys, array) else array("Q", keys)
        distinct = np.unique(np.frombuffer(given, np.uint64)) if len(given) else np.empty(0, np.uint64)
        self.sorted = array("Q", distinct.tobytes())

    def place(self, key: int) -> int | None:
        """Return where the key stands in their order, or None."""
        place = bisect_left(self.sorted, key)
        return place if place < len(self.sorted) and self.sorted[place] == key else None

    def __contains__(self, key: int) -> bool:
        """Say whether the key is one of them."""
        return self.place(key) is not None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.sorted)


@dataclass(frozen=True, slots=True)
class Split:
    """The group of each key and the side of each group. A group is named by its smallest key."""

    keys: KeySet
    roots: array[int]  # for each key's place, the place of its group's smallest key
    sides: Mapping[int, Side]  # by that place; a group that is not here is on the side of training
    groups: int
    largest: float  # the largest group's share of the examples

    def group(self, key: int) -> int | None:
        """Return the group of a key, or None where no example has it."""
        place = self.keys.place(key)
        return None if place is None else self.keys.sorted[self.roots[place]]

    def side(self, key: int) -> Side | None:
        """Return the side of a key, or None where no example has it."""
        place = self.keys.place(key)
        return None if place is None else self.sides.get(self.roots[place], "train")


@dataclass(frozen=True, slots=True)
class Groups:
    """Collects the keys of examples, 8 bytes a key, and joins them in the end."""

    keys: array[int] = field(default_factory=lambda: array("Q"))
    counts: array[int] = field(default_factory=lambda: array("L"))  # of keys, by example

    def add(self, keys: Sequence[int]) -> None:
        """Add one example by what it must not be parted from."""
        self.keys.extend(keys)
        self.counts.append(len(keys))

    def split(self, seed: int, shares: Mapping[Side, float], largest: float) -> Split:
        """Return the side of every group.

        `shares` are of groups, for validation and test; the rest is for training. A group of more than `largest` of
        all examples is for training: elsewhere it would leave one of the sides without variety.
        """
        known = KeySet(self.keys)
        places = np.searchsorted(np.frombuffer(known.sorted, np.uint64), np.frombuffer(self.keys, np.uint64))
        roots = array("q", range(len(known)))
        firsts = array("q")
        start = 0
        for count in self.counts:
            first = int(places[start])
            firsts.append(first)
            for place in places[start + 1 : start + count].tolist():
                _join(roots, first, place)
            start += count
        for place in range(len(roots)):
            roots[place] = _root(roots, place)
        sizes = np.bincount([roots[first] for first in firsts], minlength=1)
        sides: dict[int, Side] = {}
        for root in np.flatnonzero(sizes).tolist():
            side = side_at(share_of(seed, "side", known.sorted[root]), shares)
            if side != "train" and sizes[root] <= largest * len(self.counts):
                sides[root] = side
        share = float(sizes.max()) / max(1, len(self.counts))
        return Split(known, roots, sides, int(np.count_nonzero(sizes)), share)


def side_at(drawn: float, shares: Mapping[Side, float]) -> Side:
    """Return the side that a number drawn from [0, 1) falls to: test has the first share, validation the next."""
    bound = 0.0
    for side in HELD_OUT:
        bound += shares.get(side, 0.0)
        if drawn < bound:
            return side
    return "train"


def _root(roots: array[int], place: int) -> int:
    while roots[place] != place:
        roots[place] = roots[roots[place]]  # halves the way for the next one
        place = roots[place]
    return place


def _join(roots: array[int], one: int, other: int) -> None:
    one, other = _root(roots, one), _root(roots, other)
    roots[max(one, other)] = min(one, other)
