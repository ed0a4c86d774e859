"""COVID-QA: questions about papers on coronaviruses, as SQuAD JSON or JSON lines.

SQuAD's context is a whole paper; the passage is the paragraph of it that the answer begins in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emr_rerank.errors import SourceError
from training.examples import Example
from training.sources.reading import Faults, Row, RowError, by_suffix, json_document, json_lines, text, through

NAME = "covidqa"
BREAK = "\n\n"


def _squad(path: Path, _: Faults) -> Iterator[Row]:
    document = json_document(path)
    papers = document.get("data") if isinstance(document, dict) else None
    if not isinstance(papers, list):
        raise SourceError(f'{path.name} is not SQuAD JSON: it has no list "data"')
    for number, paper in enumerate(papers):
        for part in paper.get("paragraphs", []):
            for question in part.get("qas", []):
                first: Row = next(iter(question.get("answers") or []), {})
                yield {
                    "question": question.get("question"),
                    "paragraph": _around(str(part.get("context", "")), first.get("answer_start")),
                    "document": str(part.get("document_id", number)),
                }


def _around(context: str, start: object) -> str:
    if not isinstance(start, int) or not 0 <= start < len(context):
        return ""
    before = context.rfind(BREAK, 0, start)
    after = context.find(BREAK, start)
    return context[before + len(BREAK) if before >= 0 else 0 : after if after >= 0 else len(context)]


def _example(row: Row) -> list[Example]:
    document = str(row.get("document") or "")
    if not document:
        raise RowError("no document")
    return [Example(text(row, "question"), (text(row, "paragraph"),), NAME, (f"covidqa:{document}",))]


examples = by_suffix({".json": through(_squad, _example), ".jsonl": through(json_lines, _example)})
