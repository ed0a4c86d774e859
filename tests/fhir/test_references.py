"""Who a resource is, what points at it, and what it points at."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.fhir.references import (
    Identity,
    addresses,
    identity,
    normalise,
    points_somewhere,
    subject_of,
    targets,
    text_references,
    with_identity,
)
from emr_rerank.fhir.resource import Entry


@pytest.mark.parametrize(
    ("written", "source", "address"),
    [
        ("Patient/1", None, "Patient/1"),
        (" Patient/1 ", None, "Patient/1"),
        ("Patient/1/_history/2", None, "Patient/1"),
        ("https://h.example/fhir/Patient/1", "https://h.example/fhir", "Patient/1"),
        ("https://h.example/fhir/Patient/1/_history/3", "https://h.example/fhir", "Patient/1"),
        ("http://h.example:8080/Observation/1", "http://h.example:8080", "Observation/1"),
        ("urn:uuid:ABC-1", None, "urn:uuid:abc-1"),
        ("urn:oid:1.2.3", None, "urn:oid:1.2.3"),
        ("Patient?identifier=http%3A%2F%2Fs.example%7Cv%201", None, "Patient?identifier=http://s.example|v 1"),
        ("https://h.example/r4/Patient?identifier=s|a+b", "https://h.example/r4", "Patient?identifier=s|a+b"),
        ("Practitioner?_id=7", None, "Practitioner/7"),
        ("#med", None, "#med"),
        ("patient/1", None, "Patient/1"),
        ("/Patient/1", None, "Patient/1"),
        ("./Observation/1", None, "Observation/1"),
        ("/a/remark", None, "/a/remark"),
        ("patient? no", None, "Patient?+no=".replace("+", " ")),
        ("a remark", None, "a remark"),
        ("", None, ""),
    ],
)
def test_references_have_one_normal_form(written: str, source: str | None, address: str) -> None:
    assert normalise(written) == (source, address)


@given(st.text())
def test_any_text_can_be_normalised(text: str) -> None:
    _, address = normalise(text)
    assert normalise(address)[1] == normalise(normalise(address)[1])[1]


@pytest.mark.parametrize(
    ("resource", "full_url", "given_source", "expected"),
    [
        ({"resourceType": "Patient", "id": "1"}, "", None, Identity("local", "Patient", "1")),
        ({"resourceType": "Patient", "id": "1"}, "", "clinic", Identity("clinic", "Patient", "1")),
        (
            {"resourceType": "Patient", "id": "1"},
            "https://h.example/fhir/Patient/1",
            None,
            Identity("https://h.example/fhir", "Patient", "1"),
        ),
        (
            {"resourceType": "Patient", "id": "1"},
            "https://h.example/fhir/Patient/1",
            "clinic",
            Identity("clinic", "Patient", "1"),
        ),
        ({"resourceType": "Patient"}, "urn:uuid:ABC", None, Identity("local", "Patient", "abc")),
        (
            {"resourceType": "Patient"},
            "https://h.example/Patient/9",
            None,
            Identity("https://h.example", "Patient", "9"),
        ),
        ({"resourceType": "Patient", "id": 5}, "", None, Identity("local", "Patient", "5")),
        ({"resourceType": "Patient", "id": "a_b"}, "", None, Identity("local", "Patient", "a_b")),
        ({"resourceType": "Patient", "id": "x" * 300}, "", None, None),
        ({"resourceType": "Patient", "id": "a\x00b"}, "", None, None),
        ({"resourceType": "Patient", "id": True}, "", None, None),
        ({"resourceType": "Patient"}, "https://h.example/Observation/9", None, None),
        ({"resourceType": ["Patient"], "id": "1"}, "", None, None),
        ({"id": "1"}, "", None, None),
    ],
)
def test_identity_is_source_type_and_id(
    resource: dict[str, Any], full_url: str, given_source: str | None, expected: Identity | None
) -> None:
    assert identity(Entry(resource, full_url), given_source) == expected


def test_a_resource_is_found_under_every_name_it_has() -> None:
    resource = {
        "resourceType": "Patient",
        "id": "1",
        "identifier": [{"system": "urn:mrn", "value": "77"}, {"value": "loose"}, {"system": "s"}, "odd"],
    }
    assert addresses(Entry(resource, "urn:uuid:ABC")) == (
        "Patient/1",
        "urn:uuid:abc",
        "Patient?identifier=urn:mrn|77",
        "Patient?identifier=|loose",
        "Patient?identifier=loose",
    )


def test_an_absolute_reference_finds_its_full_url_in_a_named_source() -> None:
    entry = Entry({"resourceType": "Patient", "id": "1"}, "https://h.example/fhir/Patient/1")
    tried = [address for source, address in targets("https://h.example/fhir/Patient/1", "clinic") if source == "clinic"]
    assert set(tried) <= set(addresses(entry))


def test_an_absolute_reference_never_means_another_servers_resource() -> None:
    assert targets("https://a.example/Patient/1", "https://b.example") == (
        ("https://a.example", "Patient/1"),
        ("https://b.example", "https://a.example/Patient/1"),
    )
    assert ("local", "Patient/1") not in targets("https://a.example/Patient/1", "local")
    assert ("clinic", "Patient/1") in targets("https://a.example/Patient/1", "clinic")
    assert targets("Patient/1", "local") == (("local", "Patient/1"),)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"resourceType": "Condition", "subject": {"reference": "Patient/1"}}, "Patient/1"),
        ({"resourceType": "Immunization", "patient": {"reference": "urn:uuid:a"}}, "urn:uuid:a"),
        ({"resourceType": "Coverage", "beneficiary": {"reference": "Patient/1"}}, "Patient/1"),
        ({"resourceType": "Observation", "subject": {"reference": "Group/1"}}, None),
        ({"resourceType": "Observation", "subject": {"reference": "urn:uuid:a", "type": "Group"}}, None),
        ({"resourceType": "Observation", "subject": {"reference": "#p"}}, None),
        ({"resourceType": "List", "subject": {"identifier": {"value": "v"}}}, "Patient?identifier=|v"),
        ({"resourceType": "Observation", "subject": "Patient/1"}, "Patient/1"),
        ({"resourceType": "Observation", "subject": "Somebody"}, None),
        ({"resourceType": "Observation", "subject": [{"reference": "Patient/1"}]}, "Patient/1"),
        ({"resourceType": "Account", "subject": [{"reference": "Group/1"}, {"reference": "Patient/1"}]}, "Patient/1"),
        ({"resourceType": "Appointment", "participant": [{"actor": {"reference": "Patient/1"}}]}, "Patient/1"),
        ({"resourceType": "Observation", "subject": 5}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_a_resource_names_its_patient(resource: dict[str, Any], expected: str | None) -> None:
    assert subject_of(resource) == expected


def test_only_references_that_add_words_are_waited_for() -> None:
    request = {
        "resourceType": "MedicationRequest",
        "subject": {"reference": "Patient/1"},
        "medicationReference": {"reference": "#m"},
        "reasonReference": [{"reference": "Condition/1"}, {"reference": "Condition/1"}, None, "odd"],
    }
    assert text_references(request) == ("Condition/1",)
    encounter = {"resourceType": "Encounter", "diagnosis": [{"condition": {"reference": "urn:uuid:a"}}, {"rank": 1}]}
    assert text_references(encounter) == ("urn:uuid:a",)


def test_a_note_waits_for_its_binary_but_not_for_a_page_elsewhere() -> None:
    urls = ["Binary/1", "https://h.example/fhir/Binary/2", "https://h.example/Files/3", "scan.pdf", "#inside"]
    note = {"resourceType": "DocumentReference", "content": [{"attachment": {"url": url}} for url in urls]}
    assert text_references(note) == ("Binary/1", "https://h.example/fhir/Binary/2")


def test_an_id_from_elsewhere_is_put_in_without_touching_the_original() -> None:
    bare: dict[str, Any] = {"resourceType": "Patient"}
    assert with_identity(bare, Identity("s", "Patient", "1"))["id"] == "1"
    assert "id" not in bare
    named = {"resourceType": "Patient", "id": "1"}
    assert with_identity(named, Identity("s", "Patient", "1")) is named


def test_names_are_no_references() -> None:
    assert [text for text in ("Patient/1", "urn:uuid:a", "Doe/Jane", "Jane Doe", "#x") if points_somewhere(text)] == [
        "Patient/1", "urn:uuid:a", "Doe/Jane", "#x",
    ]  # fmt: skip


def test_a_base_that_no_database_can_index_is_a_hash_of_its_own() -> None:
    long, odd = (normalise(f"http://{base}/fhir/Patient/1")[0] for base in ("h" * 6000, "h\0"))
    assert long and odd
    assert len(long) <= 200
    assert "\0" not in odd
    assert long != normalise(f"http://{'h' * 6001}/fhir/Patient/1")[0]


@pytest.mark.parametrize("field", ["subject", "identifier"])
def test_nesting_of_any_depth_is_read(field: str) -> None:
    deep: Any = {"value": "v"}
    for _ in range(1020):
        deep = [deep]
    entry = Entry({"resourceType": "Condition", "id": "1", field: deep})
    assert identity(entry) == Identity("local", "Condition", "1")
    assert addresses(entry)[0] == "Condition/1"
    assert subject_of(entry.resource) is None


def test_an_entry_without_a_base_has_that_of_its_bundle() -> None:
    assert identity(Entry({"resourceType": "Patient", "id": "1"}, base="https://h.example")) == Identity(
        "https://h.example", "Patient", "1"
    )
