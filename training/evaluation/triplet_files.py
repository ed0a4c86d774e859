"""Test sets from a triplets run: each row's passages are its candidates, one set a source. Knows no model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.evaluation.data_folder import Wanted
from training.evaluation.sets import Question, TestSet, checked
from training.finetune.rows import Row, open_rows
from training.keys import share_of, text_key

GRADES = 4  # steps that a score in (0, 1] is rounded up to: judgements are whole numbers


def triplet_sets(folder: Path, wanted: Wanted) -> list[TestSet]:
    """Return the side's rows as one set a source, at most so many questions each.

    Raises:
        SourceError: the file is absent or a line is no triplet.
    """
    rows = open_rows(folder / f"{wanted.side}.jsonl")
    return [
        checked(_set(f"triplets_{name}", rows.read(_some(rows.source, place, wanted.questions))))
        for place, name in enumerate(rows.sources)
    ]


def _some(sources: Sequence[int], wanted: int, count: int) -> list[int]:
    numbers = [number for number, source in enumerate(sources) if source == wanted]
    return sorted(sorted(numbers, key=lambda number: share_of("some", number))[:count])


def _set(name: str, rows: Sequence[Row]) -> TestSet:
    passages: dict[str, str] = {}
    questions = []
    for number, row in enumerate(rows):
        texts = {str(text_key(text)): text for text in (*row.negatives, *row.positives)}
        scores = row.positive_scores or (1.0 / GRADES,) * len(row.positives)
        grades = {str(text_key(text)): _grade(score) for text, score in zip(row.positives, scores, strict=True)}
        passages.update(texts)
        # Ordered by their keys: a tie must not be broken by which of them answers.
        questions.append(Question(str(number), row.query, grades, str(text_key(row.query)), tuple(sorted(texts))))
    return TestSet(name, passages, tuple(questions), home=True)


def _grade(score: float) -> int:
    return max(1, -int(-score * GRADES // 1))
