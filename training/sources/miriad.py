"""MIRIAD: questions a model wrote for passages of medical papers, as Parquet (by row group) or JSON lines.

A passage repeats for each of its questions; a paper is one group.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.examples import Example
from training.sources.reading import Faults, Row, by_suffix, json_lines, optional, parquet_rows, text, through

NAME = "miriad"


def _rows(path: Path, _: Faults) -> Iterator[Row]:
    for one in sorted(path.rglob("*.parquet")) if path.is_dir() else [path]:
        yield from parquet_rows(one, ("question", "passage_text", "paper_id"))


def _example(row: Row) -> list[Example]:
    paper = optional(row, "paper_id")
    groups = (f"miriad:{paper}",) if paper else ()
    return [Example(text(row, "question"), (text(row, "passage_text"),), NAME, groups)]


examples = by_suffix(
    {
        ".parquet": through(_rows, _example),
        "/": through(_rows, _example),
        ".jsonl": through(json_lines, _example),
    }
)
