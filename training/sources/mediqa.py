"""MEDIQA-2019 question answering: consumers' questions with answers graded 1 to 4 by experts, as XML.

4 is excellent, 3 correct but incomplete, 2 related, 1 incorrect: 3 and 4 are positives, 1 and 2 negatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from training.examples import Example
from training.sources.reading import Faults, Row, RowError, by_suffix, text, through, xml_elements

NAME = "mediqa"
GRADES = {1: 0.0, 2: 1 / 3, 3: 2 / 3, 4: 1.0}
ANSWERS = 3  # from this grade on


def _rows(path: Path, _: Faults) -> Iterator[Row]:
    for one in sorted(path.rglob("*.xml")) if path.is_dir() else [path]:
        for question in xml_elements(one, "Question"):
            answers = [_graded(answer) for answer in question.iter("Answer")]
            yield {"text": question.findtext("QuestionText"), "answers": answers}


def _graded(answer: Element) -> tuple[str, float]:
    words = (answer.findtext("AnswerText") or "").strip()
    grade = answer.get("ReferenceScore", "")
    return words, GRADES.get(int(grade), -1.0) if grade.isdecimal() else -1.0


def _example(row: Row) -> list[Example]:
    graded = {answer: grade for answer, grade in row["answers"] if answer and grade >= 0}
    positives = {answer: grade for answer, grade in graded.items() if grade >= GRADES[ANSWERS]}
    if not positives:
        raise RowError("no answer graded 3 or 4")
    negatives = {answer: grade for answer, grade in graded.items() if answer not in positives}
    query = text(row, "text")
    return [
        Example(
            query,
            tuple(positives),
            NAME,
            (f"mediqa:{query}",),
            tuple(negatives),
            tuple(positives.values()),
            tuple(negatives.values()),
        )
    ]


examples = by_suffix({"/": through(_rows, _example), ".xml": through(_rows, _example)})
