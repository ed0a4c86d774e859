"""What a record is worth whatever is asked, beside a cosine. Pure numbers over types: knows no model and no table.

The constants were fitted on the samples and the charts kept for choosing, and are reported on others; each counts half
of what fitted best (training/LOG.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from emr_rerank.types import HistoryItem, Kind, Standing

# What a record of a kind is worth before anything is asked, beside a problem's or a medicine's 0: most results are
# normal, most visits say less than what they led to.
KINDS: Mapping[Kind, float] = {
    Kind.CARE_PLAN: -0.12,
    Kind.ENCOUNTER: -0.1,
    Kind.IMMUNIZATION: -0.05,
    Kind.OBSERVATION: -0.1,
}
FLAGS: Mapping[Kind, float] = {Kind.ALLERGY: 0.1, Kind.OBSERVATION: 0.1}  # of high criticality; out of range
PAST = -0.08
RECENT = 0.05  # on the chart's newest day; halves with every HALVING years
HALVING = 1.5


def worth(item: HistoryItem, today: str) -> float:
    """Return what the item is worth whatever is asked; `today` is the chart's newest date."""
    flagged = FLAGS.get(item.kind, 0.0) if item.head.flag else 0.0
    past = PAST if item.standing is Standing.PAST else 0.0
    recent = RECENT * float(0.5 ** (_years(item.date, today) / HALVING))
    return KINDS.get(item.kind, 0.0) + flagged + past + recent


def _years(date: str, today: str) -> float:
    """Return the whole years between two FHIR dates; many where one is unknown."""
    if not (date[:4].isdigit() and today[:4].isdigit()):
        return 100.0
    return max(0.0, float(int(today[:4]) - int(date[:4])))
