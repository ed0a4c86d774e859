"""The second stage: what the first ranks best is read again by a slower model, as long as its time lasts.

Knows the slower model only as a scorer, and the time only by a clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emr_rerank.ranking import joined, shortlist
from emr_rerank.types import Parts, Scorer

TOGETHER = 16  # texts between two looks at the clock


@dataclass(frozen=True, slots=True)
class SecondStage:
    """A slower model, and how much it may read."""

    scorer: Scorer
    weight: float  # of its score
    depth: int  # different texts that are read again
    seconds: float  # after which no more are begun; what is left stays in the first stage's order
    clock: Callable[[], float] = time.monotonic

    def read(self, questions: Sequence[str], texts: Sequence[str], first: Sequence[Parts]) -> Reread:
        """Return what each text's score is made of now.

        Args:
            questions: what each text is asked, one for each.
            texts: what is read again where it is among the best; texts that read the same are read once.
            first: what their scores are made of so far.
        """
        start = self.clock()
        asked = dict(zip(texts, questions, strict=True))
        wanted = shortlist(first, texts, self.depth)
        again: dict[str, float] = {}
        cut: set[str] = set()
        for place in range(0, len(wanted), TOGETHER):
            if place and self.clock() - start > self.seconds:
                break
            some = wanted[place : place + TOGETHER]
            for question in dict.fromkeys(asked[text] for text in some):
                of = [text for text in some if asked[text] == question]
                reading = self.scorer.read(question, of)
                cut.update(text for text, short in zip(of, reading.cut, strict=True) if short)
                again.update({text: self.weight * score for text, score in zip(of, reading.scores, strict=True)})
        places = frozenset(place for place, text in enumerate(texts) if text in cut)
        return Reread(tuple(joined(first, texts, again)), len(again), len(wanted), places)


@dataclass(frozen=True, slots=True)
class Reread:
    """The parts after both stages, how many texts were read again of those that were to be, and which not whole."""

    parts: tuple[Parts, ...]
    read: int
    wanted: int
    cut: frozenset[int] = frozenset()

    def notices(self) -> tuple[str, ...]:
        """Return what the reader should know: nothing where all was read."""
        if self.read == self.wanted:
            return ()
        return (
            f"The second reading ended when its time was up: {self.read} of {self.wanted} texts had it. "
            "The others keep the first reading's order; EMR_RERANK_BUDGET sets the time.",
        )
