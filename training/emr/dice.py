"""Seeded chance: the same parts make the same draws on every machine. Knows nothing of what is drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

Dice = random.Random


def dice(*parts: object) -> Dice:
    """Return a generator seeded by these parts."""
    return Dice(":".join(map(str, parts)))


def happens(rng: Dice, share: float) -> bool:
    """Return True in this share of draws."""
    return rng.random() < share


def some(rng: Dice, of: Sequence[T], least: int, most: int) -> list[T]:
    """Return between `least` and `most` different ones, as far as there are so many, in random order."""
    return rng.sample(of, min(len(of), rng.randint(least, most)))
