"""A row says what its record's line says, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emr_rerank.types import Kind, Record
from ui import line

MakeRecord = Callable[..., Record]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Condition (active, unconfirmed): Gout", "active, unconfirmed"),
        ("Goal (active, not achieved): Walk", "active, not achieved"),
        ("Condition (active (as told)): Gout", "active (as told)"),
        ("Observation: Sodium 149 mmol/L (high)", ""),
        ("no label (here) at all", ""),
    ],
)
def test_the_marks_are_the_brackets_after_the_label(record: MakeRecord, text: str, words: str) -> None:
    assert line.marks(record(text=text)) == words


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        (
            {
                "title": "Leflunomide",
                "date": "2022-01",
                "end": "2022-05",
                "text": "Medication (stopped): Leflunomide, 20 mg, 2022-01 to 2022-05; stopped because: ALT 180",
            },
            "20 mg; stopped because: ALT 180",
        ),
        (
            {
                "title": "CRT pacemaker",
                "text": "Device (active): CRT pacemaker, model X; note: System not MR conditional: abandoned lead",
            },
            "model X; note: System not MR conditional: abandoned lead",
        ),
        (
            {"title": "COPD", "date": "2023-02", "text": "Condition (active): COPD, severe, since 2023-02"},
            "severe",
        ),
        ({"title": "mother: gout", "text": "Family history: mother: gout (onset age 50)"}, "(onset age 50)"),
        ({"title": "Gout", "end": "2019", "text": "Condition (resolved): Gout, until 2019"}, ""),
        (
            {"title": "Gout", "date": "2019", "text": "Condition: Gout, onset age 42; note: since 2019"},
            "onset age 42; note: since 2019",
        ),
        ({"title": "Gout", "text": "something else entirely"}, "something else entirely"),
        (
            {"title": "Nuts", "flag": "high criticality", "text": "Allergy: Nuts, high criticality; reaction: hives"},
            "reaction: hives",
        ),
    ],
)
def test_what_a_row_adds_is_the_line_beyond_title_and_dates(
    record: MakeRecord, fields: dict[str, Any], shown: str
) -> None:
    assert line.beyond(record(**fields)) == ("", shown)


@pytest.mark.parametrize(
    ("text", "value", "flag", "shown"),
    [
        ("Observation: Sodium 149 mmol/L (high; reference 133-146), 2020", "149 mmol/L", "high", "(reference 133-146)"),
        ("Observation: Sodium 149 mmol/L (high), 2020; note: haemolysed", "149 mmol/L", "high", "note: haemolysed"),
        ("Observation: Sodium: Not detected (negative), 2020", "Not detected", "", "(negative)"),
        ("Observation: Sodium 9 (high; reference 1-2); Mean 7, 2020", "9; Mean 7", "high", "(reference 1-2); Mean 7"),
        ("Observation: Sodium 149, left arm, 2020", "149", "", "left arm"),
    ],
)
def test_a_result_is_its_value_and_then_the_rest(
    record: MakeRecord, text: str, value: str, flag: str, shown: str
) -> None:
    one = record(kind=Kind.OBSERVATION, title="Sodium", text=text, value=value, flag=flag, date="2020")
    assert line.beyond(one) == (value.partition("; ")[0], shown)


def test_a_value_the_line_does_not_begin_with_stays_in_the_rest(record: MakeRecord) -> None:
    one = record(kind=Kind.OBSERVATION, title="Panel", text="Observation: Panel (abnormal); a: 5", value="a: 5")
    assert line.beyond(one) == ("", "(abnormal); a: 5")


def test_a_member_keeps_its_own_title(record: MakeRecord) -> None:
    one = record(title="Gout attack", text="Condition (active): Gout attack, left foot, since 2019-01", date="2019-01")
    assert line.said(one) == "Gout attack, left foot"
