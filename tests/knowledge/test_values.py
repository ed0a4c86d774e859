"""What the numbers of an assessment amount to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.knowledge import knowledge_base
from emr_rerank.knowledge.values import Values

BASE = knowledge_base()
VALUES = Values(BASE.facts, BASE.names)


def meant(text: str) -> list[str]:
    return list(dict.fromkeys(one.name for one in VALUES.find(text, BASE.recogniser.find(text))))


@pytest.mark.parametrize(
    ("text", "presentation"),
    [
        ("Na 118, drowsy", "low sodium"),
        ("K+ 6.4", "high potassium"),
        ("Potassium back at 2.6 on the morning bloods", "low potassium"),
        ("Hb 62", "low haemoglobin"),
        ("Hgb 6.2", "low haemoglobin"),
        ("glucose 2.1, sweaty", "hypoglycaemia"),
        ("glucose 54", "hypoglycaemia"),
        ("BG 480", "high blood sugar"),
        ("eGFR down from 60 to 22 in a month", "rising creatinine"),
        ("creat 90 -> 240", "rising creatinine"),
        ("Ca 3.2", "high calcium"),
        ("calcium 12.9", "high calcium"),
        ("BP 84/48 HR 110", "shock"),
        ("BP 210/120 with headache", "high blood pressure"),
        ("T 38.9, rigors", "fever"),
        ("T 101.5F", "fever"),
        ("sats 84% on air", "low oxygen saturation"),
        ("INR 9", "high INR"),
        ("GCS 9", "reduced consciousness"),
        ("TSH 24", "abnormal thyroid function"),
        ("platelets dropping", "low platelets"),
        ("creatinine is rising", "rising creatinine"),
        ("troponin raised", "raised troponin"),
    ],
)
def test_a_value_beyond_a_limit_amounts_to_its_presentation(text: str, presentation: str) -> None:
    assert meant(text) == [presentation]


@pytest.mark.parametrize(
    "text",
    [
        "haemoglobin 135, platelets 240, Na 139",
        "BP 124/78, HR 76, sats 98%, T 36.6",
        "Hb 3 days ago was fine",
        "INR for 3 weeks stable",
        "potassium normal",
        "K 3/7 ago",
        "sodium 1,200 mg a day",
        "creatinine up from 70 to 75",
        "BP 90",  # one number is no blood pressure
        "T12 fracture",
        "no temperature",
        "a low mood, Hb normal",
    ],
)
def test_what_is_between_the_limits_or_no_value_amounts_to_nothing(text: str) -> None:
    assert meant(text) == []


@settings(deadline=None)
@given(st.floats(min_value=1, max_value=9.9).map(lambda value: round(value, 1)))
def test_each_value_is_on_one_side_of_its_limits(value: float) -> None:
    expected = ["low potassium"] if value < 3.2 else ["high potassium"] if value >= 5.8 else []
    assert meant(f"K {value}") == expected


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(one.kind == "presentation" for one in VALUES.find(text, BASE.recogniser.find(text)))
