"""Two stages in one order, whatever their scores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.ranking import joined, shortlist
from emr_rerank.types import Parts

SCORES = st.lists(st.tuples(st.floats(-2, 2), st.sampled_from("abcdefghij")), min_size=1, max_size=20)


@given(SCORES, st.integers(1, 12), st.data())
def test_what_is_not_read_again_stays_behind_in_its_own_order(
    given_: list[tuple[float, str]], depth: int, data: st.DataObject
) -> None:
    first, texts = [Parts(score) for score, _ in given_], [text for _, text in given_]
    wanted = shortlist(first, texts, depth)
    again = {text: data.draw(st.floats(-3, 3)) for text in wanted}
    now = joined(first, texts, again)
    head = [parts.raw for parts, text in zip(now, texts, strict=True) if text in again]
    tail = [(before.raw, parts.raw) for before, parts, text in zip(first, now, texts, strict=True) if text not in again]
    assert not tail or max(after for _, after in tail) < min(head)
    moved = {round(after - before, 9) for before, after in tail}
    assert len(moved) <= 1
    assert [parts.score for parts in now] == [parts.score for parts in first]
    for parts, text in zip(now, texts, strict=True):
        assert text not in again or parts.again == again[text]


@given(SCORES, st.integers(0, 12))
def test_the_shortlist_holds_the_first_different_texts(given_: list[tuple[float, str]], depth: int) -> None:
    """So a line that stands there forty times is read once, and leaves room for the others."""
    first, texts = [Parts(score) for score, _ in given_], [text for _, text in given_]
    wanted = shortlist(first, texts, depth)
    assert len(wanted) == len(set(wanted)) == min(depth, len(set(texts)))
    best = {text: max(score for score, one in given_ if one == text) for text in set(texts)}
    assert [best[text] for text in wanted] == sorted(best.values(), reverse=True)[:depth]


def test_without_a_second_reading_nothing_moves() -> None:
    first = [Parts(0.4, path=0.1), Parts(0.2)]
    assert joined(first, ["a", "b"], {}) == first


def test_where_all_is_read_again_nothing_is_held_back() -> None:
    now = joined([Parts(0.4), Parts(0.2)], ["a", "b"], {"a": 0.1, "b": 0.5})
    assert [parts.raw for parts in now] == pytest.approx([0.5, 0.7])


def test_the_rest_is_moved_no_less_than_the_least_that_was_read_again() -> None:
    """Where the second stage takes from all it reads, what it does not read would else rise beside them."""
    now = joined([Parts(0.9), Parts(0.8), Parts(0.1)], ["a", "b", "c"], {"a": -0.2, "b": -0.3})
    assert [parts.raw for parts in now] == pytest.approx([0.7, 0.5, -0.2])
