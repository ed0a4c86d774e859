"""Groups records into the lines of a history: repeats of one thing become one item. Knows no scores.

What makes one thing is the table KEYS. Every record ends up in exactly one item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from emr_rerank.ranking.chronology import day, newest_first
from emr_rerank.ranking.trend import trend
from emr_rerank.types import HistoryItem, Kind, Record, Standing

NARRATIVE = 80  # an observation's value of more characters is prose: it has no "latest value"

# The words that make two records of a kind one thing; None: this record stands alone.
Key = Callable[[Record], tuple[str, ...] | None]


def _by_code(record: Record) -> tuple[str, ...] | None:
    return (record.code,)


def _never(_: Record) -> tuple[str, ...] | None:
    return None


KEYS: Mapping[Kind, Key] = {
    Kind.ALLERGY: _by_code,
    Kind.CARE_PLAN: _never,
    Kind.CONDITION: lambda record: (record.code, record.body_site),
    Kind.DEVICE: lambda record: (record.code, record.body_site),
    Kind.ENCOUNTER: lambda record: None if record.reason else (record.code,),
    Kind.FAMILY_HISTORY: lambda record: (record.text,),
    Kind.GOAL: _by_code,
    Kind.IMMUNIZATION: _by_code,
    Kind.IMPRESSION: _never,
    Kind.MEDICATION: lambda record: (record.code, record.dose, record.status),
    Kind.NOTE: _never,
    Kind.OBSERVATION: lambda record: None if len(record.value) > NARRATIVE else (record.code, record.body_site),
    Kind.PROCEDURE: lambda record: (record.code, record.body_site),
    Kind.REPORT: lambda record: None if record.value or record.body else (record.code,),
}

# A record that says "this is not so" never hides behind one that says it is, nor the other way round.
DENIALS = frozenset({Standing.REFUTED, Standing.ENTERED_IN_ERROR, Standing.NOT_DONE})

# Kinds whose item is what still holds, though a newer record of it is over: an active problem stays one.
LASTING = frozenset({Kind.ALLERGY, Kind.CONDITION, Kind.DEVICE})


def to_items(records: Iterable[Record]) -> list[HistoryItem]:
    """Return the history's items, newest first; the order records come in does not matter."""
    groups: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(_group(record), []).append(record)
    return newest_first(_item(newest_first(members)) for members in groups.values())


def _group(record: Record) -> tuple[str, ...]:
    key = KEYS[record.kind](record)
    if key is None:
        return record.kind, "", record.reference
    return record.kind, "of", record.standing if record.standing in DENIALS else "", *key


def _item(members: Sequence[Record]) -> HistoryItem:
    head = _head(members)
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


def _head(members: Sequence[Record]) -> Record:
    if members[0].kind in LASTING:
        return next((member for member in members if member.standing is Standing.CURRENT), members[0])
    return members[0]


def _repeats(members: Sequence[Record], course: str) -> str:
    if len(members) == 1:
        return ""
    first = next((day(member.date) for member in reversed(members) if member.date), "")
    words = f"; recorded {len(members)} times" + (f" since {first}" if first else "")
    return f"{words}; {course}" if course else words
