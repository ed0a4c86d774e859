"""The elements that every resource is made of, in words: concepts, references, names, notes. Knows no resource types.

Every function takes what stands in the JSON, whatever it is, and never raises: an element that is absent, empty,
extension-only or of the wrong shape reads as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emr_rerank.fhir.dates import day
from emr_rerank.fhir.plain_text import distinct, lower_first, one_line, title
from emr_rerank.fhir.resource import LookUp, Resource

Element = Mapping[str, Any]

_NAMED_BY = ("code", "vaccineCode", "medicationCodeableConcept", "type", "description", "title", "deviceName")
_NEVER_FINDINGS = {"refuted": "refuted", "entered-in-error": "entered in error"}
_ALSO_SAID: Mapping[str, str] = {
    "410516002": "refuted",  # known absent
    "410594000": "refuted",  # definitely not present
    "723511001": "refuted",
    "known-absent": "refuted",
    "definitely-not-present": "refuted",
    "not-present": "refuted",
    "absent": "refuted",
    "ruled-out": "refuted",
    "excluded": "refuted",
    "disproved": "refuted",
    "723510000": "entered-in-error",
    "recorded-in-error": "entered-in-error",
    "410605003": "confirmed",
    "55561003": "active",
    "73425007": "inactive",
    "413322009": "resolved",
    "277022003": "remission",
    "in-remission": "remission",
}
"""SNOMED CT codes and usual words for FHIR's own codes of clinical and verification status."""

_NAME_USES = ("official", "usual", "", "nickname", "temp", "anonymous", "maiden", "old")


def part(element: Element, field: str) -> dict[str, Any]:
    """Return the object in a field (the first one where it is a list), an empty one where there is none."""
    value = element.get(field)
    if isinstance(value, list):
        value = next((entry for entry in value if isinstance(entry, dict)), None)
    return value if isinstance(value, dict) else {}


def parts(element: Element, field: str) -> list[dict[str, Any]]:
    """Return the objects in a repeating field; a single object counts as a list of one."""
    value = element.get(field)
    if not value:
        return []
    if isinstance(value, dict):
        return [value]
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def words(element: Element, field: str) -> str:
    """Return a primitive field as one clean line; several values are joined with commas."""
    value = element.get(field)
    if isinstance(value, list):
        return ", ".join(filter(None, map(one_line, value)))
    return one_line(value)


def concept(value: object) -> str:
    """Return a CodeableConcept (or a Coding) in words: its text, else a coding's display, else its code, else "".

    A text that is a program's name for it ("heart_rate") gives way to a display.
    """
    if isinstance(value, list):
        value = next((entry for entry in value if isinstance(entry, dict)), None)
    if not isinstance(value, dict):
        return title(value)
    text = title(value.get("text"))
    if text and ("_" not in text or " " in text):
        return text
    codings = parts(value, "coding") or [value]
    chosen = [coding for coding in codings if coding.get("userSelected") is True]
    for coding in (*chosen, *codings) if chosen else codings:
        if display := title(coding.get("display")):
            return display
    return text or next((code for coding in codings if (code := one_line(coding.get("code")))), "")


def truth(value: object) -> str:
    """Return a boolean as "yes" or "no", "" for anything else."""
    return ("yes" if value else "no") if isinstance(value, bool) else ""


def concepts(element: Element, field: str) -> list[str]:
    """Return the CodeableConcepts of a repeating field in words, without empty ones and repeats."""
    value = element.get(field)
    if not value:
        return []
    return distinct([concept(entry) for entry in value] if isinstance(value, list) else [concept(value)])


def codes(*values: object) -> tuple[str, ...]:
    """Return every coding of these CodeableConcepts as "system|code", without repeats."""
    found: dict[str, None] = {}
    for value in values:
        for coding in parts(value, "coding") if isinstance(value, dict) else ():
            if code := one_line(coding.get("code")):
                found[f"{one_line(coding.get('system'))}|{code}"] = None
    return tuple(found)


def code_among(value: object, known: Mapping[str, Any]) -> str:
    """Return the code of a CodeableConcept or a code that a table knows, letter case and spelling of gaps aside.

    "Entered in error", "entered_in_error" and the coding "entered-in-error" are one code, and so is what SNOMED CT says
    for it; "" where none is known.
    """
    if isinstance(value, dict):
        said = [coding.get("code") for coding in parts(value, "coding")]
        said += [coding.get("display") for coding in parts(value, "coding")]
        said.append(value.get("text"))
    else:
        said = [value]
    for word in said:
        code = title(word)
        if code in known:
            return code
        plain = code.lower().rstrip(" .").replace(" ", "-").replace("_", "-")
        if (plain := _ALSO_SAID.get(plain, plain)) in known:
            return plain
    return ""


def resolve(reference: object, holder: Resource, look_up: LookUp) -> Resource | None:
    """Return the resource a Reference names: contained in its holder ("#id"), or found by `look_up`."""
    written = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(written, str) or not written.strip():
        return None
    written = written.strip()
    if written[0] == "#":
        inside = (entry for entry in parts(holder, "contained") if entry.get("id") == written[1:])
        return next(inside, None)
    return look_up(written)


def name_of(resource: Resource) -> str:
    """Return what a referenced resource is called, marked where it is refuted or entered in error.

    A person or place is called by its name; anything else by its code, type or description.
    """
    named = resource.get("name")
    if isinstance(named, list):
        return person_name(resource)
    called = one_line(named) or next((found for field in _NAMED_BY if (found := _called(resource.get(field)))), "")
    mark = code_among(resource.get("verificationStatus"), _NEVER_FINDINGS)
    mark = mark or code_among(resource.get("status"), _NEVER_FINDINGS)
    return f"{called} ({_NEVER_FINDINGS[mark]})" if called and mark else called


def referred(reference: object, holder: Resource, look_up: LookUp) -> str:
    """Return a Reference in words: the name of what it points at, else its display, else ""."""
    found = resolve(reference, holder, look_up)
    name = name_of(found) if found else ""
    return name or (title(reference.get("display")) if isinstance(reference, dict) else "")


def all_referred(references: Iterable[object], holder: Resource, look_up: LookUp) -> list[str]:
    """Return these References in words, without empty ones and repeats."""
    return distinct([referred(reference, holder, look_up) for reference in references])


def displayed(reference: object, holder: Resource, look_up: LookUp) -> str:
    """Return a person or place in words: the reference's own display, else the name of what it points at."""
    shown = title(reference.get("display")) if isinstance(reference, dict) else ""
    return shown or referred(reference, holder, look_up)


def reasons(resource: Resource, look_up: LookUp) -> str:
    """Return why something was done: its reason codes, then the reasons it refers to."""
    said = concepts(resource, "reasonCode")
    referring = parts(resource, "reasonReference")
    if referring:
        said = distinct([*said, *all_referred(referring, resource, look_up)])
    return ", ".join(said)


def body_site(sites: list[str]) -> str:
    """Return body sites in words, a laterality before what it belongs to: "left knee"."""
    sides = [site.lower() for site in sites if site.lower() in _SIDES]
    places = [lower_first(site) for site in sites if site.lower() not in _SIDES]
    return " ".join(filter(None, [" and ".join(_SIDES[side] for side in sides), ", ".join(places)]))


_SIDES = {
    "left": "left",
    "right": "right",
    "bilateral": "bilateral",
    "unilateral left": "left",
    "unilateral right": "right",
    "right and left": "bilateral",
    "l": "left",
    "r": "right",
}


def notes(element: Element, field: str = "note") -> str:
    """Return Annotations in words, each with its day where it has one: "2020-03-01: stable"."""
    said = []
    for note in parts(element, field):
        if text := note.get("text"):
            written = day(one_line(note.get("time")))
            said.append(f"{written}: {text}" if written else str(text))
    return "\n".join(said)


def person_name(resource: Element) -> str:
    """Return a person's name in use: the official one first, given names before the family name, no prefix."""
    candidates = parts(resource, "name")
    if not candidates:
        return ""

    def preference(name: Element) -> tuple[bool, int]:
        use = words(name, "use")
        return bool(part(name, "period").get("end")), _NAME_USES.index(use) if use in _NAME_USES else 2

    for name in sorted(candidates, key=preference):
        given = words(name, "given").replace(", ", " ")
        whole = " ".join(filter(None, [given, words(name, "family"), words(name, "suffix")]))
        if shown := whole or words(name, "text"):
            return shown
    return ""


def qualified(resource: Resource) -> bool:
    """Tell whether any part of a resource holds a modifier extension, which may turn its meaning round.

    No such extension is known here (https://hl7.org/fhir/R4/extensibility.html#modifierExtension).
    """
    pending: list[object] = [resource]
    while pending:
        inner = pending.pop()
        if isinstance(inner, dict):
            if inner.get("modifierExtension"):
                return True
            pending += [value for value in inner.values() if isinstance(value, (dict, list))]
        elif isinstance(inner, list):
            pending += inner
    return False


def _called(value: object) -> str:
    if isinstance(value, list):
        value = next((entry for entry in value if isinstance(entry, dict)), None)
    if isinstance(value, dict) and "name" in value:
        return title(value["name"])
    return concept(value)
