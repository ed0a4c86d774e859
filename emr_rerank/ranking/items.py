"""Groups records into the lines of a history: repeats of one thing become one item. Knows no scores.

What makes one thing is the table KEYS. Every record ends up in exactly one item, and no line loses what an older
record of the thing said: repeats are records whose lines say the same but for dates, or, of results, values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from emr_rerank.ranking.chronology import date_key, day, newest_first
from emr_rerank.ranking.trend import trend
from emr_rerank.types import HistoryItem, Kind, Record

NARRATIVE = 80  # an observation's value of more characters is prose: it has no "latest value"

# The words that make two records of a kind one thing; None: this record stands alone.
Key = Callable[[Record], tuple[str, ...] | None]

# "since 2016-03", "2010-01 to 2010-02", "recorded 2019": when, which repeats differ in.
_WHEN = re.compile(r"(\b(since|recorded|ordered|onset|until|from|to|on|last reaction)\s+)?\b(19|20)\d\d(-\d\d){0,2}\b")


def _never(_: Record) -> tuple[str, ...] | None:
    return None


def _same_words(record: Record) -> tuple[str, ...] | None:
    """What it is, with everything its line says but the dates: notes, reactions, outcomes, doubts."""
    return record.code, record.title.casefold(), _WHEN.sub("", record.text)


def _medicine(record: Record) -> tuple[str, ...] | None:
    return record.code, record.title.casefold(), record.dose, record.status, _WHEN.sub("", record.text)


def _note(record: Record) -> str:
    return record.text.partition("; note: ")[2]


def _result(record: Record) -> tuple[str, ...] | None:
    """What was measured and where; the value is what repeats differ in, but a note to one is that one's alone."""
    if len(record.value) > NARRATIVE:
        return None
    return record.code, record.title.casefold(), record.body_site, _note(record)


def _report(record: Record) -> tuple[str, ...] | None:
    """A panel without words of its own: its results are what repeats differ in."""
    return None if record.value or record.body else (record.code, record.title.casefold(), _note(record))


KEYS: Mapping[Kind, Key] = {
    Kind.ALLERGY: _same_words,
    Kind.CARE_PLAN: _never,
    Kind.CONDITION: _same_words,
    Kind.DEVICE: _same_words,
    Kind.ENCOUNTER: lambda record: None if record.reason else _same_words(record),
    Kind.FAMILY_HISTORY: _same_words,
    Kind.GOAL: _same_words,
    Kind.IMMUNIZATION: _same_words,
    Kind.IMPRESSION: _never,
    Kind.MEDICATION: _medicine,
    Kind.NOTE: _never,
    Kind.OBSERVATION: _result,
    Kind.PROCEDURE: lambda record: (*(_same_words(record) or ()), record.body_site),
    Kind.REPORT: _report,
}

# Of two results of the same instant, the one that was put right stands for both.
_FINALITY = {"corrected": 0, "amended": 0, "appended": 0, "final": 1, "preliminary": 3, "registered": 3}


def to_items(records: Iterable[Record]) -> list[HistoryItem]:
    """Return the history's items, newest first; the order records come in does not matter."""
    groups: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(_group(record), []).append(record)
    return newest_first(_item(_in_time(members)) for members in groups.values())


def _group(record: Record) -> tuple[str, ...]:
    key = KEYS[record.kind](record)
    if key is None:
        return record.kind, "", record.reference
    # What is refuted or over never hides what holds, nor the other way round.
    return record.kind, "of", record.standing, *key


def _in_time(members: Sequence[Record]) -> list[Record]:
    by_finality = sorted(newest_first(members), key=lambda member: _FINALITY.get(member.status, 2))
    return sorted(by_finality, key=lambda member: date_key(member.date), reverse=True)


def _item(members: Sequence[Record]) -> HistoryItem:
    head = members[0]
    course = trend(members) if head.kind is Kind.OBSERVATION else ""
    return HistoryItem(
        kind=head.kind,
        title=head.title,
        text=head.text + _repeats(members, course),
        date=head.date,
        status=head.status,
        standing=head.standing,
        members=tuple(members),
        trend=course,
        body="\n".join(dict.fromkeys(member.body for member in members if member.body)),
    )


def _repeats(members: Sequence[Record], course: str) -> str:
    if len(members) == 1:
        return ""
    first = next((day(member.date) for member in reversed(members) if member.date), "")
    words = f"; recorded {len(members)} times" + (f" since {first}" if first else "")
    return f"{words}; {course}" if course else words
