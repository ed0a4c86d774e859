"""Hand-made rows for the store's tests, written as an import writes them, and a dump of every table."""

from __future__ import annotations

import sqlalchemy as sa

from emr_rerank.store.database import Store, Transaction
from emr_rerank.store.imports import begin_import
from emr_rerank.store.patients import add_patient
from emr_rerank.store.records import save_records
from emr_rerank.store.resources import ResourceValues, add_resources
from emr_rerank.types import Kind, Patient, Record

ANNA = Patient("local", "anna-1", "Anna Zwetschge", "1950-03-07", "female")
BERT = Patient("local", "bert-2", "Bert Quitte", "1961-11-30", "male")


def resource_row(
    pk: int, kind: str, fhir_id: str, owner: int | None, *, import_pk: int = 1, text: str = ""
) -> ResourceValues:
    """Return a row of `resources`."""
    return {
        "pk": pk,
        "source": "local",
        "type": kind,
        "fhir_id": fhir_id,
        "patient_pk": owner,
        "pending": False,
        "import_pk": import_pk,
        "position": f"entry {pk}",
        "last_updated": "",
        "content_hash": f"hash {pk} {text}".encode(),
        "raw": f'{{"resourceType":"{kind}","id":"{fhir_id}","note":"{text}"}}'.encode(),
        "repaired": None,
    }


def save_person(transaction: Transaction, pk: int, patient: Patient, file: str) -> None:
    """Save a patient and the import (of the same number) that brings them."""
    begin_import(transaction, pk, file, "2020-01-01T00:00:00Z")
    add_patient(transaction, pk, patient)
    row = resource_row(pk, "Patient", patient.id, pk, import_pk=pk, text=patient.name)
    row["source"] = patient.source
    add_resources(transaction, [row])


def save_condition(transaction: Transaction, pk: int, owner: int, title: str, *, import_pk: int | None = None) -> None:
    """Save a Condition and its record."""
    row = resource_row(pk, "Condition", f"c{pk}", owner, import_pk=import_pk or owner, text=title)
    add_resources(transaction, [row])
    record = Record(f"Condition/c{pk}", Kind.CONDITION, title, f"Condition: {title}")
    save_records(transaction, [(pk, owner, record)])


def dump(store: Store) -> str:
    """Return every value of every table, as text; bytes as they would read."""
    with store.read() as transaction:
        names = sa.inspect(transaction).get_table_names()
        lines = [
            f"{name} {[value.decode('latin-1') if isinstance(value, bytes) else value for value in row]}"
            for name in sorted(names)
            for row in transaction.execute(sa.select(sa.text("*")).select_from(sa.table(name)))
        ]
    return "\n".join(lines)
