"""What an observation measured or found: its value in words, its numbers, its flag. Knows nothing of Records' lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emr_rerank.fhir.dates import date, day, period, when
from emr_rerank.fhir.elements import Element, concept, part, parts, truth, words
from emr_rerank.fhir.plain_text import distinct, lower_first, one_line
from emr_rerank.fhir.quantities import bounds, number, plain_unit, quantity, ratio
from emr_rerank.types import Measurement

INTERPRETATIONS: Mapping[str, str] = {
    "H": "high",
    "HH": "critically high",
    "HU": "significantly high",
    "H>": "significantly high",
    "HX": "above high threshold",
    "L": "low",
    "LL": "critically low",
    "LU": "significantly low",
    "L<": "significantly low",
    "LX": "below low threshold",
    "A": "abnormal",
    "AA": "critically abnormal",
    "N": "normal",
    "<": "below the scale",
    ">": "above the scale",
    "U": "risen",
    "D": "fallen",
    "B": "better",
    "W": "worse",
    "POS": "positive",
    "NEG": "negative",
    "DET": "detected",
    "ND": "not detected",
    "IND": "indeterminate",
    "E": "equivocal",
    "RR": "reactive",
    "WR": "weakly reactive",
    "NR": "non-reactive",
    "R": "resistant",
    "I": "intermediate",
    "S": "susceptible",
    "SDD": "susceptible, dose dependent",
    "NS": "not susceptible",
    "SYN-R": "synergy resistant",
    "SYN-S": "synergy susceptible",
    "CAR": "carrier",
    "EXP": "expected",
    "UNE": "unexpected",
    "IE": "insufficient evidence",
}
"""http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation, in words"""

UNREMARKABLE = frozenset({"normal", "negative", "not detected", "non-reactive", "susceptible", "expected", "better"})
"""Interpretations that flag nothing; all but "normal" are still shown on the line."""

ABSENT_REASONS: Mapping[str, str] = {
    "unknown": "unknown",
    "asked-unknown": "asked, unknown",
    "temp-unknown": "not yet known",
    "not-asked": "not asked",
    "asked-declined": "declined to answer",
    "masked": "withheld",
    "not-applicable": "not applicable",
    "unsupported": "not supported",
    "as-text": "see text",
    "error": "measurement error",
    "not-a-number": "not a number",
    "negative-infinity": "below measurement",
    "positive-infinity": "above measurement",
    "not-performed": "not performed",
    "not-permitted": "not permitted",
}
"""http://terminology.hl7.org/CodeSystem/data-absent-reason, in words"""


@dataclass(frozen=True, slots=True)
class Value:
    """What was found: in words, as numbers where it is one, and where it stands against what is normal.

    `shown` is "" where nothing was recorded; `prose` says that it reads after a colon ("Smoking status: never").
    `flag` is "" for what is normal; `verdict` is what the line says, and `reference` the range it is judged by.
    `also` is what components add to it.
    """

    shown: str = ""
    prose: bool = True
    measurements: tuple[Measurement, ...] = ()
    flag: str = ""
    verdict: str = ""
    reference: str = ""
    also: str = ""

    @property
    def whole(self) -> str:
        """Return the value with what its components add."""
        return "; ".join(filter(None, [self.shown, self.also]))

    @property
    def judged(self) -> str:
        """Return verdict and range in words: "high; reference 4.0-5.6"."""
        return "; ".join(filter(None, [self.verdict, f"reference {self.reference}" if self.reference else ""]))


def read_value(element: Element, name: str = "") -> Value:
    """Return the value of an Observation or of one of its components; `name` goes to its measurement."""
    measured = element.get("valueQuantity")
    shown, prose = "", True
    measurements: tuple[Measurement, ...] = ()
    if isinstance(measured, dict):
        shown, prose = quantity(measured), False
        measurements = _measurement(measured, name)
    else:
        for field, read in _READERS.items():
            if field in element and (shown := read(element[field])):
                prose = field not in _NUMBERS
                measurements = _whole(element[field], name) if field == "valueInteger" else ()
                break
    if not shown:
        absent = part(element, "dataAbsentReason")
        missing = concept(absent)
        code = words(part(absent, "coding"), "code")
        shown = f"not recorded ({lower_first(ABSENT_REASONS.get(code, missing))})" if missing else ""
        prose = True
    verdicts = _interpretations(element)
    ranges = [entry for entry in parts(element, "referenceRange") if _is_normal_range(entry)]
    if not verdicts and len(ranges) == 1 and measurements:
        verdicts = _against(part(element, "valueQuantity"), ranges[0])
    said = [verdict for verdict in verdicts if verdict != "normal" and verdict.lower() != shown.lower()]
    return Value(
        shown,
        prose,
        measurements,
        ", ".join(verdict for verdict in verdicts if verdict not in UNREMARKABLE),
        ", ".join(said),
        " or ".join(distinct([_reference_range(entry, element) for entry in ranges[:2]])),
    )


def _measurement(measured: Element, name: str) -> tuple[Measurement, ...]:
    """Return the number as it is shown, so that line and trend agree; "< 5" is no number to plot."""
    shown = number(measured.get("value"))
    if not shown or measured.get("comparator"):
        return ()
    return (Measurement(float(shown), plain_unit(measured), name),)


def _whole(value: object, name: str) -> tuple[Measurement, ...]:
    shown = number(value)
    return (Measurement(float(shown), "", name),) if shown else ()


def _interpretations(element: Element) -> list[str]:
    said = []
    for entry in parts(element, "interpretation"):
        known = (INTERPRETATIONS.get(words(coding, "code").upper()) for coding in parts(entry, "coding"))
        said.append(next(filter(None, known), "") or lower_first(concept(entry)))
    return distinct(said)


def _is_normal_range(entry: Element) -> bool:
    kind = part(entry, "type")
    codes = {words(coding, "code").lower() for coding in parts(kind, "coding")}
    return not codes or "normal" in codes


def _against(measured: Element, limits: Element) -> list[str]:
    """Return ["high"] or ["low"] where a value lies outside a range in the same unit, else nothing.

    A limit without a unit is one in the value's unit.
    """
    value, low, high = measured.get("value"), part(limits, "low"), part(limits, "high")
    if isinstance(value, (int, float)):
        highest, lowest = high.get("value"), low.get("value")
        if isinstance(highest, (int, float)) and isinstance(lowest, (int, float)) and lowest > highest:
            return []  # a range written the wrong way round judges nothing
        if isinstance(highest, (int, float)) and _same_unit(high, measured) and value > highest:
            return ["high"]
        if isinstance(lowest, (int, float)) and _same_unit(low, measured) and value < lowest:
            return ["low"]
    return []


def _same_unit(limit: Element, measured: Element) -> bool:
    unit, code = plain_unit(limit), limit.get("code")
    return not unit or unit.lower() == plain_unit(measured).lower() or bool(code and code == measured.get("code"))


def _reference_range(entry: Element, element: Element) -> str:
    """Return a range in words; its unit is said only where it is not the value's."""
    shown = bounds(entry)
    unit = plain_unit(part(element, "valueQuantity"))
    if shown and unit and shown.endswith(f" {unit}"):
        shown = shown.removesuffix(f" {unit}")
    shown = shown or words(entry, "text")
    group = ", ".join(filter(None, [concept(kind) for kind in parts(entry, "appliesTo")]))
    return f"{shown} ({lower_first(group)})" if shown and group else shown


def _span(value: object) -> str:
    start, end = period(value)
    return when(start, end)


def _sampled(value: object) -> str:
    """Return a waveform by how much of it there is: the samples themselves say nothing in words."""
    if not isinstance(value, dict):
        return ""
    origin = part(value, "origin")
    samples = value.get("data")
    count = len(samples.split()) if isinstance(samples, str) else 0
    unit = plain_unit(origin)
    return f"sampled data, {count} samples" + (f" in {unit}" if unit else "") if count else "sampled data"


def _moment(value: object) -> str:
    return day(date(value))


_NUMBERS = frozenset({"valueInteger", "valueRange", "valueRatio"})
_READERS = {
    "valueCodeableConcept": concept,
    "valueString": one_line,
    "valueBoolean": truth,
    "valueInteger": number,
    "valueRange": bounds,
    "valueRatio": ratio,
    "valueSampledData": _sampled,
    "valueTime": one_line,
    "valueDateTime": _moment,
    "valuePeriod": _span,
}
