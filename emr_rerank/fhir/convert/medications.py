"""Medicines: ordered, taken, given. Knows no other resource types but Medication, which names them."""

from __future__ import annotations

from dataclasses import replace

from emr_rerank.fhir.convert.compose import Line, compose
from emr_rerank.fhir.convert.status import MEDICATION, Status, read_status
from emr_rerank.fhir.dates import date, day, period, when
from emr_rerank.fhir.dosage import dosages
from emr_rerank.fhir.elements import Element, concept, concepts, notes, part, parts, reasons, referred, resolve, words
from emr_rerank.fhir.plain_text import lower_first, title
from emr_rerank.fhir.quantities import plain_unit, quantity, ratio
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Kind, Record, Standing

DO_NOT_GIVE = "do not give"
UNNAMED = "ingredient not named"
_SINCE = "since"
_PLANNED_INTENTS = frozenset({"proposal", "option"})
_SPOKEN_INTENTS = frozenset({"proposal", "plan", "option"})  # the rest are orders, which a line need not say


def medication_request(resource: Resource, look_up: LookUp) -> Record:
    """Return a MedicationRequest.

    An order not to give has its own status, so that it never joins an order to give: "do not give" while it holds, and
    after that "do not give, stopped".
    """
    status = read_status(resource.get("status"), MEDICATION)
    intent = words(resource, "intent")
    if intent in _PLANNED_INTENTS and status.standing is Standing.CURRENT:
        status = replace(status, standing=Standing.PLANNED)
    reported = "reported" if resource.get("reportedBoolean") is True else ""
    forbidden = resource.get("doNotPerform") is True
    if forbidden:
        status, how = _forbidden(status)
    else:
        how = [status.shown]
    marks = [*how, intent if intent in _SPOKEN_INTENTS else "", reported]
    start, end = _course_of_request(resource)
    return _medicine(
        resource,
        look_up,
        status,
        marks,
        dosage="dosageInstruction",
        span=(start, end, _SINCE if status.standing is Standing.CURRENT else "ordered"),
    )


def medication_statement(resource: Resource, look_up: LookUp) -> Record:
    """Return a MedicationStatement; its dates are when it was taken, else when that was said."""
    status = read_status(resource.get("status"), MEDICATION)
    start, end = period(resource.get("effectivePeriod"))
    start = start or date(resource.get("effectiveDateTime"))
    began = _SINCE if status.standing is Standing.CURRENT else "from"
    if not start and not end:
        start, began = date(resource.get("dateAsserted")), "reported"
    return _medicine(resource, look_up, status, [status.shown], dosage="dosage", span=(start, end, began))


def medication_administration(resource: Resource, look_up: LookUp) -> Record:
    """Return a MedicationAdministration: one giving, or a course of givings, at its time."""
    status = read_status(resource.get("status"), MEDICATION)
    start, end = period(resource.get("effectivePeriod"))
    start = start or date(resource.get("effectiveDateTime"))
    return _medicine(
        resource,
        look_up,
        status,
        [status.shown],
        dosage="dosage",
        span=(start, end, ""),
        label="Medication administration",
    )


def medicine_name(medication: Resource, holder: Resource) -> str:
    """Return what a Medication is called: its code, with strength and form where the code tells no strength.

    "Metformin" of 500 mg as a tablet -> "Metformin 500 mg tablet"; without a code, all its ingredients with strengths.
    What it contains lies in itself or, where it is contained, in its holder.
    """
    called = concept(medication.get("code"))
    inside = [*parts(medication, "contained"), *parts(holder, "contained")]
    ingredients = [_ingredient(entry, {"contained": inside}) for entry in parts(medication, "ingredient")]
    form = lower_first(concept(medication.get("form")))
    if not called and any(name for name, _ in ingredients):
        called = " + ".join(f"{name or UNNAMED} {strength}".strip() for name, strength in ingredients)
    elif len(ingredients) == 1 and ingredients[0][1] and not any(map(str.isdigit, called)):
        called = f"{called} {ingredients[0][1]}"
    else:
        return called
    return f"{called} {form}" if called and form and form not in called.lower() else called


def _medicine(
    resource: Resource,
    look_up: LookUp,
    status: Status,
    marks: list[str],
    *,
    dosage: str,
    span: tuple[str, str, str],
    label: str = "Medication",
) -> Record:
    name, coded, key = _named(resource, look_up)
    start, end, began = span
    dose = dosages(resource, dosage)
    given = parts(resource, dosage)
    if end and len(given) == 1 and not given[0].get("text"):  # an order renewed for another period is of the same dose
        dose = dose.removesuffix(f" from {when(start, end)}").removesuffix(f" until {day(end)}")
    reason = reasons(resource, look_up)
    cause = ", ".join(concepts(resource, "statusReason"))
    return compose(
        resource,
        Kind.MEDICATION,
        name,
        status,
        Line(
            label,
            marks,
            facts=[dose, _course(dose, start, end, began)],
            tails=[
                ("for", reason),
                (f"{marks[0] or 'status'} because", lower_first(cause)),
                ("note", notes(resource)),
            ],
        ),
        coded=coded,
        code=key,
        date=start,
        end=end,
        dose=dose,
        reason=reason,
    )


def _forbidden(status: Status) -> tuple[Status, list[str]]:
    """Return the status of an order not to give whose own status is this, and what its line says of it."""
    how = [DO_NOT_GIVE, "" if status.word == "active" else status.shown]
    if status.standing in (Standing.CURRENT, Standing.PLANNED):
        return Status(DO_NOT_GIVE, Standing.NOT_DONE), how
    return Status(", ".join(how), status.standing), how


def _course(dose: str, start: str, end: str, began: str) -> str:
    """Return when a medicine was ordered or taken, without an end that its dose says."""
    if not end or day(end) not in dose:
        return when(start, end, began=began)
    return "" if when(start, end) in dose else when(start, began=began)


def _named(resource: Resource, look_up: LookUp) -> tuple[str, list[object], str]:
    """Return the medicine's name, the concepts that code it, and what it is where these do not say that.

    It may be written here, contained, or found elsewhere. The ingredients of one without a code are its codes, but what
    it is, is its name: the first of them alone, or without its strength, is another medicine.
    """
    written = resource.get("medicationCodeableConcept")
    if written and (name := concept(written)):
        return name, [written], ""
    reference = resource.get("medicationReference")
    medication = resolve(reference, resource, look_up)
    shown = title(reference.get("display")) if isinstance(reference, dict) else ""
    if medication is None:
        return shown, [], ""
    name = medicine_name(medication, resource) or shown
    if concept(medication.get("code")):
        return name, [medication["code"]], ""
    return name, [entry.get("itemCodeableConcept") for entry in parts(medication, "ingredient")], name.casefold()


def _ingredient(entry: Element, holder: Resource) -> tuple[str, str]:
    """Return an ingredient's name and strength; "per 1 tablet" is not said, "per 5 mL" is."""
    name = concept(entry.get("itemCodeableConcept")) or referred(entry.get("itemReference"), holder, lambda _: None)
    strength = part(entry, "strength")
    below = part(strength, "denominator")
    per_piece = below.get("value") in (None, 1) and plain_unit(below).lower() not in _MEASURES
    return name, quantity(strength.get("numerator"), trim=True) if per_piece else ratio(strength)


_MEASURES = frozenset({"ml", "l", "g", "mg", "ug", "kg", "h", "hr", "hour", "d", "day", "cm2"})


def _course_of_request(resource: Element) -> tuple[str, str]:
    """Return when an order was written, else when it is to start, and when it is to end."""
    bounds = [
        period(part(part(entry, "timing"), "repeat").get("boundsPeriod"))
        for entry in parts(resource, "dosageInstruction")
        if "timing" in entry
    ]
    start = date(resource.get("authoredOn")) or min((first for first, _ in bounds if first), default="")
    ends = [last for _, last in bounds if last]
    end = max(ends) if ends and len(ends) == len(bounds) else ""
    return start, end if day(end) >= day(start) else ""
