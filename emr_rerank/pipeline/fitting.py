"""Scores text of any length by engines that read only so much: what would be cut is split, and no word is lost.

Knows an engine only as a scorer. One that reads everything is asked once a window, as if this were not here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emr_rerank.ranking import split
from emr_rerank.types import Reading, Scorer

SHORTEST = 24  # characters; what is no longer than that is not split further
PART = 0.6  # of a text's length in each part: two parts, which overlap
ANYTHING = "-"  # a text that never is too long, to ask whether a query is


@dataclass(frozen=True, slots=True)
class Fitted:
    """Raw scores, one row per window of the query and one column per text; and which texts were not read whole."""

    rows: tuple[tuple[float, ...], ...]
    cut: tuple[bool, ...]
    windows: tuple[str, ...]  # of the query, one for each row


def fitted(
    scorer: Scorer, windows: Sequence[str], texts: Sequence[str], question: Callable[[str], str] = str
) -> Fitted:
    """Score every text against every window; what an engine would cut is split, and scores as its best part does.

    Args:
        scorer: the engine.
        windows: the query's parts; one that does not fit is split further, so there may be more rows than windows.
        texts: what is scored.
        question: how a window is asked.
    """
    rows: dict[str, tuple[float, ...]] = {}
    cut = [False] * len(texts)
    waiting = list(reversed(windows))
    while waiting:
        window = waiting.pop()
        query = question(window)
        reading = scorer.read(query, texts)
        if any(reading.cut):
            if not scorer.read(query, [ANYTHING]).cut[0]:  # so it was not the query
                reading = _best_parts(scorer, query, texts, reading)
            elif halves := _parts(window):
                waiting.extend(reversed(halves))
                continue
        rows[window] = tuple(reading.scores)
        cut = [before or now for before, now in zip(cut, reading.cut, strict=True)]
    return Fitted(tuple(rows.values()), tuple(cut), tuple(rows))


def _best_parts(scorer: Scorer, query: str, texts: Sequence[str], reading: Reading) -> Reading:
    """Return scores in which a text that was cut has its best part's, and which texts still were not read whole."""
    best, lost = list(reading.scores), [False] * len(texts)
    unread = [(place, text) for place, text in enumerate(texts) if reading.cut[place]]
    for place, _ in unread:
        best[place] = float("-inf")  # the part that was read has its say among the parts
    while unread:
        parts = [(place, part) for place, text in unread for part in _parts(text) or (text,)]
        found = scorer.read(query, [part for _, part in parts])
        unread = []
        for (place, part), score, more in zip(parts, found.scores, found.cut, strict=True):
            if more and len(part) > SHORTEST:
                unread.append((place, part))
                continue
            best[place] = max(best[place], score)
            lost[place] = lost[place] or more
    return Reading(best, lost)


def _parts(text: str) -> list[str]:
    """Return the text's overlapping parts; none where it is as short as can be."""
    if len(text) <= SHORTEST:
        return []
    return [text[span.start : span.end] for span in split(text, int(len(text) * PART))]
