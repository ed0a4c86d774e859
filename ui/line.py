"""Takes a record's line apart, so that a row need not say twice what it says. Knows how lines read, nothing else.

A line is `Label (marks): title, fact, when; tail: text`, as `emr_rerank.fhir` composes it. Whatever does not read so is
kept whole: nothing a record says is lost here.
"""

from __future__ import annotations

import re

from emr_rerank.ranking.chronology import day
from emr_rerank.types import Kind, Record

_LABEL = re.compile(r"[A-Z][A-Za-z ]*(?: \((?P<marks>[^()]*(?:\([^()]*\)[^()]*)*)\))?: ")
_WHEN = r"(?:(?:since|recorded|ordered|reported|onset|from|begun|status of) )?"


def marks(record: Record) -> str:
    """Return how the record's status is put, with its doubt: "active, unconfirmed"; "" where the line does not say."""
    found = _LABEL.match(record.text)
    return (found["marks"] or "") if found else ""


def said(record: Record) -> str:
    """Return the line without its label and without the dates that are shown beside it."""
    found = _LABEL.match(record.text)
    text = record.text[found.end() :] if found else record.text
    title = record.title if text.startswith(record.title) else ""
    first, last = re.escape(day(record.date)), re.escape(day(record.end))
    dates = rf"{_WHEN}{first}(?: to {last})?" if first else f"until {last}"
    rest = text[len(title) :]
    return title + (re.sub(rf", {dates}(?=[,;]|$)", "", rest, count=1) if first or last else rest)


def beyond(record: Record) -> tuple[str, str]:
    """Return what was measured or found, and whatever else the line says beyond title, flag and dates.

    Only an observation has the first, and only where the line begins with it; the two together lose no word.
    """
    rest = said(record).removeprefix(record.title).lstrip(" ,:;")
    value = ""
    if record.kind is Kind.OBSERVATION:
        stated = (record.value, record.value.partition("; ")[0])
        value = next((words for words in stated if words and rest.startswith(words)), "")
        rest = rest[len(value) :].lstrip(" ,;")
    if record.flag:
        rest = re.sub(rf"^(\()?{re.escape(record.flag)}(?![\w-])[;,]? ?(?(1)\)?)", _reopened, rest, count=1)
    return value, rest.strip(" ,;")


def _reopened(found: re.Match[str]) -> str:
    return "(" if found[1] and not found[0].endswith(")") else ""
