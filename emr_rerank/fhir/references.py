"""Who a resource is, what may point at it, and what it points at. Knows nothing of stores: it only writes addresses.

An *address* is a reference in one normal form: "Type/id", "urn:uuid:...", or "Type?identifier=system|value". A store
files every resource under all of its `addresses` and asks for the `targets` of a reference, in order.

All functions read the raw JSON, valid or not, and never raise on odd shapes: a quarantined resource has an identity and
a patient too. So an id that validation had to repair (`a_b`) stays the identity: references name it as it was written.
Formats: https://hl7.org/fhir/R4/references.html and https://hl7.org/fhir/R4/http.html#transaction (conditional ones).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import unquote

from emr_rerank.fhir.resource import Entry, Resource

DEFAULT_SOURCE = "local"

LONGEST_ID = 255  # four times what FHIR allows; longer ones are no ids, and database indexes refuse them

LONGEST_SOURCE = 200  # characters of a server base; of a longer one, or one that cannot be shown, a hash stands for it

SUBJECT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Account": ("subject",),
    "Appointment": ("participant.actor",),
    "AppointmentResponse": ("actor",),
    "Coverage": ("beneficiary",),
    "EnrollmentRequest": ("candidate",),
    "List": ("subject",),
    "Provenance": ("target",),
    "ResearchSubject": ("individual",),
    "SupplyRequest": ("deliverTo",),
    "Task": ("for",),
}
"""Where a type names its patient, for the types that do it elsewhere than in `subject` or `patient`."""

TEXT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "CarePlan": ("addresses", "goal", "activity.reference"),
    "ClinicalImpression": ("problem", "finding.itemReference", "investigation.item"),
    "Composition": ("author",),
    "Condition": ("evidence.detail",),
    "Device": ("definition",),
    "DiagnosticReport": ("result", "presentedForm.url"),
    "DocumentReference": ("author", "content.attachment.url"),
    "Encounter": ("reasonReference", "diagnosis.condition"),
    "FamilyMemberHistory": ("reasonReference",),
    "Goal": ("addresses", "outcomeReference"),
    "Immunization": ("reasonReference", "reaction.detail"),
    "MedicationAdministration": ("medicationReference", "reasonReference"),
    "MedicationRequest": ("medicationReference", "reasonReference"),
    "MedicationStatement": ("medicationReference", "reasonReference"),
    "Observation": ("hasMember",),
    "Procedure": ("reasonReference", "usedReference", "focalDevice.manipulated", "complicationDetail"),
}
"""Which references of a record add words to its line: what converters may look up. Only these are worth waiting for."""

_TYPE = r"[A-Z][A-Za-z]{1,63}"
_BASE = r"(?:(?P<base>[Hh][Tt][Tt][Pp][Ss]?://.+?)/)?"
_REST = re.compile(rf"{_BASE}(?P<address>{_TYPE}/[^/?#\s]+)(?:/_history/[^/?#\s]+)?/?")
_CONDITIONAL = re.compile(rf"{_BASE}(?P<type>{_TYPE})/?\?(?P<query>.+)")
_TYPED = re.compile(_TYPE)
_STARTS_TYPED = re.compile(rf"{_TYPE}[/?]")
_LOOSE_PATIENT = ("patient/", "patient?")


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a resource this resource, across files and imports."""

    source: str
    type: str
    id: str

    @property
    def reference(self) -> str:
        """Return "Type/id", the address others use inside one source."""
        return f"{self.type}/{self.id}"


def identity(entry: Entry, source: str | None = None) -> Identity | None:
    """Return who the entry's resource is, or None where it has no type or no usable id anywhere.

    The source is `source_of` the entry. The id is the resource's own as it stands, else the one in `fullUrl`.
    """
    kind = entry.resource.get("resourceType")
    if not isinstance(kind, str) or not _TYPED.fullmatch(kind):
        return None
    own = _own_id(entry.resource) or _usable(_id_in(normalise(entry.full_url)[1], kind))
    return Identity(source_of(entry, source), kind, own) if own else None


def source_of(entry: Entry, source: str | None = None) -> str:
    """Return the system an entry comes from.

    It is the given one, else the server base of an absolute `fullUrl` (https://host/fhir/Patient/1 ->
    https://host/fhir), else the base that its Bundle's other entries agree on, else `DEFAULT_SOURCE`.
    """
    return source or normalise(entry.full_url)[0] or entry.base or DEFAULT_SOURCE


def addresses(entry: Entry) -> tuple[str, ...]:
    """Return every address under which others in the same source may point at this resource, its own first.

    "Type/id", the `fullUrl` (normalised and whole), and one conditional address for each identifier with a value: with
    its system, or, where it has none, as "|value" and as a bare "value". A bare value never matches an identifier that
    has a system: numbers of different systems coincide between people.
    """
    found: dict[str, None] = {}
    kind = entry.resource.get("resourceType")
    named = identity(entry)
    if named:
        found[named.reference] = None
    if entry.full_url:
        base, address = normalise(entry.full_url)
        if base is None or _id_in(address, str(kind)):
            found[address] = None
        if base is not None:
            found[f"{base}/{address}"] = None
    if named:
        for system, value in _identifiers(entry.resource):
            found[f"{named.type}?identifier={system}|{value}"] = None
            if not system:
                found[f"{named.type}?identifier={value}"] = None
    return tuple(found)


def normalise(reference: str) -> tuple[str | None, str]:
    """Split a reference into its server base (None when relative) and its address.

    "Patient/1/_history/2" -> (None, "Patient/1"); "https://h/fhir/Patient/1" -> ("https://h/fhir", "Patient/1");
    "urn:uuid:X" -> (None, "urn:uuid:x"); "Patient?identifier=s%7Cv" -> (None, "Patient?identifier=s|v");
    "Patient?_id=1" -> (None, "Patient/1"); "/Patient/1", "./Patient/1" and "patient/1" -> (None, "Patient/1").
    Anything else comes back as it is: it matches only its equal. A base that no store could file (over
    `LONGEST_SOURCE`, or with control characters) is its beginning and a hash.
    """
    text = reference.strip()
    if text[:4].lower() == "urn:":
        return None, text.lower() if text[:9].lower() == "urn:uuid:" else text
    if text.startswith(("/", "./", *_LOOSE_PATIENT)):
        text = _plain(text)
    if match := _CONDITIONAL.fullmatch(text):
        return _base(match["base"]), _conditional(match["type"], match["query"])
    if match := _REST.fullmatch(text):
        return _base(match["base"]), match["address"]
    return None, text


def targets(reference: str, source: str) -> tuple[tuple[str, str], ...]:
    """Return the (source, address) pairs to try for a reference found in a resource of `source`, in this order.

    An absolute reference is first what that server holds, then what `source` filed under the whole URL (a `fullUrl`),
    then, where `source` is a name that somebody gave, that source's own "Type/id": whoever names the source of files
    says that they hold one system's data, so their absolute references mean that system. Another server's base and
    `DEFAULT_SOURCE`, which files of many systems may share, say no such thing.
    """
    base, address = normalise(reference)
    if base is None:
        return ((source, address),)
    known = [(base, address), (source, f"{base}/{address}")]
    if source != DEFAULT_SOURCE and not source.lower().startswith(("http://", "https://")):
        known.append((source, address))
    return tuple(dict.fromkeys(known))


def canonical(reference: str) -> str:
    """Return a reference in one spelling: its base, where it has one, and its address."""
    base, address = normalise(reference)
    return address if base is None else f"{base}/{address}"


def points_somewhere(text: str) -> bool:
    """Return whether a text has the form of a reference to a resource, rather than being a name or a remark."""
    base, address = normalise(text)
    return (
        base is not None
        or address.startswith(("urn:", "#"))
        or any(form.fullmatch(text.strip()) for form in (_REST, _CONDITIONAL))
    )


def with_identity(resource: Resource, named: Identity) -> Resource:
    """Return the resource with its identity's id: itself, or a shallow copy where the id was missing or loose."""
    return resource if resource.get("id") == named.id else {**resource, "id": named.id}


def subject_of(resource: Resource) -> str | None:
    """Return the reference that names the resource's patient, or None: no patient, or a group, place or device.

    A reference that holds only an identifier becomes a conditional one. `urn:` references are returned unseen: what
    they name is known only once they are resolved.
    """
    kind = resource.get("resourceType")
    fields = SUBJECT_FIELDS.get(kind, ("subject", "patient")) if isinstance(kind, str) else ("subject", "patient")
    for field in fields:
        for value in _at(resource, field.split(".")):
            reference = _written(value)
            if reference and _may_be_patient(reference, value):
                return reference
    return None


def text_references(resource: Resource) -> tuple[str, ...]:
    """Return the references a converter may look up, as written, without repeats and without contained ones (`#x`)."""
    kind = resource.get("resourceType")
    fields = TEXT_FIELDS.get(kind, ()) if isinstance(kind, str) else ()
    found: dict[str, None] = {}
    for field in fields:
        for value in _at(resource, field.split(".")):
            reference = _written(value)
            if reference and not reference.startswith("#") and (not field.endswith("url") or _may_be_binary(reference)):
                found[reference] = None
    return tuple(found)


def _plain(text: str) -> str:
    """Return "Type/id" for it with a slash before it, or "patient" in lower case; other texts as they are."""
    rest = text.removeprefix(".").removeprefix("/")
    if rest.startswith(_LOOSE_PATIENT):
        rest = f"P{rest[1:]}"
    return rest if _STARTS_TYPED.match(rest) else text


def _base(base: str | None) -> str | None:
    """Return a server base as a store can file it."""
    if base is None or (len(base) <= LONGEST_SOURCE and base.isprintable()):
        return base
    shown = "".join(character for character in base[: LONGEST_SOURCE // 2] if character.isprintable())
    return f"{shown}#{blake2b(base.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def _conditional(kind: str, query: str) -> str:
    """Return the address of a search: by identifier, by id, or, for any other, the search itself, decoded."""
    parts = (part.partition("=") for part in query.split("&"))
    asked = {unquote(name): unquote(value) for name, _, value in parts}  # "+" stays: it occurs in identifiers
    if identifier := asked.get("identifier"):
        return f"{kind}?identifier={identifier}"
    if own := asked.get("_id"):
        return f"{kind}/{own}"
    return f"{kind}?" + "&".join(f"{name}={value}" for name, value in asked.items())


def _own_id(resource: Resource) -> str | None:
    own = resource.get("id")
    if isinstance(own, int) and not isinstance(own, bool):  # a fault that is repaired; references write it as text
        own = str(own)
    return _usable(own.strip()) if isinstance(own, str) else None


def _usable(own: str | None) -> str | None:
    return own if own and len(own) <= LONGEST_ID and own.isprintable() else None


def _id_in(address: str, kind: str) -> str | None:
    """Return the id that an address from a `fullUrl` gives a resource of this type."""
    for prefix in ("urn:uuid:", "urn:oid:", f"{kind}/"):
        if address.startswith(prefix):
            return address.removeprefix(prefix)
    return None


def _identifiers(resource: Resource) -> Iterator[tuple[str, str]]:
    for value in _at(resource, ["identifier"]):
        if isinstance(value, dict):
            system, text = value.get("system"), value.get("value")
            if isinstance(text, str) and text:
                yield system if isinstance(system, str) else "", text


def _at(node: object, path: list[str]) -> Iterator[object]:
    """Yield what lies at a dotted path, stepping into every element of lists (by a stack, however deep they nest)."""
    waiting = [(node, 0)]
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, list):
            waiting += [(element, depth) for element in reversed(found)]
        elif depth == len(path):
            yield found
        elif isinstance(found, dict) and path[depth] in found:
            waiting.append((found[path[depth]], depth + 1))


def _written(value: object) -> str | None:
    """Return a Reference's reference, or a conditional one for a Reference by identifier; text alone is a reference."""
    if isinstance(value, str):  # a fault that is repaired
        return value.strip() if points_somewhere(value) else None
    if not isinstance(value, dict):
        return None
    reference = value.get("reference")
    if isinstance(reference, str) and reference.strip():
        return reference.strip()
    kind = value.get("type")
    for system, text in _identifiers(value):
        return f"{kind if isinstance(kind, str) and kind else 'Patient'}?identifier={system}|{text}"
    return None


def _may_be_binary(reference: str) -> bool:
    """Return whether an attachment's URL names a Binary rather than any page or file on some server."""
    return normalise(reference)[1].startswith(("Binary/", "urn:"))


def _may_be_patient(reference: str, value: object) -> bool:
    if reference.startswith("#") or (isinstance(value, dict) and value.get("type", "Patient") != "Patient"):
        return False
    _, address = normalise(reference)
    return address.startswith(("urn:", "Patient/", "Patient?"))
