"""What is wrong with a resource: where, and in words that hold none of its values. Knows nothing of repairs.

A fault names the path inside the resource and what R4 asks there. Two sources find them: the R4B model, and the walk in
`shapes` for what that model wrongly accepts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from emr_rerank.fhir.resource import Json, Resource
from emr_rerank.fhir.shapes import Path, element_at, is_resource_type, misfits, model_of

UNKNOWN_FIELD = "unknown field"
MISSING = "missing"
NOT_A_LIST = "not a list"
NULL_IN_LIST = "null in a list"
NOT_AN_OBJECT = "not an object"
OUTSIDE_CODES = "a code outside its list"
CHOICE = "no value, or more than one, where R4 has a choice of one"
NOT_A_TYPE = "not an R4 resource type"
TOO_DEEP = "nested too deeply"
UNREADABLE = "cannot be validated"

_BY_ERROR: Mapping[str, str] = {
    "extra_forbidden": UNKNOWN_FIELD,
    "missing": MISSING,
    "model_field_validation.missing": MISSING,
    "list_type": NOT_A_LIST,
}
_BY_KIND: Mapping[str, str] = {
    "base64Binary": "not base64",
    "boolean": "not true or false",
    "date": "not a FHIR date",
    "dateTime": "not a FHIR dateTime",
    "decimal": "not a number",
    "instant": "not a FHIR instant",
    "integer": "not a whole number",
    "positiveInt": "not a whole number above 0",
    "time": "not a FHIR time",
    "unsignedInt": "not a whole number from 0",
}
_FIELD_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that R4 does not allow; `tolerable` where it can stand as text (a code outside its list)."""

    path: Path
    what: str
    tolerable: bool = False


def find_faults(resource: Resource) -> tuple[Fault, ...]:
    """Return what is wrong with a resource, one fault per place; nothing for a valid one. Never raises.

    A valid resource costs one validation by its model and one walk of a few microseconds.
    """
    kind = resource.get("resourceType")
    if not is_resource_type(kind):
        return (Fault(("resourceType",), NOT_A_TYPE if "resourceType" in resource else MISSING),)
    try:
        lax = misfits(resource)
        found = [Fault(each.path, _word(resource, each.path)) for each in lax if not each.only_code]
        found += _model_faults(resource, model_of(str(kind)))
        found += [Fault(each.path, OUTSIDE_CODES, tolerable=True) for each in lax if each.only_code]
    except RecursionError:
        return (Fault((), TOO_DEEP),)
    once: dict[Path, Fault] = {}
    for fault in found:
        once.setdefault(fault.path, fault)
    return tuple(once.values())


def described(resource: Resource, fault: Fault) -> str:
    """Return "Observation.component[0].code: missing": field names and words only, never a value."""
    return f"{field_path(resource, fault.path)}: {fault.what}"


def field_path(resource: Resource, path: Path) -> str:
    """Return a path as "Observation.component[0].code". A key that does not look like a field name becomes "?"."""
    kind = resource.get("resourceType")
    parts = [str(kind) if is_resource_type(kind) else ""]
    for step in path:
        name = f"[{step}]" if isinstance(step, int) else f".{step if _FIELD_NAME.fullmatch(step) else '?'}"
        parts.append(name)
    return "".join(parts).removeprefix(".")


def _model_faults(resource: Resource, model: Json) -> list[Fault]:
    try:
        model.model_validate(resource)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
    except RecursionError:
        raise
    except Exception:  # the models run their own code on whatever stands there; its errors would quote values
        return [Fault((), UNREADABLE)]
    else:
        return []
    return [_model_fault(resource, detail["type"], detail["loc"]) for detail in details]


def _model_fault(resource: Resource, kind: str, location: Path) -> Fault:
    path, value = _resolved(resource, location)
    what = _BY_ERROR.get(kind)
    if what == NOT_A_LIST and isinstance(value, list):
        return Fault(path, NULL_IN_LIST)
    if what == UNKNOWN_FIELD and path != location:  # inside a string that holds JSON
        what = None
    if what is None and isinstance(value, dict):
        return Fault(path, CHOICE)
    return Fault(path, what or _word(resource, path))


def _resolved(resource: Resource, location: Path) -> tuple[Path, Json]:
    """Return the part of an error's location that lies in the resource, with a missing field's name, and its value."""
    path: list[str | int] = []
    node: Json = resource
    for step in location:
        held = step in node if isinstance(node, dict) else isinstance(node, list) and step in range(len(node))
        if not held and not (isinstance(node, dict) and element_at(resource, (*path, step))):
            break
        path.append(step)
        node = node[step] if held else None
    return tuple(path), node


def _word(resource: Resource, path: Path) -> str:
    element = element_at(resource, path)
    if element is None or not element.primitive:
        return NOT_AN_OBJECT
    return _BY_KIND.get(element.kind, f"not a valid {element.kind}")
