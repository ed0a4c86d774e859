from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.ranking.windows import LINE, QUERY, TITLE, passages_of, split, split_query
from emr_rerank.types import Kind
from tests.builders import item

TEXTS = st.text(st.sampled_from("abc \n语é"), max_size=4000)


@given(TEXTS, st.integers(40, 600))
def test_windows_cover_the_whole_text_in_order_within_the_limit(text: str, limit: int) -> None:
    spans = list(split(text, limit))
    assert spans[0].start == 0
    assert spans[-1].end == len(text)
    assert all(0 < span.end - span.start <= limit for span in spans) or text == ""
    assert all(one.start < two.start <= one.end < two.end for one, two in itertools.pairwise(spans))


def test_windows_break_between_words() -> None:
    text = "haemoglobin " * 200
    for span in split(text, LINE):
        assert text[span.start : span.end].split() == ["haemoglobin"] * ((span.end - span.start) // len("haemoglobin "))


def test_a_short_item_is_scored_whole_and_a_long_note_by_windows_under_its_title() -> None:
    short, long = item("Condition/1"), item("DocumentReference/1", Kind.NOTE, "Discharge letter", body="walks " * 400)
    first, *rest = passages_of([short, long])
    assert (first.of, first.text, first.span) == (0, short.text, None)
    assert all(passage.of == 1 and passage.span for passage in rest)
    assert all(passage.text.startswith("Discharge letter: ") for passage in rest[1:])


def test_an_assessment_of_a_hundred_thousand_characters_is_scored_to_its_end() -> None:
    windows = split_query("dizzy " * 16_000 + "on warfarin")
    assert windows[-1].endswith("on warfarin")
    assert all(len(window) <= QUERY for window in windows)
    assert len(windows) < 10  # repeated windows are scored once


def test_an_endless_title_is_not_repeated_whole_in_every_window() -> None:
    (endless,) = [item("Condition/1", title="pain " * 16_000)]
    texts = [passage.text for passage in passages_of([endless])]
    assert max(map(len, texts)) <= LINE + TITLE + 2
