"""Removes a patient wholly: every row that holds or names them, then what deleted rows left on disk.

Other people's data stay, even where they name this patient (a relative's chart): those are the other person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement, delete, func, not_, or_, select, union, update
from sqlalchemy.orm import aliased

from emr_rerank.errors import UnknownPatientError
from emr_rerank.store.database import WAIT_TO_WRITE, Store, Transaction, erase_traces
from emr_rerank.store.patients import PatientKey
from emr_rerank.store.tables import (
    AliasRow,
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

AT_ONCE = 500
_SHORTEST_WORD = 3  # letters of a name or id that are looked for in file names, as a word of its own
_LONGEST_REFERENCE = 1000  # characters; longer texts are no references


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed."""

    patient: PatientKey
    resources: int
    records: int
    quarantined: int
    erased: bool  # False: another connection kept the database from overwriting what was deleted; run it again


@dataclass(frozen=True, slots=True)
class Addresses:
    """A patient, known (`pk`) or not (-1), and what names them: in their own source, and anywhere."""

    key: PatientKey
    pk: int
    own: frozenset[str]
    anywhere: str


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
    names = _addresses(transaction, key, pk)
    subject = select(LinkRow.resource_pk).where(
        LinkRow.subject, LinkRow.source == key.source, LinkRow.address.in_(names.own)
    )
    theirs = or_(ResourceRow.patient_pk == pk, ResourceRow.pending & ResourceRow.pk.in_(subject))
    imports = _imports(transaction, pk, theirs)
    only = [number for number in imports if _only_theirs(transaction, number, names, theirs)]
    quarantined = _quarantined(names, only)
    versions = or_(HistoryRow.patient_pk == pk, HistoryRow.pk.in_(_versions_of_nobody(transaction, names)))
    raws = (
        select(ResourceRow.raw).where(theirs),
        select(QuarantineRow.raw).where(quarantined),
        select(HistoryRow.raw).where(versions),
    )
    mentioned = {text for wanted in raws for raw in transaction.scalars(wanted) if raw for text in texts(raw)}
    supporting = _supporting(transaction, key, theirs, only, mentioned)
    records = transaction.scalar(select(func.count()).where(RecordRow.patient_pk == pk)) or 0

    forgotten = transaction.execute(delete(QuarantineRow).where(quarantined)).rowcount
    transaction.execute(delete(OtherRow).where(or_(OtherRow.patient_pk == pk, _names(OtherRow, names))))
    transaction.execute(delete(HistoryRow).where(versions))
    resources = transaction.execute(delete(ResourceRow).where(theirs)).rowcount
    _drop_unused(transaction, supporting)
    _drop_vectors(transaction, pk)
    transaction.execute(delete(PatientRow).where(PatientRow.pk == pk))
    _blank_file_names(transaction, only, key.id, name)
    return resources, records, forgotten


def _addresses(transaction: Transaction, key: PatientKey, pk: int) -> Addresses:
    """Return what others write to name this patient and nobody else."""
    other = aliased(AliasRow)
    shared = (
        select(other.resource_pk)
        .where(
            other.source == AliasRow.source,
            other.address == AliasRow.address,
            other.resource_pk != AliasRow.resource_pk,
        )
        .exists()
    )
    aliases = select(AliasRow.address).where(AliasRow.resource_pk == pk, AliasRow.source == key.source, ~shared)
    own = f"Patient/{key.id}"
    return Addresses(
        key,
        pk,
        frozenset({own, f"urn:uuid:{key.id}", f"{key.source}/{own}", *transaction.scalars(aliases)}),
        f"{key.source}/{own}",
    )


def _names(table: type[OtherRow] | type[QuarantineRow], names: Addresses) -> ColumnElement[bool]:
    """Whether a row without an owner names this patient."""
    here = (table.source == names.key.source) & table.subject.in_(names.own)
    return table.patient_pk.is_(None) & or_(here, table.subject == names.anywhere)


def _quarantined(names: Addresses, only: Sequence[int]) -> ColumnElement[bool]:
    return or_(
        QuarantineRow.patient_pk == names.pk,
        _is_the_patient(names.key),
        _names(QuarantineRow, names),
        # What lay in a file about this patient alone is theirs, even where it cannot be read at all.
        QuarantineRow.patient_pk.is_(None) & QuarantineRow.import_pk.in_(only) & (QuarantineRow.subject == ""),
    )


def _is_the_patient(key: PatientKey) -> ColumnElement[bool]:
    return (QuarantineRow.source == key.source) & (QuarantineRow.type == "Patient") & (QuarantineRow.fhir_id == key.id)


def _imports(transaction: Transaction, pk: int, theirs: ColumnElement[bool]) -> list[int]:
    touched = union(
        select(ResourceRow.import_pk).where(theirs),
        select(HistoryRow.import_pk).where(HistoryRow.patient_pk == pk),
        select(QuarantineRow.import_pk).where(QuarantineRow.patient_pk == pk),
    )
    return list(transaction.scalars(touched))


def _only_theirs(
    transaction: Transaction,
    import_pk: int,
    names: Addresses,
    theirs: ColumnElement[bool],
) -> bool:
    """Whether an import brought nothing of, and nothing that names, any other patient."""
    of_others = [
        select(table.patient_pk).where(
            table.import_pk == import_pk, table.patient_pk.is_not(None), table.patient_pk != names.pk
        )
        for table in (ResourceRow, HistoryRow, QuarantineRow)
    ]
    waiting = select(ResourceRow.pk).where(ResourceRow.import_pk == import_pk, ResourceRow.pending, not_(theirs))
    unread = select(QuarantineRow.pk).where(
        QuarantineRow.import_pk == import_pk,
        QuarantineRow.patient_pk.is_(None),
        QuarantineRow.resource_pk.is_(None),
        or_(QuarantineRow.subject != "", QuarantineRow.type == "Patient"),
        not_(_names(QuarantineRow, names)),
        not_(_is_the_patient(names.key)),
    )
    return transaction.execute(union(*of_others, waiting, unread).limit(1)).first() is None


def _versions_of_nobody(transaction: Transaction, names: Addresses) -> list[int]:
    """Return older versions without an owner that name this patient, and no other."""
    wanted = (
        select(HistoryRow.pk, HistoryRow.raw)
        .join(ResourceRow, ResourceRow.pk == HistoryRow.resource_pk)
        .where(HistoryRow.patient_pk.is_(None), ResourceRow.source == names.key.source)
    )
    found: list[int] = []
    for pk, raw in transaction.execute(wanted):
        named = {text for text in texts(raw) if text in names.own or "Patient/" in text}
        if named and named <= names.own:
            found.append(pk)
    return found


def _supporting(
    transaction: Transaction, key: PatientKey, theirs: ColumnElement[bool], only: Sequence[int], mentioned: set[str]
) -> list[int]:
    """Return the resources of nobody (medicines, notes' texts, names) that are there for this patient.

    Those that this patient's records name, those that anything else of theirs mentions, read or not, and those that
    came in files about this patient alone.
    """
    linked = select(LinkRow.target_pk).join(ResourceRow, ResourceRow.pk == LinkRow.resource_pk).where(theirs)
    nobodys = ResourceRow.patient_pk.is_(None) & ResourceRow.pending.is_(False)
    named = select(ResourceRow.pk).where(nobodys, or_(ResourceRow.pk.in_(linked), ResourceRow.import_pk.in_(only)))
    found = set(transaction.scalars(named))
    for start in range(0, len(some := sorted(mentioned)), AT_ONCE):
        portion = some[start : start + AT_ONCE]
        ids = {text.rpartition("/")[2].removeprefix("urn:uuid:") for text in portion}
        by_identity = select(ResourceRow.pk, ResourceRow.type, ResourceRow.fhir_id).where(
            nobodys, ResourceRow.source == key.source, ResourceRow.fhir_id.in_(ids)
        )
        for pk, kind, fhir_id in transaction.execute(by_identity):
            own = f"{kind}/{fhir_id}"
            if mentioned & {own, f"{key.source}/{own}", f"urn:uuid:{fhir_id}"}:
                found.add(pk)
        by_alias = (
            select(ResourceRow.pk)
            .join(AliasRow, AliasRow.resource_pk == ResourceRow.pk)
            .where(nobodys, AliasRow.source == key.source, AliasRow.address.in_(portion))
        )
        found.update(transaction.scalars(by_alias))
    return sorted(found)


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


def _blank_file_names(transaction: Transaction, only: Sequence[int], patient_id: str, name: str) -> None:
    """Take a patient's files out of the log: those about them alone, and any that carries their id or name."""
    parts = name.split()
    words = {patient_id, *parts, "".join(parts), "".join(reversed(parts))}
    alternatives = "|".join(re.escape(word) for word in words if len(word) >= _SHORTEST_WORD)
    carries = re.compile(rf"(?<![^\W_])(?:{alternatives})(?![^\W_])", re.IGNORECASE) if alternatives else None
    listed = transaction.execute(select(ImportRow.pk, ImportRow.file)).all()
    files = {file for pk, file in listed if pk in only or (carries and carries.search(file))}
    for table in (ImportRow, QuarantineRow):
        transaction.execute(update(table).where(table.file.in_(files)).values(file=FORGOTTEN))


def texts(raw: bytes) -> Iterator[str]:
    """Yield every text in a resource's JSON that may be a reference, without its version; none where it is no JSON."""
    try:
        waiting = [orjson.loads(raw)]
    except orjson.JSONDecodeError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and len(value) <= _LONGEST_REFERENCE:
            yield value.strip().partition("/_history/")[0]
