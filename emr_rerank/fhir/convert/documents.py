"""Notes and documents: DocumentReference and Composition. Their text is the body; their line says what they are."""

from __future__ import annotations

from emr_rerank.fhir.attachments import read_attachments
from emr_rerank.fhir.convert.compose import Line, compose
from emr_rerank.fhir.convert.status import DOCUMENT, RESULT, Status, read_status
from emr_rerank.fhir.dates import date, day, period
from emr_rerank.fhir.elements import Element, concept, concepts, displayed, part, parts, words
from emr_rerank.fhir.markup import text_of_markup
from emr_rerank.fhir.plain_text import distinct
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.types import Kind, Record, Standing

_UNSAID = frozenset({"current", "final"})
_DEEPEST_SECTION = 20


def document_reference(resource: Resource, look_up: LookUp) -> Record:
    """Return a DocumentReference: its texts as the body, other media by name, type and size."""
    status, written = read_status(resource.get("status"), DOCUMENT), read_status(resource.get("docStatus"), RESULT)
    if written.standing is Standing.ENTERED_IN_ERROR:
        status = written
    contents = read_attachments([part(entry, "attachment") for entry in parts(resource, "content")], resource, look_up)
    kind = concept(resource.get("type"))
    titles = [words(part(entry, "attachment"), "title") for entry in parts(resource, "content")]
    description = words(resource, "description")
    named = kind or next(filter(None, titles), "") or description or ", ".join(concepts(resource, "category"))
    start = date(resource.get("date")) or period(part(resource, "context").get("period"))[0]
    said = " ".join([named, *contents.named]).lower()
    return compose(
        resource,
        Kind.NOTE,
        named,
        status,
        Line(
            "Note",
            distinct(_marks(status, written)),
            facts=[day(start), _authors(resource, look_up)],
            tails=[
                ("title", ", ".join(title for title in distinct(titles) if title.lower() not in said)),
                ("description", str(resource.get("description") or "") if description != named else ""),
                ("not shown", "; ".join(contents.named)),
            ],
        ),
        coded=[resource.get("type")],
        date=start,
        narrative=[contents.text],
    )


def composition(resource: Resource, look_up: LookUp) -> Record:
    """Return a Composition: its sections as the body, each under its title."""
    status = read_status(resource.get("status"), RESULT)
    kind, called = concept(resource.get("type")), words(resource, "title")
    start = date(resource.get("date"))
    sections = [text for entry in parts(resource, "section") for text in _section(entry, depth=0)]
    return compose(
        resource,
        Kind.NOTE,
        called or kind,
        status,
        Line(
            "Note",
            _marks(status),
            facts=["" if kind.lower() in called.lower() else kind, day(start), _authors(resource, look_up)],
        ),
        coded=[resource.get("type")],
        date=start,
        narrative=sections,
    )


def _marks(*statuses: Status) -> list[str]:
    return [status.shown for status in statuses if status.word not in _UNSAID]


def _authors(resource: Resource, look_up: LookUp) -> str:
    names = distinct([displayed(author, resource, look_up) for author in parts(resource, "author")])
    return f"by {', '.join(names)}" if names else ""


def _section(entry: Element, *, depth: int) -> list[str]:
    """Return a section and those inside it as "Title" above its text; an empty one says why it is empty."""
    heading = words(entry, "title") or concept(entry.get("code"))
    narrative = part(entry, "text").get("div")
    text = text_of_markup(narrative) if isinstance(narrative, str) else ""
    if not text and (why := concept(entry.get("emptyReason"))):
        text = f"Nothing recorded ({why})"
    below = parts(entry, "section") if depth < _DEEPEST_SECTION else []
    here = "\n".join(filter(None, [heading, text]))
    return [*([here] if text or below else []), *(said for part_ in below for said in _section(part_, depth=depth + 1))]
