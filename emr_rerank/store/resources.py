"""Resources as received, their older versions, where they came from. Knows no record, and of FHIR only identity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import bindparam, exists, func, insert, literal, select, update

from emr_rerank.store.database import Transaction
from emr_rerank.store.patients import PatientKey, patient_pk
from emr_rerank.store.tables import HistoryRow, RecordRow, ResourceRow


class ResourceValues(TypedDict):
    """A row of `resources`."""

    pk: int
    source: str
    type: str
    fhir_id: str
    patient_pk: int | None
    pending: bool
    import_pk: int
    position: str
    last_updated: str
    content_hash: bytes
    raw: bytes
    repaired: bytes | None


@dataclass(frozen=True, slots=True)
class Known:
    """What an import asks of a resource that is already stored."""

    pk: int
    content_hash: bytes
    last_updated: str
    patient_pk: int | None
    repaired: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored resource with the JSON that converters read."""

    pk: int
    source: str
    type: str
    fhir_id: str
    patient_pk: int | None
    pending: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a resource as received."""

    raw: bytes
    replaced_at: str  # "" for the version in force


def next_resource_pk(transaction: Transaction) -> int:
    """Return the first primary key that is free; only the one writer may use it."""
    return (transaction.scalar(select(func.max(ResourceRow.pk))) or 0) + 1


def known_resources(transaction: Transaction, source: str, ids: Sequence[str]) -> dict[tuple[str, str], Known]:
    """Return what is stored of a source's resources with these ids, by (type, id)."""
    wanted = select(
        ResourceRow.type,
        ResourceRow.fhir_id,
        ResourceRow.pk,
        ResourceRow.content_hash,
        ResourceRow.last_updated,
        ResourceRow.patient_pk,
        ResourceRow.repaired.is_not(None),
    ).where(ResourceRow.source == source, ResourceRow.fhir_id.in_(ids))
    return {
        (kind, fhir_id): Known(pk, content_hash, last_updated, owner, repaired)
        for kind, fhir_id, pk, content_hash, last_updated, owner, repaired in transaction.execute(wanted)
    }


def add_resources(transaction: Transaction, rows: Sequence[ResourceValues]) -> None:
    """Add resources that are not stored yet."""
    if rows:
        transaction.execute(insert(ResourceRow), rows)


def replace_resource(transaction: Transaction, row: ResourceValues, replaced_at: str) -> None:
    """Put a newer version in force and keep the older one as history."""
    kept = (
        HistoryRow.patient_pk,
        HistoryRow.import_pk,
        HistoryRow.last_updated,
        HistoryRow.content_hash,
        HistoryRow.raw,
    )
    in_force = select(
        ResourceRow.pk, *(getattr(ResourceRow, column.key) for column in kept), literal(replaced_at)
    ).where(ResourceRow.pk == row["pk"])
    columns = (HistoryRow.resource_pk, *kept, HistoryRow.replaced_at)
    transaction.execute(insert(HistoryRow).from_select([column.key for column in columns], in_force))
    transaction.execute(update(ResourceRow).where(ResourceRow.pk == row["pk"]).values(**row))


def add_older_version(transaction: Transaction, row: ResourceValues, arrived_at: str) -> None:
    """Keep as history a version that arrived after its successor."""
    transaction.execute(
        insert(HistoryRow).values(
            resource_pk=row["pk"],
            patient_pk=row["patient_pk"],
            import_pk=row["import_pk"],
            last_updated=row["last_updated"],
            content_hash=row["content_hash"],
            raw=row["raw"],
            replaced_at=arrived_at,
        )
    )


def has_version(transaction: Transaction, pk: int, content_hash: bytes) -> bool:
    """Return whether a version is kept as history."""
    same = exists().where(HistoryRow.resource_pk == pk, HistoryRow.content_hash == content_hash)
    return bool(transaction.scalar(select(same)))


def came_together(transaction: Transaction, pk: int, content_hash: bytes) -> bool:
    """Return whether an older version came in the same file as the one in force, so that it comes with it again."""
    together = exists().where(
        HistoryRow.resource_pk == pk,
        HistoryRow.content_hash == content_hash,
        HistoryRow.import_pk == select(ResourceRow.import_pk).where(ResourceRow.pk == pk).scalar_subquery(),
    )
    return bool(transaction.scalar(select(together)))


def moved_resource(transaction: Transaction, import_pk: int, since: str) -> tuple[str, str] | None:
    """Return ("Type/id", position) of one that an import gave to another patient than the version it replaced had."""
    moved = (
        select(ResourceRow.type + "/" + ResourceRow.fhir_id, ResourceRow.position)
        .join(HistoryRow, HistoryRow.resource_pk == ResourceRow.pk)
        .where(
            ResourceRow.import_pk == import_pk,
            HistoryRow.replaced_at >= since,
            HistoryRow.patient_pk != ResourceRow.patient_pk,
        )
        .order_by(ResourceRow.pk)
        .limit(1)
    )
    row = transaction.execute(moved).one_or_none()
    return None if row is None else (row[0], row[1])


def owners_in_import(transaction: Transaction, import_pk: int) -> set[int]:
    """Return the patients of whom an import changed something."""
    owners = select(ResourceRow.patient_pk).where(ResourceRow.import_pk == import_pk).distinct()
    return {owner for owner in transaction.scalars(owners) if owner is not None}


def set_version(transaction: Transaction, pk: int, *, raw: bytes, last_updated: str) -> None:
    """Note that a server touched a resource without changing its content."""
    transaction.execute(update(ResourceRow).where(ResourceRow.pk == pk).values(raw=raw, last_updated=last_updated))


def set_owners(transaction: Transaction, owners: Mapping[int, int | None], *, pending: Iterable[int] = ()) -> None:
    """Say whose these resources are, by primary keys; those in `pending` name a patient who is not known."""
    waiting = set(pending)
    rows = [{"resource": pk, "owner": owner, "waits": pk in waiting} for pk, owner in owners.items()]
    if rows:
        statement = (
            update(ResourceRow)
            .where(ResourceRow.pk == bindparam("resource"))
            .values(patient_pk=bindparam("owner"), pending=bindparam("waits"))
        )
        transaction.execute(statement, rows)


def count_pending(transaction: Transaction, types: Iterable[str]) -> int:
    """Return how many resources of these types name a patient who is not known."""
    wanted = select(func.count()).where(ResourceRow.pending, ResourceRow.type.in_(list(types)))
    return transaction.scalar(wanted) or 0


def stored_resources(transaction: Transaction, pks: Sequence[int]) -> list[Stored]:
    """Return these resources, at most a few hundred at a time."""
    wanted = select(
        ResourceRow.pk,
        ResourceRow.source,
        ResourceRow.type,
        ResourceRow.fhir_id,
        ResourceRow.patient_pk,
        ResourceRow.pending,
        func.coalesce(ResourceRow.repaired, ResourceRow.raw),
    ).where(ResourceRow.pk.in_(pks))
    return [Stored(*row) for row in transaction.execute(wanted)]


def all_versions(transaction: Transaction, pk: int, owner: int | None = None) -> list[Version]:
    """Return the versions of a resource, the one in force first, then the latest replaced; older ones of `owner` only.

    Without an owner: every version.
    """
    older = select(HistoryRow.raw, HistoryRow.replaced_at).where(HistoryRow.resource_pk == pk)
    if owner is not None:
        older = older.where(HistoryRow.patient_pk == owner)
    in_force = select(ResourceRow.raw, literal("")).where(ResourceRow.pk == pk)
    return [
        Version(raw, replaced_at)
        for wanted in (in_force, older.order_by(HistoryRow.replaced_at.desc(), HistoryRow.pk.desc()))
        for raw, replaced_at in transaction.execute(wanted)
    ]


def load_versions(transaction: Transaction, patient: PatientKey, reference: str) -> list[Version]:
    """Return a record's source JSON, the version in force first; [] where that patient has no such record.

    `reference` is the Record's. Versions that belonged to another patient, or to nobody known, are left out.
    """
    owner = patient_pk(transaction, patient)
    wanted = select(RecordRow.pk).where(RecordRow.patient_pk == owner, RecordRow.reference == reference)
    pk = transaction.scalar(wanted)
    return [] if pk is None else all_versions(transaction, pk, owner)
