"""Opening a store: private files, schemas, refusals in one line, one writer at a time."""

from __future__ import annotations

import stat
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from emr_rerank import __version__
from emr_rerank.errors import StoreError
from emr_rerank.store.database import RefusedError, Store, open_store
from emr_rerank.store.patients import count_patients
from emr_rerank.store.tables import SCHEMA, VERSION_TABLE, Table
from tests.store.rows import ANNA, save_person


def set_revision(url: str, revision: str) -> None:
    store = open_store(url)
    with store.begin() as transaction:
        transaction.execute(sa.table(VERSION_TABLE, sa.column("version_num")).update().values(version_num=revision))
    store.close()


def shape(store: Store) -> dict[str, object]:
    """Describe every table as the database sees it."""
    with store.read() as transaction:
        look = sa.inspect(transaction)
        return {
            name: (
                [{key: str(value) for key, value in column.items()} for column in look.get_columns(name)],
                look.get_pk_constraint(name),
                sorted(look.get_foreign_keys(name), key=str),
                sorted(
                    (str(index["name"]), index["column_names"], index["unique"]) for index in look.get_indexes(name)
                ),
                sorted(look.get_unique_constraints(name), key=str),
            )
            for name in sorted(look.get_table_names())
            if name != VERSION_TABLE
        }


def test_migrations_make_the_tables_as_declared(store: Store) -> None:
    with store.read() as transaction:
        context = MigrationContext.configure(transaction, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_a_scratch_store_has_the_same_schema_as_a_migrated_one(tmp_path: Path) -> None:
    assert shape(open_store("sqlite://")) == shape(open_store(f"sqlite:///{tmp_path / 'a.sqlite'}"))


def test_the_newest_revision_is_the_one_the_tables_name() -> None:
    config = Config()
    config.set_main_option("script_location", "emr_rerank.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_a_scratch_store_opens_in_under_50_ms() -> None:
    def seconds() -> float:
        began = time.perf_counter()
        open_store("sqlite://").close()
        return time.perf_counter() - began

    assert min(seconds() for _ in range(5)) < 0.05


def test_scratch_stores_share_nothing() -> None:
    first, second = open_store("sqlite://"), open_store("sqlite://")
    with first.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
    with second.read() as transaction:
        assert count_patients(transaction) == 0


def test_what_is_committed_is_there_when_opened_again(database_url: str) -> None:
    store = open_store(database_url)
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
    store.close()
    with open_store(database_url).read() as transaction:
        assert count_patients(transaction) == 1


def test_an_exception_rolls_everything_back(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        _ = 1 / 0
    with store.read() as transaction:
        assert count_patients(transaction) == 0


def test_the_file_and_its_new_folders_are_the_owners_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'new' / 'deep' / 'store.sqlite'}")
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        modes = {
            path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")
        }
    assert modes.pop("new") == modes.pop("new/deep") == 0o700
    assert set(modes.values()) == {0o600}
    assert "new/deep/store.sqlite-wal" in modes


def test_sqlite_runs_with_wal_foreign_keys_and_secure_delete(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}").read() as transaction:
        pragmas = [
            transaction.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "secure_delete")
        ]
    assert pragmas == ["wal", 1, 1]


def test_a_database_from_a_newer_version_is_refused_naming_both(database_url: str) -> None:
    set_revision(database_url, "9000")
    with pytest.raises(StoreError) as refused:
        open_store(database_url)
    message = str(refused.value)
    assert "9000" in message
    assert SCHEMA in message
    assert __version__ in message
    assert "\n" not in message


def test_somebody_elses_tables_are_not_touched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'theirs.sqlite'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE patients (name TEXT)")
    with pytest.raises(StoreError, match="patients that emr-rerank did not make"):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("postgresql://bob:s3cret@127.0.0.1:9/x", "cannot be reached"),
        ("mysql://bob:s3cret@h/x", "mysql is not supported"),
        ("s3cret nonsense", "cannot be read"),
        ("sqlite:////proc/nowhere/store.sqlite", "/proc/nowhere/store.sqlite: the database cannot be made there"),
    ],
)
def test_what_cannot_be_opened_is_told_in_one_line_without_credentials(url: str, fault: str) -> None:
    with pytest.raises(StoreError) as refused:
        open_store(url)
    message = str(refused.value)
    assert fault in message
    assert "\n" not in message
    assert "s3cret" not in message
    assert "bob" not in message


def test_a_file_that_is_no_database_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("These are not rows. " * 200)
    with pytest.raises(StoreError, match=r"notes\.txt: .*not a database"):
        open_store(f"sqlite:///{file}")


def test_two_processes_may_open_a_new_database_at_once(database_url: str) -> None:
    faults: list[Exception] = []

    def open_it() -> None:
        try:
            open_store(database_url).close()
        except StoreError as error:
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_writer_waits_its_turn_and_says_so_when_it_does_not_come(database_url: str) -> None:
    first, second = open_store(database_url), open_store(database_url)
    with (
        first.begin(),
        pytest.raises(StoreError, match="another process is writing"),
        second.begin(wait=0.05),
    ):
        pytest.fail("two writers at once")
    with second.begin(wait=0.05) as transaction:
        save_person(transaction, 1, ANNA, "a.json")


def test_a_reader_is_not_held_up_by_a_writer(database_url: str) -> None:
    first, second = open_store(database_url), open_store(database_url)
    with first.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        with second.read() as reading:
            assert count_patients(reading) == 0


def test_a_database_error_shows_no_values(store: Store) -> None:
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
    with pytest.raises(StoreError) as failed, store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
    assert ANNA.name not in str(failed.value)
    assert "\n" not in str(failed.value)


def test_a_fault_names_the_database_and_the_setting(tmp_path: Path) -> None:
    folder, file = tmp_path / "folder", tmp_path / "store.sqlite"
    folder.mkdir()
    store = open_store(f"sqlite:///{file}")
    with store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
    store.close()
    file.write_bytes(file.read_bytes()[:4096] + b"x" * 8192)
    for path in (folder, file):
        with pytest.raises(StoreError) as failed:
            count_in(path)
        assert str(failed.value).startswith(f"{path}: ")
        assert "EMR_RERANK_DATABASE_URL" in str(failed.value)
        assert not isinstance(failed.value, RefusedError)


def count_in(path: Path) -> int:
    with open_store(f"sqlite:///{path}").read() as transaction:
        return count_patients(transaction)


def test_what_the_database_refuses_is_no_fault_of_the_database(store: Store) -> None:
    with pytest.raises(RefusedError), store.begin() as transaction:
        save_person(transaction, 1, ANNA, "a.json")
        save_person(transaction, 1, ANNA, "a.json")
