"""Opens the database and hands out transactions. Knows SQLite's and PostgreSQL's ways; knows no table's meaning."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, DBAPIError, IntegrityError
from sqlalchemy.pool import StaticPool

from emr_rerank.errors import StoreError
from emr_rerank.store import migrate, tables

log = logging.getLogger(__name__)

Transaction = Connection
"""A connection inside a transaction, as `Store.read` and `Store.begin` hand it out."""

WAIT_TO_WRITE = 30.0
"""Seconds a writer waits for another one (an import) to finish its file."""

_WRITE_LOCK = 0x454D5252  # "EMRR": the advisory lock that makes PostgreSQL's writers take turns, as SQLite's do
_WAIT = "emr_rerank_wait"  # execution option: seconds to wait for the write lock; absent in a reader
_NO_TRANSACTION = "AUTOCOMMIT"  # isolation level of a connection that vacuums, which no transaction may


_REMEDY = "name another with EMR_RERANK_DATABASE_URL"
_SERVERS = ("08", "28", "3D", "42501", "53", "57")
"""How PostgreSQL's codes begin for what is the matter with the server, not with what was written."""


class RefusedError(StoreError):
    """The database works, and refuses what one transaction wrote."""


class Store:
    """An open database at this version's schema. Threads and processes may share the database it names."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is an SQLite one (the default), file or memory."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Yield a transaction that sees one state of the database and is never blocked by a writer."""
        with _told_plainly(self.engine), self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def begin(self, *, wait: float = WAIT_TO_WRITE) -> Iterator[Transaction]:
        """Yield the one writing transaction: committed at the end, rolled back by an exception.

        Writers take turns across threads and processes, so what one reads in its transaction nobody else changes.
        Raises StoreError where the turn does not come within `wait` seconds, RefusedError for a value it cannot keep.
        """
        with (
            _told_plainly(self.engine),
            self.engine.connect().execution_options(**{_WAIT: wait}) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Give back all connections; a scratch store's contents are gone."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database at an SQLAlchemy URL, make or migrate its tables, and return it.

    `sqlite:///FILE` (made with its folder, for the owner only), `sqlite://` (a scratch store in memory, gone when
    closed), `postgresql://USER@HOST/NAME`. Raises StoreError, without credentials, where the database is missing,
    unreachable, no database, or from a newer version.
    """
    address = _address(url)
    scratch = address.get_backend_name() == "sqlite" and not _file(address)
    if not scratch and address.get_backend_name() == "sqlite":
        _make_private(Path(_file(address)))
    store = Store(_engine(address, scratch=scratch))
    try:
        _prepare(store, scratch=scratch)
    except StoreError:
        store.close()
        raise
    return store


def erase_traces(store: Store, *, wait: float = WAIT_TO_WRITE) -> bool:
    """Overwrite on disk what deleted rows left behind; return False where another connection stood in the way.

    SQLite: rewrites the file (`VACUUM`) and empties the write-ahead log. PostgreSQL: vacuums, which frees the space of
    deleted rows for reuse; its own log and backups are the operator's.
    """
    options = {"isolation_level": _NO_TRANSACTION, _WAIT: wait}
    with store.engine.connect().execution_options(**options) as connection:
        try:
            connection.exec_driver_sql("VACUUM")
            if store.on_sqlite:
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
                return not busy
        except DatabaseError:
            log.warning("deleted rows are not yet overwritten on disk: the database is in use")
            return False
    return True


def _prepare(store: Store, *, scratch: bool) -> None:
    if scratch:
        with store.begin() as transaction:
            migrate.create(transaction)
        return
    place = _shown(store.engine.url)
    with store.read() as transaction:
        revision = migrate.revision_of(transaction, place)
    migrate.check_not_newer(revision, place)
    if revision == tables.SCHEMA:
        return
    with store.begin() as transaction:
        # Asked again under the lock: another process may have migrated meanwhile.
        migrate.check_not_newer(migrate.revision_of(transaction, place), place)
        migrate.upgrade(transaction)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError(
            "the database URL cannot be read; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    if address.get_backend_name() in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        raise StoreError(f"{address.get_backend_name()} is not supported; use sqlite:///FILE or postgresql://...")
    return address.set(drivername="sqlite")


def _file(address: URL) -> str:
    return "" if address.database in (None, "", ":memory:") else str(address.database)


def _shown(address: URL) -> str:
    """Name the database in a message: no user, password or parameters."""
    if address.get_backend_name() == "sqlite":
        return _file(address).encode("utf-8", "replace").decode() or "the scratch store"
    return f"PostgreSQL database {address.database or '(default)'} at {address.host or 'the local socket'}"


def _make_private(file: Path) -> None:
    """Make the database's file and, where missing, its folder, readable by their owner only: these are patient data."""
    try:
        missing = [folder for folder in file.absolute().parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
    except OSError as error:
        place = str(file).encode("utf-8", "replace").decode()
        raise StoreError(f"{place}: the database cannot be made there ({error.strerror}); {_REMEDY}") from None


def _engine(address: URL, *, scratch: bool) -> Engine:
    # Parameters are values of patients' records: they stay out of messages.
    options: dict[str, Any] = {"hide_parameters": True}
    if scratch:
        options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    try:
        engine = sa.create_engine(address, **options)
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs its driver: pip install 'emr-rerank[postgresql]'") from None
    if address.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not where the driver guesses
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",  # in WAL mode a crash of the program loses nothing
        "foreign_keys=ON",
        "secure_delete=ON",  # deleted rows are overwritten: what is forgotten is gone from the file
        "cache_size=-65536",  # 64 MiB
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    wait = connection.get_execution_options().get(_WAIT)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={round(1000 * (WAIT_TO_WRITE if wait is None else wait))}")
    if connection.get_execution_options().get("isolation_level") != _NO_TRANSACTION:
        connection.exec_driver_sql("BEGIN" if wait is None else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    wait = connection.get_execution_options().get(_WAIT)
    if connection.get_execution_options().get("isolation_level") == _NO_TRANSACTION:
        return
    if wait is None:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(1000 * wait))}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")


@contextmanager
def _told_plainly(engine: Engine) -> Iterator[None]:
    """Turn a driver's error into one line; drivers append the statement, hints and, on PostgreSQL, rows."""
    try:
        yield
    except DBAPIError as error:
        place = _shown(engine.url)
        reason = str(error.orig).strip().partition("\n")[0] or type(error.orig).__name__
        if "locked" in reason or "lock timeout" in reason:
            raise StoreError(
                f"{place}: another process is writing to the database; try again when it is done"
            ) from None
        if _is_refusal(error):  # a DataError's words show the data
            kind = type(error.orig).__name__ if isinstance(error, DataError) else reason
            raise RefusedError(f"{place}: the database refused what was written ({kind})") from None
        remedy = f"check that it is a database file that can be read and written, or {_REMEDY}"
        if engine.dialect.name == "postgresql":  # its own words repeat user and address
            reason, remedy = "it cannot be reached, or refuses this user", f"check the server, or {_REMEDY}"
        raise StoreError(f"{place}: the database failed ({reason}); {remedy}") from None


def _is_refusal(error: DBAPIError) -> bool:
    """Whether the fault is in what was written, not in the database."""
    if isinstance(error, (DataError, IntegrityError)):
        return True
    code = getattr(error.orig, "sqlstate", None)
    return isinstance(code, str) and not code.startswith(_SERVERS)
