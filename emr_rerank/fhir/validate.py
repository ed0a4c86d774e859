"""One resource in; accepted as it is, repaired on a copy, or rejected with reasons. Knows nothing of files or rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emr_rerank.fhir.faults import TOO_DEEP, Fault, described, field_path, find_faults
from emr_rerank.fhir.repair import CODE_KEPT, StandIn, copied, mend, put_back
from emr_rerank.fhir.resource import Resource

ROUNDS = 8  # a repair may uncover the next fault ("" dropped, then missing); more than a few rounds is not plain
_REASONS = 4
_FIELDS = 32


@dataclass(frozen=True, slots=True)
class Accepted:
    """A resource that can be read: the very one given when nothing was repaired, else a repaired copy.

    It has the JSON shapes R4 says (dates and codes are strings, numbers are numbers, objects are objects), though empty
    objects, empty lists and nulls may remain. `repairs` holds one kind (see `repair.REPAIRS`) per repair made.
    Its own `id` is never changed to please the rules: it is what references name.
    """

    resource: Resource
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A resource that cannot be read: one line of why, and the paths at fault; neither holds a value from it."""

    reason: str
    fields: tuple[str, ...]


def validate(resource: Resource, *, repair: bool = True) -> Accepted | Rejected:
    """Check a resource against R4, repairing what is plain on a copy; with `repair=False` any fault rejects it.

    Never raises and never changes what it is given, whatever JSON object that is.
    """
    faults = find_faults(resource)
    if not faults:
        return Accepted(resource)
    if not repair:
        return _rejected(resource, faults)
    try:
        return _repaired(resource, faults)
    except RecursionError:
        return _rejected(resource, (Fault((), TOO_DEEP),))


def _repaired(resource: Resource, faults: tuple[Fault, ...]) -> Accepted | Rejected:
    copy = copied(resource)
    kinds: list[str] = []
    stand_ins: list[StandIn] = []
    for _ in range(ROUNDS):
        mended = mend(copy, faults)
        if mended.left:
            return _rejected(copy, mended.left)
        if not mended.kinds:  # nothing is wrong any more but codes that stand as text
            break
        kinds += mended.kinds
        stand_ins += mended.stand_ins
        faults = find_faults(copy)
    else:
        return _rejected(copy, faults)
    put_back(stand_ins)
    return Accepted(copy if kinds else resource, (*kinds, *(CODE_KEPT for _ in faults)))


def _rejected(resource: Resource, faults: Sequence[Fault]) -> Rejected:
    shown = "; ".join(described(resource, fault) for fault in faults[:_REASONS])
    more = len(faults) - _REASONS
    reason = f"{shown}; and {more} more" if more > 0 else shown
    return Rejected(reason, tuple(field_path(resource, fault.path) for fault in faults[:_FIELDS]))
