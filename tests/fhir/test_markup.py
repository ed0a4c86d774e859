"""Markup becomes its text, whatever it is and in linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.fhir.markup import text_of_markup, text_of_rtf


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Chest\n pain</p><p>No fever</p>", "Chest pain\n\nNo fever"),
        ("<ul><li>rest</li><li>fluids</li></ul>", "- rest\n\n- fluids"),
        ("<table><tr><td>K</td><td>4.1</td></tr></table>", "K 4.1"),
        ("one<br/>two", "one\ntwo"),
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
        ("BP <120 and >80 <b>today</b>", "BP <120 and >80 today"),
        ("<b>a</b><script>alert('x')</script><style>b{}</style>c", "ac"),
        ("a<!-- hidden -->b<?php echo ?>c<!DOCTYPE x>d", "abcd"),
        ("<x:p>named <![CDATA[5 < 6]]></x:p>", "named 5 < 6"),
        ("never <!-- closed", "never closed"),
        ("<p title='a'>kept</p", "kept</p"),
        ("", ""),
    ],
)
def test_the_text_of_markup(markup: str, text: str) -> None:
    assert text_of_markup(markup) == text


def test_a_clinical_document_gives_the_text_of_its_sections_only() -> None:
    document = (
        "<ClinicalDocument><recordTarget><name>Somebody</name></recordTarget><component><structuredBody><component>"
        "<section><title>Allergies</title><text><list><item>Penicillin: hives</item></list></text>"
        "<entry><observation><name>Coded Person</name></observation></entry></section>"
        "</component></structuredBody></component></ClinicalDocument>"
    )
    text = text_of_markup(document)
    assert text.split() == ["Allergies", "-", "Penicillin:", "hives"]


@given(st.text(alphabet="<>/!-[]?&;#'\"=abscript CDATA\n"))
def test_no_markup_is_too_broken_to_read(markup: str) -> None:
    text_of_markup(markup)


@pytest.mark.parametrize("unit", ["<a", "<!--", "<![CDATA[", "<![x[", "<?", "<script>", "&#", "</", "<a href='"])
def test_hostile_markup_is_read_in_linear_time(unit: str) -> None:
    began = time.perf_counter()
    text_of_markup(unit * 100_000)
    assert time.perf_counter() - began < 5


def test_rich_text_gives_its_paragraphs() -> None:
    rtf = (
        r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator Any;}{\pict 0a0b}\f0\fs20 Chest \b pain\b0\par "
        r"Temp 38\'b0 \{sic\}\line \u8364?5 \uc2\u960??rest\tab end}"
    )
    assert text_of_rtf(rtf) == "Chest pain\nTemp 38° {sic}\n€5 πrest end"


@given(st.text(alphabet="\\{}'ucpar0123456789 *-f\n"))
def test_no_rich_text_is_too_broken_to_read(rtf: str) -> None:
    text_of_rtf("{\\rtf1 " + rtf)
