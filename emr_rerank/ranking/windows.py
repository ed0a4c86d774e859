"""Splits long text into windows, so that nothing is cut off before an engine sees it. Knows no tokenizer.

Limits are in characters, about five to an English token: a window stays near the 128 tokens the embedded model
was trained on, an assessment's within the 256 it was tuned for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emr_rerank.types import HistoryItem, Span

LINE = 480
QUERY = 1000
TITLE = 120  # characters of a title that each window after the first repeats
OVERLAP = 0.2  # share of a window repeated in the next, so that no sentence is only ever seen in halves


@dataclass(frozen=True, slots=True)
class Passage:
    """What an engine scores: a whole text, or one window of it."""

    of: int  # index of the text it is part of
    text: str
    span: Span | None = None  # None: the whole text


def split(text: str, limit: int) -> Iterator[Span]:
    """Yield overlapping spans of at most `limit` characters that cover the text, broken at white space if there is any.

    A text within the limit is one span; the empty text too.
    """
    start = 0
    while len(text) - start > limit:
        end = _last_space(text, start + limit // 2, start + limit)
        yield Span(start, end, len(text))
        start = _last_space(text, end - int(limit * OVERLAP) - limit // 8, end - int(limit * OVERLAP))
    yield Span(start, len(text), len(text))


def _last_space(text: str, low: int, high: int) -> int:
    """Return the place after the last white space in text[low:high], or `high` where there is none."""
    return next((place for place in range(high, low, -1) if text[place - 1].isspace()), high)


def passages(index: int, title: str, text: str) -> Iterator[Passage]:
    """Yield a text's passages; from the second window on each begins with the title, or it would float without one."""
    spans = list(split(text, LINE))
    if len(spans) == 1:
        yield Passage(index, text)
        return
    for span in spans:
        words = text[span.start : span.end]
        yield Passage(index, words if span.start == 0 or not title else f"{title[:TITLE]}: {words}", span)


def full_text(item: HistoryItem) -> str:
    """Return the line and the narrative below it: what a window's span counts in."""
    return f"{item.text}\n{item.body}" if item.body else item.text


def passages_of(items: Sequence[HistoryItem]) -> list[Passage]:
    """Return the passages of every item, in order; each item has at least one."""
    return [passage for index, item in enumerate(items) for passage in passages(index, item.title, full_text(item))]


def split_query(assessment: str) -> list[str]:
    """Return the assessment's windows; repeated ones once."""
    words = assessment.strip()
    return list(dict.fromkeys(words[span.start : span.end] for span in split(words, QUERY)))
