"""BioASQ task B: questions of biomedical experts with the snippets that answer them, as golden JSON or JSON lines."""

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
    through,
)

NAME = "bioasq"


def _golden(path: Path, _: Faults) -> Iterator[Row]:
    document = json_document(path)
    questions = document.get("questions") if isinstance(document, dict) else None
    if not isinstance(questions, list):
        raise SourceError(f'{path.name} is not a golden set of BioASQ task B: it has no list "questions"')
    return (one for one in questions if isinstance(one, dict))


def _example(row: Row) -> list[Example]:
    given = row.get("snippets")
    parts = [one if isinstance(one, dict) else {"text": one} for one in given] if isinstance(given, list) else []
    snippets = dict.fromkeys(found for part in parts if (found := optional(part, "text")))
    if not snippets:
        raise RowError("no snippets")
    question = text(row, "body", "question")
    return [Example(question, tuple(snippets), NAME, (f"bioasq:{row.get('id') or question}",))]


examples = by_suffix({".json": through(_golden, _example), ".jsonl": through(json_lines, _example)})
