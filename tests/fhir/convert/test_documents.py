"""Notes: their line says what they are, their body is their text, their narrative is never read."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from emr_rerank.fhir.convert import to_record
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Kind, Record, Standing


def read(kind: str, known: dict[str, Resource] | None = None, **fields: Any) -> Record:
    return to_record({"resourceType": kind, "id": "n", **fields}, (known or {}).get)


def content(text: str, media: str = "text/plain", **more: Any) -> dict[str, Any]:
    return {"attachment": {"contentType": media, "data": b64encode(text.encode()).decode(), **more}}


H_AND_P = {"coding": [{"system": "http://loinc.org", "code": "34117-2", "display": "History and physical note"}]}


def test_a_note_says_what_when_and_who_and_keeps_its_text() -> None:
    note = read(
        "DocumentReference",
        status="superseded",
        type=H_AND_P,
        date="1987-11-19T00:22:16.824-05:00",
        author=[{"reference": "Practitioner/1", "display": "Dr. Lint"}],
        content=[content("# Plan\n- rest")],
    )
    assert note.text == "Note (superseded): History and physical note, 1987-11-19, by Dr. Lint"
    assert (note.body, note.kind, note.standing) == ("# Plan\n- rest", Kind.NOTE, Standing.PAST)
    assert (note.date, note.code) == ("1987-11-19T00:22:16.824-05:00", "http://loinc.org|34117-2")


def test_a_current_note_needs_no_mark_but_a_preliminary_one_does() -> None:
    assert read("DocumentReference", status="current", type=H_AND_P).text == "Note: History and physical note"
    draft = read("DocumentReference", status="current", docStatus="preliminary", type=H_AND_P)
    assert draft.text == "Note (preliminary): History and physical note"


def test_a_document_whose_content_was_an_error_is_one() -> None:
    wrong = read("DocumentReference", status="current", docStatus="entered-in-error", type=H_AND_P)
    assert wrong.standing is Standing.ENTERED_IN_ERROR
    assert wrong.text.startswith("Note (entered in error):")


def test_what_cannot_be_shown_is_named_on_the_line() -> None:
    note = read(
        "DocumentReference", status="current", content=[content("%PDF", "application/pdf", title="Living will")]
    )
    assert (note.text, note.body) == ("Note: Living will; not shown: Living will, application/pdf, 6 bytes", "")


def test_an_author_without_a_display_is_looked_up() -> None:
    known: dict[str, Resource] = {"Practitioner/1": {"resourceType": "Practitioner", "name": [{"family": "Lint"}]}}
    note = read("DocumentReference", known, type=H_AND_P, author=[{"reference": "Practitioner/1"}])
    assert note.text == "Note: History and physical note, by Lint"


def test_a_composition_keeps_its_sections_under_their_titles() -> None:
    note = read(
        "Composition",
        status="final",
        type={"text": "Discharge summary"},
        title="Leaving the ward",
        date="2020-03-04",
        text={"status": "generated", "div": "<div>never shown</div>"},
        section=[
            {
                "title": "Course",
                "text": {"status": "generated", "div": "<div><p>Improved.</p><script>x()</script></div>"},
                "section": [{"code": {"text": "Diet"}, "text": {"status": "generated", "div": "<div>Soft</div>"}}],
            },
            {"title": "Allergies", "emptyReason": {"text": "nil known"}},
            {"title": "Nothing"},
        ],
    )
    assert note.text == "Note: Leaving the ward, Discharge summary, 2020-03-04"
    assert note.body == "Course\nImproved.\n\nDiet\nSoft\n\nAllergies\nNothing recorded (nil known)"


def test_hostile_markup_in_a_note_is_only_text() -> None:
    note = read("DocumentReference", content=[content("<p>ok</p><img src=x onerror=alert(1)>", "text/html")])
    assert note.body == "ok"
