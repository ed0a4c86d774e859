"""What JSON each element of an R4 resource must be, read off the models. Knows nothing of repairs or files.

The R4B models let through what a reader would trip over: a number where a date belongs (read as seconds since 1970),
"5" for 5, "yes" for true, JSON inside a string where an object belongs, and any code for a status. `misfits` finds
these in one light walk over the JSON, so that an accepted resource has the shapes R4 says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from fhir.resources.R4B import get_fhir_model_class

from emr_rerank.fhir.resource import Json, Resource

Model = Any  # an R4B model class or a part of one: the package comes untyped

Path = tuple[str | int, ...]

LIST_ENDS: Mapping[str, frozenset[str]] = {
    "Observation.status": frozenset({"corrected", "cancelled", "entered-in-error", "unknown"}),
    "DiagnosticReport.status": frozenset(
        {"amended", "corrected", "appended", "cancelled", "entered-in-error", "unknown"}
    ),
    "Encounter.status": frozenset({"entered-in-error", "unknown"}),
    "EncounterStatusHistory.status": frozenset({"entered-in-error", "unknown"}),
    "DeviceUdiCarrier.entryType": frozenset({"card", "self-reported", "unknown"}),
}
"""The rest of the code lists that the models cut short with "+"; other lists cut short are not checked."""

_JSON_TYPES: Mapping[str, frozenset[type]] = {
    "boolean": frozenset({bool}),
    "date": frozenset({str}),
    "dateTime": frozenset({str}),
    "instant": frozenset({str}),
    "time": frozenset({str}),
    "decimal": frozenset({int, float}),
    "integer": frozenset({int}),
    "positiveInt": frozenset({int}),
    "unsignedInt": frozenset({int}),
}
_UNWALKED = frozenset({"Extension", "FHIRPrimitiveExtension", "Narrative"})  # no converter reads their insides


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a type. `many` is true where JSON has a list; `codes` is empty where any code is right."""

    kind: str  # FHIR type: "dateTime", "CodeableConcept", "Resource" for contained ones
    primitive: bool
    many: bool
    codes: frozenset[str]
    json_types: frozenset[type]  # of one value, where the models are lax about it; else empty


@dataclass(frozen=True, slots=True)
class Shape:
    """A type's elements by their JSON names: all of them, and those the walk has to look at."""

    elements: Mapping[str, Element]
    walked: Mapping[str, Element]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Where the JSON is not what R4 says; `only_code` where it is no more than a code outside its list."""

    path: Path
    only_code: bool = False


@cache
def model_of(kind: str) -> Model | None:
    """Return the R4B model of a type's name, or None where there is no such type."""
    try:
        return get_fhir_model_class(kind)
    except ValueError:
        return None


def is_resource_type(kind: object) -> bool:
    """Return whether this is the name of an R4 resource type; "HumanName" and "Resource" are none."""
    model = model_of(kind) if isinstance(kind, str) and kind.isalnum() else None
    return model is not None and kind not in ("Resource", "DomainResource") and bool(model.has_resource_base())


@cache
def shape_of(kind: str) -> Shape:
    """Return the elements of a type; none for an unknown one."""
    model = model_of(kind)
    fields = model.model_fields.items() if model is not None else ()
    elements = {info.alias or name: _element(kind, info) for name, info in fields}
    return Shape(elements, {name: element for name, element in elements.items() if element.json_types})


def element_at(resource: Resource, path: Path) -> Element | None:
    """Return what the models say of the element at a path, or None where they know no such element."""
    return _walked_to(resource, path)[0]


def type_at(resource: Resource, path: Path) -> str:
    """Return the name of the type of what lies at a path: "Condition", "CodeableConcept"; "" where none is known."""
    return _walked_to(resource, path)[1]


def _walked_to(resource: Resource, path: Path) -> tuple[Element | None, str]:
    """Return the element at a path and its type's name, which for a contained resource is the resource's own type."""
    node: Json = resource
    element, kind = None, _type_of(resource)
    for step in path:
        if isinstance(step, str):
            element = shape_of(kind).elements.get(step)
            if element is None:
                return None, ""
            kind = element.kind
        node = _below(node, step)
        if element is not None and element.kind == "Resource":
            kind = _type_of(node)
    return element, kind


def misfits(resource: Resource) -> tuple[Misfit, ...]:
    """Return everything in a resource that is not what R4 says although its model accepts it."""
    return _in_object(resource, shape_of(_type_of(resource)).walked)


def _in_object(node: Resource, walked: Mapping[str, Element]) -> tuple[Misfit, ...]:
    found: tuple[Misfit, ...] = ()
    for key, value in node.items():
        element = walked.get(key)
        if element is None or value is None:
            continue
        if type(value) is list:
            for index, item in enumerate(value):
                if item is not None and (inner := _in_value(item, element)):
                    found += tuple(Misfit((key, index, *below.path), below.only_code) for below in inner)
        elif inner := _in_value(value, element):
            found += tuple(Misfit((key, *below.path), below.only_code) for below in inner)
    return found


def _in_value(value: Json, element: Element) -> tuple[Misfit, ...]:
    if type(value) not in element.json_types:
        return (Misfit(()),)
    if element.primitive:
        return (Misfit((), only_code=True),) if element.codes and value not in element.codes else ()
    kind = element.kind
    if kind == "Resource":
        kind = _type_of(value)
        if not is_resource_type(kind):  # the model would raise KeyError
            return (Misfit(()),)
    return _in_object(value, shape_of(kind).walked)


def _element(owner: str, info: Model) -> Element:
    kind, primitive = next(_leaves(info.annotation))
    listed = frozenset((info.json_schema_extra or {}).get("enum_values", ()))
    ends = LIST_ENDS.get(f"{owner}.{info.alias}")
    if "+" in listed:
        listed = (listed - {"+"}) | ends if ends else frozenset()
    if primitive:
        json_types = frozenset({str}) if listed else _JSON_TYPES.get(kind, frozenset())
    else:
        json_types = frozenset() if kind in _UNWALKED else frozenset({dict})
    return Element(kind, primitive, _is_list(info.annotation), listed, json_types)


def _leaves(annotation: Model) -> Iterator[tuple[str, bool]]:
    """Yield the FHIR types an annotation holds, and whether each is a primitive."""
    if annotation is type(None):
        return
    origin: Model = get_origin(annotation)
    if origin is Annotated:
        markers = (getattr(marker, "__visit_name__", None) for marker in get_args(annotation)[1:])
        yield next((marker for marker in markers if marker), "string"), True
    elif inner := get_args(annotation):
        for each in inner:
            yield from _leaves(each)
    elif hasattr(annotation, "get_model_klass"):
        yield annotation.get_model_klass().__name__, False
    else:
        yield {"bool": "boolean"}.get(annotation.__name__, "string"), True


def _is_list(annotation: Model) -> bool:
    origin: Model = get_origin(annotation)
    if origin is Annotated:
        return False
    return origin is list or any(_is_list(inner) for inner in get_args(annotation))


def _type_of(node: Json) -> str:
    kind = node.get("resourceType") if isinstance(node, dict) else None
    return kind if isinstance(kind, str) else ""


def _below(node: Json, step: str | int) -> Json:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
        return node[step]
    return None
