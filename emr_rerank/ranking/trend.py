"""Puts repeated measurements into a few words. Knows numbers and their dates, not which of them are good."""

from __future__ import annotations

from collections.abc import Sequence

from emr_rerank.types import Record

SHOWN = 4  # earlier numbers named in a line; earlier words are all named

WAYS = {1: ", now higher", -1: ", now lower", 0: ", unchanged"}


def trend(members: Sequence[Record]) -> str:
    """Return the course of a thing's results (at least one, newest first): the earlier ones and the last step.

    For example "earlier 6.5, 7.2, 7.9, now higher"; "" where there is nothing to say. A unit is left out where all
    results are numbers in it. Words ("Never smoker") are said once each, and the newest's are not said again.
    """
    newest, *before = members
    earlier = [member for member in before if member.value]
    if not earlier:
        return ""
    if not all(member.measurements for member in (newest, *earlier)):
        said = dict.fromkeys(member.value for member in reversed(earlier) if member.value != newest.value)
        return f"earlier {', '.join(said)}" if said else ""
    shown = earlier[:SHOWN]
    same = len({_scales(member) for member in (newest, *shown)}) == 1
    values = [_without_unit(member) if same else member.value for member in reversed(shown)]
    return f"earlier {', '.join(values)}" + (_last_step(newest, shown[0]) if same else "")


def _scales(member: Record) -> tuple[tuple[str, str], ...]:
    return tuple((measurement.name, measurement.unit) for measurement in member.measurements)


def _without_unit(member: Record) -> str:
    units = {measurement.unit for measurement in member.measurements}
    return member.value.removesuffix(f" {units.pop()}") if len(units) == 1 else member.value


def _last_step(newest: Record, previous: Record) -> str:
    """Return which way every number went since the result before; "" where they went different ways."""
    pairs = zip(newest.measurements, previous.measurements, strict=True)
    ways = {(now.value > before.value) - (now.value < before.value) for now, before in pairs}
    return WAYS[ways.pop()] if len(ways) == 1 else ""


def series(members: Sequence[Record]) -> dict[str, list[tuple[str, float]]]:
    """Return (date, value) points, oldest first, per measured thing: what a plot of the repeats draws.

    Only numbers in the newest result's unit are comparable; others are left to the list of members. Keys are
    "name unit" ("Systolic blood pressure mmHg"), in the newest result's order.
    """
    measured = [member for member in members if member.measurements and member.date]
    if not measured:
        return {}
    return {
        " ".join(filter(None, scale)): [
            (member.date, measurement.value)
            for member in reversed(measured)
            for measurement in member.measurements
            if (measurement.name, measurement.unit) == scale
        ]
        for scale in _scales(measured[0])
    }
