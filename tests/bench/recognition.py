"""Prints how fast names are found in text as one JSON object: set-up, distinct lines, slips of the pen apart.

`python -m tests.bench.recognition`; `make bench` has it among its figures.
"""

from __future__ import annotations

import json
import time
from itertools import cycle, islice
from statistics import median
from typing import Any

from emr_rerank.knowledge import Facts, facts, names
from emr_rerank.knowledge.recognise import Recogniser

LINES = 20_000
SLIPS = 2_000
ROUNDS = 3
FORMS = (
    "Condition (active): {condition}, since 2016-0{month}-1{day}; seen in clinic, under review",
    "Medication (active): {medicine} {day}0 MG Oral Tablet, since 201{month}-03; for: {condition}",
    "Observation (final): {test} {month}{day}.{month} mmol/L, 2019-0{month}-2{day}, earlier 6.5, 7.2, now higher",
    "Procedure (completed): {procedure}, 201{month}-11-0{day}, left side, no complications",
    "Note: denies {condition}, no hx of {other}; mother had {condition}. On {medicine}, check {test} in {day} weeks",
)
# What a pasted text may hold without end: denials, abbreviations in capitals, phrases that mean something else.
PASTED = ("denies pain, ", "CAD AF RA MS PD ", "what is driving sats 90% RA, ", "mother had MI ")
LONG, LONGER = 20_000, 80_000  # characters


def lines(tables: Facts, number: int) -> list[str]:
    """Return distinct lines as charts have them, 60 to 120 characters for the most part."""
    conditions = [row.name for row in tables.conditions]
    turns = {
        "condition": cycle(conditions),
        "medicine": cycle([row.name for row in tables.medicines]),
        "test": cycle([row.name for row in tables.tests]),
        "procedure": cycle([row.name for row in tables.procedures]),
        "other": cycle(conditions[7:]),
    }
    made: dict[str, None] = {}
    for count, form in enumerate(cycle(FORMS)):
        words = {column: next(turn) for column, turn in turns.items()}
        made[form.format(month=1 + count % 9, day=count // 9 % 9, **words)] = None
        if len(made) == number:
            break
    return list(made)


def slips(tables: Facts, number: int) -> list[str]:
    """Return distinct words that are no name: a name with one letter left out, or two swapped."""
    written = [row.name for row in tables.medicines] + [row.name for row in tables.conditions]
    long = (name for name in written if len(name) > 8 and name.isalpha())
    cut = (
        one
        for name in long
        for place in range(3, len(name) - 1)
        for one in (name[:place] + name[place + 1 :], name[:place] + name[place + 1] + name[place] + name[place + 2 :])
    )
    return list(islice(dict.fromkeys(cut), number))


def growth(recogniser: Recogniser) -> float:
    """Return how much longer than a long text one of four times its length takes, at worst: 4 is in proportion."""
    worst = 0.0
    for words in PASTED:
        long, longer = (
            min(_seconds(recogniser, (words * length)[:length]) for _ in range(ROUNDS)) for length in (LONG, LONGER)
        )
        worst = max(worst, longer / long)
    return worst


def _seconds(recogniser: Recogniser, text: str) -> float:
    start = time.process_time()
    recogniser.find(text)
    return time.process_time() - start


def figures() -> dict[str, Any]:
    """Measure in seconds of one core's time: set-up, lines a second as first met and again, slips a second."""
    tables = facts()
    index = names(tables)
    set_up: list[float] = []
    first: list[float] = []
    again: list[float] = []
    slip: list[float] = []
    chart, misspelt = lines(tables, LINES), slips(tables, SLIPS)
    for _ in range(ROUNDS):
        start = time.process_time()
        recogniser = Recogniser(tables, index)
        set_up.append(time.process_time() - start)
        recogniser.find("loadsthevocabulary")
        for rates, texts in ((first, chart), (again, chart), (slip, misspelt)):
            start = time.process_time()
            mentions = sum(len(recogniser.find(text)) for text in texts)
            rates.append(len(texts) / (time.process_time() - start))
            if texts is misspelt:
                seen_through = mentions
    return {
        "set_up_s": round(median(set_up), 2),
        "characters_per_line": round(sum(map(len, chart)) / len(chart)),
        "lines_per_second": round(median(first)),
        "lines_per_second_words_met": round(median(again)),
        "misspellings_per_second": round(median(slip)),
        "four_times_the_text_takes": round(growth(recogniser), 1),
        "misspellings_seen_through": round(seen_through / len(misspelt), 2),
    }


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2))
