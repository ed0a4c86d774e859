"""Repairs of what real exports get wrong, where the meaning is plain. Knows nothing of how faults are found.

`REPAIRS` is the table: a kind, as reports count it, and how. A repair looks at one place at fault and says what should
stand there, or passes. What none of them repairs is not plain, and the resource is quarantined.
Not plain on purpose: "03/04/2016" (whose month?), "5,1", a missing subject, two values for one choice, and whatever
may turn a meaning round (modifier extensions, `notDone` where `former_fields` cannot read it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from emr_rerank.fhir import faults as words
from emr_rerank.fhir import spelling
from emr_rerank.fhir.faults import Fault
from emr_rerank.fhir.former_fields import FORMER_FIELDS, may_turn_round
from emr_rerank.fhir.references import points_somewhere
from emr_rerank.fhir.resource import Json, Resource
from emr_rerank.fhir.shapes import Element, element_at, shape_of, type_at

CODE_KEPT = "code outside its list kept as text"

DROP = object()  # the change that takes a value away


@dataclass(frozen=True, slots=True)
class Site:
    """A place at fault in the copy under repair."""

    fault: Fault
    holder: Json  # the object or list that holds it
    key: str | int
    value: Json  # None where it is missing
    element: Element | None  # what R4 has there; None for an unknown field
    owner: str  # the type that `holder` is of: "Condition", "CodeableConcept"; "" where none is known
    above: tuple[tuple[Json, str | int], ...]  # the (holder, key) pairs that lead to `holder`, outermost first

    @property
    def holders(self) -> tuple[Json, ...]:
        """The objects and lists around it, outermost first."""
        return (*(holder for holder, _ in self.above), self.holder)

    @property
    def way(self) -> tuple[str | int, ...]:
        """The keys that lead to it from the resource."""
        return (*(key for _, key in self.above), self.key)


@dataclass(frozen=True, slots=True)
class Change:
    """What should stand at a site, or at the holder `up` levels above; a stand-in is for the model's eyes only.

    `beside` are fields to set in the same holder: what the value is moved to.
    """

    value: Json
    up: int = 0
    stand_in: bool = False
    beside: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """What really stood where a stand-in is now, to be put back after validation."""

    holder: Json
    key: str | int
    original: Json


@dataclass(frozen=True, slots=True)
class Mended:
    """One round's outcome: the kinds of repair made, one each, and the faults that no repair takes."""

    kinds: tuple[str, ...]
    stand_ins: tuple[StandIn, ...]
    left: tuple[Fault, ...]


def copied(node: Json) -> Json:
    """Return a copy that shares no object or list with the original (several times faster than copy.deepcopy)."""
    if isinstance(node, dict):
        return {key: copied(value) for key, value in node.items()}
    return [copied(value) for value in node] if isinstance(node, list) else node


def mend(resource: Resource, faults: Sequence[Fault]) -> Mended:
    """Repair in place what is plain; a fault that is tolerable and not repaired is left standing, silently."""
    kinds: list[str] = []
    stand_ins: list[StandIn] = []
    left: list[Fault] = []
    replaced: list[Json] = []
    emptied: list[list[Json]] = []
    sites = [_site(resource, fault) for fault in faults]  # all found before the first change moves anything
    for site in [site for site in sites if _moved(site)] or sites:  # a field missing may stand under another name
        if any(holder is old for holder in site.holders for old in replaced):
            continue  # a neighbour's repair took its surroundings; the next round sees what is left of it
        for kind, how in REPAIRS.items():
            if change := how(site):
                if change.stand_in:
                    stand_ins.append(StandIn(site.holder, site.key, site.value))
                replaced += _apply(site, change, emptied)
                kinds.append(kind)
                break
        else:
            if not site.fault.tolerable:
                left.append(site.fault)
    for emptied_list in emptied:
        emptied_list[:] = [value for value in emptied_list if value is not DROP]
    return Mended(tuple(kinds), tuple(stand_ins), tuple(left))


def put_back(stand_ins: Sequence[StandIn]) -> None:
    """Put back what stand-ins stood for."""
    for each in reversed(stand_ins):
        each.holder[each.key] = each.original


def _site(resource: Resource, fault: Fault) -> Site:
    chain: list[tuple[Json, str | int]] = []
    node: Json = resource
    for step in fault.path:
        chain.append((node, step))
        node = node.get(step) if isinstance(node, dict) else node[step]
    holder, key = chain[-1] if chain else (None, "")
    above = tuple(chain[:-1])
    owner = type_at(resource, tuple(step for _, step in above))
    return Site(fault, holder, key, node, element_at(resource, fault.path), owner, above)


def _apply(site: Site, change: Change, emptied: list[list[Json]]) -> list[Json]:
    """Make the change; return the objects and lists it took away. Shortened lists close up when the round is over."""
    holder, key = (*site.above, (site.holder, site.key))[-1 - change.up]
    old = holder.get(key) if isinstance(holder, dict) else holder[key]
    if change.value is not DROP:
        holder[key] = change.value
    elif isinstance(holder, dict):
        holder.pop(key)
        holder.update(change.beside or {})
    else:
        holder[key] = DROP
        emptied.append(holder)
    return [old] if isinstance(old, dict | list) else []


def _empty(site: Site) -> Change | None:
    if site.fault.what == words.NULL_IN_LIST:
        return Change([value for value in site.value if value is not None])
    blank = isinstance(site.value, str) and not site.value.strip()
    if site.fault.what == words.MISSING or not (blank or site.value in (None, {}, [])):
        return None
    if site.element and site.element.primitive and isinstance(site.holder, list) and site.above:
        owner, name = site.above[-1]
        if f"_{name}" in owner:  # the sibling list matches by position
            return Change(None)
    return Change(DROP)


def _coding_for_concept(site: Site) -> Change | None:
    """Put a bare Coding into the concept it stands for, or take the one coding out of a concept: both lose nothing."""
    if site.fault.what != words.UNKNOWN_FIELD or not isinstance(site.holder, dict) or not site.above:
        return None
    root, path = site.above[0][0], tuple(key for _, key in site.above)
    owner = element_at(root, path)
    if owner is None:
        return None
    if owner.kind == "CodeableConcept" and set(site.holder) <= shape_of("Coding").elements.keys():
        return Change({"coding": [dict(site.holder)]}, up=1)
    if owner.kind == "Coding" and site.key == "coding" and isinstance(site.value, list) and len(site.value) == 1:
        return Change(site.value[0], up=1)
    return None


def _misspelled_field(site: Site) -> Change | None:
    """Move a field whose name is a known one but for letter case or "_": `verificationstatus`, `do_not_perform`."""
    known = _known_name(site)
    if known is None or site.holder.get(known, site.value) != site.value:
        return None
    return Change(DROP, beside={known: site.value})


def _former_field(site: Site) -> Change | None:
    """Move what a field of another FHIR version says of whether its resource holds to where R4 says it."""
    read = FORMER_FIELDS.get((site.owner, str(site.key))) if site.fault.what == words.UNKNOWN_FIELD else None
    fields = read(site.holder, site.value) if read else None
    return None if fields is None else Change(DROP, beside=fields)


def _moved(site: Site) -> bool:
    return bool(_misspelled_field(site) or _former_field(site))


def _known_name(site: Site) -> str | None:
    """Return the field of R4 that an unknown field's name spells another way, where there is one."""
    if site.fault.what != words.UNKNOWN_FIELD or not isinstance(site.key, str) or "modifierExtension" in site.way:
        return None
    return spelling.field_name(site.key, shape_of(site.owner).elements)


def _unknown_field(site: Site) -> Change | None:
    if site.fault.what != words.UNKNOWN_FIELD or "modifierExtension" in site.way or _known_name(site):
        return None
    return None if may_turn_round(str(site.key), site.value) else Change(DROP)


def _respelled(kinds: frozenset[str], respell: Callable[[Json], Json | None]) -> Callable[[Site], Change | None]:
    """Return a repair that writes the values of some primitive kinds another way, where `respell` gives one."""

    def repair(site: Site) -> Change | None:
        if site.element is None or site.element.kind not in kinds or site.value is None:
            return None
        new = respell(site.value)
        return None if new is None or (new == site.value and type(new) is type(site.value)) else Change(new)

    return repair


def _date_for_instant(site: Site) -> Change | None:
    if site.element is None or site.element.kind != "instant" or not spelling.is_date(site.value):
        return None
    return Change(f"{site.value}T00:00:00Z", stand_in=True)


def _id(site: Site) -> Change | None:
    if site.element is None or site.element.kind != "id" or not isinstance(site.value, str):
        return None
    return Change(spelling.plain_id(site.value), stand_in=True)


def _code(site: Site) -> Change | None:
    if site.element is None or site.element.kind != "code" or not isinstance(site.value, str):
        return None
    new = spelling.listed(site.value, site.element.codes) or spelling.one_spaced(site.value)
    return Change(new) if new and new != site.value else None


def _comparator(site: Site) -> Change | None:
    if site.element is None or site.element.kind != "decimal" or site.key != "value" or "comparator" in site.holder:
        return None
    parts = spelling.compared(site.value)
    return Change({**site.holder, "comparator": parts[0], "value": parts[1]}, up=1) if parts and site.above else None


def _to_list(site: Site) -> Change | None:
    if site.fault.what != words.NOT_A_LIST or site.element is None:
        return None
    wanted = (str, int, float) if site.element.primitive else (dict, str)
    return Change([site.value]) if isinstance(site.value, wanted) else None


def _from_list(site: Site) -> Change | None:
    if site.element is None or site.element.many or not isinstance(site.value, list) or len(site.value) != 1:
        return None
    return Change(site.value[0])


_HELD_AS: Mapping[str, str] = {
    "Address": "text",
    "Annotation": "text",
    "CodeableConcept": "text",
    "HumanName": "text",
    "Reference": "reference",
}


def _text_for_object(site: Site) -> Change | None:
    if site.element is None or not isinstance(site.value, str) or site.value.lstrip()[:1] in ("{", "[", ""):
        return None
    field = _HELD_AS.get(site.element.kind)
    if field is None or (field == "reference" and not points_somewhere(site.value)):
        return None
    return Change({field: site.value})


def _missing_status(site: Site) -> Change | None:
    element = site.element
    if site.fault.what != words.MISSING or site.key != "status" or element is None or "unknown" not in element.codes:
        return None
    return Change("unknown")


def _extension(site: Site) -> Change | None:
    """Drop the outermost extension around a fault: readers may pass over any but a modifierExtension."""
    if "modifierExtension" in site.way:  # may turn a meaning round
        return None
    for depth, key in enumerate(site.way):
        if key == "extension":
            return _dropped(site, depth + 1)
        if str(key).startswith("_"):
            return _dropped(site, depth)
    return None


def _metadata(site: Site) -> Change | None:
    return _dropped(site, 1) if site.way[0] == "meta" else None


def _narrative(site: Site) -> Change | None:
    start = 2 if site.way[0] == "contained" else 0
    return _dropped(site, start) if site.way[start : start + 1] == ("text",) else None


def _dropped(site: Site, depth: int) -> Change:
    """Return the change that drops what lies at a depth of the way, or the place at fault where that is nearer."""
    return Change(DROP, up=max(len(site.way) - 1 - depth, 0))


_DATES = frozenset({"date", "dateTime", "instant"})
_TIMES = frozenset({"dateTime", "instant"})
_TEXTS = frozenset({"canonical", "code", "id", "markdown", "oid", "string", "uri", "url"})
_WHOLE = frozenset({"integer", "positiveInt", "unsignedInt"})

REPAIRS: Mapping[str, Callable[[Site], Change | None]] = {
    "field in another spelling": _misspelled_field,
    "field of another version": _former_field,
    "empty value dropped": _empty,
    "coding and concept exchanged": _coding_for_concept,
    "unknown field dropped": _unknown_field,
    "date in another notation": _respelled(_DATES, spelling.iso_date),
    "datetime in another notation": _respelled(_TIMES, spelling.iso_datetime),
    "datetime without zone": _respelled(_TIMES, spelling.with_zone),
    "midnight on a date": _respelled(frozenset({"date"}), spelling.without_midnight),
    "date where an instant belongs": _date_for_instant,
    "number where text belongs": _respelled(_TEXTS, spelling.as_text),
    "characters in an id": _id,
    "code in another spelling": _code,
    "number in another notation": _respelled(frozenset({"decimal"}), spelling.number),
    "whole number in another notation": _respelled(_WHOLE, spelling.whole_number),
    "comparator inside a number": _comparator,
    "boolean in another notation": _respelled(frozenset({"boolean"}), spelling.boolean),
    "base64 in another notation": _respelled(frozenset({"base64Binary"}), spelling.base64),
    "single value where a list belongs": _to_list,
    "list where a single value belongs": _from_list,
    "text where an object belongs": _text_for_object,
    "missing status set to unknown": _missing_status,
    "faulty narrative dropped": _narrative,
    "faulty extension dropped": _extension,
    "faulty metadata dropped": _metadata,
}
"""Every kind of repair, in the order they are tried. `CODE_KEPT` is counted beside them: nothing is changed there."""
