"""Records in and out of their table, always one patient's. Knows nothing of how they are made or ranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

import orjson
from sqlalchemy import delete, func, insert, select

from emr_rerank.store.database import Transaction
from emr_rerank.store.patients import PatientKey, patient_pk
from emr_rerank.store.tables import RecordRow
from emr_rerank.types import Kind, Measurement, Record, Standing

_FIELDS = tuple(field.name for field in fields(Record))
_COLUMNS = [getattr(RecordRow, name) for name in _FIELDS]
_KINDS = {kind.value: kind for kind in Kind}
_STANDINGS = {standing.value: standing for standing in Standing}
_NONE = "[]"


def save_records(transaction: Transaction, records: Iterable[tuple[int, int, Record]]) -> None:
    """Add records, each as (primary key of its resource, primary key of its patient, record)."""
    rows = [
        {
            "pk": pk,
            "patient_pk": patient,
            "reference": record.reference,
            "kind": record.kind.value,
            "title": record.title,
            "text": record.text,
            "code": record.code,
            "codes": orjson.dumps(record.codes).decode() if record.codes else _NONE,
            "date": record.date,
            "end": record.end,
            "status": record.status,
            "standing": record.standing.value,
            "value": record.value,
            "measurements": orjson.dumps([(m.value, m.unit, m.name) for m in record.measurements]).decode()
            if record.measurements
            else _NONE,
            "flag": record.flag,
            "dose": record.dose,
            "body_site": record.body_site,
            "reason": record.reason,
            "body": record.body,
        }
        for pk, patient, record in records
    ]
    if rows:
        transaction.execute(insert(RecordRow), rows)


def delete_records(transaction: Transaction, resource_pks: Sequence[int]) -> None:
    """Delete the records made from these resources, at most a few hundred at a time."""
    transaction.execute(delete(RecordRow).where(RecordRow.pk.in_(resource_pks)))


def load_records(transaction: Transaction, patient: PatientKey) -> list[Record]:
    """Return every record of one patient, by reference; raises UnknownPatientError where there is no such patient."""
    owner = patient_pk(transaction, patient)
    rows = transaction.execute(select(*_COLUMNS).where(RecordRow.patient_pk == owner)).all()
    return sorted((_record(row) for row in rows), key=lambda record: record.reference)


def count_records(transaction: Transaction, patient: PatientKey) -> int:
    """Return how many records one patient has."""
    owner = patient_pk(transaction, patient)
    return transaction.scalar(select(func.count()).where(RecordRow.patient_pk == owner)) or 0


def _record(row: Sequence[str]) -> Record:
    """Make a Record of a row of `_COLUMNS`."""
    reference, kind, title, text, code, codes, date, end, status, standing, value, measurements, *rest = row
    return Record(
        reference,
        _KINDS[kind],
        title,
        text,
        code,
        () if codes == _NONE else tuple(orjson.loads(codes)),
        date,
        end,
        status,
        _STANDINGS[standing],
        value,
        () if measurements == _NONE else tuple(Measurement(*parts) for parts in orjson.loads(measurements)),
        *rest,
    )
