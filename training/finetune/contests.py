"""The passages of one query that compete in training, drawn from its row, with what each should get. Knows no model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from training.finetune.rows import Row
from training.keys import key_of

POSITIVE = 1.0  # what a positive without a grade should get


@dataclass(frozen=True, slots=True)
class Contest:
    """A query and its passages, positives first, each with its worth in [0, 1]."""

    query: str
    texts: tuple[str, ...]
    worth: tuple[float, ...]
    graded: bool
    source: str


def drawn(row: Row, seed: int, positives: int, negatives: int) -> Contest:
    """Return a contest of at most so many passages of a row; the same for the same seed.

    A graded row without negatives of its own is a contest among its grades.
    """
    dice = random.Random(key_of(seed, row.query))  # noqa: S311  (no secret: a draw that can be repeated)
    good = _some(dice, len(row.positives), positives)
    bad = _some(dice, len(row.negatives), negatives)
    return Contest(
        row.query,
        (*(row.positives[place] for place in good), *(row.negatives[place] for place in bad)),
        (
            *(row.positive_scores[place] if row.positive_scores else POSITIVE for place in good),
            *(row.negative_scores[place] if row.negative_scores else 0.0 for place in bad),
        ),
        row.graded,
        row.source,
    )


def whole(row: Row) -> Contest:
    """Return a contest of all the passages of a row, in their order."""
    return Contest(
        row.query,
        (*row.positives, *row.negatives),
        (
            *(row.positive_scores or [POSITIVE] * len(row.positives)),
            *(row.negative_scores or [0.0] * len(row.negatives)),
        ),
        row.graded,
        row.source,
    )


def _some(dice: random.Random, there: int, wanted: int) -> Sequence[int]:
    return range(there) if there <= wanted else sorted(dice.sample(range(there), wanted))
