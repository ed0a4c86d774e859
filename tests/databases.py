"""Fixtures: an empty store on each backend. The PostgreSQL one is a cluster of its own, started once a session.

EMR_RERANK_TEST_POSTGRESQL_URL names a server to use instead; its user must be allowed to create databases.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from emr_rerank.store.database import Store, open_store

SERVER_URL = "EMR_RERANK_TEST_POSTGRESQL_URL"


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    pytest.skip(f"PostgreSQL is absent; install Debian's package postgresql, or set {SERVER_URL}")


def _account() -> str | None:
    """Return the account to run the server as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL refuses root and there is no user postgres; install Debian's package postgresql")
    return "postgres"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server's maintenance database."""
    if given := os.environ.get(SERVER_URL):
        yield given
        return
    programs, account = _programs(), _account()
    as_account = ["runuser", "-u", account, "--"] if account else []
    folder = Path(tempfile.mkdtemp(prefix="emr-rerank-postgresql-"))  # a short path: sockets allow about 100 characters
    if account:
        shutil.chown(folder, account)
    data, port = folder / "data", _free_port()
    settings = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    control = [*as_account, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
    try:
        initdb = [
            *as_account,
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, cwd=folder, stdout=subprocess.DEVNULL)
        start = [*control, "-l", str(folder / "log"), "-o", settings, "start"]
        subprocess.run(start, check=True, cwd=folder, stdout=subprocess.DEVNULL)
        yield f"postgresql://tests@127.0.0.1:{port}/postgres"
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """Yield the URL of an empty PostgreSQL database of this test's own."""
    name = f"t{uuid.uuid4().hex}"
    maintenance = make_url(postgresql_server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(maintenance, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database, on each backend in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Yield an open, empty store, on each backend in turn."""
    opened = open_store(database_url)
    yield opened
    opened.close()
