"""Which concepts are found in lines as charts and clinicians write them."""

from __future__ import annotations

import pytest

from emr_rerank.knowledge.recognise import Mention, recogniser


def found(text: str) -> set[tuple[str, str]]:
    """Return (kind, name) of what is found, presentations apart."""
    return {
        (one.concept.kind, one.concept.name) for one in recogniser().find(text) if one.concept.kind != "presentation"
    }


def test_a_mention_cuts_out_what_was_written() -> None:
    text = "Known T2DM; on Ventolin."
    mentions = recogniser().find(text)
    assert [(text[one.start : one.end], one.concept.name, one.column) for one in mentions] == [
        ("T2DM", "type 2 diabetes", "abbreviations"),
        ("Ventolin", "salbutamol", "brands"),
    ]


@pytest.mark.parametrize("text", ["diarrhoea", "diarrhea", "Diarrhoea.", "diarrhœa"])
def test_british_and_american_spellings_are_one(text: str) -> None:
    assert ("condition", "diarrhoea") in found(text)


def test_an_assessment_can_be_a_condition_and_a_presentation() -> None:
    kinds = {one.concept.kind for one in recogniser().find("recurrent falls")}
    assert kinds == {"condition", "presentation"}


def test_an_abbreviation_that_is_an_english_word_needs_capitals() -> None:
    assert found("all of this is for me, as the men said") == set()
    assert ("condition", "acute lymphoblastic leukaemia") in found("ALL in remission")


def test_nothing_is_found_in_nothing() -> None:
    empty: tuple[Mention, ...] = ()
    assert recogniser().find("") == empty
