"""Addresses and the resources that answer to them."""

from __future__ import annotations

import pytest

from emr_rerank.store.database import Store
from emr_rerank.store.links import (
    AliasValues,
    LinkValues,
    add_aliases,
    count_dangling,
    dependants,
    drop_identifiers,
    resolve,
    save_links,
)
from emr_rerank.store.resources import add_resources
from tests.store.rows import ANNA, BERT, resource_row, save_person


def link(pk: int, address: str, target: int | None = None, *, source: str = "local", local: bool = False) -> LinkValues:
    return LinkValues(
        resource_pk=pk,
        reference=address,
        source=source,
        address=address,
        subject=False,
        local=local,
        target_pk=target,
    )


@pytest.fixture
def two_patients(store: Store) -> Store:
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        save_person(transaction, 2, BERT, "b.json")
        add_resources(transaction, [resource_row(pk, "Condition", f"c{pk}", 1) for pk in (3, 4, 5, 6)])
    return store


def found(store: Store, *addresses: str, source: str = "local") -> dict[str, int]:
    with store.read() as transaction:
        targets = resolve(transaction, [(source, address) for address in addresses])
    return {address: target.pk for (_, address), target in targets.items()}


def test_a_resource_answers_to_its_own_addresses(two_patients: Store) -> None:
    asked = ("Patient/anna-1", "urn:uuid:anna-1", "Condition/anna-1", "Patient/nobody", "odd", "Patient?name=x")
    assert found(two_patients, *asked) == {"Patient/anna-1": 1, "urn:uuid:anna-1": 1}


def test_sources_do_not_answer_for_each_other(two_patients: Store) -> None:
    assert found(two_patients, "Patient/anna-1", source="https://h/fhir") == {}


def test_an_alias_answers_until_a_second_resource_has_it_too(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        add_aliases(transaction, [{"source": "local", "address": "urn:uuid:p", "resource_pk": 1}])
    assert found(two_patients, "urn:uuid:p") == {"urn:uuid:p": 1}
    with two_patients.begin() as transaction:
        add_aliases(transaction, [{"source": "local", "address": "urn:uuid:p", "resource_pk": 2}])
    assert found(two_patients, "urn:uuid:p") == {}


def test_a_resources_own_type_and_id_is_beyond_doubt(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        add_aliases(transaction, [{"source": "local", "address": "Patient/anna-1", "resource_pk": 2}])
    assert found(two_patients, "Patient/anna-1") == {"Patient/anna-1": 1}


def test_an_alias_is_filed_once(two_patients: Store) -> None:
    alias = AliasValues(source="local", address="urn:uuid:p", resource_pk=1)
    with two_patients.begin() as transaction:
        assert add_aliases(transaction, [alias]) == [1]
        assert add_aliases(transaction, [alias]) == []


def test_dropping_identifiers_keeps_other_aliases(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        for address in ("Patient?identifier=s|1", "urn:uuid:p"):
            add_aliases(transaction, [{"source": "local", "address": address, "resource_pk": 1}])
        drop_identifiers(transaction, 1)
    assert found(two_patients, "Patient?identifier=s|1", "urn:uuid:p") == {"urn:uuid:p": 1}


def test_dependants_are_those_that_led_here_and_those_that_now_would(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        add_aliases(transaction, [{"source": "local", "address": "Patient?identifier=s|1", "resource_pk": 2}])
        save_links(
            transaction,
            [
                link(3, "anything", 2),
                link(4, "Patient/bert-2"),
                link(5, "Patient?identifier=s|1"),
                link(6, "urn:uuid:bert-2", local=True),
                link(6, "Patient/bert-2", source="elsewhere"),
            ],
        )
        assert dependants(transaction, [2]) == {3, 4, 5}
        assert dependants(transaction, [1]) == set()


def test_many_addresses_are_resolved_at_once(two_patients: Store) -> None:
    many = [f"Patient/p{number}" for number in range(1300)]
    assert found(two_patients, *many, "Patient/bert-2") == {"Patient/bert-2": 2}


def test_a_reference_dangles_when_none_of_its_addresses_leads_anywhere(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        tried = [link(3, "Condition/x"), link(3, "https://h/Condition/x", 5)]
        tried[1]["reference"] = "Condition/x"
        save_links(transaction, [*tried, link(4, "Condition/y")])
        assert count_dangling(transaction) == 1
