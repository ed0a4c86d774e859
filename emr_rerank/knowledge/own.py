"""An installation's own folder of rows: what may be in it, and how its files are told. Reads no row.

Its files have the names and columns of the shipped ones: a row is added, or replaces the shipped row of its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emr_rerank.errors import FactsError

REVIEWS = "exceptions"  # beside the tables a folder may hold reviews of its own


def own_name(path: Path) -> str:
    """Return how a file of the folder is told, apart from the shipped file of its name: "house/medicines.csv"."""
    return f"{path.parent.resolve().name}/{path.name}"


def content_of(path: Path, file: str) -> str:
    """Return the text of a table, told as `file`. Raises FactsError where it is no plain file of UTF-8."""
    if path.exists() and not path.is_file():  # a pipe or a device would be read for ever
        raise FactsError(f"{file}: not a plain file")
    try:
        return path.read_text(encoding="utf-8-sig")  # spreadsheets write the mark
    except (OSError, UnicodeDecodeError) as error:
        raise FactsError(f"{file}: cannot be read as UTF-8 text ({type(error).__name__})") from error


def check_folder(folder: Path, tables: Sequence[str]) -> None:
    """Raise FactsError where the folder is absent, holds no table, or holds a CSV file that would go unread."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    except OSError as error:
        raise FactsError(f"{folder}: cannot be read as a folder ({type(error).__name__})") from error
    named = f"the tables are {', '.join(f'{table}.csv' for table in tables)}"
    for path in found:
        if path.name not in {f"{name}.csv" for name in (*tables, REVIEWS)}:
            raise FactsError(f"{own_name(path)}: no table is called so; {named}")
    if not found:
        raise FactsError(f"{folder}: no table is there; {named}")
