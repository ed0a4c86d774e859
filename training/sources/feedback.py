"""Clinicians' feedback: which passage was relevant for which assessment, as JSON lines.

A line has query and passage, and relevant (true or false) or grade (0 not relevant to 3 decisive, as in our judged
charts); patient, where given, keeps one patient's lines on one side. The file is held whole: people wrote it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.examples import Example
from training.keys import normalised
from training.sources.reading import Faults, Row, RowError, by_suffix, json_lines, text, through

NAME = "feedback"
DECISIVE = 3


def _rows(path: Path, faults: Faults) -> Iterator[Row]:
    """Yield one row per query: {"query", "patients", "grades": {passage: grade in [0, 1]}}; the last word counts."""
    of: dict[str, dict[str, object]] = {}
    grades: dict[str, dict[str, float]] = {}
    patients: dict[str, set[str]] = {}
    for row in json_lines(path, faults):
        try:
            query, passage, grade = text(row, "query"), text(row, "passage"), _grade(row)
        except RowError as fault:
            faults.skip(str(fault))
            continue
        asked = normalised(query)
        of.setdefault(asked, {"query": query})
        grades.setdefault(asked, {})[passage] = grade
        if row.get("patient"):
            patients.setdefault(asked, set()).add(str(row["patient"]))
    for asked, row in of.items():
        yield {**row, "grades": grades[asked], "patients": sorted(patients.get(asked, ()))}


def _grade(row: Row) -> float:
    relevant, grade = row.get("relevant"), row.get("grade")
    if isinstance(relevant, bool):
        return float(relevant)
    if isinstance(grade, int | float) and not isinstance(grade, bool) and 0 <= grade <= DECISIVE:
        return grade / DECISIVE
    raise RowError("neither relevant (true or false) nor grade (0 to 3)")


def _example(row: Row) -> list[Example]:
    positives = {passage: grade for passage, grade in row["grades"].items() if grade > 0}
    if not positives:
        raise RowError("nothing relevant for the query")
    negatives = [passage for passage, grade in row["grades"].items() if grade == 0]
    groups = tuple(f"patient:{patient}" for patient in row["patients"])
    return [
        Example(
            row["query"],
            tuple(positives),
            NAME,
            groups,
            tuple(negatives),
            tuple(positives.values()),
            (0.0,) * len(negatives),
        )
    ]


examples = by_suffix({".jsonl": through(_rows, _example)})
