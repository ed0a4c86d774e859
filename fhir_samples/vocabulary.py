"""The words a chart is written in: problems, medicines, allergies, visits. Knows no patient: `chart` binds them to one.

Every function returns one R4 resource whose id is local to the chart ("cond-ckd"); a reference to another entry is
written "@cond-ckd". Dates are as precise as they are known: "2016", "2016-03", "2016-03-04", "2016-03-04T09:30".
"""

from __future__ import annotations

import re
from typing import Any

from fhir_samples.codes import UCUM_SYSTEM, clinical, coding, concept, medicine, vaccine

Resource = dict[str, Any]
Entry = Resource | list[Resource]

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
ENCOUNTER_CLASSES = {
    "AMB": "ambulatory",
    "EMER": "emergency",
    "HH": "home health",
    "IMP": "inpatient encounter",
    "VR": "virtual",
}
RELATIVES = {"mother": "MTH", "father": "FTH", "sister": "SIS", "brother": "BRO", "grandmother": "GRMTH"}
TIMES_A_DAY = {"once": 1, "twice": 2, "three times": 3, "four times": 4}
DOSE = re.compile(
    r"(?P<amount>\d+(?:\.\d+)?) (?P<unit>mg|g|mL|units|micrograms|mcg) "
    r"(?P<often>once|twice|three times|four times) (?:a day|daily)$"
)


def moment(written: str) -> str:
    """Return a FHIR dateTime: a written hour and minute gain seconds and a zone, other precisions stay."""
    return f"{written}:00Z" if "T" in written else written


def filled(**elements: object) -> Resource:
    """Return the elements that say something; empty ones are not written."""
    return {name: value for name, value in elements.items() if value not in ("", [], {}, None)}


def link(target: str) -> Resource:
    """Return a Reference: to another entry ("@cond-ckd") or to someone by name only."""
    return {"reference": target} if target.startswith("@") else {"display": target}


def reasons(reason: str) -> Resource:
    """Return reasonReference or reasonCode, as the reason is another entry or words."""
    if not reason:
        return {}
    return {"reasonReference": [link(reason)]} if reason.startswith("@") else {"reasonCode": [concept(reason)]}


def notes(text: str) -> list[Resource]:
    """Return an annotation list."""
    return [{"text": text}] if text else []


def term(system: str, code: str) -> Resource:
    """Return a CodeableConcept of an HL7 status code."""
    return {"coding": [coding(f"{TERMINOLOGY}/{system}", code)]}


def period(start: str, end: str) -> Resource:
    """Return a Period."""
    return filled(start=moment(start), end=moment(end))


def condition(
    key: str,
    name: str,
    since: str = "",
    *,
    until: str = "",
    status: str = "",
    verified: str = "confirmed",
    severity: str = "",
    site: str = "",
    note: str = "",
) -> Resource:
    """Return a Condition: active unless it has an end, a status of its own, or was refuted."""
    unsaid = verified in ("refuted", "entered-in-error")
    standing = status or ("resolved" if until else "active")
    return filled(
        resourceType="Condition",
        id=f"cond-{key}",
        clinicalStatus={} if unsaid else term("condition-clinical", standing),
        verificationStatus=term("condition-ver-status", verified),
        category=[term("condition-category", "problem-list-item")],
        severity=concept(severity) if severity else {},
        code=clinical(name),
        bodySite=[concept(site)] if site else [],
        onsetDateTime=moment(since),
        abatementDateTime=moment(until),
        note=notes(note),
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


def allergy(
    key: str,
    name: str,
    reaction: str = "",
    since: str = "",
    *,
    severity: str = "",
    criticality: str = "",
    category: str = "medication",
    kind: str = "allergy",
    status: str = "active",
    verified: str = "confirmed",
    note: str = "",
) -> Resource:
    """Return an AllergyIntolerance; `kind` is allergy or intolerance."""
    manifestation = [filled(manifestation=[concept(reaction)], severity=severity)] if reaction else []
    return filled(
        resourceType="AllergyIntolerance",
        id=f"alg-{key}",
        clinicalStatus={} if verified == "entered-in-error" else term("allergyintolerance-clinical", status),
        verificationStatus=term("allergyintolerance-verification", verified),
        type=kind,
        category=[category],
        criticality=criticality,
        code=clinical(name),
        recordedDate=moment(since),
        note=notes(note),
        reaction=manifestation,
    )


def no_known_allergies(since: str) -> Resource:
    """Return the statement that the patient was asked and has none."""
    made = allergy("none", "No known allergies", since=since)
    return {name: value for name, value in made.items() if name not in ("type", "category")}


def encounter(
    key: str,
    what: str,
    start: str,
    end: str = "",
    *,
    seen: str = "AMB",
    reason: str = "",
    status: str = "finished",
    diagnosis: str = "",
) -> Resource:
    """Return an Encounter; `seen` is its class (AMB, EMER, HH, IMP, VR), `diagnosis` another entry."""
    return filled(
        resourceType="Encounter",
        id=f"enc-{key}",
        status=status,
        **{"class": coding(f"{TERMINOLOGY}/v3-ActCode", seen, ENCOUNTER_CLASSES[seen])},
        type=[concept(what)],
        period=period(start, end or start),
        **reasons(reason),
        diagnosis=[{"condition": link(diagnosis)}] if diagnosis else [],
    )


def procedure(
    key: str,
    name: str,
    date: str,
    *,
    site: str = "",
    status: str = "completed",
    because: str = "",
    reason: str = "",
    outcome: str = "",
    note: str = "",
) -> Resource:
    """Return a Procedure; `because` says why it was not done."""
    return filled(
        resourceType="Procedure",
        id=f"proc-{key}",
        status=status,
        statusReason=concept(because) if because else {},
        code=clinical(name),
        performedDateTime=moment(date),
        **reasons(reason),
        bodySite=[concept(site)] if site else [],
        outcome=concept(outcome) if outcome else {},
        note=notes(note),
    )


def device(
    key: str, name: str, *, model: str = "", maker: str = "", made: str = "", status: str = "active", note: str = ""
) -> Resource:
    """Return a Device; R4 has no date of implantation, so the note or a procedure says it."""
    return filled(
        resourceType="Device",
        id=f"dev-{key}",
        status=status,
        manufacturer=maker,
        manufactureDate=moment(made),
        deviceName=[{"name": name, "type": "user-friendly-name"}],
        modelNumber=model,
        type=concept(name),
        note=notes(note),
    )


def immunized(
    key: str, name: str, date: str, *, status: str = "completed", because: str = "", note: str = "", dose: int = 0
) -> Resource:
    """Return an Immunization; `because` says why it was not given."""
    return filled(
        resourceType="Immunization",
        id=f"imm-{key}",
        status=status,
        statusReason=concept(because) if because else {},
        vaccineCode=vaccine(name),
        occurrenceDateTime=moment(date),
        note=notes(note),
        protocolApplied=[{"doseNumberPositiveInt": dose}] if dose else [],
    )


def flu_jabs(*dates: str) -> list[Resource]:
    """Return one seasonal influenza Immunization per date."""
    return [immunized(f"flu-{date[:4]}", "Seasonal influenza vaccine (inactivated)", date) for date in dates]


def relative(key: str, who: str, problem: str, *, at: str = "", died: str = "", note: str = "") -> Resource:
    """Return a FamilyMemberHistory of one problem; `at` is the age at onset in years, `died` the age at death."""
    age = {"onsetAge": years(at)} if at else {}
    return filled(
        resourceType="FamilyMemberHistory",
        id=f"fam-{key}",
        status="completed",
        relationship={"coding": [coding(f"{TERMINOLOGY}/v3-RoleCode", RELATIVES[who], who)], "text": who},
        deceasedAge=years(died) if died else {},
        note=notes(note),
        condition=[{"code": clinical(problem)} | age],
    )


def years(age: str) -> Resource:
    """Return an Age."""
    return {"value": int(age), "unit": "years", "system": UCUM_SYSTEM, "code": "a"}
