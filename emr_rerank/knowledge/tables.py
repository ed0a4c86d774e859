"""Reads the facts tables into typed rows, once. Knows columns and vocabularies, not whether a fact is true.

A file is CSV (RFC 4180, UTF-8): lines beginning with "#" before the header are comments; a list inside a cell is
separated by "; ".
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from math import isfinite, nan
from pathlib import Path
from typing import TypeVar, get_args

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.own import check_folder, content_of, own_name
from emr_rerank.knowledge.rows import (
    Condition,
    ConditionKind,
    DrugClass,
    Facts,
    Food,
    Interaction,
    InteractionKind,
    Limit,
    Lookup,
    Medicine,
    Presentation,
    Procedure,
    ProcedureKind,
    Row,
    Safety,
    Severity,
    System,
    Test,
)

FOLDER = Path(__file__).parent / "facts"

VOCABULARIES: Mapping[tuple[type, str], tuple[str, ...]] = {
    (DrugClass, "safety"): get_args(Safety),
    (Condition, "kind"): get_args(ConditionKind),
    (Procedure, "kind"): get_args(ProcedureKind),
    (Interaction, "kind"): get_args(InteractionKind),
    (Interaction, "severity"): get_args(Severity),
}
NUMBERS = ("float", "float | None")  # the types of columns that hold one
LONGEST = 200  # characters of a name or a phrase: a reason on a page is made of them
GUIDANCE = ("avoid", "caution", "compatible", "unknown")  # how pregnancy and breastfeeding cells begin


R = TypeVar("R", bound=Row)


@cache
def facts() -> Facts:
    """Return the tables shipped with the library, read on the first call."""
    return load(FOLDER)


def load(*folders: Path) -> Facts:
    """Return the tables of `folders`; a row of a later folder replaces the row of that name in an earlier one.

    The first folder must hold every table; `where` names a later one's rows with their folder. Raises FactsError.
    """
    for folder in folders[1:]:
        check_folder(folder, [one.name for one in fields(Facts) if one.name != "version"])
    digest = hashlib.sha256()

    def table(row: type[R], name: str) -> tuple[R, ...]:
        rows: dict[str, R] = {}
        for number, folder in enumerate(folders):
            path = folder / f"{name}.csv"
            if number and not path.exists():
                continue
            file = own_name(path) if number else path.name
            content = content_of(path, file)
            digest.update(content.encode())
            fresh: dict[str, R] = {}
            for one in _rows(file, content, row):
                identity = _identity(one)
                if identity in fresh:
                    raise FactsError(f"{one.where}: the row is there twice; remove one")
                fresh[identity] = one
            rows |= fresh
        return tuple(rows[identity] for identity in sorted(rows))

    return Facts(
        medicines=table(Medicine, "medicines"),
        classes=table(DrugClass, "classes"),
        conditions=table(Condition, "conditions"),
        tests=table(Test, "tests"),
        procedures=table(Procedure, "procedures"),
        foods=table(Food, "foods"),
        presentations=table(Presentation, "presentations"),
        limits=table(Limit, "limits"),
        lookups=table(Lookup, "lookups"),
        systems=table(System, "systems"),
        interactions=table(Interaction, "interactions"),
        version=digest.hexdigest()[:12],
    )


def _identity(row: Row) -> str:
    if isinstance(row, Interaction):
        return f"{row.kind} {' + '.join(sorted((row.a.casefold(), row.b.casefold())))}"
    if isinstance(row, Limit):
        return f"{row.name.casefold()} in {row.unit}"
    return str(getattr(row, "name", "")).casefold()


def _rows(file: str, content: str, row: type[R]) -> Iterator[R]:
    lines = content.splitlines(keepends=True)
    comments = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    columns = {one.name: one.type for one in fields(row) if one.name != "where"}
    make: Callable[..., R] = row
    reader = csv.reader(lines[comments:], strict=True)
    try:
        header = next(reader, [])
        if header != list(columns):
            raise FactsError(f"{file} line {comments + 1}: the header must be {','.join(columns)}")
        for cells in reader:
            where = f"{file} line {comments + reader.line_num}"
            if len(cells) != len(columns):
                raise FactsError(f"{where}: {len(cells)} cells for {len(columns)} columns")
            yield make(where=where, **dict(_values(where, row, columns, cells)))
    except csv.Error as error:
        raise FactsError(f"{file} line {comments + reader.line_num}: not CSV ({error})") from error


def _values(
    where: str, row: type[Row], columns: Mapping[str, object], cells: Iterable[str]
) -> Iterator[tuple[str, object]]:
    for (column, kind), cell in zip(columns.items(), cells, strict=True):
        if cell != cell.strip():
            raise FactsError(f"{where}, column {column}: the cell begins or ends with white space")
        if not cell.isprintable():  # it is shown on terminals and pages
            raise FactsError(f"{where}, column {column}: holds a line break, a control or an invisible character")
        items = (tuple(cell.split("; ")) if cell else ()) if kind == "tuple[str, ...]" else (cell,)
        if any(len(item) > LONGEST for item in items):
            raise FactsError(f"{where}, column {column}: over {LONGEST} characters in one piece; reasons quote it")
        if kind == "tuple[str, ...]":
            if any(not item or item != item.strip() or ";" in item for item in items):
                raise FactsError(f'{where}, column {column}: a list is separated by "; ", with no empty item')
            yield column, items
            continue
        if kind in NUMBERS:
            yield column, _number(where, column, cell, empty=kind == "float | None")
            continue
        if column in ("name", "a", "b") and not cell:
            raise FactsError(f"{where}, column {column}: empty")
        allowed = VOCABULARIES.get((row, column))
        if allowed is not None and cell not in allowed:
            *others, last = filter(None, allowed)
            raise FactsError(f"{where}, column {column}: not {', '.join(others)} or {last}")
        if column in ("pregnancy", "breastfeeding") and cell and cell.partition(":")[0] not in GUIDANCE:
            raise FactsError(f"{where}, column {column}: must begin with one of {', '.join(GUIDANCE)}")
        yield column, cell


def _number(where: str, column: str, cell: str, *, empty: bool) -> float | None:
    if empty and not cell:
        return None
    try:
        number = float(cell)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise FactsError(f"{where}, column {column}: not a number")
    return number
