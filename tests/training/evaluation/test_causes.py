"""Each check finds its cause where it was put, and not where it was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.training.evaluation.worlds import WORDS, CountingRetriever, FunctionScorer, cosine, world
from training.evaluation.answers import reranked, retrieved
from training.evaluation.causes import CHECKS, Measured, causes, near
from training.evaluation.retrieval import numpy_flat
from training.evaluation.sets import TestSet

NAMES = ("false negatives", "truncation", "domain shift", "saturation")


def measured(one: TestSet, function: Callable[[str, str], float], longest: int = 10_000) -> Measured:
    before = retrieved(one, CountingRetriever(), numpy_flat, 20)
    return Measured(one, before, reranked(one, before, FunctionScorer(function, longest), 20))


def found(here: Measured, home: list[Measured]) -> set[str]:
    findings = causes(here, home)
    assert tuple(one.cause for one in findings) == NAMES
    return {one.cause for one in findings if one.found}


HOME = measured(world("home", home=True), cosine)


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert len(CHECKS) == len(NAMES)
    assert found(measured(world(), cosine), [HOME]) == set()


def test_a_twin_of_a_positive_above_it_is_a_false_negative() -> None:
    one = world()
    twins = {f"t-{word}": f"ALL about {word}!" for word in WORDS}
    one = replace(one, passages={**one.passages, **twins})
    assert "false negatives" in found(measured(one, lambda q, t: cosine(q, t) + t.isascii() * t.count("!")), [HOME])
    assert "false negatives" not in found(measured(world(), lambda q, t: -cosine(q, t)), [HOME])


def test_pairs_that_are_cut_are_found() -> None:
    assert found(measured(world(), cosine, longest=30), [HOME]) == {"truncation"}


def test_scores_unlike_those_at_home_are_a_domain_shift() -> None:
    assert "domain shift" in found(measured(world(), lambda q, t: cosine(q, t) + 3), [HOME])
    assert "domain shift" in found(measured(world(), lambda q, t: -cosine(q, t)), [HOME])
    assert "domain shift" not in found(measured(world(), lambda q, t: -cosine(q, t)), [])


def test_scores_at_the_top_are_saturation() -> None:
    assert "saturation" in found(measured(world(), lambda q, t: min(0.2, cosine(q, t))), [HOME])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Rest and drink.", "rest AND drink", True),
        ("take it with food twice a day", "Take it with food twice a day, always", True),
        ("take it with food twice a day", "never drive after taking this medicine at night", False),
        ("rest", "rest well", False),  # too short to tell
    ],
)
def test_near_is_in_nearly_the_same_words(one: str, other: str, same: bool) -> None:  # noqa: FBT001  (a table)
    assert near(one, other) is same
