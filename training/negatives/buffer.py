"""Passages of the last rows, drawn at random: cheap negatives from bounded memory. Knows no model."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from training.keys import key_of
from training.negatives.passages import Asked, Passage

DRAWN = 24  # candidates for a question: enough when some of them may not be taken


@dataclass(slots=True)
class RollingBuffer:
    """The last `size` distinct passages. What is drawn depends on the seed and on what it holds, on nothing else."""

    size: int
    seed: int
    held: deque[Passage] = field(default_factory=deque)
    keys: set[int] = field(default_factory=set)

    def add(self, passages: Iterable[Passage]) -> None:
        """Take these in; one that is held already stays where it is, and the oldest go."""
        for passage in passages:
            if passage.key in self.keys:
                continue
            self.held.append(passage)
            self.keys.add(passage.key)
            if len(self.held) > self.size:
                self.keys.remove(self.held.popleft().key)

    def find(self, asked: Sequence[Asked]) -> list[list[Passage]]:
        """Return some of those held, in a drawn order."""
        held = list(self.held)  # a deque's middle is slow to reach
        count = min(DRAWN, len(held))
        return [
            # Draws that nothing secret hangs on.
            Random(key_of(self.seed, "buffer", one.spooled.query)).sample(held, count)  # noqa: S311
            for one in asked
        ]
