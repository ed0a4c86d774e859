"""Whether two Patient resources under one id can be the same person. Knows names and birth dates, no store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from emr_rerank.fhir.resource import Resource


@dataclass(frozen=True, slots=True)
class _Name:
    family: str
    given: str
    whole: str


_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def is_surely_same_person(one: Resource, other: Resource) -> bool:
    """Return whether two Patient resources, of which one cannot be read, agree in a whole name and the birth date."""
    return (
        bool(_text(one.get("birthDate")) and _text(other.get("birthDate")))
        and may_be_same_person(one, other)
        and bool({name.whole for name in _names(one)} & {name.whole for name in _names(other)})
    )


def may_be_same_person(one: Resource, other: Resource) -> bool:
    """Compare the names and the birth dates of two Patient resources, as JSON.

    Case and spacing do not matter. What one of them leaves out is no difference: not a name, not a part of it, not the
    day of a birth date. Of several names one in common is enough (a maiden name). A birth date in another form than
    FHIR's agrees with one of the same numbers.
    """
    if not _may_be_same_day(_text(one.get("birthDate")), _text(other.get("birthDate"))):
        return False
    names, other_names = list(_names(one)), list(_names(other))
    if not names or not other_names:
        return True
    return any(_agree(name, other_name) for name in names for other_name in other_names)


def _may_be_same_day(one: str, other: str) -> bool:
    if one.startswith(other) or other.startswith(one):
        return True
    if _ISO.fullmatch(one) and _ISO.fullmatch(other):
        return False
    return _numbers(one) == _numbers(other)


def _numbers(written: str) -> list[int]:
    return sorted(int(digits) for digits in re.findall(r"[0-9]{1,9}", written))


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
