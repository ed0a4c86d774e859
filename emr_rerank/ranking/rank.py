"""Puts items in order by their scores, safety pins beside them. Knows scores only as numbers; hides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from emr_rerank.ranking.calibration import CALIBRATIONS
from emr_rerank.ranking.chronology import newest_first
from emr_rerank.ranking.safety import CATEGORIES, latest_date, pin
from emr_rerank.ranking.windows import Passage
from emr_rerank.types import HistoryItem, Parts, RankedItem, Reason, SafetyClass, Span


@dataclass(frozen=True, slots=True)
class Best:
    """A text's best score, and between which windows: whose places are the row and the column of the scores."""

    score: float
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class _Scored:
    """An item and what its score is made of; dated and named as the item is."""

    item: HistoryItem
    parts: Parts
    window: Span | None
    why: Reason | None

    @property
    def date(self) -> str:
        return self.item.date

    @property
    def reference(self) -> str:
        return self.item.reference


def best_windows(count: int, passages: Sequence[Passage], scores: Sequence[Sequence[float]]) -> list[Best]:
    """Return the best score of each of `count` texts.

    Args:
        count: how many texts there are.
        passages: their windows; each text has at least one.
        scores: raw scores, one row per window of the query, one column per passage.

    Raises:
        ValueError: a score is not finite: an engine broke its contract, and no order would be right.
    """
    best = [Best(float("-inf"), 0, 0)] * count
    for column, passage in enumerate(passages):
        row = max(range(len(scores)), key=lambda place: scores[place][column])
        score = scores[row][column]
        if not isfinite(score):
            raise ValueError("an engine returned a score that is not finite")
        if score > best[passage.of].score:
            best[passage.of] = Best(score, row, column)
    return best


def rank(
    items: Sequence[HistoryItem],
    windows: Sequence[Span | None],
    parts: Sequence[Parts],
    model: str,
    *,
    drugs: Mapping[str, SafetyClass],
    reasons: Sequence[Reason | None] = (),
) -> tuple[RankedItem, ...]:
    """Return every item, best first. Ties go to the newer item, then to the lesser reference.

    Args:
        items: the history.
        windows: which window of each item scored best; None where it has but one.
        parts: what each item's raw score is made of.
        model: whose scores they are.
        drugs: the safety class of each medicine that has one, by its item's reference.
        reasons: what ties each item to the assessment; none at all from a model that uses no facts.
    """
    calibrate = CALIBRATIONS[model]
    today = latest_date(items)
    scored = (_Scored(*each) for each in zip(items, parts, windows, reasons or [None] * len(items), strict=True))
    # Sorting is stable: equal scores stay newest first.
    ordered = sorted(newest_first(scored), key=lambda one: -one.parts.raw)
    return tuple(
        RankedItem(
            rank=place,
            score=calibrate(one.parts.raw),
            parts=one.parts,
            item=one.item,
            pinned=pin(one.item, today, drugs.get(one.reference)),
            window=one.window,
            reason=one.why,
        )
        for place, one in enumerate(ordered, start=1)
    )


def unranked(items: Sequence[HistoryItem], drugs: Mapping[str, SafetyClass]) -> tuple[RankedItem, ...]:
    """Return the items newest first, unscored, with their pins: the chart before any assessment. `drugs` as `rank`."""
    today = latest_date(items)
    return tuple(
        RankedItem(place, 0.0, Parts(), item, pin(item, today, drugs.get(item.reference)))
        for place, item in enumerate(newest_first(items), start=1)
    )


def safety_strip(ranked: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
    """Return the pinned items in the order the strip shows them: by category, flagged ones first, then as ranked."""
    pinned = [(entry.pinned, entry) for entry in ranked if entry.pinned]
    pinned.sort(key=lambda pair: (CATEGORIES.index(pair[0].category), not pair[1].item.head.flag))
    return tuple(entry for _, entry in pinned)
