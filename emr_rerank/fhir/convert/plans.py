"""Care plans and goals: what is intended for the patient. Knows no other resource types but through their names."""

from __future__ import annotations

from emr_rerank.fhir.convert.compose import Line, compose
from emr_rerank.fhir.convert.status import CARE_PLAN, GOAL, read_status
from emr_rerank.fhir.dates import date, day, period, when
from emr_rerank.fhir.elements import (
    Element,
    all_referred,
    concept,
    concepts,
    notes,
    part,
    parts,
    referred,
    truth,
    words,
)
from emr_rerank.fhir.plain_text import distinct, lower_first
from emr_rerank.fhir.quantities import bounds, duration, number, quantity, ratio
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Kind, Record, Standing

_GENERIC_CATEGORIES = frozenset({"assess-plan"})  # a profile's mark, not a name
_BEGAN = {Standing.CURRENT: "since", Standing.PAST: "begun"}
_UNSAID_ACTIVITIES = frozenset({"", "in-progress", "scheduled", "completed"})
_UNSAID_INTENTS = frozenset({"", "plan", "order"})


def care_plan(resource: Resource, look_up: LookUp) -> Record:
    """Return a CarePlan with what it addresses, its activities and its goals."""
    status = read_status(resource.get("status"), CARE_PLAN)
    intent = words(resource, "intent")
    categories = [name for name in concepts(resource, "category") if name.lower() not in _GENERIC_CATEGORIES]
    named = words(resource, "title") or ", ".join(categories)
    description = words(resource, "description")
    start, end = period(resource.get("period"))
    start = start or ("" if end else date(resource.get("created")))
    reason = ", ".join(all_referred(parts(resource, "addresses"), resource, look_up))
    activities = [_activity(entry, resource, look_up) for entry in parts(resource, "activity")]
    return compose(
        resource,
        Kind.CARE_PLAN,
        named or description,
        status,
        Line(
            "Care plan",
            [status.shown, "" if intent in _UNSAID_INTENTS else intent],
            facts=[when(start, end, began=_BEGAN.get(status.standing, ""))],
            tails=[
                ("for", reason),
                ("description", str(resource.get("description") or "") if named and description != named else ""),
                ("activities", ", ".join(distinct(activities))),
                ("goals", "; ".join(all_referred(parts(resource, "goal"), resource, look_up))),
                ("note", notes(resource)),
            ],
        ),
        coded=parts(resource, "category"),
        date=start,
        end=end,
        reason=reason,
    )


def goal(resource: Resource, look_up: LookUp) -> Record:
    """Return a Goal with its targets and how far it has come."""
    status = read_status(resource.get("lifecycleStatus"), GOAL)
    achieved = concept(resource.get("achievementStatus")).lower().replace("-", " ")
    start = date(resource.get("startDate"))
    reason = ", ".join(all_referred(parts(resource, "addresses"), resource, look_up))
    outcomes = [
        *concepts(resource, "outcomeCode"),
        *all_referred(parts(resource, "outcomeReference"), resource, look_up),
    ]
    targets = parts(resource, "target")
    changed = date(resource.get("statusDate"))
    return compose(
        resource,
        Kind.GOAL,
        concept(resource.get("description")),
        status,
        Line(
            "Goal",
            distinct([status.shown, achieved]),
            facts=[
                when(start, began=_BEGAN.get(status.standing, ""))
                or lower_first(concept(resource.get("startCodeableConcept"))),
                f"status of {day(changed)}" if changed else "",
            ],
            tails=[
                ("for", reason),
                ("target", "; ".join(filter(None, map(_target, targets)))),
                ("due", ", ".join(day(date(entry.get("dueDate"))) for entry in targets if not _target(entry))),
                ("outcome", ", ".join(distinct(outcomes))),
                (f"{status.shown or 'status'} because", words(resource, "statusReason")),
                ("note", notes(resource)),
            ],
        ),
        coded=[resource.get("description")],
        date=start or changed,
        reason=reason,
    )


def _activity(entry: Element, holder: Resource, look_up: LookUp) -> str:
    """Return a planned activity: "Diabetic diet", "do NOT Weight bearing", "Physiotherapy (cancelled)"."""
    detail = part(entry, "detail")
    said = concept(detail.get("code")) or words(detail, "description")
    said = said or referred(entry.get("reference"), holder, look_up)
    if not said:
        return ", ".join(concepts(entry, "outcomeCodeableConcept"))
    if detail.get("doNotPerform") is True:
        said = f"do NOT: {said}"
    status = words(detail, "status")
    return said if status in _UNSAID_ACTIVITIES else f"{said} ({status.replace('-', ' ')})"


def _target(entry: Element) -> str:
    """Return a target: "Hemoglobin A1c up to 7 % by 2020-04-05", "" where only a day is given."""
    amount = (
        quantity(entry.get("detailQuantity"))
        or bounds(entry.get("detailRange"))
        or concept(entry.get("detailCodeableConcept"))
        or words(entry, "detailString")
        or number(entry.get("detailInteger"))
        or ratio(entry.get("detailRatio"))
        or truth(entry.get("detailBoolean"))
    )
    due = day(date(entry.get("dueDate")))
    within = duration(entry.get("dueDuration"))
    said = " ".join(filter(None, [concept(entry.get("measure")), amount]))
    return f"{said} by {due}" if said and due else f"{said} within {within}".strip() if within else said
