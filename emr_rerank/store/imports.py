"""The log of imports that changed something. Knows file names and counts, nothing of what was in the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import func, insert, select, update

from emr_rerank import __version__
from emr_rerank.store.database import Transaction
from emr_rerank.store.tables import ImportRow

LISTED = 50


@dataclass(frozen=True, slots=True)
class Import:
    """One source file's import. Instants are ISO 8601 in UTC."""

    file: str
    version: str
    started: str
    finished: str
    counts: Mapping[str, int]


def next_import_pk(transaction: Transaction) -> int:
    """Return the first primary key that is free; only the one writer may use it."""
    return (transaction.scalar(select(func.max(ImportRow.pk))) or 0) + 1


def begin_import(transaction: Transaction, pk: int, file: str, started: str) -> None:
    """Note that a file's import begins."""
    row = {"pk": pk, "file": file, "version": __version__, "started": started, "finished": "", "counts": "{}"}
    transaction.execute(insert(ImportRow), [row])


def finish_import(transaction: Transaction, pk: int, finished: str, counts: Mapping[str, int]) -> None:
    """Note how a file's import ended."""
    values = {"finished": finished, "counts": orjson.dumps(dict(counts)).decode()}
    transaction.execute(update(ImportRow).where(ImportRow.pk == pk).values(**values))


def list_imports(transaction: Transaction, *, limit: int = LISTED) -> list[Import]:
    """Return the latest imports, newest first."""
    wanted = (
        select(ImportRow.file, ImportRow.version, ImportRow.started, ImportRow.finished, ImportRow.counts)
        .order_by(ImportRow.pk.desc())
        .limit(limit)
    )
    return [
        Import(file, version, started, finished, orjson.loads(counts))
        for file, version, started, finished, counts in transaction.execute(wanted)
    ]
