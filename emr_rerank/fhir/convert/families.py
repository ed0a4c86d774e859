"""Family history: what runs in the patient's family. Knows no other resource types."""

from __future__ import annotations

import re

from emr_rerank.fhir.convert.compose import Line, compose
from emr_rerank.fhir.convert.status import FAMILY_HISTORY, read_status
from emr_rerank.fhir.dates import date, day, period, when
from emr_rerank.fhir.elements import Element, concept, notes, parts, reasons, words
from emr_rerank.fhir.plain_text import distinct, lower_first
from emr_rerank.fhir.quantities import age, ages
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Kind, Record

_ABSENT = "(?:known )?absent|not present|refuted|excluded|ruled out|denied|negative"
_OUTCOME_ABSENT = re.compile(_ABSENT, re.IGNORECASE)
_CALLED_ABSENT = re.compile(rf" \((?:{_ABSENT})\)$", re.IGNORECASE)


def family_history(resource: Resource, look_up: LookUp) -> Record:
    """Return a FamilyMemberHistory, named by the relative and what they had.

    Its code is that name: neither the relative alone nor the illness alone says what it is.
    """
    status = read_status(resource.get("status"), FAMILY_HISTORY)
    relative = lower_first(concept(resource.get("relationship"))) or words(resource, "name") or "relative"
    conditions = parts(resource, "condition")
    illnesses = distinct([_named(entry) for entry in conditions])
    reason = reasons(resource, look_up)
    told = ", ".join(filter(None, map(_illness, conditions)))
    named = f"{relative}: {', '.join(illnesses)}" if illnesses else relative
    missing = concept(resource.get("dataAbsentReason"))
    why_missing = f"not recorded ({lower_first(missing)})" if missing and not told else ""
    about = told or why_missing
    return compose(
        resource,
        Kind.FAMILY_HISTORY,
        named,
        status,
        Line(
            "Family history",
            [] if status.word == "completed" else [status.shown],
            head=f"{relative}: {about}" if about else relative,
            facts=[_death(resource), _alive(resource)],
            tails=[("for", reason), ("note", notes(resource))],
        ),
        coded=[*(entry.get("code") for entry in conditions if not _absent(entry)), resource.get("relationship")],
        code=named.casefold(),
        date=date(resource.get("date")),
        reason=reason,
    )


def _absent(entry: Element) -> bool:
    """Tell whether a relative is said not to have had an illness: by its name's last word, or as its outcome."""
    outcome = concept(entry.get("outcome"))
    return bool(_OUTCOME_ABSENT.fullmatch(outcome) or _CALLED_ABSENT.search(concept(entry.get("code"))))


def _named(entry: Element) -> str:
    """Return an illness as the middle of a sentence: "breast cancer", "no breast cancer"."""
    called = lower_first(_CALLED_ABSENT.sub("", concept(entry.get("code"))))
    return f"no {called}" if called and _absent(entry) and not called.startswith("no ") else called


def _illness(entry: Element) -> str:
    """Return what the relative had: "breast cancer (onset age 42, fatal)"."""
    named = _named(entry)
    said = named or "condition not named"
    began, ended = period(entry.get("onsetPeriod"))
    years = age(entry.get("onsetAge")) or ages(entry.get("onsetRange"))
    onset = f"age {years}" if years else when(began, ended) or words(entry, "onsetString")
    details = [
        f"onset {onset}" if onset else "",
        "" if named and _absent(entry) else lower_first(concept(entry.get("outcome"))),
        "cause of death" if entry.get("contributedToDeath") is True else "",
        notes(entry),
    ]
    shown = ", ".join(filter(None, details))
    return f"{said} ({shown})" if shown else said


def _death(resource: Element) -> str:
    if years := age(resource.get("deceasedAge")) or ages(resource.get("deceasedRange")):
        return f"died at {years}"
    if on := day(date(resource.get("deceasedDate"))) or words(resource, "deceasedString"):
        return f"died {on}"
    return "died" if resource.get("deceasedBoolean") is True else ""


def _alive(resource: Element) -> str:
    years = age(resource.get("ageAge")) or ages(resource.get("ageRange")) or words(resource, "ageString")
    if not years or _death(resource):
        return ""
    return f"now about {years}" if resource.get("estimatedAge") is True else f"now {years}"
