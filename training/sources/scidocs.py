"""SciDocs: titles of papers with the papers they cite, as the BeIR folder or the rows of mteb's scidocs-reranking.

Of the BeIR folder the documents are held in memory: some 30 MB for SciDocs' 25,000.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from emr_rerank.errors import SourceError
from training.examples import Example
from training.sources.reading import (
    Faults,
    Row,
    RowError,
    by_suffix,
    csv_rows,
    examples_of,
    json_lines,
    optional,
    parquet_rows,
    text,
    texts,
    through,
)

NAME = "scidocs"


def _parquet(path: Path, _: Faults) -> Iterator[Row]:
    return parquet_rows(path, ("query", "positive", "negative"))


def _reranking(row: Row) -> list[Example]:
    positives = texts(row, "positive")
    if not positives:
        raise RowError("no positive")
    query = text(row, "query")
    return [Example(query, positives, NAME, (f"scidocs:{query}",), texts(row, "negative"))]


def _beir(path: Path, faults: Faults) -> Iterator[Example]:
    documents = {text(row, "_id"): _document(row) for row in json_lines(_part(path, "corpus.jsonl*"), faults)}
    judged: dict[str, dict[str, float]] = {}
    for file in sorted(path.glob("qrels/*.tsv")):
        for row in csv_rows(file, faults):
            try:
                judged.setdefault(text(row, "query-id"), {})[text(row, "corpus-id")] = float(text(row, "score"))
            except (RowError, ValueError):
                faults.skip("not a judgement")
    if not judged:
        raise SourceError(f"{path.name} is not a BeIR folder: it has no judgements in qrels/*.tsv")

    def example(row: Row) -> list[Example]:
        identifier = text(row, "_id")
        scores = judged.get(identifier)
        if scores is None:
            return []  # BeIR lists the queries of every part, and judges those of one
        return [_judged(identifier, text(row, "text"), scores, documents)]

    return examples_of(path, json_lines(_part(path, "queries.jsonl*"), faults), example, faults)


def _judged(identifier: str, query: str, scores: Mapping[str, float], documents: Mapping[str, str]) -> Example:
    positives = tuple(documents[one] for one, score in scores.items() if score > 0 and documents.get(one))
    negatives = tuple(documents[one] for one, score in scores.items() if score <= 0 and documents.get(one))
    if not positives:
        raise RowError("no positive in the corpus")
    return Example(query, positives, NAME, (f"scidocs:{identifier}",), negatives)


def _document(row: Row) -> str:
    return " ".join(part for part in (optional(row, "title"), optional(row, "text")) if part)


def _part(path: Path, pattern: str) -> Path:
    found = sorted(path.glob(pattern))
    if not found:
        raise SourceError(f"{path.name} is not a BeIR folder: it has no {pattern.removesuffix('*')}")
    return found[0]


examples = by_suffix({"/": _beir, ".jsonl": through(json_lines, _reranking), ".parquet": through(_parquet, _reranking)})
