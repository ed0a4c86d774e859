"""Prints what the checks find in the facts tables, and a sample to read. Whether a fact is true, only a reader can say.

`python -m emr_rerank.knowledge.check [--sample SEED] [--data FOLDER] [--folder FOLDER]` prints the report;
the exit status is 1 where a check fails. FOLDER is an installation's own (EMR_RERANK_FACTS).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from emr_rerank.errors import FactsError
from emr_rerank.knowledge import agreement
from emr_rerank.knowledge.base import read_facts
from emr_rerank.knowledge.faults import CHECKS, FAULTS, Problem, collisions, problems, table_names, told_by_classes
from emr_rerank.knowledge.names import Names
from emr_rerank.knowledge.rows import Facts, Row

SAMPLE_SHARE = 0.05


def disagreements(report: agreement.Report) -> Iterator[Problem]:
    """Yield the disagreements with a data set that nobody has reviewed, and reviews that are out of date."""
    for pair in report.unreviewed:
        yield Problem(report.name, f"{pair}: correct the tables, or say why in exceptions.csv")
    for pair in report.stale:
        yield Problem("exceptions.csv", f"{pair!r} disagrees with {report.name} no more: remove its line")


def sample(facts: Facts, seed: int) -> tuple[Row, ...]:
    """Return one row in twenty of each table, drawn by `seed`, in the tables' order."""
    drawn = random.Random(seed)  # noqa: S311 - a reader's sample, not a secret
    rows: list[Row] = []
    for table in table_names():
        every = list(getattr(facts, table))
        chosen = drawn.sample(range(len(every)), round(len(every) * SAMPLE_SHARE))
        rows += [every[n] for n in sorted(chosen)]
    return tuple(rows)


def _told(row: Row) -> str:
    cells = ((one.name, getattr(row, one.name)) for one in fields(row) if one.name != "where")
    return "\n".join(
        [row.where, *(f"  {n}: {v if isinstance(v, str) else '; '.join(v)}" for n, v in cells if v)],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m emr_rerank.knowledge.check", description=__doc__)
    parser.add_argument("--folder", type=Path, help="a folder of rows that add to or replace the shipped ones")
    parser.add_argument("--sample", type=int, metavar="SEED", help="print one row in twenty, drawn by SEED")
    parser.add_argument("--data", type=Path, help="a folder with pharmacotherapydb.csv and bc5cdr_train.jsonl.gz")
    chosen = parser.parse_args(arguments)
    say = sys.stdout.write
    try:
        facts, exceptions = read_facts(chosen.folder)
        names = Names(facts)
        agreeing = agreement.reports(facts, names, exceptions, chosen.data) if chosen.data else ()
    except FactsError as error:
        say(f"{error}\n")
        return 1
    say(f"facts {facts.version}: {', '.join(f'{len(getattr(facts, one))} {one}' for one in table_names())}\n")
    say(f"{len(names)} names; {len(names.ambiguous)} with several meanings, {len(collisions(names))} across kinds\n")
    say(f"{len(told_by_classes(facts, names))} interactions are told by a pair of classes too, and are not counted\n")
    for report in agreeing:
        say(report.told() + "\n")
    checks = FAULTS if chosen.folder else CHECKS
    found = [
        *problems(facts, names, exceptions, checks),
        *(one for report in agreeing for one in disagreements(report)),
    ]
    for one in found:
        say(f"{one.where}: {one.fault}\n")
    if chosen.sample is not None:
        say("\n".join(map(_told, sample(facts, chosen.sample))) + "\n")
    say(f"{len(found)} problems\n" if found else "no problem found\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
