"""Puts recorded dates in order, whatever their precision. Knows FHIR's date forms, not what they date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A record or an item: what has a date and a reference."""

    @property
    def date(self) -> str:
        """A FHIR date or instant, or ""."""

    @property
    def reference(self) -> str:
        """The FHIR reference, unique among its fellows."""


D = TypeVar("D", bound=Dated)


def newest_first(things: Iterable[D]) -> list[D]:
    """Return them newest first, the undated last; ties go to the lesser reference."""
    return sorted(
        sorted(things, key=lambda thing: thing.reference), key=lambda thing: date_key(thing.date), reverse=True
    )


def date_key(date: str) -> str:
    """Return a string that sorts as the date does; "" (no date) sorts before every date.

    "2016" sorts as the first instant of 2016, so of two dates that may be equal the more precise one is the later.
    Instants with a zone are compared in UTC; text that is no date sorts as the text it is.
    """
    if "T" not in date:
        return date
    try:
        instant = datetime.fromisoformat(date)
        return (instant if instant.tzinfo is None else instant.astimezone(UTC)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    except (ValueError, OverflowError):
        return date


def day(date: str) -> str:
    """Return the date without its time of day: what a reader needs of it."""
    return date.partition("T")[0]
