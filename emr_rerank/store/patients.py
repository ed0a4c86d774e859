"""Who the patients are: saved, found, searched, counted. Knows nothing of their records."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Row, func, insert, select, update

from emr_rerank.errors import UnknownPatientError
from emr_rerank.store.database import Transaction
from emr_rerank.store.tables import PatientRow
from emr_rerank.types import Patient

LISTED = 50
"""How many patients a search returns at most unless told."""

_PATIENT = (
    PatientRow.source,
    PatientRow.fhir_id,
    PatientRow.name,
    PatientRow.birth_date,
    PatientRow.sex,
    PatientRow.deceased,
)


@dataclass(frozen=True, slots=True)
class PatientKey:
    """Whose records are meant; every query about records takes one."""

    source: str
    id: str

    @classmethod
    def of(cls, patient: Patient) -> PatientKey:
        """Return the key of a patient that was found."""
        return cls(patient.source, patient.id)


def add_patient(transaction: Transaction, pk: int, patient: Patient) -> None:
    """Add a patient under the primary key of its resource."""
    transaction.execute(insert(PatientRow).values(pk=pk, **_values(patient)))


def replace_patient(transaction: Transaction, pk: int, patient: Patient) -> None:
    """Replace what is known of a patient."""
    transaction.execute(update(PatientRow).where(PatientRow.pk == pk).values(**_values(patient)))


def patient_pk(transaction: Transaction, key: PatientKey) -> int:
    """Return the patient's primary key; raises UnknownPatientError where the store has no such patient."""
    wanted = select(PatientRow.pk).where(PatientRow.source == key.source, PatientRow.fhir_id == key.id)
    pk = transaction.scalar(wanted)
    if pk is None:
        raise _unknown(key.id)
    return pk


def sources_of(transaction: Transaction, pks: Collection[int]) -> dict[int, str]:
    """Return the sources of these patients, at most a few hundred at a time."""
    wanted = select(PatientRow.pk, PatientRow.source).where(PatientRow.pk.in_(pks))
    return {row.pk: row.source for row in transaction.execute(wanted)} if pks else {}


def find_patient(transaction: Transaction, patient_id: str, source: str | None = None) -> Patient:
    """Return the one patient with this id.

    Raises UnknownPatientError where there is none, or where several sources have that id and none was given.
    """
    wanted = select(*_PATIENT).where(PatientRow.fhir_id == patient_id).order_by(PatientRow.pk)
    found = [_patient(row) for row in transaction.execute(wanted) if source is None or row.source == source]
    if not found:
        raise _unknown(patient_id)
    if len(found) > 1:
        sources = ", ".join(sorted(patient.source for patient in found))
        raise UnknownPatientError(
            f"patient {patient_id} exists in several sources; add --source with one of: {sources}"
        )
    return found[0]


def search_patients(transaction: Transaction, text: str = "", *, limit: int = LISTED) -> list[Patient]:
    """Return at most `limit` patients whose name, birth date or id contain every word of the text, by name.

    Case does not matter; "" lists everybody.
    """
    wanted = select(*_PATIENT).order_by(PatientRow.search, PatientRow.source).limit(limit)
    for word in text.casefold().split():
        wanted = wanted.where(PatientRow.search.contains(word, autoescape=True))
    return [_patient(row) for row in transaction.execute(wanted)]


def count_patients(transaction: Transaction) -> int:
    """Return how many patients the store holds."""
    return transaction.scalar(select(func.count()).select_from(PatientRow)) or 0


def _unknown(patient_id: str) -> UnknownPatientError:
    return UnknownPatientError(f"no patient {patient_id} in the store; `emr-rerank patients` lists those it has")


def _values(patient: Patient) -> dict[str, str]:
    return {
        "source": patient.source,
        "fhir_id": patient.id,
        "name": patient.name,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "deceased": patient.deceased,
        "search": f"{patient.name} {patient.birth_date} {patient.id}".casefold(),
    }


def _patient(row: Row[str, str, str, str, str, str]) -> Patient:
    return Patient(row.source, row.fhir_id, row.name, row.birth_date, row.sex, row.deceased)
