"""What negatives are found among: the passages that answer one source's questions on one side. Knows no finder."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from training.keys import key_of, normalised
from training.split import Side, Split
from training.spool import Spooled, asked_keys


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with what decides whether it may be a negative."""

    text: str
    key: int
    group: int | None  # None: it answers no question met
    topic: str = ""
    facet: str = ""
    score: float = 0.0  # as its source graded it; what is found ungraded does not answer


@dataclass(frozen=True, slots=True)
class Asked:
    """An example on its side."""

    spooled: Spooled
    group: int
    side: Side
    topic: str  # in one spelling
    facet: str
    keys: tuple[int, ...]  # of what is asked: no passage that answers any of them is a negative


class Finder(Protocol):
    """One way of finding negatives. What it returns may still answer: `choice` looks at each."""

    def find(self, asked: Sequence[Asked]) -> list[list[Passage]]:
        """Return candidates for each question, those to be taken first in front; the same every time."""


def asked_on(split: Split, spooled: Spooled) -> Asked:
    """Return the example with its group and side. It must be one of those that were split."""
    group, side = split.group(spooled.query), split.side(spooled.query)
    if group is None or side is None:
        raise KeyError("the example was not there when the groups were made")
    topic, facet = normalised(spooled.example.topic), normalised(spooled.example.facet)
    return Asked(spooled, group, side, topic, facet, asked_keys(spooled))


def positives(asked: Asked) -> Iterator[Passage]:
    """Yield the passages that answer."""
    example = asked.spooled.example
    for text, key in zip(example.positives, asked.spooled.positives, strict=True):
        yield Passage(text, key, asked.group, asked.topic, asked.facet)


@dataclass(slots=True)
class Sample:
    """At most `size` of the passages it is given, each once, whatever their order; a topic's stay together."""

    size: int
    seed: int
    held: list[tuple[int, int, Passage]] = field(default_factory=list)  # a heap, what goes next in front
    keys: set[int] = field(default_factory=set)

    def add(self, passage: Passage) -> None:
        """Take a passage in, or not, or for another."""
        entry = (-key_of(self.seed, "sample", passage.topic or passage.key), -passage.key, passage)
        if not self.size or passage.key in self.keys:
            return
        if len(self.held) < self.size:
            heapq.heappush(self.held, entry)
        elif entry[:2] > self.held[0][:2]:
            self.keys.remove(heapq.heapreplace(self.held, entry)[2].key)
        else:
            return
        self.keys.add(passage.key)

    def passages(self) -> list[Passage]:
        """Return those held, in an order as good as random."""
        return [passage for _, _, passage in sorted(self.held, key=lambda entry: entry[:2], reverse=True)]
