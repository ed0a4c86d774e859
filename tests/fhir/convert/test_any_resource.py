"""No resource, however odd, fails to convert, and its text is always one plain line."""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from emr_rerank.fhir.convert import CONVERTERS, to_patient, to_record
from emr_rerank.fhir.convert.compose import NOT_NAMED
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Record


@cache
def fields_of(kind: str, depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Draw objects with a model's own field names, mostly of the right shape, now and then wrong or extension-only."""
    drawn = {}
    for name, field in get_fhir_model_class(kind).model_fields.items():
        if name in UNREAD or name.endswith("__ext"):
            continue
        one = _one(str(field.annotation), depth)
        many = st.lists(one, max_size=2) if "List[" in str(field.annotation) else one
        drawn[field.alias or name] = st.one_of(*[many] * 9, ODD)
    return st.fixed_dictionaries({}, optional=drawn)


def _one(annotation: str, depth: int) -> st.SearchStrategy[Any]:
    if match := re.search(r"abc\.(\w+)Type", annotation):
        element = match[1]
        if element in ELEMENTS:
            return ELEMENTS[element]
        return st.deferred(lambda: fields_of(element, depth + 1)) if depth < 4 else st.just({})
    return next((drawn for kind, drawn in PRIMITIVES.items() if re.search(rf"\b{kind}\b", annotation)), WORDS)


UNREAD = ("resource_type", "fhir_comments", "text", "meta", "extension", "modifierExtension", "contained", "id")
WORDS = st.sampled_from(
    ["active", "Pain (finding)", "x\u202e\n\u200by", "", "final", "12", "not-done", "\\n", "H"]
) | st.text(max_size=8)
DATES = st.sampled_from(["2016", "2016-03", "2016-03-05", "2016-03-05T10:00:00Z", "soon"])
NUMBERS = st.floats(allow_nan=True) | st.integers() | st.sampled_from([1, 8.1, 0.0])
ODD: st.SearchStrategy[Any] = st.sampled_from([None, [], {}, [None], "", 0, True, [[]], {"extension": [{"url": "u"}]}])
CODING = st.fixed_dictionaries({}, optional={"system": WORDS, "code": WORDS, "display": WORDS})
CONCEPT = st.fixed_dictionaries({}, optional={"text": WORDS, "coding": st.lists(CODING, max_size=2)})
QUANTITY = st.fixed_dictionaries({}, optional={"value": NUMBERS, "unit": WORDS, "code": WORDS, "comparator": WORDS})
REFERENCE = st.fixed_dictionaries(
    {}, optional={"reference": st.sampled_from(["Any/1", "#c", "", "#"]), "display": WORDS}
)
ELEMENTS: dict[str, st.SearchStrategy[Any]] = {
    "CodeableConcept": CONCEPT,
    "Coding": CODING,
    "Quantity": QUANTITY,
    "Age": QUANTITY,
    "Duration": QUANTITY,
    "Reference": REFERENCE,
    "Period": st.fixed_dictionaries({}, optional={"start": DATES, "end": DATES}),
    "Annotation": st.fixed_dictionaries({}, optional={"text": WORDS, "time": DATES}),
}
PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "date": DATES,
    "Decimal": NUMBERS,
    "int": st.integers(),
    "bytes": st.sampled_from(["U3RhYmxlLg==", "!", "JVBERg=="]),
}


def of_a_kind(kind: str) -> st.SearchStrategy[Resource]:
    names = [name for name in get_fhir_model_class(kind).model_fields if name not in ("resource_type", "fhir_comments")]
    aliases = [get_fhir_model_class(kind).model_fields[name].alias or name for name in names]
    value = st.recursive(
        st.one_of(
            WORDS,
            DATES,
            NUMBERS,
            ODD,
            *ELEMENTS.values(),
            st.lists(CONCEPT, max_size=2),
            st.lists(REFERENCE, max_size=2),
        ),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(PARTS), inner, max_size=4),
        max_leaves=12,
    )
    loose = st.dictionaries(st.sampled_from(aliases), value, max_size=8)
    return st.one_of(fields_of(kind), loose).map(lambda fields: {**fields, "resourceType": kind, "id": "x"})


EXAMPLES = 60
PARTS = [
    *("code", "value", "unit", "text", "coding", "display", "reference", "start", "end", "low", "high", "numerator"),
    *("denominator", "repeat", "timing", "frequency", "period", "periodUnit", "doseAndRate", "doseQuantity", "detail"),
    *(
        "manifestation",
        "severity",
        "valueQuantity",
        "valueString",
        "attachment",
        "data",
        "contentType",
        "url",
        "section",
    ),
    *(
        "title",
        "div",
        "summary",
        "condition",
        "onsetAge",
        "name",
        "interpretation",
        "referenceRange",
        "sequence",
        "when",
    ),
]


def check(record: Record, resource: Resource) -> None:
    assert record.reference == f"{resource['resourceType']}/{resource['id']}"
    for line in (record.text, record.title, record.value, record.dose, record.flag, record.body_site, record.reason):
        assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    odd = {unicodedata.category(character) for character in record.body.replace("\n", "")}
    assert not odd & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert record.title
    assert record.text
    assert record.code
    record.text.encode()


@pytest.mark.parametrize("kind", sorted(CONVERTERS))
def test_anything_converts_to_one_plain_line(kind: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(of_a_kind(kind), of_a_kind("Observation"), st.lists(of_a_kind("Medication"), max_size=1))
    def converts(resource: Resource, other: Resource, contained: list[Resource]) -> None:
        resource["contained"] = [{**entry, "id": "c"} for entry in contained]
        check(to_record(resource, {"Any/1": other}.get), resource)
        check(to_record(resource, lambda _: None), resource)

    converts()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(of_a_kind("Patient"))
def test_any_patient_is_read(resource: Resource) -> None:
    assert to_patient(resource, "s").id == "x"


@pytest.mark.parametrize("kind", sorted(CONVERTERS))
def test_a_resource_that_says_nothing_says_so_and_converts(kind: str) -> None:
    record = to_record({"resourceType": kind, "id": "x"}, lambda _: None)
    assert record.title in (NOT_NAMED, "relative")
    assert record.code not in (NOT_NAMED, "")
    check(record, {"resourceType": kind, "id": "x"})


def test_the_narrative_is_never_read() -> None:
    for kind in CONVERTERS:
        resource = {"resourceType": kind, "id": "x", "text": {"status": "generated", "div": "<div>hidden words</div>"}}
        record = to_record(resource, lambda _: None)
        assert "hidden" not in record.text + record.body + record.title


@pytest.mark.data
def test_every_resource_of_synthea_patients_converts_with_a_name(data_folder: Path) -> None:
    count = 0
    for file in sorted((data_folder / "synthea").glob("*.json.gz"))[::40]:
        bundle = orjson.loads(gzip.decompress(file.read_bytes()))
        known = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
        count += _convert_all(known.values(), known.get)
    assert count > 500


@pytest.mark.data
def test_every_valid_example_converts(data_folder: Path) -> None:
    found = []
    for file in sorted((data_folder / "uscore_examples").glob("*.json")):
        resource = orjson.loads(file.read_bytes())
        found += [entry["resource"] for entry in resource.get("entry", [{"resource": resource}]) if "resource" in entry]
    known = {f"{resource['resourceType']}/{resource['id']}": resource for resource in found}
    assert _convert_all(filter(_is_valid, known.values()), known.get, nameless=1) > 100


@pytest.mark.data
def test_every_resource_of_a_bulk_export_converts_and_every_note_has_its_text(data_folder: Path) -> None:
    found: list[Resource] = []
    for file in sorted((data_folder / "bulk_ndjson").glob("*.ndjson.gz")):
        found += map(orjson.loads, gzip.decompress(file.read_bytes()).splitlines())
    known = {f"{resource['resourceType']}/{resource['id']}": resource for resource in found}
    assert _convert_all(found, known.get) > 6000
    notes = [resource for resource in found if resource["resourceType"] == "DocumentReference"]
    assert all("# Chief Complaint" in to_record(note, known.get).body for note in notes)


def _is_valid(resource: Resource) -> bool:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except (ValidationError, LookupError):
        return False
    return True


def _convert_all(resources: Iterable[Resource], look_up: Callable[[str], Resource | None], nameless: int = 0) -> int:
    """Convert every supported resource, allowing so many without any name; return how many there were."""
    records = [to_record(resource, look_up) for resource in resources if resource["resourceType"] in CONVERTERS]
    assert sum(record.title == NOT_NAMED for record in records) <= nameless
    for record in records:
        check(record, dict(zip(("resourceType", "id"), record.reference.split("/"), strict=True)))
    return len(records)
