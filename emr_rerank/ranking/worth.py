"""What a record is worth whatever is asked, beside a cosine. Pure numbers over types: knows no model and no table.

The constants were fitted on the samples and the charts kept for choosing, and are reported on others; each counts half
of what fitted best (training/LOG.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from emr_rerank.types import HistoryItem, Kind, Standing

# What a record of a kind is worth before anything is asked, beside a problem's or a medicine's 0: most results are
# normal, most visits say less than what they led to, and what runs in a family is told nowhere else.
KINDS: Mapping[Kind, float] = {
    Kind.ALLERGY: 0.03,
    Kind.CARE_PLAN: -0.12,
    Kind.ENCOUNTER: -0.1,
    Kind.FAMILY_HISTORY: 0.05,
    Kind.GOAL: -0.1,
    Kind.IMMUNIZATION: -0.15,
    Kind.IMPRESSION: -0.06,
    Kind.OBSERVATION: -0.1,
    Kind.PROCEDURE: -0.05,
    Kind.REPORT: -0.06,
}
FLAGGED = 0.1  # a result out of range, an allergy of high criticality
STANDINGS: Mapping[Standing, float] = {Standing.PAST: -0.08, Standing.PLANNED: -0.05}
RECENT = 0.05  # on the chart's newest day; halves with every HALVING years
HALVING = 1.5


def worth(item: HistoryItem, today: str) -> float:
    """Return what the item is worth whatever is asked; `today` is the chart's newest date."""
    flagged = FLAGGED if item.head.flag else 0.0
    standing = STANDINGS.get(item.standing, 0.0)
    recent = RECENT * float(0.5 ** (_years(item.date, today) / HALVING))
    return KINDS.get(item.kind, 0.0) + flagged + standing + recent


def _years(date: str, today: str) -> float:
    """Return the whole years between two FHIR dates; many where one is unknown."""
    if not (date[:4].isdigit() and today[:4].isdigit()):
        return 100.0
    return max(0.0, float(int(today[:4]) - int(date[:4])))
