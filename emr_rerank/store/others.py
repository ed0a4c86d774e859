"""Resources of types that make no record: which patient has how many of which. Keeps nothing of their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import func, insert, select, update

from emr_rerank.store.database import Transaction
from emr_rerank.store.patients import PatientKey, patient_pk
from emr_rerank.store.quarantine import Unsettled
from emr_rerank.store.tables import OtherRow

AT_ONCE = 500


class OtherValues(TypedDict):
    """A row of `other_resources` but for its number."""

    source: str
    type: str
    fhir_id: str
    subject: str
    patient_pk: int | None
    settled: bool


@dataclass(frozen=True, slots=True)
class KnownOther:
    """An other resource that is already counted."""

    pk: int
    subject: str


def known_others(transaction: Transaction, source: str, ids: Sequence[str]) -> dict[tuple[str, str], KnownOther]:
    """Return what is counted of a source's resources with these ids, by (type, id)."""
    wanted = select(OtherRow.type, OtherRow.fhir_id, OtherRow.pk, OtherRow.subject).where(
        OtherRow.source == source, OtherRow.fhir_id.in_(ids)
    )
    return {(kind, fhir_id): KnownOther(pk, subject) for kind, fhir_id, pk, subject in transaction.execute(wanted)}


def add_others(transaction: Transaction, rows: Sequence[OtherValues]) -> None:
    """Count resources that are not counted yet."""
    if rows:
        transaction.execute(insert(OtherRow), rows)


def change_other(transaction: Transaction, pk: int, row: OtherValues) -> None:
    """Note that a counted resource now names another patient."""
    transaction.execute(update(OtherRow).where(OtherRow.pk == pk).values(**row))


def unsettled_others(transaction: Transaction, *, after: int = 0) -> list[Unsettled]:
    """Return some other resources whose patient may still change, by number, from beyond `after`."""
    wanted = (
        select(OtherRow.pk, OtherRow.source, OtherRow.subject, OtherRow.patient_pk)
        .where(OtherRow.settled.is_(False), OtherRow.pk > after)
        .order_by(OtherRow.pk)
        .limit(AT_ONCE)
    )
    return [Unsettled(*row) for row in transaction.execute(wanted)]


def set_other_owner(transaction: Transaction, pk: int, owner: int | None, *, settled: bool) -> None:
    """Say whose an other resource is."""
    transaction.execute(update(OtherRow).where(OtherRow.pk == pk).values(patient_pk=owner, settled=settled))


def count_others(transaction: Transaction, patient: PatientKey) -> dict[str, int]:
    """Return how many resources of other types one patient has, by type."""
    owner = patient_pk(transaction, patient)
    wanted = select(OtherRow.type, func.count()).where(OtherRow.patient_pk == owner).group_by(OtherRow.type)
    return dict(sorted((name, count) for name, count in transaction.execute(wanted)))
