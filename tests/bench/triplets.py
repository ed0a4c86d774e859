"""Prints rate and peak memory of writing many triplets from invented passages, as JSON: python -m tests.bench.triplets

The source is like MIRIAD: Parquet with several questions to a passage and several passages to a paper.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow
from pyarrow import parquet
from rich.console import Console

from training.configuration import configured
from training.triplets import Config, write_triplets

QUESTIONS = 3  # to a passage
PASSAGES = 4  # to a paper
WORDS = 160  # of a passage, about as MIRIAD's
BATCH = 6000


def batches(rows: int) -> Iterator[pyarrow.Table]:
    """Yield invented questions and passages; words are drawn as words are, few often and many seldom."""
    random = Random(1)  # noqa: S311  (no secret)
    vocabulary = ["".join(random.choices("abcdefghiklmnoprstuvw", k=random.randint(3, 9))) for _ in range(30_000)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))
    passage = ""
    for start in range(0, rows, BATCH):
        found = []
        for number in range(start, min(rows, start + BATCH)):
            if number % QUESTIONS == 0:
                passage = " ".join(random.choices(vocabulary, cum_weights=weights, k=WORDS))
            question = f"{' '.join(random.sample(passage.split(), 8))} {number}?"
            paper = f"paper {number // (QUESTIONS * PASSAGES)}"
            found.append({"question": question, "passage_text": passage, "paper_id": paper})
        yield pyarrow.Table.from_pylist(found)


def main() -> None:
    """Write, run, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=500_000, help="how many questions")
    options.add_argument("overrides", nargs="*", metavar="key=value", help="as of python -m training triplets")
    asked = options.parse_args()
    with TemporaryDirectory() as name:
        file = Path(name) / "miriad.parquet"
        writer = None
        for batch in batches(asked.rows):
            writer = writer or parquet.ParquetWriter(file, batch.schema)
            writer.write_table(batch)
        if writer:
            writer.close()
        before = peak()
        start = time.perf_counter()
        given = [f"data={name}", f"output={name}/out", "sources=[miriad]", *asked.overrides]
        report = write_triplets(configured("triplets", given, Config), Console(quiet=True)).report
        seconds = time.perf_counter() - start
    figures = {
        "rows": sum(report["rows"].values()),
        "rows_per_second": round(sum(report["rows"].values()) / seconds),
        "leaks": report["leaks"],
        "peak_memory_before_mb": before,
        "peak_memory_mb": peak(),
    }
    print(json.dumps(figures, indent=2))


def peak() -> int:
    """Return the most memory this process has held, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 10**6)


if __name__ == "__main__":
    main()
