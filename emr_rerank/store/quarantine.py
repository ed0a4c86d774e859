"""What could not become a record, and why: kept whole, shown as a count, let go when it can. Knows no reason itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

import orjson
from sqlalchemy import delete, func, insert, select, update

from emr_rerank.store.database import Transaction
from emr_rerank.store.patients import PatientKey, patient_pk
from emr_rerank.store.tables import ImportRow, QuarantineRow, ResourceRow

LISTED = 200
AT_ONCE = 500


class QuarantineValues(TypedDict):
    """A row of `quarantine` but for its number; `raw` is None where the resource itself is stored."""

    key: str
    import_pk: int
    source: str
    file: str
    position: str
    type: str
    fhir_id: str
    subject: str
    patient_pk: int | None
    settled: bool
    resource_pk: int | None
    reason: str
    fields: str
    content_hash: bytes
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One quarantined resource, for a page or a report: where it lies, what it is, what is wrong."""

    source: str
    file: str
    position: str
    type: str
    id: str
    reason: str
    fields: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A resource that was set aside and names a patient, and whose it is may still change."""

    pk: int
    source: str
    subject: str
    patient_pk: int | None


@dataclass(frozen=True, slots=True)
class Origin:
    """A stored resource with what quarantine tells of it: where it came from."""

    pk: int
    import_pk: int
    source: str
    file: str
    position: str
    type: str
    fhir_id: str
    content_hash: bytes
    pending: bool


_ORIGIN = select(
    ResourceRow.pk,
    ResourceRow.import_pk,
    ResourceRow.source,
    ImportRow.file,
    ResourceRow.position,
    ResourceRow.type,
    ResourceRow.fhir_id,
    ResourceRow.content_hash,
    ResourceRow.pending,
).join(ImportRow, ImportRow.pk == ResourceRow.import_pk)


def known_quarantine(transaction: Transaction, keys: Sequence[str]) -> dict[str, tuple[bytes, str]]:
    """Return the content's hash and the reason of what is quarantined under these keys."""
    wanted = select(QuarantineRow.key, QuarantineRow.content_hash, QuarantineRow.reason).where(
        QuarantineRow.key.in_(keys)
    )
    return {key: (content_hash, reason) for key, content_hash, reason in transaction.execute(wanted)}


def quarantined_raw(transaction: Transaction, keys: Sequence[str]) -> dict[str, bytes]:
    """Return what is quarantined as it was received under these keys, at most a few hundred at a time."""
    wanted = select(QuarantineRow.key, QuarantineRow.raw).where(
        QuarantineRow.key.in_(keys), QuarantineRow.raw.is_not(None)
    )
    return {key: raw for key, raw in transaction.execute(wanted) if raw is not None}


def save_quarantine(transaction: Transaction, rows: Sequence[QuarantineValues]) -> None:
    """Quarantine resources; one already there under the same key gives way."""
    release(transaction, [row["key"] for row in rows])
    if rows:
        transaction.execute(insert(QuarantineRow), rows)


def release(transaction: Transaction, keys: Sequence[str]) -> None:
    """Let go what is quarantined under these keys."""
    for start in range(0, len(keys), AT_ONCE):
        transaction.execute(delete(QuarantineRow).where(QuarantineRow.key.in_(keys[start : start + AT_ONCE])))


def release_resources(transaction: Transaction, resource_pks: Sequence[int]) -> None:
    """Let go these stored resources, which now have a patient; at most a few hundred at a time."""
    transaction.execute(delete(QuarantineRow).where(QuarantineRow.resource_pk.in_(resource_pks)))


def waiting_resources(transaction: Transaction, types: Iterable[str]) -> list[Origin]:
    """Return some resources of these types that wait for their patient and are not quarantined."""
    listed = select(QuarantineRow.resource_pk).where(QuarantineRow.resource_pk == ResourceRow.pk).exists()
    waiting = _ORIGIN.where(ResourceRow.pending, ResourceRow.type.in_(list(types)), ~listed)
    return [Origin(*row) for row in transaction.execute(waiting.order_by(ResourceRow.pk).limit(AT_ONCE))]


def origins(transaction: Transaction, resource_pks: Sequence[int]) -> list[Origin]:
    """Return where these resources came from, at most a few hundred at a time."""
    return [Origin(*row) for row in transaction.execute(_ORIGIN.where(ResourceRow.pk.in_(resource_pks)))]


def unsettled(transaction: Transaction, *, after: int = 0) -> list[Unsettled]:
    """Return some quarantined resources whose patient may still change, by number, from beyond `after`."""
    wanted = (
        select(QuarantineRow.pk, QuarantineRow.source, QuarantineRow.subject, QuarantineRow.patient_pk)
        .where(QuarantineRow.settled.is_(False), QuarantineRow.pk > after)
        .order_by(QuarantineRow.pk)
        .limit(AT_ONCE)
    )
    return [Unsettled(*row) for row in transaction.execute(wanted)]


def set_owner(transaction: Transaction, pk: int, owner: int | None, *, settled: bool) -> None:
    """Say whose a quarantined resource is."""
    statement = update(QuarantineRow).where(QuarantineRow.pk == pk).values(patient_pk=owner, settled=settled)
    transaction.execute(statement)


def count_quarantined(transaction: Transaction, patient: PatientKey) -> int:
    """Return how many of one patient's resources could not be read."""
    owner = patient_pk(transaction, patient)
    return transaction.scalar(select(func.count()).where(QuarantineRow.patient_pk == owner)) or 0


def load_quarantined(transaction: Transaction, patient: PatientKey, *, limit: int = LISTED) -> list[Quarantined]:
    """Return one patient's quarantined resources, at most `limit`, in the order they came."""
    owner = patient_pk(transaction, patient)
    wanted = (
        select(
            QuarantineRow.source,
            QuarantineRow.file,
            QuarantineRow.position,
            QuarantineRow.type,
            QuarantineRow.fhir_id,
            QuarantineRow.reason,
            QuarantineRow.fields,
            func.coalesce(QuarantineRow.raw, ResourceRow.raw),
        )
        .outerjoin(ResourceRow, ResourceRow.pk == QuarantineRow.resource_pk)
        .where(QuarantineRow.patient_pk == owner)
        .order_by(QuarantineRow.pk)
        .limit(limit)
    )
    return [
        Quarantined(source, file, position, kind, fhir_id, reason, tuple(orjson.loads(fields)), raw)
        for source, file, position, kind, fhir_id, reason, fields, raw in transaction.execute(wanted)
    ]


def count_quarantine(transaction: Transaction) -> dict[str, int]:
    """Return how many resources the whole store holds in quarantine, by reason."""
    wanted = select(QuarantineRow.reason, func.count()).group_by(QuarantineRow.reason)
    return dict(sorted((name, count) for name, count in transaction.execute(wanted)))
