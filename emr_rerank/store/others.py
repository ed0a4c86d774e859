"""Resources of types that make no record: which patient has how many of which. Keeps nothing of their content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import bindparam, func, insert, select, update

from emr_rerank.store.database import Transaction
from emr_rerank.store.patients import PatientKey, patient_pk
from emr_rerank.store.tables import OtherRow

AT_ONCE = 500


class OtherValues(TypedDict):
    """A row of `other_resources` but for its number."""

    source: str
    type: str
    fhir_id: str
    subject: str
    patient_pk: int | None


@dataclass(frozen=True, slots=True)
class KnownOther:
    """An other resource that is already counted."""

    pk: int
    subject: str


@dataclass(frozen=True, slots=True)
class UnownedOther:
    """An other resource that names a patient who was not known."""

    pk: int
    source: str
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


def change_subject(transaction: Transaction, pk: int, subject: str, owner: int | None) -> None:
    """Note that a counted resource now names another patient."""
    transaction.execute(update(OtherRow).where(OtherRow.pk == pk).values(subject=subject, patient_pk=owner))


def unowned_others(transaction: Transaction, *, after: int = 0) -> list[UnownedOther]:
    """Return some other resources that name a patient who was not known, by number, from beyond `after`."""
    wanted = (
        select(OtherRow.pk, OtherRow.source, OtherRow.subject)
        .where(OtherRow.patient_pk.is_(None), OtherRow.subject != "", OtherRow.pk > after)
        .order_by(OtherRow.pk)
        .limit(AT_ONCE)
    )
    return [UnownedOther(*row) for row in transaction.execute(wanted)]


def set_other_owners(transaction: Transaction, owners: Mapping[int, int]) -> None:
    """Say whose these other resources are, by number."""
    if owners:
        statement = update(OtherRow).where(OtherRow.pk == bindparam("other")).values(patient_pk=bindparam("owner"))
        transaction.execute(statement, [{"other": pk, "owner": owner} for pk, owner in owners.items()])


def count_others(transaction: Transaction, patient: PatientKey) -> dict[str, int]:
    """Return how many resources of other types one patient has, by type."""
    owner = patient_pk(transaction, patient)
    wanted = select(OtherRow.type, func.count()).where(OtherRow.patient_pk == owner).group_by(OtherRow.type)
    return dict(sorted((name, count) for name, count in transaction.execute(wanted)))
