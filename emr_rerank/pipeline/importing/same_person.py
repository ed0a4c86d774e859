"""Whether two Patient resources under one id can be the same person. Knows names and birth dates, no store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emr_rerank.fhir.resource import Resource


@dataclass(frozen=True, slots=True)
class _Name:
    family: str
    given: str
    whole: str


def may_be_same_person(one: Resource, other: Resource) -> bool:
    """Compare the names and the birth dates of two Patient resources, as JSON.

    Case and spacing do not matter. What one of them leaves out is no difference: not a name, not a part of it, not the
    day of a birth date. Of several names one in common is enough (a maiden name).
    """
    born, also_born = _text(one.get("birthDate")), _text(other.get("birthDate"))
    if not (born.startswith(also_born) or also_born.startswith(born)):
        return False
    names, other_names = list(_names(one)), list(_names(other))
    if not names or not other_names:
        return True
    return any(_agree(name, other_name) for name in names for other_name in other_names)


def _agree(one: _Name, other: _Name) -> bool:
    in_parts = (one.family or one.given) and (other.family or other.given)
    pairs = [(one.family, other.family), (one.given, other.given)] if in_parts else [(one.whole, other.whole)]
    return all(a == b or not a or not b for a, b in pairs)


def _names(patient: Resource) -> Iterator[_Name]:
    names = patient.get("name")
    for name in names if isinstance(names, list) else [names]:
        if not isinstance(name, dict):
            continue
        given = name.get("given")
        first = " ".join(_text(part) for part in given) if isinstance(given, list) else _text(given)
        family = _text(name.get("family"))
        whole = f"{first} {family}".strip() or _text(name.get("text"))
        if whole:
            yield _Name(family, first, whole)


def _text(value: object) -> str:
    return " ".join(value.casefold().split()) if isinstance(value, str) else ""
