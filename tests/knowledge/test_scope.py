"""What a line denies and what it says of a relative, on lines written by hand as notes are written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from emr_rerank.knowledge.recognise import recogniser
from emr_rerank.knowledge.scope import Scope, scopes

LINES = Path(__file__).with_name("negation_lines.csv")
# Read by no rule about words and commas: whether "no proteinuria, epigastric pain" is one list only a reader can tell.
WRONG = {("hypertension, no proteinuria, epigastric pain", "epigastric pain")}


def test_the_lines_written_by_hand_read_as_their_writer_meant() -> None:
    with LINES.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    wrong = set()
    for line in lines:
        meant = (line["negated"] == "yes", line["family"] == "yes")
        mentions = [one for one in recogniser().find(line["text"]) if one.concept.name == line["concept"]]
        if not mentions or (mentions[0].negated, mentions[0].family) != meant:
            wrong.add((line["text"], line["concept"]))
    assert len(lines) >= 200
    assert wrong == WRONG


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no fever", [Scope("negated", 1, 2)]),
        ("fever : no", [Scope("negated", 0, 2)]),
        ("no change in fever", []),
        ("mother well . fever", [Scope("family", 1, 2)]),
        ("swab negative", [Scope("negative", 0, 1)]),
        ("fever", []),
    ],
)
def test_scopes_are_ranges_of_words(line: str, said: list[Scope]) -> None:
    assert list(scopes(line.split())) == said


def test_a_scope_is_bounded() -> None:
    assert scopes(["no", *["word"] * 100])[0].end < 40


def test_a_negative_result_leaves_the_test_done() -> None:
    by_kind = {one.concept.kind: one.negated for one in recogniser().find("RF negative, malaria negative")}
    assert (by_kind["test"], by_kind["condition"]) == (False, True)
