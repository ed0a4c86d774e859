"""PubMedQA: titles of papers that ask, with the abstract and its conclusion, as the original JSON or JSON lines.

The abstract's parts are one passage: by itself, "Three-year trial." answers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emr_rerank.errors import SourceError
from training.examples import Example
from training.sources.reading import (
    Faults,
    Row,
    RowError,
    by_suffix,
    json_document,
    json_lines,
    optional,
    text,
    texts,
    through,
)

NAME = "pubmedqa"


def _original(path: Path, _: Faults) -> Iterator[Row]:
    document = json_document(path)
    if not isinstance(document, dict):
        raise SourceError(f"{path.name} is not PubMedQA's JSON: it is no object of articles by number")
    for number, row in document.items():
        if isinstance(row, dict):
            yield {"id": number, **{name.casefold(): value for name, value in row.items()}}


def _example(row: Row) -> list[Example]:
    nested = row.get("context")  # how Hugging Face holds it
    contexts = texts(row, "contexts") or (texts(nested, "contexts") if isinstance(nested, dict) else ())
    passages = tuple(passage for passage in (" ".join(contexts), optional(row, "long_answer")) if passage)
    if not passages:
        raise RowError("no contexts or long_answer")
    article = row.get("id") or row.get("pubid")
    return [Example(text(row, "question"), passages, NAME, (f"pubmed:{article}",) if article else ())]


examples = by_suffix({".json": through(_original, _example), ".jsonl": through(json_lines, _example)})
