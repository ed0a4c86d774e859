"""The words a chart is written in: measurements, series of them, and reports. Knows no patient, see `vocabulary`."""

from __future__ import annotations

import re
from typing import Any

from fhir_samples.codes import coding, concept, measured, quantity
from fhir_samples.vocabulary import TERMINOLOGY, Resource, filled, link, moment, notes, term

Bounds = tuple[float | None, float | None]
NONE: Bounds = (None, None)
FLAGS = {
    "H": "High",
    "L": "Low",
    "HH": "Critical high",
    "LL": "Critical low",
    "A": "Abnormal",
    "N": "Normal",
    "POS": "Positive",
    "NEG": "Negative",
}


def flag(code: str) -> list[Resource]:
    """Return an interpretation ("H", "LL", "POS", ...)."""
    return [{"coding": [coding(f"{TERMINOLOGY}/v3-ObservationInterpretation", code, FLAGS[code])]}] if code else []


def outside(value: float, normal: Bounds, panic: Bounds) -> str:
    """Return the flag a laboratory prints for a value: critical before merely high or low, "" within bounds."""
    for (low, high), marks in ((panic, ("LL", "HH")), (normal, ("L", "H"))):
        if low is not None and value < low:
            return marks[0]
        if high is not None and value > high:
            return marks[1]
    return ""


def observed(
    key: str,
    name: str,
    date: str,
    value: Resource,
    *,
    of: str = "exam",
    mark: str = "",
    status: str = "final",
    unit: str = "",
    site: str = "",
    note: str = "",
    reference: list[Resource] | None = None,
) -> Resource:
    """Return one Observation; `value` comes from `text`, `coded`, `amount`, ... below, `of` is its category."""
    return filled(
        resourceType="Observation",
        id=f"obs-{key}",
        status=status,
        category=[term("observation-category", of)],
        code=measured(name, unit),
        effectiveDateTime=moment(date),
        **value,
        interpretation=flag(mark),
        bodySite=concept(site) if site else {},
        note=notes(note),
        referenceRange=reference or [],
    )


def text(words: str) -> Resource:
    """Return a value in words."""
    return {"valueString": words}


def coded(words: str) -> Resource:
    """Return a value from a list of answers."""
    return {"valueCodeableConcept": concept(words)}


def amount(value: str, unit: str) -> Resource:
    """Return a value with its unit."""
    return {"valueQuantity": quantity(value, unit)}


def count(value: int) -> Resource:
    """Return a whole number, such as a score."""
    return {"valueInteger": value}


def yes() -> Resource:
    """Return the answer yes."""
    return {"valueBoolean": True}


def no() -> Resource:
    """Return the answer no."""
    return {"valueBoolean": False}


def between(low: str, high: str, unit: str) -> Resource:
    """Return a range."""
    return {"valueRange": {"low": quantity(low, unit), "high": quantity(high, unit)}}


def ratio(above: int, below: int) -> Resource:
    """Return a ratio, such as a titre 1:80."""
    return {"valueRatio": {"numerator": {"value": above}, "denominator": {"value": below}}}


def day(date: str) -> Resource:
    """Return a date as the value, such as a due date."""
    return {"valueDateTime": moment(date)}


def span(start: str, end: str) -> Resource:
    """Return a period as the value."""
    return {"valuePeriod": {"start": moment(start), "end": moment(end)}}


def clock(time: str) -> Resource:
    """Return a time of day ("06:30") as the value."""
    return {"valueTime": f"{time}:00"}


def unknown(why: str) -> Resource:
    """Return no value and the reason there is none."""
    return {"dataAbsentReason": concept(why)}


def normal_range(normal: Bounds, unit: str) -> list[Resource]:
    """Return the reference range, one-sided where one side is open."""
    low, high = normal
    sides = {name: quantity(f"{side:g}", unit) for name, side in (("low", low), ("high", high)) if side is not None}
    return [sides] if sides else []


def readings(written: str) -> list[tuple[str, str]]:
    """Return (date, value) pairs of "2019-03-04 61, 2020-03-02 58"."""
    return [(date, value) for date, value in (reading.split() for reading in written.split(","))]


def stamp(date: str) -> str:
    """Return a date's digits, which name one member of a series."""
    return re.sub(r"\D", "", date)


def series(
    key: str,
    name: str,
    unit: str,
    written: str,
    *,
    normal: Bounds = NONE,
    panic: Bounds = NONE,
    of: str = "laboratory",
) -> list[Resource]:
    """Return one Observation per reading ("2019-03-04 61, 2020-03-02 58"), flagged against the normal range."""
    return [
        observed(
            f"{key}-{stamp(date)}",
            name,
            date,
            amount(value, unit),
            of=of,
            unit=unit,
            mark=outside(float(value.lstrip("<>")), normal, panic),
            reference=normal_range(normal, unit),
        )
        for date, value in readings(written)
    ]


def vital(key: str, name: str, unit: str, written: str, *, normal: Bounds = NONE) -> list[Resource]:
    """Return a series of vital signs."""
    return series(key, name, unit, written, normal=normal, of="vital-signs")


def blood_pressure(written: str) -> list[Resource]:
    """Return one Observation with systolic and diastolic components per reading ("2024-03-04 152/88, ...")."""
    made: list[Resource] = []
    for date, value in readings(written):
        pairs = zip(("Systolic blood pressure", "Diastolic blood pressure"), value.split("/"), strict=True)
        parts = [{"code": measured(name, "mmHg"), "valueQuantity": quantity(number, "mmHg")} for name, number in pairs]
        panel = observed(f"bp-{stamp(date)}", "Blood pressure", date, {"component": parts}, of="vital-signs")
        made.append(panel)
    return made


def report(
    key: str,
    name: str,
    date: str,
    conclusion: str = "",
    *,
    results: tuple[str, ...] = (),
    status: str = "final",
    of: str = "",
) -> Resource:
    """Return a DiagnosticReport; `results` are other entries ("@obs-hb-20240304")."""
    category: list[dict[str, Any]] = [concept(of)] if of else []
    return filled(
        resourceType="DiagnosticReport",
        id=f"rep-{key}",
        status=status,
        category=category,
        code=concept(name),
        effectiveDateTime=moment(date),
        result=[link(result) for result in results],
        conclusion=conclusion,
    )
