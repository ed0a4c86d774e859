"""The first schema: patients, resources, records, quarantine, links and vectors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "imports",
        sa.Column("pk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("finished", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_imports")),
    )
    op.create_table(
        "patients",
        sa.Column("pk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fhir_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("deceased", sa.Text(), nullable=False),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_patients")),
        sa.UniqueConstraint("source", "fhir_id", name=op.f("uq_patients_source_fhir_id")),
    )
    op.create_table(
        "vectors",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model", "text_hash", name=op.f("pk_vectors")),
    )
    op.create_table(
        "other_resources",
        sa.Column("pk", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("fhir_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("patient_pk", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_pk"], ["patients.pk"], name=op.f("fk_other_resources_patient_pk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_other_resources")),
        sa.UniqueConstraint("source", "fhir_id", "type", name=op.f("uq_other_resources_source_fhir_id_type")),
    )
    op.create_index(op.f("ix_other_resources_patient_pk"), "other_resources", ["patient_pk"], unique=False)

    op.create_table(
        "resources",
        sa.Column("pk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("fhir_id", sa.Text(), nullable=False),
        sa.Column("patient_pk", sa.Integer(), nullable=True),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("import_pk", sa.Integer(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("last_updated", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("repaired", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["import_pk"], ["imports.pk"], name=op.f("fk_resources_import_pk")),
        sa.ForeignKeyConstraint(["patient_pk"], ["patients.pk"], name=op.f("fk_resources_patient_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_resources")),
        sa.UniqueConstraint("source", "fhir_id", "type", name=op.f("uq_resources_source_fhir_id_type")),
    )
    op.create_index(op.f("ix_resources_import_pk"), "resources", ["import_pk"], unique=False)
    op.create_index(op.f("ix_resources_patient_pk"), "resources", ["patient_pk"], unique=False)
    op.create_index(
        "ix_resources_pending",
        "resources",
        ["pk"],
        unique=False,
        sqlite_where=sa.text("pending"),
        postgresql_where=sa.text("pending"),
    )

    op.create_table(
        "vector_use",
        sa.Column("patient_pk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_pk"], ["patients.pk"], name=op.f("fk_vector_use_patient_pk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("patient_pk", "model", "text_hash", name=op.f("pk_vector_use")),
    )
    op.create_index(op.f("ix_vector_use_model_text_hash"), "vector_use", ["model", "text_hash"], unique=False)

    op.create_table(
        "aliases",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("resource_pk", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_pk"], ["resources.pk"], name=op.f("fk_aliases_resource_pk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "address", "resource_pk", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_resource_pk"), "aliases", ["resource_pk"], unique=False)

    op.create_table(
        "links",
        sa.Column("pk", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("resource_pk", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Boolean(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("target_pk", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resource_pk"], ["resources.pk"], name=op.f("fk_links_resource_pk"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["target_pk"], ["resources.pk"], name=op.f("fk_links_target_pk"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_resource_pk"), "links", ["resource_pk"], unique=False)
    op.create_index(op.f("ix_links_source_address"), "links", ["source", "address"], unique=False)
    op.create_index(op.f("ix_links_target_pk"), "links", ["target_pk"], unique=False)

    op.create_table(
        "quarantine",
        sa.Column("pk", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("import_pk", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("fhir_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("patient_pk", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("resource_pk", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["import_pk"], ["imports.pk"], name=op.f("fk_quarantine_import_pk")),
        sa.ForeignKeyConstraint(
            ["patient_pk"], ["patients.pk"], name=op.f("fk_quarantine_patient_pk"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_pk"], ["resources.pk"], name=op.f("fk_quarantine_resource_pk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("key", name=op.f("uq_quarantine_key")),
    )
    op.create_index(op.f("ix_quarantine_import_pk"), "quarantine", ["import_pk"], unique=False)
    op.create_index(op.f("ix_quarantine_patient_pk"), "quarantine", ["patient_pk"], unique=False)
    op.create_index(op.f("ix_quarantine_resource_pk"), "quarantine", ["resource_pk"], unique=False)

    op.create_table(
        "records",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("patient_pk", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("end", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("measurements", sa.Text(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("dose", sa.Text(), nullable=False),
        sa.Column("body_site", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_pk"], ["patients.pk"], name=op.f("fk_records_patient_pk"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pk"], ["resources.pk"], name=op.f("fk_records_pk"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_records")),
    )
    op.create_index(op.f("ix_records_patient_pk"), "records", ["patient_pk"], unique=False)

    op.create_table(
        "resource_history",
        sa.Column("pk", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("resource_pk", sa.Integer(), nullable=False),
        sa.Column("patient_pk", sa.Integer(), nullable=True),
        sa.Column("import_pk", sa.Integer(), nullable=False),
        sa.Column("last_updated", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("replaced_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_pk"], ["imports.pk"], name=op.f("fk_resource_history_import_pk")),
        sa.ForeignKeyConstraint(["patient_pk"], ["patients.pk"], name=op.f("fk_resource_history_patient_pk")),
        sa.ForeignKeyConstraint(
            ["resource_pk"], ["resources.pk"], name=op.f("fk_resource_history_resource_pk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_resource_history")),
    )
    op.create_index(op.f("ix_resource_history_patient_pk"), "resource_history", ["patient_pk"], unique=False)
    op.create_index(op.f("ix_resource_history_resource_pk"), "resource_history", ["resource_pk"], unique=False)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table("resource_history")
    op.drop_table("records")
    op.drop_table("quarantine")
    op.drop_table("links")
    op.drop_table("aliases")
    op.drop_table("vector_use")
    op.drop_table("resources")
    op.drop_table("other_resources")
    op.drop_table("vectors")
    op.drop_table("patients")
    op.drop_table("imports")
