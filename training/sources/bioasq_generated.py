"""BioASQ generated queries (BeIR): questions a model wrote for PubMed abstracts, as JSON lines."""

from __future__ import annotations

from training.examples import Example
from training.sources.reading import Row, by_suffix, json_lines, optional, text, through

NAME = "bioasq_generated"


def _example(row: Row) -> list[Example]:
    passage = " ".join(part for part in (optional(row, "title"), text(row, "text")) if part)
    return [Example(text(row, "query"), (passage,), NAME, (f"pubmed:{row.get('_id') or passage}",))]


examples = by_suffix({".jsonl": through(json_lines, _example)})
