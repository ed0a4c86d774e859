"""The words a chart is written in: medicines prescribed, taken and given. Knows no patient, see `vocabulary`."""

from __future__ import annotations

import re

from fhir_samples.codes import concept, medicine
from fhir_samples.vocabulary import Resource, filled, link, moment, notes, period, reasons

TIMES_A_DAY = {"once": 1, "twice": 2, "three times": 3, "four times": 4}
DOSE = re.compile(
    r"(?P<amount>\d+(?:\.\d+)?) (?P<unit>mg|g|mL|units|micrograms|mcg) "
    r"(?P<often>once|twice|three times|four times) (?:a day|daily)$"
)


def dosage(dose: str, since: str = "", until: str = "", *, as_needed: bool = False) -> Resource:
    """Return a Dosage: the words, and amount and frequency too where the words say them plainly."""
    found = DOSE.match(dose)
    repeat = filled(boundsPeriod=period(since, until) if until else {})
    if found:
        repeat |= {"frequency": TIMES_A_DAY[found["often"]], "period": 1, "periodUnit": "d"}
    amount = {"value": float(found["amount"]), "unit": found["unit"]} if found else {}
    return filled(
        text=dose,
        timing={"repeat": repeat} if repeat else {},
        asNeededBoolean=True if as_needed else None,
        doseAndRate=[{"doseQuantity": amount}] if amount else [],
    )


def substance(name: str, product: str, *, contained: bool) -> Resource:
    """Return how a medicine is named: in place, by a contained Medication, or by a Medication in the bundle."""
    if product:
        return {"medicationReference": link(product)}
    if contained:
        inside = {"resourceType": "Medication", "id": "medicine", "code": medicine(name)}
        return {"contained": [inside], "medicationReference": {"reference": "#medicine"}}
    return {"medicationCodeableConcept": medicine(name)}


def product(key: str, name: str, *, form: str = "", batch: str = "") -> Resource:
    """Return a Medication of the bundle, for others to refer to as "@med-key"."""
    return filled(
        resourceType="Medication",
        id=f"med-{key}",
        code=medicine(name),
        form=concept(form) if form else {},
        batch={"lotNumber": batch} if batch else {},
    )


def prescribed(
    key: str,
    name: str,
    dose: str,
    since: str,
    *,
    until: str = "",
    status: str = "",
    reason: str = "",
    because: str = "",
    note: str = "",
    of: str = "",
    contained: bool = False,
    as_needed: bool = False,
) -> Resource:
    """Return a MedicationRequest; `because` says why it was stopped or held, `of` names a bundled Medication."""
    return filled(
        resourceType="MedicationRequest",
        id=f"rx-{key}",
        status=status or ("stopped" if until else "active"),
        statusReason=concept(because) if because else {},
        intent="order",
        **substance(name, of, contained=contained),
        authoredOn=moment(since),
        **reasons(reason),
        note=notes(note),
        dosageInstruction=[dosage(dose, since, until, as_needed=as_needed)],
    )


def takes(
    key: str, name: str, dose: str, since: str, *, until: str = "", status: str = "", reason: str = "", note: str = ""
) -> Resource:
    """Return a MedicationStatement: what the patient says is taken, often bought or brought from elsewhere."""
    return filled(
        resourceType="MedicationStatement",
        id=f"use-{key}",
        status=status or ("completed" if until else "active"),
        medicationCodeableConcept=medicine(name),
        effectivePeriod=period(since, until),
        informationSource={"display": "Patient"},
        **reasons(reason),
        note=notes(note),
        dosage=[dosage(dose)],
    )


def given(
    key: str,
    name: str,
    dose: str,
    at: str,
    *,
    status: str = "completed",
    because: str = "",
    reason: str = "",
    route: str = "",
    of: str = "",
) -> Resource:
    """Return a MedicationAdministration: one dose given, or not given and why."""
    return filled(
        resourceType="MedicationAdministration",
        id=f"adm-{key}",
        status=status,
        statusReason=[concept(because)] if because else [],
        **substance(name, of, contained=False),
        effectiveDateTime=moment(at),
        **reasons(reason),
        dosage=filled(text=dose, route=concept(route) if route else {}),
    )
