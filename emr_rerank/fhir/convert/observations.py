"""Observations and the reports that gather them. Knows values only through their words."""

from __future__ import annotations

from collections.abc import Sequence

from emr_rerank.fhir.attachments import read_attachments
from emr_rerank.fhir.convert.compose import NOT_NAMED, QUALIFIED, Line, compose
from emr_rerank.fhir.convert.status import RESULT, Status, read_status
from emr_rerank.fhir.convert.values import Value, read_value
from emr_rerank.fhir.dates import date, period, when
from emr_rerank.fhir.elements import (
    Element,
    body_site,
    concept,
    concepts,
    notes,
    part,
    parts,
    qualified,
    referred,
    resolve,
    words,
)
from emr_rerank.fhir.plain_text import LONGEST_TAIL, LONGEST_VALUE, cut, distinct
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Kind, Measurement, Record, Standing

MOST_RESULTS = 8
"""Results that a report's or panel's line names before it counts the rest; flagged ones come first."""

_BLOOD_PRESSURES = (  # systolic and diastolic: measured, sitting, standing, lying, mean of several; SNOMED CT
    ("8480-6", "8462-4"),
    ("8459-0", "8453-3"),
    ("8460-8", "8454-1"),
    ("8461-6", "8455-8"),
    ("96608-5", "96609-3"),
    ("271649006", "271650006"),
)
_BLOOD_PRESSURE_PANELS = frozenset({"85354-9", "55284-4", "75367002"})
_UNSAID = frozenset({"final", "completed"})
_LONGEST_RESULT = 120


def observation(resource: Resource, look_up: LookUp) -> Record:
    """Return an Observation; one without a value of its own says those of its components or members."""
    status = read_status(resource.get("status"), RESULT)
    name = observation_name(resource)
    value = observed(resource)
    if not value.shown and resource.get("hasMember"):
        members, flag = _results(resource, "hasMember", look_up)
        value = Value("; ".join(members), flag=flag)
    start, end = _taken(resource)
    site = body_site(concepts(resource, "bodySite"))
    long = max(len(value.shown), len(value.also)) > LONGEST_TAIL
    return compose(
        resource,
        Kind.OBSERVATION,
        name,
        status,
        Line(
            "Observation",
            [] if status.word in _UNSAID else [status.shown],
            head=_said(name or NOT_NAMED, value),
            facts=[site, when(start, end)],
            tails=[("note", notes(resource))],
        ),
        coded=[resource.get("code")],
        date=start,
        end=end,
        value=value.whole,
        measurements=value.measurements,
        flag=value.flag,
        body_site=site,
        narrative=[str(resource.get("valueString") or value.shown), value.also] if long else (),
    )


def report(resource: Resource, look_up: LookUp) -> Record:
    """Return a DiagnosticReport: its conclusion (also its value), results (flagged ones first) and presented text."""
    status = read_status(resource.get("status"), RESULT)
    start, end = _taken(resource)
    conclusion = words(resource, "conclusion")
    concluded = [code for code in concepts(resource, "conclusionCode") if code.lower() not in conclusion.lower()]
    results, flag = _results(resource, "result", look_up)
    presented = read_attachments(parts(resource, "presentedForm"), resource, look_up)
    return compose(
        resource,
        Kind.REPORT,
        concept(resource.get("code")) or ", ".join(concepts(resource, "category")),
        status,
        Line(
            "Report",
            [] if status.word in _UNSAID else [status.shown],
            facts=[when(start, end)],
            tails=[
                ("conclusion", ", ".join(concluded)),
                ("conclusion" if not concluded else "summary", str(resource.get("conclusion") or "")),
                ("results", "; ".join(results)),
                ("attached", ", ".join(presented.named)),
                ("note", notes(resource)),
            ],
        ),
        coded=[resource.get("code")],
        date=start,
        end=end,
        value=cut("; ".join(filter(None, (", ".join(concluded), conclusion))), LONGEST_VALUE),
        flag=flag,
        narrative=[presented.text],
    )


def observation_name(resource: Element) -> str:
    """Return what was observed; a blood pressure panel is called what its value is."""
    code = part(resource, "code")
    if any(words(coding, "code") in _BLOOD_PRESSURE_PANELS for coding in parts(code, "coding")):
        return "Blood pressure"
    return concept(code)


def observed(resource: Element) -> Value:
    """Return an Observation's value with its components: "128/82 mmHg", "yes; Industry: nursing"."""
    own = read_value(resource)
    components = parts(resource, "component")
    if not components:
        return own
    pieces, measurements, flags, verdicts = [], [*own.measurements], [own.flag], [own.verdict]
    pressure, rest = _blood_pressure(components)
    if pressure:
        pieces.append(pressure.shown)
        measurements += pressure.measurements
        flags.append(pressure.flag)
        verdicts.append(pressure.verdict)
    for component in rest:
        name = concept(component.get("code"))
        value = read_value(component, name)
        if value.shown:
            pieces.append(_said(name or NOT_NAMED, value))
            measurements += value.measurements
            flags.append(value.flag)
    shown = own.shown or "; ".join(pieces[:1] if pressure else pieces)
    return Value(
        shown,
        own.prose and not pressure,
        tuple(measurements),
        ", ".join(distinct(flags)),
        ", ".join(distinct(verdicts)),
        own.reference,
        "; ".join(pieces if own.shown else pieces[1:] if pressure else []),
    )


def _blood_pressure(components: Sequence[Element]) -> tuple[Value | None, list[Element]]:
    """Return systolic over diastolic as one value, and the other components; none where one of the two is missing."""
    coded = {words(coding, "code"): entry for entry in components for coding in parts(part(entry, "code"), "coding")}
    for upper, lower in _BLOOD_PRESSURES:
        if upper in coded and lower in coded:
            systolic = read_value(coded[upper], "Systolic blood pressure")
            diastolic = read_value(coded[lower], "Diastolic blood pressure")
            if not systolic.measurements or not diastolic.measurements:
                break
            top, bottom = systolic.measurements[0], diastolic.measurements[0]
            if top.unit != bottom.unit:
                break
            unit = f" {top.unit}" if top.unit else ""
            numbers = [value.shown.removesuffix(unit) for value in (systolic, diastolic)]
            sides = [("systolic", systolic), ("diastolic", diastolic)]
            verdicts = [f"{side} {value.verdict}" for side, value in sides if value.verdict]
            flags = distinct([systolic.flag, diastolic.flag])
            joined = Value(
                f"{_whole(numbers[0])}/{_whole(numbers[1])}{unit}",
                prose=False,
                measurements=(_rounded(top), _rounded(bottom)),
                flag=", ".join(flags),
                verdict=flags[0] if len(flags) == 1 and len(verdicts) == len(sides) else ", ".join(verdicts),
            )
            return joined, [entry for entry in components if entry is not coded[upper] and entry is not coded[lower]]
    return None, list(components)


def _whole(number: str) -> str:
    """Return a pressure without decimals, as it is always read: "72.8" -> "73"."""
    return f"{float(number):.0f}" if "." in number else number


def _rounded(measurement: Measurement) -> Measurement:
    return Measurement(float(f"{measurement.value:.0f}"), measurement.unit, measurement.name)


def _said(name: str, value: Value, limit: int = LONGEST_TAIL) -> str:
    """Return a name with its value: "Hemoglobin A1c 8.1 % (high; reference 4.0-5.6)", "Smoking status: never"."""
    if not value.shown:
        return f"{name} ({value.verdict})" if value.verdict else name
    shown = f"{name}: {cut(value.shown, limit)}" if value.prose else f"{name} {cut(value.shown, limit)}"
    shown = f"{shown} ({value.judged})" if value.judged else shown
    return f"{shown}; {cut(value.also, limit)}" if value.also else shown


def _taken(resource: Element) -> tuple[str, str]:
    """Return when it was observed, else when it was issued."""
    start, end = period(resource.get("effectivePeriod"))
    start = start or date(resource.get("effectiveDateTime")) or date(resource.get("effectiveInstant"))
    if not start and not end:
        events = part(resource, "effectiveTiming").get("event")
        start = date(events[0]) if isinstance(events, list) and events else ""
    return start or (date(resource.get("issued")) if not end else ""), end


def _results(resource: Resource, field: str, look_up: LookUp) -> tuple[list[str], str]:
    """Return what a report or panel refers to in words, flagged ones first, the rest counted; and all their flags."""
    flagged: list[str] = []
    others: list[str] = []
    flags: list[str] = []
    for reference in parts(resource, field):
        found = resolve(reference, resource, look_up)
        if found is None or found.get("resourceType") != "Observation":
            others.append(referred(reference, resource, look_up))
            continue
        value = observed(found)
        status = read_status(found.get("status"), RESULT)
        name = observation_name(found) or words(reference, "display")
        stands = bool(value.flag) and status.standing is Standing.CURRENT
        (flagged if stands else others).append(_result(name, value, status, unread=qualified(found)))
        flags += [value.flag] if stands else []
    every = [*filter(None, flagged), *filter(None, others)]
    rest = len(every) - MOST_RESULTS
    return every if rest <= 1 else [*every[:MOST_RESULTS], f"and {rest} more"], ", ".join(distinct(flags))


def _result(name: str, value: Value, status: Status, *, unread: bool) -> str:
    brief = Value(value.shown, value.prose, verdict=value.verdict, also=value.also)
    said = _said(name or NOT_NAMED, brief, _LONGEST_RESULT)
    marks = ", ".join(filter(None, ["" if status.word in _UNSAID else status.shown, QUALIFIED if unread else ""]))
    return f"{said} [{marks}]" if marks else said
