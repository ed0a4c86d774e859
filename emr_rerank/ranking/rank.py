"""Puts items in order by their scores, safety pins beside them. Knows scores only as numbers; hides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from emr_rerank.ranking.calibration import CALIBRATIONS
from emr_rerank.ranking.chronology import newest_first
from emr_rerank.ranking.fusion import with_path
from emr_rerank.ranking.safety import CATEGORIES, latest_date, pin
from emr_rerank.ranking.windows import Passage
from emr_rerank.types import HistoryItem, RankedItem, Reason, SafetyClass, Span


@dataclass(frozen=True, slots=True)
class Best:
    """A text's best score over all windows, and which of its own windows had it (None: it has but one)."""

    score: float
    window: Span | None


@dataclass(frozen=True, slots=True)
class _Scored:
    """An item, its best score and what ties it to the assessment; dated and named as the item is."""

    item: HistoryItem
    best: Best
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
    best = [Best(float("-inf"), None)] * count
    for column, passage in enumerate(passages):
        score = max(row[column] for row in scores)
        if not isfinite(score):
            raise ValueError("an engine returned a score that is not finite")
        if score > best[passage.of].score:
            best[passage.of] = Best(score, passage.span)
    return best


def rank(
    items: Sequence[HistoryItem],
    passages: Sequence[Passage],
    scores: Sequence[Sequence[float]],
    model: str,
    *,
    drugs: Mapping[str, SafetyClass],
    reasons: Sequence[Reason | None] = (),
    worths: Sequence[float] = (),
) -> tuple[RankedItem, ...]:
    """Return every item, best first. Ties go to the newer item, then to the lesser reference.

    Args:
        items: the history.
        passages: its windows, as `best_windows` takes them.
        scores: their raw scores; an item scores as its best window does against the assessment's best window.
        model: whose scores they are.
        drugs: the safety class of each medicine that has one, by its item's reference.
        reasons: what ties each item to the assessment; none at all from a model that uses no facts.
        worths: what each item is worth by itself; none at all from a model that does not use that.
    """
    whys = reasons or [None] * len(items)
    fused = [
        Best(with_path(one.score, why.strength if why else 0.0) + alone, one.window)
        for one, why, alone in zip(
            best_windows(len(items), passages, scores), whys, worths or [0.0] * len(items), strict=True
        )
    ]
    calibrate = CALIBRATIONS[model]
    today = latest_date(items)
    # Sorting is stable: equal scores stay newest first.
    ordered = sorted(
        newest_first(_Scored(*each) for each in zip(items, fused, whys, strict=True)), key=lambda one: -one.best.score
    )
    return tuple(
        RankedItem(
            rank=place,
            score=calibrate(one.best.score),
            raw=one.best.score,
            item=one.item,
            pinned=pin(one.item, today, drugs.get(one.reference)),
            window=one.best.window,
            reason=one.why,
        )
        for place, one in enumerate(ordered, start=1)
    )


def unranked(items: Sequence[HistoryItem], drugs: Mapping[str, SafetyClass]) -> tuple[RankedItem, ...]:
    """Return the items newest first, unscored, with their pins: the chart before any assessment. `drugs` as `rank`."""
    today = latest_date(items)
    return tuple(
        RankedItem(place, 0.0, 0.0, item, pin(item, today, drugs.get(item.reference)))
        for place, item in enumerate(newest_first(items), start=1)
    )


def safety_strip(ranked: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
    """Return the pinned items in the order the strip shows them: by category, flagged ones first, then as ranked."""
    pinned = [(entry.pinned, entry) for entry in ranked if entry.pinned]
    pinned.sort(key=lambda pair: (CATEGORIES.index(pair[0].category), not pair[1].item.head.flag))
    return tuple(entry for _, entry in pinned)
