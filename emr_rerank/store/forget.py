"""Removes a patient wholly: every row that holds or names them, then what deleted rows left on disk.

Other people's data stay, even where they name this patient (a relative's chart): those are the other person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_, select, union, update

from emr_rerank.errors import UnknownPatientError
from emr_rerank.store.database import WAIT_TO_WRITE, Store, Transaction, erase_traces
from emr_rerank.store.patients import PatientKey
from emr_rerank.store.tables import (
    HistoryRow,
    ImportRow,
    LinkRow,
    OtherRow,
    PatientRow,
    QuarantineRow,
    RecordRow,
    ResourceRow,
    VectorRow,
    VectorUseRow,
)

FORGOTTEN = "(forgotten)"
"""What stands in the log of imports instead of a file's name that told whose it was."""

_SHORTEST_WORD = 3  # letters of a name that are looked for in file names


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed."""

    patient: PatientKey
    resources: int
    records: int
    quarantined: int
    erased: bool  # False: another connection kept the database from overwriting what was deleted; run it again


def forget_patient(
    store: Store, patient_id: str, source: str | None = None, *, wait: float = WAIT_TO_WRITE
) -> Forgotten:
    """Remove everything about a patient, one whose own resource never could be read included.

    Raises UnknownPatientError where nothing in the store is about such a patient, or where several sources have that
    id and none was given. `wait`: seconds to wait for others to be done with the database.
    """
    with store.begin(wait=wait) as transaction:
        key = _whom(transaction, patient_id, source)
        removed = _remove(transaction, key)
    return Forgotten(key, *removed, erased=erase_traces(store, wait=wait))


def _whom(transaction: Transaction, patient_id: str, source: str | None) -> PatientKey:
    waiting = (
        select(LinkRow.source)
        .join(ResourceRow, ResourceRow.pk == LinkRow.resource_pk)
        .where(LinkRow.subject, ResourceRow.pending, LinkRow.address == f"Patient/{patient_id}")
    )
    named = union(
        select(PatientRow.source).where(PatientRow.fhir_id == patient_id),
        select(QuarantineRow.source).where(QuarantineRow.type == "Patient", QuarantineRow.fhir_id == patient_id),
        select(QuarantineRow.source).where(QuarantineRow.subject == f"Patient/{patient_id}"),
        waiting,
    )
    sources = sorted(found for found in transaction.scalars(named) if source is None or found == source)
    if not sources:
        raise UnknownPatientError(f"no patient {patient_id} in the store; `emr-rerank patients` lists those it has")
    if len(sources) > 1:
        raise UnknownPatientError(
            f"patient {patient_id} exists in several sources; add --source with one of: {', '.join(sources)}"
        )
    return PatientKey(sources[0], patient_id)


def _remove(transaction: Transaction, key: PatientKey) -> tuple[int, int, int]:
    known = select(PatientRow.pk, PatientRow.name).where(PatientRow.source == key.source, PatientRow.fhir_id == key.id)
    pk, name = transaction.execute(known).one_or_none() or (-1, "")
    subject = select(LinkRow.resource_pk).where(
        LinkRow.subject, LinkRow.source == key.source, LinkRow.address == f"Patient/{key.id}"
    )
    theirs = or_(ResourceRow.patient_pk == pk, ResourceRow.pending & ResourceRow.pk.in_(subject))
    imports = _imports(transaction, pk, theirs)
    only = [number for number in imports if _only_theirs(transaction, number, pk)]
    supporting = _supporting(transaction, theirs)
    records = transaction.scalar(select(func.count()).where(RecordRow.patient_pk == pk)) or 0

    quarantined = transaction.execute(delete(QuarantineRow).where(_quarantined(key, pk, only))).rowcount
    transaction.execute(delete(OtherRow).where(or_(OtherRow.patient_pk == pk, _names(OtherRow, key))))
    transaction.execute(delete(HistoryRow).where(HistoryRow.patient_pk == pk))
    resources = transaction.execute(delete(ResourceRow).where(theirs)).rowcount
    _drop_unused(transaction, supporting)
    _drop_vectors(transaction, pk)
    transaction.execute(delete(PatientRow).where(PatientRow.pk == pk))
    _blank_file_names(transaction, only, [key.id, *name.split()])
    return resources, records, quarantined


def _names(table: type[OtherRow] | type[QuarantineRow], key: PatientKey) -> ColumnElement[bool]:
    """Whether a row without an owner names this patient, however the reference was written."""
    return table.patient_pk.is_(None) & (table.source == key.source) & table.subject.contains(key.id, autoescape=True)


def _quarantined(key: PatientKey, pk: int, only: Sequence[int]) -> ColumnElement[bool]:
    return or_(
        QuarantineRow.patient_pk == pk,
        (QuarantineRow.source == key.source) & (QuarantineRow.type == "Patient") & (QuarantineRow.fhir_id == key.id),
        _names(QuarantineRow, key),
        # What lay in a file about this patient alone is theirs, even where it cannot be read at all.
        QuarantineRow.patient_pk.is_(None) & QuarantineRow.import_pk.in_(only),
    )


def _imports(transaction: Transaction, pk: int, theirs: ColumnElement[bool]) -> list[int]:
    touched = union(
        select(ResourceRow.import_pk).where(theirs),
        select(HistoryRow.import_pk).where(HistoryRow.patient_pk == pk),
        select(QuarantineRow.import_pk).where(QuarantineRow.patient_pk == pk),
    )
    return list(transaction.scalars(touched))


def _only_theirs(transaction: Transaction, import_pk: int, pk: int) -> bool:
    """Whether an import brought nothing of any other patient."""
    others = union(
        *(
            select(table.patient_pk).where(
                table.import_pk == import_pk, table.patient_pk.is_not(None), table.patient_pk != pk
            )
            for table in (ResourceRow, HistoryRow, QuarantineRow)
        )
    )
    return transaction.execute(others.limit(1)).first() is None


def _supporting(transaction: Transaction, theirs: ColumnElement[bool]) -> list[int]:
    """Return the resources of nobody (medicines, practitioners) that this patient's records name."""
    linked = select(LinkRow.target_pk).join(ResourceRow, ResourceRow.pk == LinkRow.resource_pk).where(theirs).distinct()
    nobody = select(ResourceRow.pk).where(
        ResourceRow.pk.in_(linked), ResourceRow.patient_pk.is_(None), ResourceRow.pending.is_(False)
    )
    return list(transaction.scalars(nobody))


def _drop_unused(transaction: Transaction, supporting: Sequence[int]) -> None:
    for pk in supporting:
        used = select(LinkRow.pk).where(LinkRow.target_pk == pk)
        transaction.execute(delete(ResourceRow).where(ResourceRow.pk == pk, ~used.exists()))


def _drop_vectors(transaction: Transaction, pk: int) -> None:
    """Delete the vectors that stand for this patient's lines only: a vector can be read back into words."""
    uses = select(VectorUseRow.model, VectorUseRow.text_hash).where(VectorUseRow.patient_pk == pk)
    candidates = transaction.execute(uses).all()
    transaction.execute(delete(VectorUseRow).where(VectorUseRow.patient_pk == pk))
    for model, text_hash in candidates:
        still = select(VectorUseRow.patient_pk).where(VectorUseRow.model == model, VectorUseRow.text_hash == text_hash)
        transaction.execute(
            delete(VectorRow).where(VectorRow.model == model, VectorRow.text_hash == text_hash, ~still.exists())
        )


def _blank_file_names(transaction: Transaction, only: Sequence[int], names: Sequence[str]) -> None:
    """Take a patient's files out of the log: those about them alone, and any that carries their id or name."""
    words = [word.casefold() for word in names if len(word) >= _SHORTEST_WORD]
    listed = transaction.execute(select(ImportRow.pk, ImportRow.file)).all()
    files = {file for pk, file in listed if pk in only or any(word in file.casefold() for word in words)}
    for table in (ImportRow, QuarantineRow):
        transaction.execute(update(table).where(table.file.in_(files)).values(file=FORGOTTEN))
