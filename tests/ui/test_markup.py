"""Markup is safe by construction."""

from __future__ import annotations

from ui.markup import Html, escape, join, tag

HOSTILE = "<script>alert(1)</script>\"'&"
INERT = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;"


def test_text_in_an_element_is_escaped() -> None:
    assert tag("p", HOSTILE) == f"<p>{INERT}</p>"


def test_text_in_an_attribute_is_escaped() -> None:
    assert tag("p", title=HOSTILE) == f'<p title="{INERT}"></p>'


def test_elements_nest_without_being_escaped_twice() -> None:
    assert tag("p", tag("b", "a & b")) == "<p><b>a &amp; b</b></p>"
    assert escape(tag("b", "x")) == "<b>x</b>"


def test_joined_plain_text_is_escaped_and_markup_is_kept() -> None:
    assert join(["<i>", Html("<b>")]) == "&lt;i&gt;<b>"


def test_attributes_are_written_as_html_names_them() -> None:
    assert tag("input", class_="a", data_kind="b", hidden=True, checked=False, value=None) == (
        '<input class="a" data-kind="b" hidden>'
    )


def test_text_made_from_markup_is_plain_again() -> None:
    assert tag("p", tag("b", "x") + "<i>") == "<p>&lt;b&gt;x&lt;/b&gt;&lt;i&gt;</p>"
