"""The second reading: how much is read, in which order, and what is said when its time is up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from emr_rerank.pipeline.cascade import TOGETHER, SecondStage
from emr_rerank.types import Parts, Reading


@dataclass
class Counting:
    """A scorer that prefers longer texts; keeps what it was asked."""

    name: str = "joint"
    title: str = "counts"
    longest: int = 1000  # characters that it reads whole
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((query, tuple(texts)))
        return [float(len(text)) for text in texts]

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        return Reading(self.score(query, texts), [len(text) > self.longest for text in texts])


TEXTS = [f"line {'x' * place}" for place in range(3 * TOGETHER)]
FIRST = [Parts(-place / 100) for place in range(len(TEXTS))]


def test_the_best_are_read_again_best_first_and_weighed() -> None:
    scorer = Counting()
    read = SecondStage(scorer, 0.5, 20, 9.0).read(["q"] * len(TEXTS), TEXTS, FIRST)
    assert [text for _, texts in scorer.asked for text in texts] == TEXTS[:20]
    assert [parts.again for parts in read.parts[:20]] == [0.5 * len(text) for text in TEXTS[:20]]
    assert (read.read, read.wanted, read.notices()) == (20, 20, ())
    assert [parts.score for parts in read.parts] == [parts.score for parts in FIRST]


def test_each_text_is_asked_its_own_question() -> None:
    scorer = Counting()
    SecondStage(scorer, 1.0, 4, 9.0).read(["one", "other", "one", "other"], TEXTS[:4], FIRST[:4])
    assert dict(scorer.asked) == {"one": (TEXTS[0], TEXTS[2]), "other": (TEXTS[1], TEXTS[3])}


def test_when_the_time_is_up_the_rest_keeps_the_first_order_and_the_reader_is_told() -> None:
    """The clock strikes once a second: one lot is always read, then as many as fit."""
    scorer = Counting()
    strikes = count()
    stage = SecondStage(scorer, 1.0, len(TEXTS), 1.5, clock=lambda: float(next(strikes)))
    read = stage.read(["q"] * len(TEXTS), TEXTS, FIRST)
    assert (read.read, read.wanted) == (2 * TOGETHER, 3 * TOGETHER)
    (notice,) = read.notices()
    assert "32 of 48" in notice
    rest = [parts.raw for parts in read.parts[2 * TOGETHER :]]
    assert rest == sorted(rest, reverse=True)
    assert rest[0] < min(parts.raw for parts in read.parts[: 2 * TOGETHER])


def test_what_was_not_read_whole_is_told_by_its_places_and_each_text_is_read_once() -> None:
    scorer = Counting(longest=5)
    read = SecondStage(scorer, 1.0, 3, 9.0).read(["q"] * 4, ["short", "longer", "longer", "longest"], FIRST[:4])
    assert read.cut == {1, 2, 3}
    assert scorer.asked == [("q", ("short", "longer", "longest"))]


def test_nothing_to_read_is_nothing_read() -> None:
    scorer = Counting()
    read = SecondStage(scorer, 1.0, 0, 9.0).read(["q"], TEXTS[:1], FIRST[:1])
    assert (read.parts, read.notices(), scorer.asked) == (tuple(FIRST[:1]), (), [])
