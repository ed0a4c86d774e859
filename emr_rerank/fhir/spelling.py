"""Other ways that exports write FHIR's primitive values, and the one way R4 has. Knows nothing of where they stand.

Each function takes any JSON value and returns the value R4 means, or None where that is not plain.
"""

from __future__ import annotations

import base64 as _base64
import binascii
import math
import re
from collections.abc import Iterable, Mapping

from emr_rerank.fhir.resource import Json

_DATE = r"(?:1[5-9]|2[01])\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_IS_DATE = re.compile(_DATE)
_COMPACT = re.compile(r"((?:1[89]|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_LOOSE = re.compile(
    rf"(?P<date>{_DATE})[Tt ](?P<minutes>\d\d:\d\d)(?P<seconds>:\d\d)?(?P<fraction>[.,]\d+)? ?"
    r"(?P<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?"
)
_NO_ZONE = re.compile(rf"{_DATE}T\d\d:\d\d:\d\d(?:\.\d+)?")
_MIDNIGHT = re.compile(rf"({_DATE})T00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?")
_COMPARED = re.compile(rf"(<=|>=|<|>)\s*({_NUMBER.pattern})")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9.-]")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")

_TRUTH: Mapping[str, bool] = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

LONGEST_ID = 64


def is_date(value: Json) -> bool:
    """Return whether this is a whole date, "2016-03-04"."""
    return isinstance(value, str) and _IS_DATE.fullmatch(value) is not None


def iso_date(value: Json) -> str | None:
    """Return "2016-03-04" for "20160304" or " 2016-03-04 ", as text or number, and "2016" for the number 2016."""
    text = value.strip() if isinstance(value, str) else as_text(value)
    if text is None:
        return None
    if match := _COMPACT.fullmatch(text):
        return "-".join(match.groups())
    return text if _IS_DATE.fullmatch(text) or _YEAR.fullmatch(text) else None


def iso_datetime(value: Json) -> str | None:
    """Return "2016-03-04T10:00:00+01:00" for "2016-03-04 10:00+0100" and the like; a zone is never made up."""
    match = _LOOSE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or (match["fraction"] and not match["seconds"]):
        return None
    zone = (match["zone"] or "").upper().replace(":", "")
    if zone not in ("", "Z"):
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    fraction = (match["fraction"] or "").replace(",", ".")
    return f"{match['date']}T{match['minutes']}{match['seconds'] or ':00'}{fraction}{zone}"


def with_zone(value: Json) -> str | None:
    """Return a datetime that lacks its zone with "Z": the clock time stays as written, which is what readers see."""
    return f"{value}Z" if isinstance(value, str) and _NO_ZONE.fullmatch(value) else None


def without_midnight(value: Json) -> str | None:
    """Return the date of "1980-02-01T00:00:00Z"; any other time of day could belong to a neighbouring date."""
    match = _MIDNIGHT.fullmatch(value.strip()) if isinstance(value, str) else None
    return match[1] if match else None


def plain_id(value: str) -> str:
    """Return an id in R4's letters, never empty: others become "-", what exceeds 64 characters is cut."""
    return _NOT_IN_ID.sub("-", value.strip())[:LONGEST_ID] or "-"


def listed(value: str, codes: Iterable[str]) -> str | None:
    """Return the one code of the list that this is in other case, or with other spaces, underscores or hyphens."""
    found = [code for code in codes if _folded(code) == _folded(value)]
    return found[0] if len(found) == 1 else None


def field_name(name: str, known: Iterable[str]) -> str | None:
    """Return the one known field that this is in other case, or with "_", "-" or spaces between its words.

    A "_" before a name stays: it marks the field's own extensions.
    """
    found = [field for field in known if _bare(field) == _bare(name)]
    return found[0] if len(found) == 1 else None


def one_spaced(value: str) -> str:
    """Return text without space around it and with single spaces inside, as R4 has it for any code."""
    return " ".join(value.split())


def number(value: Json) -> float | None:
    """Return the number that a text writes in full; "5,1" is none (five point one, or fifty-one?)."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return None
    found = float(value)
    whole = found.is_integer() and value.strip().lstrip("+-").isdigit() and abs(found) < 2**53
    return (int(value) if whole else found) if math.isfinite(found) else None


def whole_number(value: Json) -> int | None:
    """Return the whole number that 5.0 or "5" writes."""
    found = value if isinstance(value, float) else number(value)
    return int(found) if found is not None and math.isfinite(found) and float(found).is_integer() else None


def compared(value: Json) -> tuple[str, float] | None:
    """Return ("<", 5) for "< 5": laboratories write it so; R4 has a comparator beside the number."""
    match = _COMPARED.fullmatch(value.strip()) if isinstance(value, str) else None
    found = number(match[2]) if match else None
    return (match[1], found) if match and found is not None else None


def boolean(value: Json) -> bool | None:
    """Return the truth value that "TRUE", "no" or 1 writes."""
    return _TRUTH.get(str(value).strip().lower()) if isinstance(value, str | int) else None


def as_text(value: Json) -> str | None:
    """Return a number as the text it is written with; true and false are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)


def base64(value: Json) -> str | None:
    """Return standard base64 for the URL-safe alphabet, for missing padding and for line breaks; None if it is none."""
    if not isinstance(value, str):
        return None
    text = "".join(value.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    text += "=" * (-len(text) % 4)
    try:
        _base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return text


def _bare(name: str) -> str:
    mark = "_" if name.startswith("_") else ""
    return mark + _BETWEEN_WORDS.sub("", name.casefold())


def _folded(code: str) -> str:
    return _BETWEEN_WORDS.sub("-", code.strip().casefold())
