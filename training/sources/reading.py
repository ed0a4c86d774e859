"""Reads rows of the formats data comes in, one at a time, and counts those that cannot be used. Knows no source.

Reasons and errors name fields and files, never what a row says.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast
from xml.etree import ElementTree

import orjson

from emr_rerank.errors import SourceError
from training.examples import Example
from training.keys import WORD

Row = Mapping[str, Any]
PATIENCE = 1000  # rows without a single usable one before the file is given up
WIDEST = 2**26  # characters of a cell
PARQUET_ROWS = 1024  # held at once


class RowError(Exception):
    """One row cannot be used. The message is its reason, and is counted."""


class UnansweredError(RowError):
    """One row asks and nothing answers. A file may begin with any number of them and still be one of its source."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Why rows of one source were skipped, and how often."""

    skipped: Counter[str] = field(default_factory=Counter)

    def skip(self, reason: str) -> None:
        """Count one row."""
        self.skipped[reason] += 1


Reader = Callable[[Path, Faults], Iterator[Example]]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever opening or decoding a file raises into one line."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as fault:
        raise SourceError(f"{path.name} cannot be read ({type(fault).__name__}); get it again") from fault


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacking gzip."""
    with reading(path), gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield cast("IO[bytes]", file)


def json_lines(path: Path, faults: Faults) -> Iterator[Row]:
    """Yield the objects of a file of JSON lines."""
    with opened(path) as file:
        for line in file:
            if not line.strip():
                continue
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError:
                faults.skip("not JSON")
                continue
            if isinstance(row, dict):
                yield row
            else:
                faults.skip("not an object")


def json_document(path: Path) -> Any:  # noqa: ANN401  (whatever the file holds)
    """Return what a JSON file holds, read whole: for files of tens of megabytes."""
    with opened(path) as file:
        try:
            return orjson.loads(file.read())
        except orjson.JSONDecodeError as fault:
            raise SourceError(f"{path.name} is not JSON; get it again") from fault


def csv_rows(path: Path, faults: Faults) -> Iterator[Row]:
    """Yield the rows of a CSV (or, by its name, TSV) file with its header's names in lower case."""
    csv.field_size_limit(WIDEST)
    delimiter = "\t" if ".tsv" in path.suffixes else ","
    with opened(path) as file:
        table = csv.reader(io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline=""), delimiter=delimiter)
        header = [name.strip().casefold() for name in next(table, [])]
        while True:
            try:
                cells = next(table, None)
            except csv.Error:
                faults.skip("not CSV")
                continue
            if cells is None:
                return
            if len(cells) == len(header):
                yield dict(zip(header, cells, strict=True))
            elif cells:
                faults.skip("not as many cells as the header")


def parquet_rows(path: Path, columns: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of a Parquet file with those of the columns it has, a part of a row group at a time."""
    # A third of a second that only Parquet needs.
    import pyarrow  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    with reading(path):
        try:
            with parquet.ParquetFile(path, pre_buffer=False) as file:
                present = [name for name in columns if name in file.schema_arrow.names]
                for group in range(file.num_row_groups):
                    for batch in file.iter_batches(PARQUET_ROWS, row_groups=[group], columns=present):
                        yield from batch.to_pylist()
        except pyarrow.ArrowException as fault:
            raise SourceError(f"{path.name} is not Parquet; get it again") from fault


def xml_elements(path: Path, tag: str) -> Iterator[ElementTree.Element]:
    """Yield the elements of this name, forgetting each after it was used."""
    with opened(path) as file:
        try:
            # The parser is Expat 2.4.1 or newer, which bounds what entities expand to.
            for _, element in ElementTree.iterparse(file):  # noqa: S314
                if element.tag == tag:
                    yield element
                    element.clear()
        except ElementTree.ParseError as fault:
            raise SourceError(f"{path.name} is not XML; get it again") from fault


def text(row: Row, *names: str) -> str:
    """Return the first of these fields that has words.

    Raises:
        RowError: none has.
    """
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and WORD.search(value):
            return value.strip()
    raise RowError(f"no {' or '.join(names)}")


def optional(row: Row, *names: str) -> str:
    """Return the first of these fields that has words, or ""."""
    try:
        return text(row, *names)
    except RowError:
        return ""


def texts(row: Row, name: str) -> tuple[str, ...]:
    """Return the texts with words in a field that holds a list of them, or one."""
    value = row.get(name)
    several = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(one.strip() for one in several if isinstance(one, str) and WORD.search(one))


def examples_of(
    path: Path, rows: Iterable[Row], make: Callable[[Row], Iterable[Example]], faults: Faults
) -> Iterator[Example]:
    """Yield what `make` makes of each row; a row it refuses with RowError is counted.

    Raises:
        SourceError: PATIENCE rows were refused and none used before, or not one row of the file could be used.
    """
    made = refused = 0
    for row in rows:
        try:
            found = list(make(row))
        except RowError as fault:
            faults.skip(str(fault))
            refused += not isinstance(fault, UnansweredError)
            found = []
        made += len(found)
        yield from found
        if not made and refused == PATIENCE:
            break
    if not made:
        reasons = ", ".join(reason for reason, _ in faults.skipped.most_common(2)) or "no rows"
        raise SourceError(f"{path.name} is not a file of this source: not one row can be used ({reasons})")


def through(rows: Callable[[Path, Faults], Iterable[Row]], make: Callable[[Row], Iterable[Example]]) -> Reader:
    """Return the reader that makes examples of what `rows` yields."""
    return lambda path, faults: examples_of(path, rows(path, faults), make, faults)


def by_suffix(readers: Mapping[str, Reader]) -> Reader:
    """Return the reader that looks at the kind of file first: "/" is a folder, and ".gz" is looked through.

    It raises SourceError where no reader is for such a file.
    """

    def read(path: Path, faults: Faults) -> Iterator[Example]:
        suffix = "/" if path.is_dir() else Path(path.name.removesuffix(".gz")).suffix.lower()
        if suffix not in readers:
            raise SourceError(f"{path.name} is of a kind this source does not come in; it reads {', '.join(readers)}")
        return readers[suffix](path, faults)

    return read
