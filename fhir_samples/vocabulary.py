"""The words a chart is written in: problems, allergies, procedures, visits. Knows no patient; `chart` binds them.

Every function returns one R4 resource whose id is local to the chart ("cond-ckd"); a reference to another entry is
written "@cond-ckd". Dates are as precise as they are known: "2016", "2016-03", "2016-03-04", "2016-03-04T09:30".
"""

from __future__ import annotations

from typing import Any

from fhir_samples.codes import UCUM_SYSTEM, clinical, coding, concept, vaccine

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
