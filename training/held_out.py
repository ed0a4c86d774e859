"""Which groups of the data folder are kept from training, by a hash of the group alone. Knows no file and no model.

A disease, a document or a question is held out whatever else is read beside it, so what is trained and what is
reported agree without passing a list around: training leaves out every example for which `kept_from_training` is true.

These sides are the project's, the same in every run, and `python -m training evaluate` reports on them. What is left is
parted once more for each run of `python -m training triplets`, by its seed and by groups joined over all its sources:
`training.split`. Both draw a side by the same rule, `side_at`.
"""

from __future__ import annotations

from collections.abc import Mapping

from training.examples import Example
from training.keys import normalised, share_of
from training.split import HELD_OUT, Side, side_at

SEED = 20261121  # another one is another test: every model trained before would have seen part of it
SHARES: Mapping[Side, float] = {"test": 0.08, "validation": 0.05}


def side_of(group: str) -> Side:
    """Return the side of one group: "test" to report on, "validation" to choose by, else "train"."""
    return side_at(share_of(SEED, "held out", group), SHARES)


def held_out(group: str) -> bool:
    """Return whether nothing of this group may be trained on."""
    return side_of(group) != "train"


def groups_of(example: Example) -> tuple[str, ...]:
    """Return what decides an example's side: its groups, or the question where its source names none."""
    return example.groups or (f"question:{normalised(example.query)}",)


def kept_from_training(example: Example) -> bool:
    """Return whether any group of the example is held out."""
    return any(map(held_out, groups_of(example)))


def side(example: Example) -> Side:
    """Return where an example belongs: with the first held-out side any of its groups is on."""
    sides = {side_of(group) for group in groups_of(example)}
    return next((one for one in HELD_OUT if one in sides), "train")
