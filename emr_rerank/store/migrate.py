"""Brings a database's tables to this version's schema, or says why not. Knows no query and no file."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, Table, Text, inspect

from emr_rerank import __version__
from emr_rerank.errors import StoreError
from emr_rerank.store import tables

_VERSION = Table(tables.VERSION_TABLE, MetaData(), Column("version_num", Text))


def revision_of(connection: Connection, place: str) -> str | None:
    """Return the schema revision of this database, None where it has none of our tables; `place` names it in errors.

    Raises StoreError where tables of our names exist that no version of emr-rerank made.
    """
    present = set(inspect(connection).get_table_names())
    if tables.VERSION_TABLE in present:
        return connection.execute(_VERSION.select()).scalar()
    if foreign := sorted(present & set(tables.Table.metadata.tables)):
        raise StoreError(
            f"{place}: the database holds a table {foreign[0]} that emr-rerank did not make; "
            "give emr-rerank a database of its own (EMR_RERANK_DATABASE_URL)"
        )
    return None


def check_not_newer(revision: str | None, place: str) -> None:
    """Raise StoreError where the database was made by a newer version. Revisions are numbers of four digits."""
    if revision is not None and revision > tables.SCHEMA:
        raise StoreError(
            f"{place}: the database has schema {revision}, made by a newer emr-rerank; "
            f"this is emr-rerank {__version__} with schema {tables.SCHEMA}: upgrade it, "
            "or name another database with EMR_RERANK_DATABASE_URL"
        )


def create(connection: Connection) -> None:
    """Make all tables at once and stamp them with the newest revision: the scratch store's way, in milliseconds."""
    tables.Table.metadata.create_all(connection, checkfirst=False)
    _VERSION.create(connection)
    connection.execute(_VERSION.insert().values(version_num=tables.SCHEMA))


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction."""
    from alembic import command  # noqa: PLC0415 -- 0.2 s that only a database behind its schema needs
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "emr_rerank.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
