"""The vector cache of one request."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from emr_rerank.errors import UnknownPatientError
from emr_rerank.store.database import Store, open_store
from emr_rerank.store.patients import PatientKey
from emr_rerank.store.tables import VectorRow, VectorUseRow
from emr_rerank.store.vectors import PatientVectors
from emr_rerank.types import Vector
from tests.store.rows import ANNA, BERT, save_person


def vector(*values: float) -> Vector:
    return np.array(values, dtype=np.float32)


@pytest.fixture
def two_patients(store: Store) -> Store:
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        save_person(transaction, 2, BERT, "b.json")
    return store


def uses(store: Store) -> set[tuple[int, str]]:
    with store.read() as transaction:
        return {
            (pk, key) for pk, key in transaction.execute(sa.select(VectorUseRow.patient_pk, VectorUseRow.text_hash))
        }


def test_a_vector_put_by_one_request_is_got_by_the_next(two_patients: Store) -> None:
    PatientVectors(two_patients, PatientKey.of(ANNA)).put("m", {"k1": vector(1, 2.5), "k2": vector(3, 4)})
    got = PatientVectors(two_patients, PatientKey.of(ANNA)).get("m", ["k1", "k3", "k2", "k1"])
    assert {key: found.tolist() for key, found in got.items()} == {"k1": [1, 2.5], "k2": [3, 4]}
    assert got["k1"].dtype == np.float32


def test_models_do_not_mix(two_patients: Store) -> None:
    cache = PatientVectors(two_patients, PatientKey.of(ANNA))
    cache.put("m", {"k": vector(1)})
    assert cache.get("other", ["k"]) == {}


def test_a_line_shared_by_two_patients_is_kept_once_and_noted_for_both(two_patients: Store) -> None:
    PatientVectors(two_patients, PatientKey.of(ANNA)).put("m", {"k": vector(1)})
    assert set(PatientVectors(two_patients, PatientKey.of(BERT)).get("m", ["k"])) == {"k"}
    assert uses(two_patients) == {(1, "k"), (2, "k")}


def test_two_requests_may_put_the_same_vector(two_patients: Store) -> None:
    first, second = (PatientVectors(two_patients, PatientKey.of(ANNA)) for _ in range(2))
    first.put("m", {"k": vector(1)})
    second.put("m", {"k": vector(1)})
    with two_patients.read() as transaction:
        assert transaction.scalar(sa.select(sa.func.count()).select_from(VectorRow)) == 1


def test_a_request_asks_the_database_once_for_each_key(two_patients: Store) -> None:
    cache = PatientVectors(two_patients, PatientKey.of(ANNA))
    assert cache.get("m", ["k"]) == {}
    asked: list[str] = []
    sa.event.listen(two_patients.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    cache.get("m", ["k"])
    cache.put("m", {"k": vector(1)})
    asked.clear()
    assert set(cache.get("m", ["k"])) == {"k"}
    assert asked == []


def test_many_keys_are_got_at_once(two_patients: Store) -> None:
    many = {f"k{number}": vector(number) for number in range(1700)}
    PatientVectors(two_patients, PatientKey.of(ANNA)).put("m", many)
    assert len(PatientVectors(two_patients, PatientKey.of(ANNA)).get("m", list(many))) == 1700


def test_a_database_that_is_written_to_costs_the_cache_not_the_request(database_url: str) -> None:
    store, importing = open_store(database_url), open_store(database_url)
    with importing.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
    cache = PatientVectors(store, PatientKey.of(ANNA))
    with importing.begin():
        cache.put("m", {"k": vector(1)})
    assert set(cache.get("m", ["k"])) == {"k"}
    assert PatientVectors(store, PatientKey.of(ANNA)).get("m", ["k"]) == {}


def test_an_unknown_patient_has_no_cache(two_patients: Store) -> None:
    with pytest.raises(UnknownPatientError):
        PatientVectors(two_patients, PatientKey("local", "nobody")).get("m", ["k"])
