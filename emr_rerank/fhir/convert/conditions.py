"""Conditions and allergies: what the patient has, had, or was thought to have. Knows no other resource types."""

from __future__ import annotations

from emr_rerank.fhir.convert.compose import Line, compose
from emr_rerank.fhir.convert.status import ALLERGY, CONDITION, read_status, verified
from emr_rerank.fhir.dates import date, day, period, when
from emr_rerank.fhir.elements import Element, all_referred, body_site, concept, concepts, notes, part, parts, words
from emr_rerank.fhir.plain_text import LONGEST_VALUE, cut, distinct, lower_first, one_line
from emr_rerank.fhir.quantities import age, ages
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Kind, Record, Standing


def condition(resource: Resource, look_up: LookUp) -> Record:
    """Return a Condition; its date is its onset, else when it was recorded."""
    over = any(field.startswith("abatement") for field in resource)
    clinical = read_status(resource.get("clinicalStatus"), CONDITION)
    status, doubt = verified(clinical, resource.get("verificationStatus"), ended=over)
    began, ended, span = _course(resource, status.standing)
    recorded = date(resource.get("recordedDate"))
    site = body_site(concepts(resource, "bodySite"))
    stage = ", ".join(concept(entry.get("summary")) for entry in parts(resource, "stage"))
    signs = [entry for proof in parts(resource, "evidence") for entry in concepts(proof, "code")]
    proofs = [detail for proof in parts(resource, "evidence") for detail in parts(proof, "detail")]
    facts = [
        lower_first(concept(resource.get("severity"))),
        f"stage {stage}" if stage and not stage.lower().startswith("stage") else stage,
        site,
        span or (f"recorded {day(recorded)}" if recorded else ""),
    ]
    return compose(
        resource,
        Kind.CONDITION,
        concept(resource.get("code")),
        status,
        Line(
            "Condition",
            (status.shown, doubt),
            facts=facts,
            tails=[
                ("evidence", ", ".join(distinct([*signs, *all_referred(proofs, resource, look_up)]))),
                ("note", notes(resource)),
            ],
        ),
        coded=[resource.get("code")],
        date=began or recorded,
        end=ended,
        body_site=site,
    )


def allergy(resource: Resource, _look_up: LookUp) -> Record:
    """Return an AllergyIntolerance; its date is its onset, else when it was recorded; its value, the reactions."""
    clinical = read_status(resource.get("clinicalStatus"), ALLERGY)
    status, doubt = verified(clinical, resource.get("verificationStatus"))
    began, _, span = _course(resource, status.standing)
    recorded = date(resource.get("recordedDate"))
    reactions = "; ".join(distinct([_reaction(entry) for entry in parts(resource, "reaction")]))
    criticality = words(resource, "criticality")
    culprits = [concept(entry.get("substance")) for entry in parts(resource, "reaction")]
    coded = resource.get("code") or next((e.get("substance") for e in parts(resource, "reaction")), None)
    last = date(resource.get("lastOccurrence"))
    return compose(
        resource,
        Kind.ALLERGY,
        concept(resource.get("code")) or next(filter(None, culprits), ""),
        status,
        Line(
            "Intolerance" if resource.get("type") == "intolerance" else "Allergy",
            (status.shown, doubt),
            facts=[
                _CRITICALITY.get(criticality, ""),
                span or (f"recorded {day(recorded)}" if recorded else ""),
                f"last reaction {day(last)}" if last else "",
            ],
            tails=[("reaction", reactions), ("note", notes(resource))],
        ),
        coded=[coded],
        date=began or recorded,
        value=cut(reactions, LONGEST_VALUE),
        flag=_CRITICALITY["high"] if criticality == "high" else "",
    )


_CRITICALITY = {"high": "high criticality", "low": "low criticality"}


def _reaction(entry: Element) -> str:
    """Return a reaction in words: "anaphylaxis, hives (severe)"."""
    shown = ", ".join(lower_first(sign) for sign in concepts(entry, "manifestation"))
    shown = shown or words(entry, "description")
    severity = words(entry, "severity")
    to = concept(entry.get("substance"))
    details = ", ".join(filter(None, [severity, f"to {lower_first(to)}" if to else "", day(date(entry.get("onset")))]))
    shown = shown or ("reaction" if details else "")
    return f"{shown} ({details})" if details else shown


_BEGAN = {Standing.CURRENT: "since", Standing.PAST: "onset"}


def _course(resource: Element, standing: Standing) -> tuple[str, str, str]:
    """Return when something began and ended (as dates), and both in words, whatever type they were recorded as."""
    from_period = period(resource.get("onsetPeriod"))
    to_period = period(resource.get("abatementPeriod"))
    began = date(resource.get("onsetDateTime")) or from_period[0]
    ended = date(resource.get("abatementDateTime")) or to_period[1] or to_period[0]
    word = _BEGAN.get(standing, "")
    onset, abatement = age_or_words(resource, "onset"), age_or_words(resource, "abatement")
    if not onset and not abatement:
        return began, ended, when(began, ended, began=word)
    said = [
        when(began) and f"onset {when(began)}" if abatement and not onset else f"onset {onset}" if onset else "",
        f"until {abatement}" if abatement else f"until {day(ended)}" if ended else "",
    ]
    return began, ended, ", ".join(filter(None, said))


def age_or_words(resource: Element, field: str) -> str:
    """Return what a choice field such as onset[x] says where it is no date: "age 42", "age 40-45", "in childhood"."""
    if years := age(resource.get(f"{field}Age")):
        return f"age {years}"
    if years := ages(part(resource, f"{field}Range")):
        return f"age {years}"
    return one_line(resource.get(f"{field}String"))
