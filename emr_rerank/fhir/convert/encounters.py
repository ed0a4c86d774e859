"""Encounters and clinical impressions: when the patient was seen, why, and what was thought. Knows no other types."""

from __future__ import annotations

from collections.abc import Mapping

from emr_rerank.fhir.convert.compose import Line, compose
from emr_rerank.fhir.convert.status import ENCOUNTER, IMPRESSION, read_status
from emr_rerank.fhir.dates import date, period, when
from emr_rerank.fhir.elements import (
    all_referred,
    concept,
    concepts,
    notes,
    part,
    parts,
    reasons,
    referred,
    words,
)
from emr_rerank.fhir.plain_text import LONGEST_VALUE, cut, distinct, lower_first
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Kind, Record, Standing

CLASSES: Mapping[str, str] = {
    "AMB": "ambulatory",
    "EMER": "emergency",
    "FLD": "in the field",
    "HH": "at home",
    "IMP": "inpatient",
    "ACUTE": "inpatient",
    "NONAC": "inpatient",
    "OBSENC": "observation",
    "PRENC": "pre-admission",
    "SS": "short stay",
    "VR": "virtual",
}
"""http://terminology.hl7.org/CodeSystem/v3-ActCode, the encounter classes, in words"""

_UNSAID_CLASSES = frozenset({"", "ambulatory"})
_LONGEST_TITLE = 80


def encounter(resource: Resource, look_up: LookUp) -> Record:
    """Return an Encounter: its type, else its service or class; its reason, else its diagnoses."""
    status = read_status(resource.get("status"), ENCOUNTER)
    kinds = [kind for kind in concepts(resource, "type") if kind.lower() != "unknown"]
    coded = part(resource, "class")
    setting = CLASSES.get(words(coded, "code").upper(), lower_first(concept(coded)))
    service = concept(resource.get("serviceType"))
    named = ", ".join(kinds) or service or (f"{setting[0].upper()}{setting[1:]} encounter" if setting else "")
    reason = reasons(resource, look_up)
    found = [entry.get("condition") for entry in parts(resource, "diagnosis")]
    diagnoses = [name for name in all_referred(found, resource, look_up) if name.lower() not in reason.lower()]
    start, end = period(resource.get("period"))
    stay = part(resource, "hospitalization")
    left = concept(stay.get("dischargeDisposition"))
    return compose(
        resource,
        Kind.ENCOUNTER,
        named,
        status,
        Line(
            "Encounter",
            [status.shown],
            facts=[
                "" if setting in _UNSAID_CLASSES or setting in named.lower() else setting,
                when(start, end, began="since" if status.standing is Standing.CURRENT and status.word else ""),
            ],
            tails=[("for", reason), ("diagnosis", ", ".join(diagnoses)), ("discharge", left)],
        ),
        coded=[*parts(resource, "type"), *([] if kinds else [resource.get("serviceType")])],
        date=start,
        end=end,
        reason=reason or ", ".join(diagnoses),
    )


def impression(resource: Resource, look_up: LookUp) -> Record:
    """Return a ClinicalImpression: what was found and summarised (also its value), and of which problems."""
    status = read_status(resource.get("status"), IMPRESSION)
    start, end = period(resource.get("effectivePeriod"))
    start = start or date(resource.get("effectiveDateTime")) or ("" if end else date(resource.get("date")))
    problems = ", ".join(all_referred(parts(resource, "problem"), resource, look_up))
    findings = distinct([_finding(entry, resource, look_up) for entry in parts(resource, "finding")])
    outlook = distinct([*concepts(resource, "prognosisCodeableConcept")])
    examined = [item for entry in parts(resource, "investigation") for item in parts(entry, "item")]
    description, summary = str(resource.get("description") or ""), str(resource.get("summary") or "")
    said = words(resource, "summary") or words(resource, "description")
    named = concept(resource.get("code")) or ", ".join(findings) or problems
    named = named or cut(words(resource, "description") or words(resource, "summary"), _LONGEST_TITLE)
    return compose(
        resource,
        Kind.IMPRESSION,
        named,
        status,
        Line(
            "Impression",
            [] if status.word == "completed" else [status.shown],
            facts=[when(start, end)],
            tails=[
                ("of", problems if problems != named else ""),
                ("finding", ", ".join(findings) if ", ".join(findings) != named else ""),
                ("description", description if words(resource, "description") != named else ""),
                ("summary", summary if words(resource, "summary") != named else ""),
                ("prognosis", ", ".join(outlook)),
                ("examined", ", ".join(all_referred(examined, resource, look_up))),
                ("note", notes(resource)),
            ],
        ),
        coded=[resource.get("code")],
        date=start,
        end=end,
        value=cut(said, LONGEST_VALUE) if said != named else "",
        reason=problems,
    )


def _finding(entry: Resource, holder: Resource, look_up: LookUp) -> str:
    shown = concept(entry.get("itemCodeableConcept")) or referred(entry.get("itemReference"), holder, look_up)
    basis = words(entry, "basis")
    return f"{shown} ({basis})" if shown and basis else shown or basis
