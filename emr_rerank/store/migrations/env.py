"""Alembic's way in: migrates the connection it is handed. Knows no address: `migrate` gives it one, and so do tests."""

from __future__ import annotations

from typing import cast

from alembic import context
from sqlalchemy import Connection

from emr_rerank.store.tables import VERSION_TABLE, Table

context.configure(
    connection=cast(Connection, context.config.attributes["connection"]),
    target_metadata=Table.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite alters a table by rebuilding it
)
context.run_migrations()
