"""Puts repeated measurements into a few words. Knows numbers and their dates, not which of them are good."""

from __future__ import annotations

from collections.abc import Sequence

from emr_rerank.ranking.chronology import day
from emr_rerank.types import Measurement, Record

SHOWN = 4  # earlier values named in a line
STEADY = 0.05  # a change of less than this share of the starting value has no direction


def trend(members: Sequence[Record]) -> str:
    """Return the course of a thing's results (at least one), newest first in, oldest first out.

    For example "earlier 6.5, 7.2, 7.9 % since 2016-02-01, rising"; "" where there is nothing to say.
    """
    newest = members[0]
    earlier = [member for member in members[1:] if member.value]
    if not earlier:
        return ""
    shown = [member.value for member in reversed(earlier[:SHOWN])]
    since = day(earlier[min(SHOWN, len(earlier)) - 1].date)
    words = f"earlier {', '.join(_without_repeated_unit(shown))}" + (f" since {since}" if since else "")
    return words + _direction(newest, earlier[:SHOWN])


def _without_repeated_unit(values: Sequence[str]) -> list[str]:
    """Return "6.5", "7.2", "7.9 %" for "6.5 %", "7.2 %", "7.9 %": the unit is said once, by the last."""
    units = {value.partition(" ")[2] for value in values}
    if len(units) > 1:
        return list(values)
    return [*(value.partition(" ")[0] for value in values[:-1]), values[-1]]


def _direction(newest: Record, earlier: Sequence[Record]) -> str:
    first = _comparable(newest, earlier[-1])
    if first is None:
        return ""
    start, end = first
    if abs(end - start) <= STEADY * abs(start):
        return ", steady"
    return ", rising" if end > start else ", falling"


def _comparable(newest: Record, oldest: Record) -> tuple[float, float] | None:
    """Return both records' first numbers if they measure the same in the same unit."""
    if not newest.measurements or not oldest.measurements:
        return None
    end, start = newest.measurements[0], oldest.measurements[0]
    return (start.value, end.value) if _scale(start) == _scale(end) else None


def _scale(measurement: Measurement) -> tuple[str, str]:
    return measurement.name, measurement.unit


def series(members: Sequence[Record]) -> dict[str, list[tuple[str, float]]]:
    """Return (date, value) points, oldest first, per measured thing: what a plot of the repeats draws.

    Only numbers in the newest result's unit are comparable; others are left to the list of members. Keys are
    "name unit" ("Systolic blood pressure mmHg"), in the newest result's order.
    """
    measured = [member for member in members if member.measurements and member.date]
    if not measured:
        return {}
    scales = [_scale(measurement) for measurement in measured[0].measurements]
    return {
        " ".join(filter(None, scale)): [
            (member.date, measurement.value)
            for member in reversed(measured)
            for measurement in member.measurements
            if _scale(measurement) == scale
        ]
        for scale in scales
    }
