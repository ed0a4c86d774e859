"""The wording of assessments."""

from __future__ import annotations

from itertools import chain
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.knowledge import knowledge_base
from training.emr.assessments import Subject, assessment, names_any
from training.emr.dice import dice
from training.emr.people import Person
from training.emr.phrasing import SINCE, SINCE_SHORT, TEMPLATES, Style

NONSENSE = {"what": "zzq", "What": "Zzq", "a": "zzq", "b": "qqz", "c": "", "test": "zzq", "value": "qqz"}
BEFORE_AN_OPERATION = {"surgery", "preoperative assessment"}
FULL = Subject(what="gout flare", symptoms=("rash", "fever", "cough"), test="urate", value="612")


def test_there_are_templates_of_every_style() -> None:
    assert set(TEMPLATES) == set(get_args(Style))
    assert all(len(set(ones)) == len(ones) >= 7 for ones in TEMPLATES.values())


@pytest.mark.parametrize("style", TEMPLATES)
def test_no_template_asks_about_a_thing_of_its_own(style: Style) -> None:
    reader = knowledge_base().reader
    allowed = BEFORE_AN_OPERATION if style == "before an operation" else set()
    for template in TEMPLATES[style]:
        for who, since in (("this 68-year-old woman", SINCE[0]), ("68M", SINCE_SHORT[0])):
            text = template.format(**NONSENSE, who=who, Who=who, since=since, Since=since)
            assert {one.concept.name for one in reader.of_assessment(text)} <= allowed, template


def test_no_length_of_time_names_a_thing() -> None:
    for since in chain(SINCE, SINCE_SHORT):
        assert not knowledge_base().reader.of_assessment(f"zzq {since}"), since


@settings(max_examples=200, deadline=None)
@given(st.integers(), st.sampled_from(get_args(Style)), st.integers(0, 100), st.sampled_from(("male", "female")))
def test_every_assessment_speaks_of_its_subject_in_one_line(seed: int, style: Style, age: int, sex: str) -> None:
    text = assessment(dice(seed), style, Person(age, sex), FULL)
    assert "{" not in text
    assert "\n" not in text
    said = ("rash", "fever", "cough") if "symptoms" in style else ("urate", "612") if style == "results" else ("gout",)
    assert all(word in text.casefold() for word in said)


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("Known IgA-vasculitis, worse", ["IgA vasculitis"], True),
        ("two TIAs last year", ["TIA"], True),
        ("Sjogren's?", ["Sj\N{LATIN SMALL LETTER O WITH DIAERESIS}gren's"], True),
        ("gouty", ["gout"], False),
        ("", ["gout"], False),
        ("anything", [""], False),
    ],
)
def test_names_are_found_however_they_are_written(text: str, names: list[str], found: bool) -> None:  # noqa: FBT001  (a table of cases)
    assert names_any(text, names) is found
