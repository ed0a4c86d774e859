"""Short ways to say a record or an item in a test."""

from __future__ import annotations

from typing import Any

from emr_rerank.ranking.items import to_items
from emr_rerank.types import HistoryItem, Kind, Measurement, Record

_LABELS = {Kind.MEDICATION: "Medication", Kind.ALLERGY: "Allergy", Kind.OBSERVATION: "Observation"}


def record(reference: str, kind: Kind = Kind.CONDITION, title: str = "Asthma", **fields: Any) -> Record:
    """Return a record whose line and code follow from its title unless given."""
    line = f"{_LABELS.get(kind, 'Record')}: {title}"
    return Record(reference=reference, kind=kind, title=title, **{"text": line, "code": title.lower(), **fields})


def result(reference: str, date: str, value: float, unit: str = "%", title: str = "HbA1c", **fields: Any) -> Record:
    """Return an observation of one number."""
    words = f"{value:g} {unit}".strip()
    return record(
        reference,
        Kind.OBSERVATION,
        title,
        date=date,
        **{"value": words, "measurements": (Measurement(value, unit),), "text": f"{title} {words}", **fields},
    )


def item(reference: str, kind: Kind = Kind.CONDITION, title: str = "Asthma", **fields: Any) -> HistoryItem:
    """Return the item of one record."""
    (only,) = to_items([record(reference, kind, title, **fields)])
    return only
