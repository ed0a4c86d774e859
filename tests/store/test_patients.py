"""Finding and searching patients."""

from __future__ import annotations

import dataclasses

import pytest

from emr_rerank.errors import UnknownPatientError
from emr_rerank.store.database import Store
from emr_rerank.store.patients import add_patient, count_patients, find_patient, replace_patient, search_patients
from emr_rerank.types import Patient
from tests.store.rows import ANNA, BERT


def save(store: Store, *patients: Patient) -> None:
    with store.begin() as transaction:
        for pk, patient in enumerate(patients, 1):
            add_patient(transaction, pk, patient)


def names(store: Store, text: str, limit: int = 50) -> list[str]:
    with store.read() as transaction:
        return [patient.name for patient in search_patients(transaction, text, limit=limit)]


def test_a_patient_comes_back_as_saved(store: Store) -> None:
    anna = dataclasses.replace(ANNA, deceased="2020-01")
    save(store, anna, BERT)
    with store.read() as transaction:
        assert find_patient(transaction, "anna-1") == anna


def test_an_unknown_patient_is_told_how_to_list(store: Store) -> None:
    with store.read() as transaction, pytest.raises(UnknownPatientError, match="emr-rerank patients"):
        find_patient(transaction, "nobody")


def test_an_id_in_two_sources_needs_the_source(store: Store) -> None:
    other = dataclasses.replace(BERT, source="https://h/fhir", id="anna-1")
    save(store, ANNA, other)
    with store.read() as transaction:
        with pytest.raises(UnknownPatientError, match="--source with one of: https://h/fhir, local"):
            find_patient(transaction, "anna-1")
        assert find_patient(transaction, "anna-1", "https://h/fhir") == other


@pytest.mark.parametrize("text", ["zwetschge", "ANNA", "1950", "1950-03-07", "anna-1", "zwet 1950", " anna  zwe "])
def test_a_search_matches_name_birth_date_and_id(store: Store, text: str) -> None:
    save(store, ANNA, BERT)
    assert names(store, text) == ["Anna Zwetschge"]


def test_a_search_takes_wildcards_literally(store: Store) -> None:
    save(store, ANNA, BERT)
    assert names(store, "%") == []
    assert names(store, "anna_1") == []


def test_a_search_ignores_case_beyond_ascii(store: Store) -> None:
    save(store, dataclasses.replace(ANNA, name="Ärmel Øster"), BERT)
    assert names(store, "ärmel øSTER") == ["Ärmel Øster"]


def test_a_search_is_bounded_and_in_the_order_of_names(store: Store) -> None:
    save(store, *(dataclasses.replace(BERT, id=f"p{number}", name=f"Name {9 - number}") for number in range(9)))
    assert names(store, "", limit=3) == ["Name 1", "Name 2", "Name 3"]


def test_a_changed_patient_is_found_by_the_new_name_only(store: Store) -> None:
    save(store, ANNA)
    with store.begin() as transaction:
        replace_patient(transaction, 1, dataclasses.replace(ANNA, name="Anna Pflaume"))
        assert count_patients(transaction) == 1
    assert names(store, "zwetschge") == []
    assert names(store, "pflaume") == ["Anna Pflaume"]
