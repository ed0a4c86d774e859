"""Triplet files, read row by row where they lie: only each row's place and keys are in memory. Knows no model.

One row is `{"query", "pos", "neg", "source"}`, with `pos_scores` and `neg_scores` (grades in [0, 1]) where its source
has them. Beside `train.jsonl`, `train.groups.jsonl` says what each row is of: question, disease, document, patient.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from emr_rerank.errors import RequestError, SourceError
from training.keys import key_of, text_key


@dataclass(frozen=True, slots=True)
class Row:
    """A query, what answers it and what does not. Scores are empty, or one for each passage."""

    query: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    source: str
    positive_scores: tuple[float, ...] = ()
    negative_scores: tuple[float, ...] = ()

    @property
    def graded(self) -> bool:
        """Whether its source says how much each passage answers."""
        return bool(self.positive_scores)

    def keys(self) -> tuple[int, ...]:
        """Return the keys of its question and its answers."""
        return (text_key(self.query), *map(text_key, self.positives))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one file, by number."""

    path: Path
    sha256: str
    sources: tuple[str, ...]  # their names, in the order they first stand in the file
    starts: array[int] = field(repr=False)  # of each row's line, in bytes
    source: array[int] = field(repr=False)  # of each row, its source's place in `sources`
    _keys: array[int] = field(repr=False)
    _key_starts: array[int] = field(repr=False)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.starts)

    def __getitem__(self, number: int) -> Row:
        """Read one row."""
        return self.read([number])[0]

    def read(self, numbers: Sequence[int]) -> list[Row]:
        """Read these rows, in the order given."""
        with self.path.open("rb") as file:
            found = []
            for number in numbers:
                file.seek(self.starts[number])
                found.append(_row(self.path, number, file.readline()))
        return found

    def keys(self, number: int) -> Sequence[int]:
        """Return the keys of a row's question, answers and groups: what shares any is no negative of the other."""
        return self._keys[self._key_starts[number] : self._key_starts[number + 1]]


def sampled(rows: Rows, most: Mapping[str, int]) -> Rows:
    """Return the rows with at most so many of each source that `most` names, always the same ones, in their order.

    Raises:
        RequestError: it names a source that no row is of.
    """
    if unknown := sorted(set(most) - set(rows.sources)):
        raise RequestError(f"data.most.{unknown[0]}: no row is of this source; there are {', '.join(rows.sources)}")
    places: dict[int, list[int]] = {}
    for number, place in enumerate(rows.source):
        places.setdefault(place, []).append(number)
    kept = sorted(
        number
        for place, numbers in places.items()
        for number in sorted(numbers, key=lambda one: key_of("some", one))[: most.get(rows.sources[place])]
    )
    keys, key_starts = array("Q"), array("Q", [0])
    for number in kept:
        keys.extend(rows.keys(number))
        key_starts.append(len(keys))
    return replace(
        rows,
        starts=array("Q", (rows.starts[number] for number in kept)),
        source=array("L", (rows.source[number] for number in kept)),
        _keys=keys,
        _key_starts=key_starts,
    )


def open_rows(path: Path) -> Rows:
    """Check a triplet file once from start to end, and note where each row lies.

    Raises:
        SourceError: it is absent, empty, or a line is no triplet; the line is named.
    """
    if not path.is_file():
        raise SourceError(f"{path}: no such file; write it with: python -m training triplets")
    groups = _groups(path.with_suffix(".groups.jsonl"))
    starts, source, keys, key_starts = array("Q"), array("L"), array("Q"), array("Q", [0])
    sources: dict[str, int] = {}
    for number, (start, line) in enumerate(_lines(path)):
        row = _row(path, number, line)
        starts.append(start)
        source.append(sources.setdefault(row.source, len(sources)))
        keys.extend(row.keys())
        keys.extend(next(groups, ()))
        key_starts.append(len(keys))
    if not starts:
        raise SourceError(f"{path}: no row in it; write it with: python -m training triplets")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Rows(path, digest, tuple(sources), starts, source, keys, key_starts)


def _groups(path: Path) -> Iterator[tuple[int, ...]]:
    """Yield the keys of each row's groups and topic, where they were written."""
    if not path.is_file():
        return
    for number, (_, line) in enumerate(_lines(path)):
        try:
            given = orjson.loads(line)
            names = [*given["groups"], *([given["topic"]] if given["topic"] else [])]
            yield tuple(key_of("of", name) for name in names)
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise SourceError(f"{path} line {number + 1}: names no groups; write the files again") from None


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    start = 0
    with path.open("rb") as file:
        for line in file:
            yield start, line
            start += len(line)


def _row(path: Path, number: int, line: bytes) -> Row:
    fault: str
    try:
        given = orjson.loads(line)
        row = Row(
            query=_text(given["query"]),
            positives=tuple(map(_text, given["pos"])),
            negatives=tuple(map(_text, given.get("neg", ()))),
            source=_text(given.get("source", "unnamed")),
            positive_scores=tuple(map(float, given.get("pos_scores") or ())),
            negative_scores=tuple(map(float, given.get("neg_scores") or ())),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        fault = 'not a triplet: {"query": text, "pos": [texts], "neg": [texts], "source": text}'
    else:
        fault = _fault(row)
    if fault:
        raise SourceError(f"{path} line {number + 1}: {fault}; write the file again")
    return row


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _fault(row: Row) -> str:
    if not row.positives:
        return "no positive"
    if row.positive_scores and len(row.positive_scores) != len(row.positives):
        return "pos_scores and pos differ in length"
    if row.negative_scores and len(row.negative_scores) != len(row.negatives):
        return "neg_scores and neg differ in length"
    if row.negative_scores and not row.positive_scores:
        return "neg_scores without pos_scores"
    return ""
