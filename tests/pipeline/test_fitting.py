from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.pipeline.fitting import SHORTEST, fitted
from emr_rerank.types import Reading


@dataclass
class Reads:
    """An engine that reads so many words of query and text together, and scores by the rarest word it meets."""

    words: int
    name: str = "reads"
    title: str = "reads"
    scored: list[tuple[str, str]] = field(default_factory=list)

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        self.scored += [(query, text) for text in texts]
        return [float(max(map(int, filter(str.isdigit, self._read(query, text))), default=-1)) for text in texts]

    def _read(self, query: str, text: str) -> list[str]:
        return text.split()[: max(0, self.words - len(query.split()))]

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        cut = [len(query.split()) + len(text.split()) > self.words for text in texts]
        return Reading(self.score(query, texts), cut)


NUMBERS = st.lists(st.integers(0, 10_000).map(str), max_size=120).map(" ".join)
QUERIES = st.lists(st.sampled_from(["cough", "fever", "gout"]), min_size=1, max_size=60).map(" ".join)


@settings(deadline=None)
@given(QUERIES, st.lists(NUMBERS, max_size=5))
def test_no_word_of_what_is_too_long_is_lost(query: str, texts: list[str]) -> None:
    scorer = Reads(40)
    found = fitted(scorer, [query], texts)
    assert not any(found.cut)
    for row in found.rows:
        assert row == tuple(float(max(map(int, text.split()), default=-1)) for text in texts)
    asked = " ".join(asked for asked, _ in scorer.scored)
    assert set(query.split()) == set(asked.split()) or not texts


@settings(deadline=None)
@given(QUERIES, st.lists(NUMBERS, min_size=1, max_size=3))
def test_where_nothing_helps_what_was_left_unread_is_said(query: str, texts: list[str]) -> None:
    found = fitted(Reads(0), [query], texts)
    assert all(found.cut)
    assert all(len(row) == len(texts) for row in found.rows)


def test_what_fits_is_asked_once_as_it_is() -> None:
    scorer = Reads(100)
    found = fitted(scorer, ["cough"], ["1 2", "3"], question=str.upper)
    assert scorer.scored == [("COUGH", "1 2"), ("COUGH", "3")]
    assert (found.rows, found.cut) == (((2.0, 3.0),), (False, False))


def test_only_what_is_too_long_is_asked_again() -> None:
    scorer = Reads(50)
    long = " ".join(map(str, range(100)))
    assert fitted(scorer, ["cough"], ["7", long]).rows == ((7.0, 99.0),)
    assert [text for _, text in scorer.scored].count("7") == 1


def test_a_query_that_is_too_long_becomes_several_that_fit() -> None:
    scorer = Reads(40)
    query = " ".join(["cough"] * 60)
    rows = fitted(scorer, [query], ["1 2 3"]).rows
    assert len(rows) >= 2
    assert all(len(asked) > SHORTEST for asked, _ in scorer.scored)
    assert set(rows) == {(3.0,)}


def test_no_text_is_no_trouble() -> None:
    assert fitted(Reads(5), ["cough"], []).rows == ((),)
