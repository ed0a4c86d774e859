"""Puts repeated measurements into a few words. Knows numbers and their dates, not which of them are good."""

from __future__ import annotations

from collections.abc import Sequence

from emr_rerank.types import Measurement, Record

SHOWN = 4  # earlier values named in a line
STEADY = 0.05  # a change of at most this share of the value before is none to speak of


def trend(members: Sequence[Record]) -> str:
    """Return the course of a thing's results (at least one, newest first): the earlier ones and the last step.

    For example "earlier 6.5, 7.2, 7.9, now higher"; "" where there is nothing to say. Units are said only where they
    changed, and then no direction is.
    """
    newest = members[0]
    earlier = [member for member in members[1:] if member.value][:SHOWN]
    if not earlier:
        return ""
    values = [member.value for member in reversed(earlier)]
    if len({_unit(member.value) for member in (newest, *earlier)}) == 1:
        values = [value.removesuffix(_unit(value)).strip() or value for value in values]
    return f"earlier {', '.join(values)}" + _last_step(newest, earlier[0])


def _unit(value: str) -> str:
    return value.partition(" ")[2]


def _last_step(newest: Record, previous: Record) -> str:
    if not newest.measurements or not previous.measurements:
        return ""
    now, before = newest.measurements[0], previous.measurements[0]
    if _scale(now) != _scale(before):
        return ""
    if abs(now.value - before.value) <= STEADY * abs(before.value):
        return ", now about the same"
    return ", now higher" if now.value > before.value else ", now lower"


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
