"""Forgetting a patient leaves no trace: not in a table, not in the file's bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emr_rerank.errors import UnknownPatientError
from emr_rerank.store.database import Store, Transaction, open_store
from emr_rerank.store.forget import forget_patient
from emr_rerank.store.links import LinkValues, add_aliases, save_links
from emr_rerank.store.others import OtherValues, add_others
from emr_rerank.store.patients import PatientKey, search_patients
from emr_rerank.store.quarantine import QuarantineValues, save_quarantine
from emr_rerank.store.records import load_records
from emr_rerank.store.resources import add_older_version, add_resources, replace_resource
from emr_rerank.store.vectors import PatientVectors
from emr_rerank.types import Patient
from tests.store.rows import ANNA, BERT, dump, resource_row, save_condition, save_person

TRACES = ("anna", "zwetschge", "1950-03-07", "marzipan", "mrn-77")
"""Words that occur in what belongs to Anna and nowhere else; her texts all speak of marzipan."""


def quarantined(key: str, *, subject: str = "", owner: int | None = None, import_pk: int = 1) -> QuarantineValues:
    return {
        "key": key,
        "import_pk": import_pk,
        "source": "local",
        "file": "bulk.ndjson",
        "position": "line 3",
        "type": "Condition",
        "fhir_id": "q1",
        "subject": subject,
        "patient_pk": owner,
        "settled": owner is not None,
        "resource_pk": None,
        "reason": "code: missing",
        "fields": '["code"]',
        "content_hash": b"h",
        "raw": b'{"note": "marzipan"}',
    }


def link(pk: int, address: str, target: int | None, *, subject: bool = False) -> LinkValues:
    return {
        "resource_pk": pk,
        "reference": address,
        "source": "local",
        "address": address,
        "subject": subject,
        "local": False,
        "target_pk": target,
    }


def save_two(transaction: Transaction) -> None:
    """Save Anna (1) with something in every table, and Bert (2) with something that must stay."""
    save_person(transaction, 1, ANNA, "zwetschge_anna.json")
    save_person(transaction, 2, BERT, "quitte.json")
    save_condition(transaction, 3, 1, "Marzipan intolerance")
    save_condition(transaction, 4, 2, "Gout")
    replace_resource(transaction, resource_row(3, "Condition", "c3", 1, text="marzipan, milder"), "2020-02-01")
    add_resources(transaction, [resource_row(5, "Medication", "m5", None, text="marzipan drops")])
    add_resources(transaction, [resource_row(6, "Medication", "m6", None, text="aspirin")])
    add_aliases(transaction, [{"source": "local", "address": "Patient?identifier=s|mrn-77", "resource_pk": 1}])
    save_links(
        transaction,
        [link(pk, f"Medication/m{target}", target) for pk, target in ((3, 5), (3, 6), (4, 6))],
    )
    save_quarantine(transaction, [quarantined("a", owner=1), quarantined("b", subject="Patient/anna-1")])
    save_quarantine(transaction, [quarantined("c")])  # names nobody, but lay in Anna's own file
    imaging = OtherValues(
        source="local", type="ImagingStudy", fhir_id="i1", subject="Patient/anna-1", patient_pk=1, settled=True
    )
    add_others(transaction, [imaging])


@pytest.fixture
def two_patients(store: Store) -> Store:
    with store.begin() as transaction:
        save_two(transaction)
    for patient, lines in ((ANNA, ("only-annas", "shared")), (BERT, ("shared", "only-berts"))):
        vectors = {line: np.full(3, 0.5, np.float32) for line in lines}
        PatientVectors(store, PatientKey.of(patient)).put("m", vectors)
    return store


def test_no_table_holds_a_trace_of_a_forgotten_patient(two_patients: Store) -> None:
    before = dump(two_patients).casefold()
    assert all(trace in before for trace in TRACES)
    removed = forget_patient(two_patients, "anna-1")
    after = dump(two_patients).casefold()
    assert [trace for trace in TRACES if trace in after] == []
    assert (removed.resources, removed.records, removed.quarantined, removed.erased) == (2, 1, 3, True)


def test_vectors_stay_while_another_patient_uses_them(two_patients: Store) -> None:
    forget_patient(two_patients, "anna-1")
    after = dump(two_patients)
    assert "only-annas" not in after
    assert "shared" in after
    assert "only-berts" in after


def test_other_patients_keep_everything(two_patients: Store) -> None:
    forget_patient(two_patients, "anna-1")
    with two_patients.read() as transaction:
        assert [record.title for record in load_records(transaction, PatientKey.of(BERT))] == ["Gout"]
        assert search_patients(transaction) == [BERT]
    assert "aspirin" in dump(two_patients)
    assert "quitte.json" in dump(two_patients)


def test_the_files_on_disk_hold_no_trace(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    with store.begin() as transaction:
        save_two(transaction)
        for number in range(100, 400):  # enough that pages split and are balanced
            save_condition(transaction, number, 1 + number % 2, f"marzipan {number}" if number % 2 == 0 else "gout")
    with store.read() as transaction:
        assert transaction.exec_driver_sql("PRAGMA wal_checkpoint").one()

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()

    assert b"marzipan" in on_disk()
    assert forget_patient(store, "anna-1").erased
    assert [trace for trace in TRACES if trace.encode() in on_disk()] == []


def test_a_reader_in_the_way_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    store, page = open_store(url), open_store(url)
    with store.begin() as transaction:
        save_two(transaction)
    with page.read() as reading:
        search_patients(reading)
        assert not forget_patient(store, "anna-1", wait=0.05).erased
    assert "marzipan" not in dump(store)


def test_an_unknown_patient_cannot_be_forgotten(two_patients: Store) -> None:
    before = dump(two_patients)
    with pytest.raises(UnknownPatientError, match="no patient nobody"):
        forget_patient(two_patients, "nobody")
    assert dump(two_patients) == before


def test_an_id_in_two_sources_needs_the_source(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        save_person(transaction, 50, Patient("https://h/fhir", "anna-1", "Anna Other"), "other.json")
    with pytest.raises(UnknownPatientError, match="--source with one of: https://h/fhir, local"):
        forget_patient(two_patients, "anna-1")
    forget_patient(two_patients, "anna-1", "local")
    with two_patients.read() as transaction:
        assert {patient.name for patient in search_patients(transaction)} == {"Anna Other", "Bert Quitte"}


def test_a_patient_whose_own_resource_could_not_be_read_can_be_forgotten(store: Store) -> None:
    with store.begin() as transaction:
        save_person(transaction, 2, BERT, "quitte.json")
        unreadable = quarantined("p", import_pk=2)
        unreadable["type"], unreadable["fhir_id"] = "Patient", "anna-1"
        save_quarantine(transaction, [unreadable])
        waiting = resource_row(9, "Condition", "c9", None, import_pk=2, text="marzipan")
        waiting["pending"] = True
        add_resources(transaction, [waiting])
        save_links(transaction, [link(9, "Patient/anna-1", None, subject=True)])
    assert forget_patient(store, "anna-1").resources == 1
    assert [trace for trace in TRACES if trace in dump(store).casefold()] == []


def test_one_whose_id_begins_alike_keeps_everything(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        alike = quarantined("d", subject="Patient/anna-12")
        elsewhere = quarantined("e", subject="https://h/fhir/Patient/anna-1")
        save_quarantine(transaction, [alike, elsewhere])
        flag = OtherValues(
            source="local", type="Flag", fhir_id="f", subject="Patient/anna-12", patient_pk=None, settled=False
        )
        add_others(transaction, [flag])
        save_person(transaction, 60, Patient("local", "eve", "Eve"), "hannah-12.json")
    forget_patient(two_patients, "anna-1")
    after = dump(two_patients)
    assert after.count("Patient/anna-12") == 2
    assert "https://h/fhir/Patient/anna-1" in after
    assert "hannah-12.json" in after
    assert "Patient/anna-1'" not in after.replace("https://h/fhir/Patient/anna-1'", "")


def test_a_note_named_by_what_could_not_be_read_goes_too(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        save_person(transaction, 60, Patient("local", "eve", "Eve"), "eve.json")
        add_resources(transaction, [resource_row(61, "Binary", "n1", None, import_pk=60, text="marzipan")])
        add_resources(transaction, [resource_row(62, "Binary", "n2", None, import_pk=60, text="nougat")])
        unread = quarantined("d", owner=1)
        unread["raw"] = b'{"content": [{"attachment": {"url": "Binary/n1"}}], "text": "Binary/n22"}'
        save_quarantine(transaction, [unread])
    forget_patient(two_patients, "anna-1")
    after = dump(two_patients)
    assert "marzipan" not in after
    assert "nougat" in after


def test_a_version_without_an_owner_goes_with_the_patient_it_named(two_patients: Store) -> None:
    with two_patients.begin() as transaction:
        for text in ("Patient/anna-1", "Patient/bert-2"):
            row = resource_row(4, "Condition", "c4", 2, text="Patient/bert-2")
            add_older_version(
                transaction, row | {"patient_pk": None, "raw": resource_row(4, "C", "c", 2, text=text)["raw"]}, "x"
            )
    forget_patient(two_patients, "anna-1")
    after = dump(two_patients)
    assert "Patient/anna-1" not in after
    assert "Patient/bert-2" in after
