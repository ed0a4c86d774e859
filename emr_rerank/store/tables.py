"""The tables, typed. Knows nothing of queries, files or FHIR beyond (source, type, id).

Patients and records carry the primary key of the resource they were read from. Primary keys of patients, resources
and imports are handed out by the one writer (see `database.Store.begin`), not by the database: bulk inserts then need
no answer. Instants are ISO 8601 text in UTC, sequences are JSON text, raw JSON is UTF-8 bytes: the same everywhere.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, MetaData, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = "0001"
"""The newest Alembic revision this version knows; a test holds it to `migrations/versions`."""

VERSION_TABLE = "emr_rerank_schema"

# Byte order on every backend: a search comes back in the same order everywhere.
BYTE_ORDER = Text().with_variant(Text(collation="C"), "postgresql")


class Table(DeclarativeBase):
    """What all tables share: names for constraints, so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {str: Text(), bytes: LargeBinary()}


def _given() -> Mapped[int]:
    return mapped_column(Integer, primary_key=True, autoincrement=False)


def _numbered() -> Mapped[int]:
    return mapped_column(Integer, primary_key=True, autoincrement=True)


def _owned(target: str) -> Mapped[int]:
    return mapped_column(ForeignKey(target, ondelete="CASCADE"), index=True)


class PatientRow(Table):
    """A person; (source, fhir_id) is who they are."""

    __tablename__ = "patients"
    __table_args__ = (UniqueConstraint("source", "fhir_id"),)

    pk: Mapped[int] = _given()
    source: Mapped[str]
    fhir_id: Mapped[str]
    name: Mapped[str]
    birth_date: Mapped[str]
    sex: Mapped[str]
    deceased: Mapped[str]
    search: Mapped[str] = mapped_column(BYTE_ORDER)  # casefolded name, birth date and id


class ImportRow(Table):
    """One source file's import that changed something."""

    __tablename__ = "imports"

    pk: Mapped[int] = _given()
    file: Mapped[str]  # the name without its folder
    version: Mapped[str]  # of emr-rerank
    started: Mapped[str]
    finished: Mapped[str]
    counts: Mapped[str]  # JSON object


class ResourceRow(Table):
    """A resource as received, whoever it belongs to; `repaired` is what converters read where that differs."""

    __tablename__ = "resources"
    __table_args__ = (
        UniqueConstraint("source", "fhir_id", "type"),  # the id first: `urn:uuid:X` names no type
        Index("ix_resources_pending", "pk", sqlite_where=text("pending"), postgresql_where=text("pending")),
    )

    pk: Mapped[int] = _given()
    source: Mapped[str]
    type: Mapped[str]
    fhir_id: Mapped[str]
    patient_pk: Mapped[int | None] = mapped_column(ForeignKey("patients.pk"), index=True)
    pending: Mapped[bool]  # it names a patient who is not known (yet)
    import_pk: Mapped[int] = mapped_column(ForeignKey("imports.pk"), index=True)
    position: Mapped[str]  # where in the import's file
    last_updated: Mapped[str]  # meta.lastUpdated as written
    content_hash: Mapped[bytes]
    raw: Mapped[bytes]
    repaired: Mapped[bytes | None]


class HistoryRow(Table):
    """An older version of a resource."""

    __tablename__ = "resource_history"

    pk: Mapped[int] = _numbered()
    resource_pk: Mapped[int] = _owned("resources.pk")
    patient_pk: Mapped[int | None] = mapped_column(ForeignKey("patients.pk"), index=True)  # whose it was then
    import_pk: Mapped[int] = mapped_column(ForeignKey("imports.pk"))
    last_updated: Mapped[str]
    content_hash: Mapped[bytes]
    raw: Mapped[bytes]
    replaced_at: Mapped[str]


class RecordRow(Table):
    """A `types.Record`; its columns are that class's fields."""

    __tablename__ = "records"

    pk: Mapped[int] = mapped_column(ForeignKey("resources.pk", ondelete="CASCADE"), primary_key=True)
    patient_pk: Mapped[int] = _owned("patients.pk")
    reference: Mapped[str]  # of all of a patient's records, no two have the same
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    code: Mapped[str]
    codes: Mapped[str]  # JSON list of text
    date: Mapped[str]
    end: Mapped[str]
    status: Mapped[str]
    standing: Mapped[str]
    value: Mapped[str]
    measurements: Mapped[str]  # JSON list of [value, unit, name]
    flag: Mapped[str]
    dose: Mapped[str]
    body_site: Mapped[str]
    reason: Mapped[str]
    body: Mapped[str]


class QuarantineRow(Table):
    """What could not be read (with its raw JSON), or has no patient (then the raw JSON is the resource's)."""

    __tablename__ = "quarantine"

    pk: Mapped[int] = _numbered()
    key: Mapped[str] = mapped_column(unique=True)  # source and Type/id, else source and the content's hash
    import_pk: Mapped[int] = mapped_column(ForeignKey("imports.pk"), index=True)
    source: Mapped[str]
    file: Mapped[str]
    position: Mapped[str]
    type: Mapped[str]
    fhir_id: Mapped[str]
    subject: Mapped[str]  # the reference that names the patient, in its one spelling
    patient_pk: Mapped[int | None] = mapped_column(ForeignKey("patients.pk", ondelete="CASCADE"), index=True)
    settled: Mapped[bool]  # nothing that is imported later can change whose it is
    resource_pk: Mapped[int | None] = mapped_column(ForeignKey("resources.pk", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    fields: Mapped[str]  # JSON list of text
    content_hash: Mapped[bytes]
    raw: Mapped[bytes | None]


class OtherRow(Table):
    """A resource of a type that makes no record: counted, so that a reader knows that it exists."""

    __tablename__ = "other_resources"
    __table_args__ = (UniqueConstraint("source", "fhir_id", "type"),)

    pk: Mapped[int] = _numbered()
    source: Mapped[str]
    type: Mapped[str]
    fhir_id: Mapped[str]
    subject: Mapped[str]  # the reference that names the patient, in its one spelling
    patient_pk: Mapped[int | None] = mapped_column(ForeignKey("patients.pk", ondelete="CASCADE"), index=True)
    settled: Mapped[bool]  # nothing that is imported later can change whose it is


class AliasRow(Table):
    """An address of a resource that its (source, type, id) does not already give."""

    __tablename__ = "aliases"

    source: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    resource_pk: Mapped[int] = mapped_column(
        ForeignKey("resources.pk", ondelete="CASCADE"), primary_key=True, index=True, autoincrement=False
    )


class LinkRow(Table):
    """A reference that a record's words or owner depend on, and what it led to; one row per address worth trying."""

    __tablename__ = "links"
    __table_args__ = (Index(None, "source", "address"),)

    pk: Mapped[int] = _numbered()
    resource_pk: Mapped[int] = _owned("resources.pk")
    reference: Mapped[str]  # as written in the resource
    source: Mapped[str]
    address: Mapped[str]
    subject: Mapped[bool]  # it names the patient
    local: Mapped[bool]  # it was resolved inside its own Bundle, which settles it
    target_pk: Mapped[int | None] = mapped_column(ForeignKey("resources.pk", ondelete="SET NULL"), index=True)


class VectorRow(Table):
    """A line's vector under a model: little-endian float32."""

    __tablename__ = "vectors"

    model: Mapped[str] = mapped_column(primary_key=True)
    text_hash: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[bytes]


class VectorUseRow(Table):
    """Whose lines a vector stands for: it goes when the last of them is forgotten."""

    __tablename__ = "vector_use"
    __table_args__ = (Index(None, "model", "text_hash"),)

    patient_pk: Mapped[int] = mapped_column(
        ForeignKey("patients.pk", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    model: Mapped[str] = mapped_column(primary_key=True)
    text_hash: Mapped[str] = mapped_column(primary_key=True)
