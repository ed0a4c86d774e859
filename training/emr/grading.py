"""Says of each item of a composed chart whether it is a positive, a negative or unsure. Writes nothing.

Two have to agree: what a record was written for, and the facts' paths to the assessment.
"""

from __future__ import annotations

from collections.abc import Sequence

from emr_rerank.knowledge.bearing import Reader, Subject
from emr_rerank.types import HistoryItem, Kind
from training.emr.asking import Asked, Asking
from training.emr.draft import Draft

SEEN = 0.15  # a record written for a theme counts where the facts tie it at least so strongly to the assessment
FOUND = 0.5  # one that was not counts from here on, for less
FOUND_WORTH = 0.7  # of its strength

# Before an operation any illness, medicine and device may matter, so none of them is a safe negative.
_WEIGHTY = frozenset({Kind.CONDITION, Kind.MEDICATION, Kind.DEVICE})


def asked_about(reader: Reader, about: Sequence[Subject], text: str) -> tuple[Subject, ...]:
    """Return what an assessment is about: openly, by its words, and behind them."""
    known = {one.concept for one in about}
    return *about, *(one for one in reader.of_assessment(text) if one.concept not in known)


def judged(
    reader: Reader, asking: Asking, about: Sequence[Subject], items: Sequence[HistoryItem], draft: Draft
) -> Asked | None:
    """Return what each item is worth to an assessment; None where nothing or everything matters."""
    told = [(*reader.of_item(item), *draft.written_as(item)) for item in items]
    careful = asking.category == "pre-procedure"
    grades: dict[str, float] = {}
    negatives = []
    for item, bearing in zip(items, reader.bearings(told, asked_about(reader, about, asking.text)), strict=True):
        written = draft.grade(item)
        if written and bearing.strength >= SEEN:
            grades[item.reference] = written
        elif not written and bearing.strength >= FOUND:
            grades[item.reference] = round(bearing.strength * FOUND_WORTH, 2)
        elif not written and not bearing.strength and not (careful and item.kind in _WEIGHTY):
            negatives.append(item.reference)
    return Asked(asking, about[0].concept.name, grades, tuple(negatives)) if grades and negatives else None
