"""Reads what a reviewer has let stand: the check, the name or pair, and the reason in one line.

A pair is "medicine / condition", both by their names in the tables: one line stands for every way of writing it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.names import fold
from emr_rerank.knowledge.own import content_of, own_name

COLUMNS = ["check", "name", "reason"]
REVIEWABLE = ("collision", "pharmacotherapydb", "bc5cdr")

Exceptions = Mapping[str, Mapping[str, str]]  # check -> folded name, or folded "medicine / condition" -> reason


def load_exceptions(*paths: Path) -> Exceptions:
    """Return the reviewed exceptions of `paths`, a later reason in place of an earlier one. Raises FactsError.

    Files after the first are an installation's own: they may be absent, and are told with their folder.
    """
    reviewed: dict[str, dict[str, str]] = {check: {} for check in REVIEWABLE}
    for number, path in enumerate(paths):
        if number and not path.exists():
            continue
        file = own_name(path) if number else path.name
        for check, reasons in _read(path, file).items():
            reviewed[check] |= reasons
    return reviewed


def _read(path: Path, file: str) -> Exceptions:
    reviewed: dict[str, dict[str, str]] = {check: {} for check in REVIEWABLE}
    (first, header), *rows = list(_lines(content_of(path, file), file)) or [(1, [])]
    if header != COLUMNS:
        raise FactsError(f"{file} line {first}: the header must be {','.join(COLUMNS)}")
    for number, row in rows:
        where = f"{file} line {number}"
        if len(row) != len(COLUMNS) or row[0] not in reviewed or not all(row):
            raise FactsError(f"{where}: a line must hold one of {', '.join(REVIEWABLE)}, a name and a reason")
        if fold(row[1]) in reviewed[row[0]]:
            raise FactsError(f"{where}: {row[0]} {row[1]!r} is there twice; remove one")
        reviewed[row[0]][fold(row[1])] = row[2]
    return reviewed


def _lines(content: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line's number and cells; lines that begin with "#" are comments."""
    for number, line in enumerate(content.splitlines(), 1):
        if not line.startswith("#"):
            try:
                yield from ((number, cells) for cells in csv.reader([line], strict=True))
            except csv.Error as error:
                raise FactsError(f"{file} line {number}: not CSV ({error})") from error
