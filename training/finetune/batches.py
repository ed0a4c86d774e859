"""Which rows stand together in a batch, and in what order, from a seed and an epoch alone. Reads no row's text.

In a batch every other row's positive is a negative, so rows that share a question, an answer or a group are kept apart
as long as there are others: those that are left stand together in the end, and the loss does not let them compete.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from training.finetune.rows import Rows
from training.keys import key_of

LOOKED_AT = 16  # of the rows that wait, at most so many times a batch's size: one topic may have most of the rows


@dataclass(frozen=True, slots=True)
class Batch:
    """The numbers of some rows, and a seed of all that is drawn for them."""

    rows: tuple[int, ...]
    seed: int


def batches_of(rows: Rows, size: int, *, seed: int, epoch: int, by_source: bool = False) -> list[Batch]:
    """Return every row once, in batches of `size`; with `by_source` a batch holds rows of one source."""
    drawn = np.random.Generator(np.random.PCG64(key_of("order", seed, epoch)))
    order = drawn.permutation(len(rows))
    if by_source:
        source = np.frombuffer(rows.source, dtype=f"u{rows.source.itemsize}")
        parts = [order[source[order] == place] for place in range(len(rows.sources))]
    else:
        parts = [order]
    filled = [one for part in parts for one in _apart(part.tolist(), rows, size)]
    if by_source:
        filled = [filled[place] for place in drawn.permutation(len(filled))]
    return [Batch(tuple(one), key_of(seed, epoch, place)) for place, one in enumerate(filled)]


def _apart(order: Iterable[int], rows: Rows, size: int) -> Iterable[list[int]]:
    """Fill batches in order; a row that may not stand in one waits for the next."""
    waiting: deque[int] = deque()
    coming = iter(order)
    while True:
        batch: list[int] = []
        taken: set[int] = set()
        still: deque[int] = deque()
        for _ in range(min(len(waiting), LOOKED_AT * size)):
            if len(batch) < size:
                _place(waiting.popleft(), rows, batch, taken, still)
        while len(batch) < size and (number := next(coming, None)) is not None:
            _place(number, rows, batch, taken, still)
        waiting.extendleft(reversed(still))
        while waiting and len(batch) < size:  # nobody else is coming
            batch.append(waiting.popleft())
        if not batch:
            return
        yield batch


def _place(number: int, rows: Rows, batch: list[int], taken: set[int], still: deque[int]) -> None:
    keys: Sequence[int] = rows.keys(number)
    if taken.isdisjoint(keys):
        batch.append(number)
        taken.update(keys)
    else:
        still.append(number)
