"""Dates and periods in words, at the precision they were recorded with. Knows nothing of resource types.

A FHIR date is "2016", "2016-03", "2016-03-05" or an instant with a zone. Records keep it as written; lines show its day
as the clock on the wall showed it, without converting zones.
"""

from __future__ import annotations

import re

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d:\d\d\S*)?)?)?")


def date(value: object) -> str:
    """Return a date or instant as it was written, "" for anything else."""
    if not isinstance(value, str):
        return ""
    text = value.strip()
    return text if _DATE.fullmatch(text) and text.isascii() and text.isprintable() else ""


def day(value: str) -> str:
    """Return a date at day precision at most: "2016-03-05T10:00:00Z" -> "2016-03-05", "2016-03" stays."""
    return value[:10]


def period(value: object) -> tuple[str, str]:
    """Return a Period's start and end as written, "" where absent."""
    return (date(value.get("start")), date(value.get("end"))) if isinstance(value, dict) else ("", "")


def when(start: str, end: str = "", *, began: str = "") -> str:
    """Return a span in words: "2016-03", "2016-03 to 2017", "until 2017", "" when nothing is known.

    A span within one day is that day. `began` is the word for a start without an end: "since", "ordered".
    """
    first, last = day(start), day(end)
    if not last or first == last:
        return f"{began} {first}" if began and first and not last else first
    return f"{first} to {last}" if first else f"until {last}"
