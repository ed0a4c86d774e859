"""Attachments give their text, or are named; what is no text is never shown as one."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from emr_rerank.fhir.attachments import Reading, decoded, read_attachments, text_of
from emr_rerank.fhir.resource import Resource


def nothing_known(_reference: str) -> Resource | None:
    return None


def attached(content: bytes, media: str = "text/plain", **more: Any) -> dict[str, Any]:
    return {"contentType": media, "data": b64encode(content).decode(), **more}


def read(*attachments: dict[str, Any]) -> Reading:
    return read_attachments(attachments, {}, nothing_known)


@pytest.mark.parametrize(
    ("content", "media", "text"),
    [
        (b"Stable.", "text/plain", "Stable."),
        ("Fièvre à 39°".encode(), "text/plain; charset=utf-8", "Fièvre à 39°"),
        ("Fièvre à 39°".encode("latin-1"), "text/plain; charset=iso-8859-1", "Fièvre à 39°"),
        ("Fièvre à 39°".encode("cp1252"), "text/plain", "Fièvre à 39°"),
        ("Fièvre".encode("utf-16"), "text/plain", "Fièvre"),
        ("<?xml version='1.0' encoding='iso-8859-1'?><p>Fièvre</p>".encode("latin-1"), "text/xml", "Fièvre"),
        (b"Stable.", "text/plain; charset=no-such-set", "Stable."),
        (b"Stable.", "text/plain; charset=unicode_escape", "Stable."),
        (b"<html><body><p>Stable.</p></body></html>", "text/plain", "Stable."),
        (b"{\\rtf1 Stable.}", "text/plain", "Stable."),
        (b"{\\rtf1 Stable.}", "application/rtf", "Stable."),
        (b"Stable.", "", "Stable."),
        (b"%PDF-1.4 abc", "text/plain", None),
        (bytes(range(256)) * 4, "", None),
        (b"Stable.", "application/pdf", None),
        (b"Stable.", "image/png", None),
    ],
)
def test_what_bytes_of_a_media_type_say(content: bytes, media: str, text: str | None) -> None:
    assert text_of(content, media) == text


@pytest.mark.parametrize("data", ["U3RhYmxlLg==", "U3RhYmxlLg", "U3Rh\n YmxlLg==", "U3RhYmxlLg=="])
def test_base64_with_blanks_or_without_padding_is_read(data: str) -> None:
    assert decoded(data) == b"Stable."


def test_what_is_no_base64_is_no_content() -> None:
    assert decoded("not base64!") is None
    assert read({"contentType": "text/plain", "data": "not base64!"}).text == ""


def test_two_formats_of_one_text_are_shown_once() -> None:
    assert read(attached(b"Stable today."), attached(b"<p>Stable\ntoday.</p>", "text/html")).text == "Stable today."


def test_texts_follow_each_other() -> None:
    assert read(attached(b"Part one"), attached(b"Part two")).text == "Part one\n\nPart two"


def test_other_media_are_named_with_type_and_size() -> None:
    assert read(attached(b"%PDF" + b"x" * 29_996, "application/pdf", title="Consent")) == Reading(
        "", ("Consent, application/pdf, 30 kB",)
    )


def test_what_lies_elsewhere_is_named_and_not_fetched() -> None:
    elsewhere = {"contentType": "application/pdf", "url": "https://example.org/a.pdf", "size": 2_000_000}
    assert read(elsewhere).named == ("application/pdf, 2 MB, held elsewhere",)


def test_a_binary_that_is_known_is_read() -> None:
    binary = {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "U3RhYmxlLg=="}
    known = {"Binary/b": binary}
    assert read_attachments([{"url": "Binary/b"}], {}, known.get).text == "Stable."
    assert read_attachments([{"url": "#b"}], {"contained": [binary]}, nothing_known).text == "Stable."


def test_an_empty_attachment_is_nothing() -> None:
    assert read({}) == Reading()
