"""Measures the sources of charts: how fast, how many positives, how much words cannot carry, how models rank them.

    python -m training.emr.survey [--charts 300] [--cases 100] [--data FOLDER]

`--data` names the folder with synthea/ and bulk_ndjson/; without it only composed charts are measured.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import fmean
from time import process_time

from rich.console import Console
from rich.table import Table

from emr_rerank.engine import MemoryVectors
from emr_rerank.knowledge import fold, knowledge_base
from emr_rerank.knowledge.english import SHORT_WORDS
from training.ablation import METRIC, STEPS, Case, Figures, figures, measured
from training.emr.judged import composed_cases
from training.emr.sources import ComposedCharts, FileRecords
from training.emr.telling import as_written
from training.examples import Example, Source

SEED = 1
MOST = 1_000  # examples of each source that are counted
SHOWN = ("embedding", "+ class and purpose", "paths alone", "+ record's own worth (knowledge)")
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(slots=True)
class Counted:
    """What a source's examples come to."""

    seconds: float = 0.0  # of this process's own time: the machine may be shared
    positives: list[int] = field(default_factory=list)
    negatives: list[int] = field(default_factory=list)
    wordless: list[float] = field(default_factory=list)  # of each example, the share of positives sharing no word
    facets: Counter[str] = field(default_factory=Counter)
    patients: set[str] = field(default_factory=set)


def counted(examples: Iterable[Example]) -> Counted:
    """Return the figures of some examples; what shares a word is told of texts as they are written."""
    found = Counted()
    began = process_time()
    for one in examples:
        asked = _words(one.query)
        found.positives.append(len(one.positives))
        found.negatives.append(len(one.negatives))
        found.wordless.append(fmean(not asked & _words(text) for text in one.positives))
        found.facets[one.facet] += 1
        found.patients.add(one.groups[0])
    found.seconds = process_time() - began
    return found


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(fold(text)) if word not in SHORT_WORDS}


def ranked(cases: list[Case]) -> dict[str, Figures]:
    """Return how the steps from plain embedding to `knowledge` rank these cases."""
    vectors = MemoryVectors()
    values = {step: measured(cases, STEPS[step], vectors) for step in SHOWN}
    return {step: figures(cases, ones, values["embedding"]) for step, ones in values.items()}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.emr.survey", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--charts", type=int, default=300, help="composed charts to count")
    parser.add_argument("--cases", type=int, default=100, help="composed assessments of held-out themes to rank")
    parser.add_argument("--data", type=Path, help="a folder with synthea/ and bulk_ndjson/")
    asked = parser.parse_args()
    knowledge_base().told("warm up")  # the first chart is not to wait for the tables
    sources: dict[str, Source] = {
        "composed_charts": ComposedCharts(SEED, asked.charts, as_written),
        # Another seed: what is remembered would cost nothing.
        "composed charts, as scored": ComposedCharts(SEED + 1, asked.charts),
    }
    if asked.data:
        for name, folder, together in (("synthea_records", "synthea", False), ("bulk_records", "bulk_ndjson", True)):
            sources[name] = FileRecords(name, asked.data / folder, together, told=as_written)
    console = Console(width=110)
    table = Table("source", "examples", "patients", "a CPU second", "positives", "negatives", "sharing no word")
    for name, source in sources.items():
        one = counted(islice(source.examples(), MOST))
        count = len(one.positives)
        table.add_row(
            name, str(count), str(len(one.patients)), f"{count / one.seconds:.0f}",
            f"{fmean(one.positives):.1f}", f"{fmean(one.negatives):.1f}", f"{fmean(one.wordless):.2f}",
        )  # fmt: skip
        console.print(name, dict(one.facets), soft_wrap=True)
    console.print(table)
    found = ranked(composed_cases(asked.cases))
    table = Table("step", METRIC, "95% interval", "won", "lost", title=f"{asked.cases} composed assessments, held out")
    for step, each in found.items():
        table.add_row(step, f"{each.mean:.3f}", f"{each.low:.3f}-{each.high:.3f}", str(each.won), str(each.lost))
    console.print(table)
    table = Table("category", *SHOWN)
    for category in found["embedding"].categories:
        table.add_row(category, *(f"{each.categories[category].mean:.3f}" for each in found.values()))
    console.print(table)


if __name__ == "__main__":
    main()
