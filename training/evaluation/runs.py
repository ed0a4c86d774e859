"""TREC runs and judgements, in and out, so that other tools can measure ours and ours theirs. Knows ids and numbers.

A run line is `query Q0 passage rank score tag`; the order is the rank's, which ties in score do not change. A
judgements line is `query 0 passage grade`, or BEIR's three columns under a header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from emr_rerank.errors import RequestError

Qrels = dict[str, dict[str, int]]
RUN_COLUMNS, QRELS_COLUMNS, BEIR_COLUMNS = 6, 4, 3


@dataclass(frozen=True, slots=True)
class Found:
    """One passage in its place."""

    passage: str
    score: float


Run = dict[str, list[Found]]  # by query, best first


def write_run(path: Path, run: Mapping[str, Sequence[Found]], tag: str) -> None:
    """Write a run; scores keep every bit.

    Raises:
        RequestError: an id or the tag is empty or has white space in it, or a score is not finite.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for query, ranking in run.items():
            for rank, one in enumerate(ranking, 1):
                if not isfinite(one.score):
                    raise RequestError(f"{path.name}: a score of query {query} is not finite; mend the scorer")
                file.write(
                    f"{_word(path, query)} Q0 {_word(path, one.passage)} {rank} {one.score!r} {_word(path, tag)}\n"
                )


def read_run(path: Path) -> Run:
    """Return a run, each query's passages by rank.

    Raises:
        RequestError: a line is not one of a run, or a passage stands twice under a query.
    """
    ranked: dict[str, dict[str, tuple[int, float]]] = {}
    for number, cells in _lines(path):
        try:
            query, _, passage, rank, score, _ = cells
            place = int(rank), float(score)
        except ValueError:
            raise RequestError(f"{path.name} line {number}: not `query Q0 passage rank score tag`") from None
        if not isfinite(place[1]):
            raise RequestError(f"{path.name} line {number}: the score is not finite")
        if passage in ranked.setdefault(query, {}):
            raise RequestError(f"{path.name} line {number}: {passage} stands twice under query {query}")
        ranked[query][passage] = place
    return {
        query: [Found(passage, score) for passage, (_, score) in sorted(ones.items(), key=lambda one: one[1][0])]
        for query, ones in ranked.items()
    }


def write_qrels(path: Path, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write judgements.

    Raises:
        RequestError: an id is empty or has white space in it.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for query, grades in qrels.items():
            for passage, grade in grades.items():
                file.write(f"{_word(path, query)} 0 {_word(path, passage)} {grade}\n")


def read_qrels(path: Path) -> Qrels:
    """Return judgements of either layout.

    Raises:
        RequestError: a line is of neither, or judges a passage twice.
    """
    qrels: Qrels = {}
    for number, cells in _lines(path):
        if number == 1 and len(cells) == BEIR_COLUMNS and not _is_whole(cells[-1]):
            continue  # BEIR's header
        if len(cells) not in {QRELS_COLUMNS, BEIR_COLUMNS} or not _is_whole(cells[-1]):
            raise RequestError(f"{path.name} line {number}: neither `query 0 passage grade` nor BEIR's three columns")
        query, passage, grade = cells[0], cells[-2], int(cells[-1])
        if passage in qrels.setdefault(query, {}):
            raise RequestError(f"{path.name} line {number}: {passage} is judged twice for query {query}")
        qrels[query][passage] = grade
    return qrels


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise RequestError(f"{path.name}: cannot be read as UTF-8 ({type(fault).__name__}); name another") from fault
    for number, line in enumerate(text.split("\n"), 1):
        if cells := line.split():
            yield number, cells


def _is_whole(cell: str) -> bool:
    return cell.removeprefix("-").isascii() and cell.removeprefix("-").isdigit()


def _word(path: Path, name: str) -> str:
    if name.split() != [name]:
        raise RequestError(f"{path.name}: the id {name!r} is empty or has white space in it, which a run cannot hold")
    return name
