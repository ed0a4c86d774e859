"""Procedures, immunizations and devices: what was done to the patient, and what is on or in them."""

from __future__ import annotations

from emr_rerank.fhir.convert.compose import Line, compose
from emr_rerank.fhir.convert.conditions import age_or_words
from emr_rerank.fhir.convert.status import DEVICE, EVENT, Status, read_status
from emr_rerank.fhir.dates import date, day, period, when
from emr_rerank.fhir.elements import (
    Element,
    all_referred,
    body_site,
    concept,
    concepts,
    notes,
    part,
    parts,
    reasons,
    referred,
    words,
)
from emr_rerank.fhir.plain_text import distinct, lower_first, title
from emr_rerank.fhir.quantities import quantity
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Kind, Record

_UNSAID = "completed"


def procedure(resource: Resource, look_up: LookUp) -> Record:
    """Return a Procedure, or that it was not done and why."""
    status = read_status(resource.get("status"), EVENT)
    start, end = period(resource.get("performedPeriod"))
    start = start or date(resource.get("performedDateTime"))
    site = body_site(concepts(resource, "bodySite"))
    reason = reasons(resource, look_up)
    complications = [
        *concepts(resource, "complication"),
        *all_referred(parts(resource, "complicationDetail"), resource, look_up),
    ]
    devices = [entry.get("manipulated") for entry in parts(resource, "focalDevice")]
    used = [*concepts(resource, "usedCode"), *all_referred(parts(resource, "usedReference"), resource, look_up)]
    return compose(
        resource,
        Kind.PROCEDURE,
        concept(resource.get("code")) or concept(resource.get("category")),
        status,
        Line(
            "Procedure",
            _marks(status),
            facts=[site, when(start, end) or age_or_words(resource, "performed")],
            tails=[
                ("for", reason),
                _because(resource, status),
                ("device", ", ".join(all_referred(devices, resource, look_up))),
                ("used", ", ".join(distinct(used))),
                ("outcome", concept(resource.get("outcome"))),
                ("complication", ", ".join(distinct(complications))),
                ("follow-up", ", ".join(concepts(resource, "followUp"))),
                ("note", notes(resource)),
            ],
        ),
        coded=[resource.get("code")],
        date=start,
        end=end,
        body_site=site,
        reason=reason,
    )


def immunization(resource: Resource, look_up: LookUp) -> Record:
    """Return an Immunization, or that it was not given and why."""
    status = read_status(resource.get("status"), EVENT)
    given = date(resource.get("occurrenceDateTime"))
    protocol = part(resource, "protocolApplied")
    number = words(protocol, "doseNumberPositiveInt") or words(protocol, "doseNumberString")
    series = words(protocol, "seriesDosesPositiveInt") or words(protocol, "seriesDosesString")
    reason = reasons(resource, look_up)
    site = body_site(concepts(resource, "site"))
    subpotent = ", ".join(concepts(resource, "subpotentReason"))
    return compose(
        resource,
        Kind.IMMUNIZATION,
        concept(resource.get("vaccineCode")),
        status,
        Line(
            "Immunization",
            _marks(status),
            facts=[
                (f"dose {number} of {series}" if series else f"dose {number}") if number else "",
                quantity(resource.get("doseQuantity"), trim=True),
                site,
                day(given) or words(resource, "occurrenceString"),
                "subpotent" if resource.get("isSubpotent") is True else "",
            ],
            tails=[
                ("for", reason),
                ("against", ", ".join(concepts(protocol, "targetDisease"))),
                _because(resource, status),
                ("subpotent because", subpotent),
                ("reaction", "; ".join(_reaction(entry, resource, look_up) for entry in parts(resource, "reaction"))),
                ("note", notes(resource)),
            ],
        ),
        coded=[resource.get("vaccineCode")],
        date=given,
        body_site=site,
        reason=reason,
    )


def device(resource: Resource, look_up: LookUp) -> Record:
    """Return a Device by its type, name, maker and model; its carriers' codes and serial numbers are not shown."""
    status = read_status(resource.get("status"), DEVICE)
    defined = referred(resource.get("definition"), resource, look_up)
    names = [title(entry.get("name")) for entry in parts(resource, "deviceName")]
    named = concept(resource.get("type")) or next(filter(None, names), "") or defined
    model = words(resource, "modelNumber")
    features = [concept(entry.get("systemType")) for entry in parts(resource, "specialization")]
    return compose(
        resource,
        Kind.DEVICE,
        named,
        status,
        Line(
            "Device",
            [status.shown],
            facts=[
                *(name for name in distinct(names) if name.lower() != named.lower()),
                words(resource, "manufacturer"),
                f"model {model}" if model else "",
            ],
            tails=[
                ("for", ", ".join(distinct(features))),
                _because(resource, status),
                ("safety", ", ".join(concepts(resource, "safety"))),
                ("note", notes(resource)),
            ],
        ),
        coded=[resource.get("type")],
    )


def _marks(status: Status) -> list[str]:
    return [] if status.word == _UNSAID else [status.shown]


def _because(resource: Element, status: Status) -> tuple[str, str]:
    """Return why a thing has the status it has: ("not done because", "patient objection")."""
    cause = ", ".join(lower_first(reason) for reason in concepts(resource, "statusReason"))
    return f"{status.shown or 'status'} because", cause


def _reaction(entry: Element, holder: Resource, look_up: LookUp) -> str:
    said = [referred(entry.get("detail"), holder, look_up), day(date(entry.get("date")))]
    return ", ".join(filter(None, said)) or "recorded"
