"""Records in and out, one patient at a time."""

from __future__ import annotations

import inspect
import time

import pytest

from emr_rerank.errors import UnknownPatientError
from emr_rerank.store import records
from emr_rerank.store.database import Store, open_store
from emr_rerank.store.patients import PatientKey
from emr_rerank.store.records import count_records, load_records, save_records
from emr_rerank.store.resources import add_resources
from emr_rerank.types import Kind, Measurement, Record, Standing
from tests.store.rows import ANNA, BERT, resource_row, save_condition, save_person

FULL = Record(
    "Observation/o1",
    Kind.OBSERVATION,
    "Blood pressure",
    "Observation: Blood pressure 150/90 mmHg",
    "loinc|85354-9",
    ("loinc|85354-9", "snomed|75367002"),
    "2016-03",
    "2016",
    "final",
    Standing.PAST,
    "150/90 mmHg",
    (Measurement(150.0, "mmHg", "Systolic"), Measurement(90.5, "mmHg")),
    "high",
    "a dose",
    "left arm",
    "a reason",
    "a body\nof two lines",
)


def test_a_record_comes_back_as_saved(store: Store) -> None:
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        add_resources(transaction, [resource_row(2, "Observation", "o1", 1)])
        save_records(transaction, [(2, 1, FULL)])
        assert load_records(transaction, PatientKey.of(ANNA)) == [FULL]


def test_one_patients_records_hold_nothing_of_another(store: Store) -> None:
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        save_person(transaction, 2, BERT, "b.json")
        save_condition(transaction, 3, 1, "Gout")
        save_condition(transaction, 4, 2, "Asthma")
    with store.read() as transaction:
        assert [record.title for record in load_records(transaction, PatientKey.of(ANNA))] == ["Gout"]
        assert count_records(transaction, PatientKey.of(BERT)) == 1


def test_every_way_to_read_records_asks_whose() -> None:
    reading = [
        function
        for name, function in inspect.getmembers(records, inspect.isfunction)
        if function.__module__ == records.__name__ and name.startswith(("load", "count", "find", "list"))
    ]
    assert reading
    for function in reading:
        patient = inspect.signature(function, eval_str=True).parameters["patient"]
        assert patient.annotation is PatientKey
        assert patient.default is inspect.Parameter.empty


def test_records_of_an_unknown_patient_are_an_error_not_an_empty_list(store: Store) -> None:
    with store.read() as transaction, pytest.raises(UnknownPatientError):
        load_records(transaction, PatientKey("local", "nobody"))


def test_3000_records_load_in_a_fraction_of_a_second() -> None:
    store = open_store("sqlite://")
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        add_resources(transaction, [resource_row(pk, "Observation", f"o{pk}", 1) for pk in range(2, 3002)])
        save_records(transaction, [(pk, 1, FULL) for pk in range(2, 3002)])
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        with store.read() as transaction:
            assert len(load_records(transaction, PatientKey.of(ANNA))) == 3000
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.25  # 0.03 to 0.04 on an idle core; tests share theirs
