"""Numbers, units, ranges and ratios in words. Knows nothing of resource types.

Units are shown as people write them ("mmHg", not UCUM's "mm[Hg]"); numbers without digits nobody measured.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from emr_rerank.fhir.plain_text import one_line

MOST_DECIMALS = 3
"""A recorded number with more decimals than this is taken for a computed one and shortened."""

SIGNIFICANT_DIGITS = 3

PLAIN_UNITS: Mapping[str, str] = {
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "cel": "°C",
    "[degF]": "°F",
    "degF": "°F",
    "[lb_av]": "lb",
    "[oz_av]": "oz",
    "[in_i]": "in",
    "[in_us]": "in",
    "[ft_i]": "ft",
    "[pH]": "",
    "[IU]": "IU",
    "[iU]": "IU",
    "1": "",
    "(score)": "",
    "score": "",
    "{INR}": "",
    "INR": "",
    "{score}": "",
    "{Score}": "",
    "#": "",
    "10*3/uL": "x10^3/uL",
    "10*6/uL": "x10^6/uL",
    "10*9/L": "x10^9/L",
    "10*12/L": "x10^12/L",
    "mL/min/{1.73_m2}": "mL/min/1.73 m2",
    "mL/min/1.73m2": "mL/min/1.73 m2",
}
"""UCUM units that do not read as a person writes them (https://ucum.org/ucum)."""

TIME_UNITS: Mapping[str, str] = {
    "a": "year",
    "mo": "month",
    "wk": "week",
    "d": "day",
    "h": "hour",
    "hr": "hour",
    "min": "minute",
    "s": "second",
    "years": "year",
    "yr": "year",
    "yrs": "year",
    "y": "year",
    "year": "year",
    "months": "month",
    "month": "month",
    "weeks": "week",
    "week": "week",
    "days": "day",
    "day": "day",
    "hours": "hour",
    "hour": "hour",
    "minutes": "minute",
}
"""Units of time, UCUM's and common spellings, as the singular word."""

_BRACED = re.compile(r"[{}\[\]]")


def number(value: object, *, trim: bool = False) -> str:
    """Return a number as a clinician would write it, "" for what is no number.

    At most `MOST_DECIMALS` recorded decimals are kept as they are (5.0 stays "5.0" unless `trim`); a longer number is
    rounded to `SIGNIFICANT_DIGITS` digits, never losing digits before the point: 51.99969887 -> "52.0", 1234.5678 ->
    "1235". Never in scientific notation.
    """
    if isinstance(value, bool):
        return ""
    if isinstance(value, str):
        try:
            value = float(value) if "." in value or "e" in value.lower() else int(value)
        except ValueError:
            return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else f"{float(value):.0f}" if abs(value) < 10**300 else ""
    if not isinstance(value, float) or not math.isfinite(value):
        return ""
    if trim and value.is_integer():
        return f"{value:.0f}"
    text = repr(value)
    if "e" not in text:
        whole, _, decimals = text.partition(".")
        if len(decimals) <= MOST_DECIMALS:
            return text
        digits = len(whole.lstrip("-"))
        if whole.lstrip("-") != "0":
            return f"{value:.{max(0, SIGNIFICANT_DIGITS - digits)}f}"
    if abs(value) >= 1:
        return f"{value:.0f}"
    exponent = math.floor(math.log10(abs(value)))
    shown = f"{value:.{SIGNIFICANT_DIGITS - 1 - exponent}f}"
    return shown.rstrip("0")


def plain_unit(quantity: Mapping[str, Any]) -> str:
    """Return a Quantity's unit as people write it, "" where it has none."""
    unit = one_line(quantity.get("unit")) or one_line(quantity.get("code"))
    known = PLAIN_UNITS.get(unit)
    if known is not None:
        return known
    unit = _BRACED.sub("", unit) if "{" in unit or "[" in unit else unit
    return unit.removeprefix("# ")


def quantity(value: object, *, trim: bool = False) -> str:
    """Return a Quantity in words: "8.1 %", "< 0.01 ng/mL", "" where it has no value."""
    if not isinstance(value, dict):
        return ""
    shown = number(value.get("value"), trim=trim)
    if not shown:
        return ""
    comparator = one_line(value.get("comparator"))
    unit = plain_unit(value)
    return f"{comparator} {shown} {unit}".strip() if comparator else f"{shown} {unit}" if unit else shown


def bounds(value: object, *, trim: bool = False) -> str:
    """Return a Range in words: "4.0-5.6 %", "at least 4 mmol/L", "up to 20 mg", "" where it is empty."""
    if not isinstance(value, dict):
        return ""
    low, high = value.get("low"), value.get("high")
    low, high = low if isinstance(low, dict) else {}, high if isinstance(high, dict) else {}
    first, last = number(low.get("value"), trim=trim), number(high.get("value"), trim=trim)
    if first and last:
        unit, other = plain_unit(high), plain_unit(low)
        if other and unit and other != unit:
            return f"{first} {other} to {last} {unit}"
        joined = f"{first} to {last}" if "-" in (first[0], last[0]) else f"{first}-{last}"
        return f"{joined} {unit or other}".strip()
    if first:
        return f"at least {quantity(low, trim=trim)}"
    return f"up to {quantity(high, trim=trim)}" if last else ""


def ratio(value: object) -> str:
    """Return a Ratio in words: "500 mg", "40 mg/0.4 mL", the titre "1:128", "" where it is empty."""
    if not isinstance(value, dict):
        return ""
    above, below = value.get("numerator"), value.get("denominator")
    top = quantity(above, trim=True)
    bottom = quantity(below, trim=True)
    if not top or not bottom or not isinstance(above, dict) or not isinstance(below, dict):
        return top or ""
    if not plain_unit(above) and not plain_unit(below):
        return f"{top}:{bottom}"
    unit = plain_unit(below)
    if bottom == f"1 {unit}":
        return f"{top}/{unit}"
    return top if bottom == "1" else f"{top}/{bottom}"


def duration(value: object) -> str:
    """Return a Duration or an Age in words: "7 days", "42 years", "1 month"."""
    if not isinstance(value, dict):
        return ""
    shown = number(value.get("value"), trim=True)
    word = TIME_UNITS.get(_unit_of_time(value))
    if not shown or word is None:
        return quantity(value, trim=True)
    comparator = one_line(value.get("comparator"))
    return f"{comparator} {plural(shown, word)}".strip()


def age(value: object) -> str:
    """Return an age in words after which "old" may be left out: "42", "6 months", "" where it has no value."""
    words = duration(value)
    return words.removesuffix(" years").removesuffix(" year")


def ages(value: object) -> str:
    """Return a Range of ages in words: "40-45", "at least 40"."""
    if not isinstance(value, dict):
        return ""
    low, high = age(value.get("low")), age(value.get("high"))
    if low and high:
        return f"{low}-{high}"
    return f"{low} or older" if low else f"{high} or younger" if high else ""


def plural(count: str, word: str) -> str:
    """Return a count with its word: "1 day", "7 days"."""
    return f"{count} {word}" if count == "1" else f"{count} {word}s"


def _unit_of_time(value: Mapping[str, Any]) -> str:
    code = one_line(value.get("code"))
    return code if code in TIME_UNITS else one_line(value.get("unit")).lower()
