"""Any CSV of questions and answers: each question entails its own answer and contradicts another's, one for one.

Columns are found by name: question (or query), answer (or passage, response), and, where somebody judged the pairs,
label: entailment or 1, contradiction or 0. A judged file is held whole; of each question as many contradictions are
taken as it has entailments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from training.examples import Example
from training.keys import normalised
from training.sources.reading import Faults, Row, RowError, by_suffix, csv_rows, text, through

NAME = "question_answer"
LABEL = "label"
ENTAILS = {"entailment": True, "1": True, "contradiction": False, "0": False}
WINDOW = 2000  # rows within which another question's answer is found

Asked = tuple[str, str]  # a question and an answer


def _rows(path: Path, faults: Faults) -> Iterator[Row]:
    rows = csv_rows(path, faults)
    first = next(rows, None)
    if first is None:
        return iter(())
    all_rows = chain([first], rows)
    return _judged(all_rows, faults) if LABEL in first else _unjudged(all_rows, faults)


def _pair(row: Row) -> Asked:
    return text(row, "question", "query"), text(row, "answer", "passage", "response")


def _judged(rows: Iterator[Row], faults: Faults) -> Iterator[Row]:
    of: dict[str, dict[bool, list[str]]] = {}
    for row in rows:
        try:
            (question, answer), label = _pair(row), text(row, LABEL).casefold()
        except RowError as fault:
            faults.skip(str(fault))
            continue
        if label in ENTAILS:
            of.setdefault(question, {True: [], False: []})[ENTAILS[label]].append(answer)
        else:
            faults.skip("label is neither entailment nor contradiction")
    for question, answers in of.items():
        contradictions = answers[False][: len(answers[True])]
        yield {"question": question, "entails": answers[True], "contradicts": contradictions}


def _unjudged(rows: Iterator[Row], faults: Faults) -> Iterator[Row]:
    pairs = _pairs(rows, faults)
    while window := list(islice(pairs, WINDOW)):
        for place, (question, answer) in enumerate(window):
            yield {"question": question, "entails": [answer], "contradicts": _other(window, place)}


def _pairs(rows: Iterator[Row], faults: Faults) -> Iterator[Asked]:
    for row in rows:
        try:
            yield _pair(row)
        except RowError as fault:
            faults.skip(str(fault))


def _other(window: Sequence[Asked], place: int) -> list[str]:
    """Return the answer half a window on, or the next after it that answers something else."""
    own_question, own_answer = map(normalised, window[place])
    for step in range(len(window)):
        question, answer = window[(place + len(window) // 2 + step) % len(window)]
        if normalised(question) != own_question and normalised(answer) != own_answer:
            return [answer]
    return []


def _example(row: Row) -> list[Example]:
    if not row["entails"]:
        raise RowError("no entailment")
    question = row["question"]
    return [Example(question, tuple(row["entails"]), NAME, (f"question_answer:{question}",), tuple(row["contradicts"]))]


examples = by_suffix({".csv": through(_rows, _example), ".tsv": through(_rows, _example)})
