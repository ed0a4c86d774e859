"""Evidence Inference: comparisons that trials report, with the trial's abstract, as JSON lines or the original folder.

The original folder has annotations/prompts_merged.csv and txt_files/PMC*.txt; of a paper's text only what stands before
its body is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.examples import Example
from training.keys import worded
from training.sources.reading import (
    Faults,
    Row,
    RowError,
    by_suffix,
    csv_rows,
    json_lines,
    optional,
    reading,
    text,
    through,
)

NAME = "evidence_inference"
WORDINGS = (
    "What does {intervention} do to {outcome}, compared with {comparator}?",
    "Is {intervention} better than {comparator} for {outcome}?",
    "{intervention} versus {comparator}: {outcome}",
    "Effect of {intervention} on {outcome} against {comparator}",
)


def _folder(path: Path, faults: Faults) -> Iterator[Row]:
    for row in csv_rows(path / "annotations" / "prompts_merged.csv", faults):
        article = optional(row, "pmcid").removeprefix("PMC")
        prompt = {name: row.get(name) for name in ("outcome", "intervention", "comparator")}
        yield {"id": f"PMC{article}", "abstract": _before_body(path, article), "prompts": [prompt]}


def _before_body(path: Path, article: str) -> str:
    file = path / "txt_files" / f"PMC{article}.txt"
    if not article.isdecimal() or not file.is_file():
        return ""
    with reading(file):
        return file.read_text(encoding="utf-8", errors="replace").partition("\nBODY")[0]


def _example(row: Row) -> list[Example]:
    passage = " ".join(part for part in (optional(row, "title"), text(row, "abstract")) if part)
    prompts = row.get("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise RowError("no prompts")
    article = str(row.get("id") or passage)
    return [Example(_question(prompt), (passage,), NAME, (f"pmc:{article}",)) for prompt in prompts]


def _question(prompt: Row) -> str:
    parts = {name: text(prompt, name) for name in ("outcome", "intervention", "comparator")}
    return worded(WORDINGS, *parts.values()).format(**parts)


examples = by_suffix({"/": through(_folder, _example), ".jsonl": through(json_lines, _example)})
