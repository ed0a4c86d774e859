"""Hand-made records and rankings for the page's pure parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emr_rerank.types import HistoryItem, Kind, Pin, RankedItem, Record, Span

MakeRecord = Callable[..., Record]
MakeEntry = Callable[..., RankedItem]


def make_record(reference: str = "Condition/one", **fields: Any) -> Record:
    """Return a record with what a test does not care about filled in."""
    given: dict[str, Any] = {"kind": Kind.CONDITION, "title": "Gout", "text": "Condition (active): Gout"} | fields
    return Record(reference, **given)


def make_entry(
    *members: Record,
    rank: int = 1,
    score: float = 0.5,
    pinned: Pin | None = None,
    window: Span | None = None,
    trend: str = "",
) -> RankedItem:
    """Return a ranked item of these records, newest first; the first one speaks for it."""
    head = members[0]
    item = HistoryItem(
        head.kind, head.title, head.text, head.date, head.status, head.standing, members, trend=trend, body=head.body
    )
    return RankedItem(rank, score, score, item, pinned, window)


@pytest.fixture(name="record")
def record_fixture() -> MakeRecord:
    """Make a record."""
    return make_record


@pytest.fixture(name="entry")
def entry_fixture() -> MakeEntry:
    """Make a ranked item."""
    return make_entry
