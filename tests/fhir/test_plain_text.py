"""Text as recorded becomes plain text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.fhir.plain_text import body, cut, distinct, lower_first, one_line, title


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("Asthma (disorder)", "Asthma"),
        ("Severe anxiety (panic) (finding)", "Severe anxiety (panic)"),
        ("Crutches (physical object)", "Crutches"),
        ("Self care (regime/therapy)", "Self care"),
        ("Hib (PRP-OMP)", "Hib (PRP-OMP)"),
        ("Epoetin 4000 UNT/ML Injection [Epogen]", "Epoetin 4000 UNT/ML Injection [Epogen]"),
        ("  Two \t spaces\nand a break ", "Two spaces and a break"),
        ("No\u202egnikoms\u202c here\u200b", "Nognikoms here"),
        ("Caf\u00e9\u00a0au\u00a0lait spots", "Café au lait spots"),
        ("bell\x07 and \x00null", "bell and null"),
        ("lone \ud800surrogate", "lone surrogate"),
        (r"LUNGS:\n Clear.\.br\HEART: normal", "LUNGS: Clear. HEART: normal"),
        (r"keep \nausea as it is", r"keep \nausea as it is"),
        (None, ""),
        ({"text": "not text"}, ""),
        (True, ""),
        (5, "5"),
    ],
)
def test_a_title_is_one_clean_line_without_its_semantic_tag(recorded: object, shown: str) -> None:
    assert title(recorded) == shown


@given(st.text() | st.text(alphabet=st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "L"))))
def test_a_line_never_holds_breaks_or_invisible_characters(text: str) -> None:
    line = one_line(text)
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert line == line.strip()
    assert one_line(line) == line


def test_a_body_keeps_its_breaks_but_nothing_else_odd() -> None:
    assert body("  Plan:\r\n\r\n\r\n- rest \x07\t and  fluids\r- \u200bcall\n") == "Plan:\n\n- rest and fluids\n- call"


@given(st.text(alphabet="ab \n\r\t\u2028\u200b"))
def test_a_body_has_no_two_empty_lines_in_a_row(text: str) -> None:
    assert "\n\n\n" not in body(text)
    assert set(body(text)) <= set("ab \n")


def test_a_long_text_is_cut_at_a_word_and_says_so() -> None:
    assert cut("one two three four", 12) == "one two …"
    assert cut("short", 12) == "short"
    assert cut("unbroken" * 4, 10) == "unbrokenun …"


def test_only_words_lose_their_capital_inside_a_sentence() -> None:
    assert [lower_first(text) for text in ("Left foot", "MRI of foot", "X", "")] == [
        "left foot",
        "MRI of foot",
        "X",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Stevens-Johnson syndrome",
        "Guillain\u2013Barré syndrome",
        "Huntington's disease",
        "Addison\u2019s disease",
        "Graves' disease",
        "Cushing syndrome",
        "Achilles tendon",
        "Sjögren syndrome",
        "HbA1c",
        "IgE-mediated reaction",
        "DiGeorge syndrome",
        "Covid-19",
        "Rh incompatibility",
        "Crohn",
        "Parkinson, late stage",
    ],
)
def test_a_name_or_an_abbreviation_keeps_its_capital_inside_a_sentence(text: str) -> None:
    assert lower_first(text) == text


@pytest.mark.parametrize(
    "text", ["Heart disease", "Self-harm", "Every 6 hours", "Stroke (1999)", "Painful hip (X-ray)"]
)
def test_a_common_word_loses_its_capital_inside_a_sentence(text: str) -> None:
    assert lower_first(text) == text[0].lower() + text[1:]


def test_repeats_are_told_apart_from_others_by_letters_not_case() -> None:
    assert distinct(["Asthma", "", "asthma", "COPD"]) == ["Asthma", "COPD"]
    assert distinct([""]) == []
