"""Attachments in: their text where they hold text, else their name, type and size. Knows nothing of resource types.

Nothing is fetched: an attachment that lies elsewhere is named. What is no text (PDF, images, sound) is not decoded.
"""

from __future__ import annotations

import binascii
import codecs
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from emr_rerank.fhir.elements import Element, words
from emr_rerank.fhir.markup import text_of_markup, text_of_rtf
from emr_rerank.fhir.plain_text import body, distinct
from emr_rerank.fhir.resource import LookUp, Resource

READERS: Mapping[str, Callable[[str], str]] = {
    "text/plain": body,
    "text/markdown": body,
    "text/x-markdown": body,
    "text/csv": body,
    "text/html": text_of_markup,
    "application/xhtml": text_of_markup,
    "application/xhtml+xml": text_of_markup,
    "text/xml": text_of_markup,
    "application/xml": text_of_markup,
    "application/hl7-v3+xml": text_of_markup,
    "application/cda+xml": text_of_markup,
    "text/rtf": text_of_rtf,
    "application/rtf": text_of_rtf,
    "text/richtext": text_of_rtf,
}
"""Which media types hold text, and how it is read."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"^[^\n]{0,100}?encoding=[\"']([\w.:-]+)[\"']")
_MARKUP = re.compile(r"\s*(?:<\?xml|<!doctype html|<html|<clinicaldocument|<div|<body)\b", re.IGNORECASE)
_ENCODINGS = re.compile(r"(?:utf|us-ascii|ascii|iso|latin|windows-|cp\d|koi8|gb|big5|shift|euc|mac)", re.IGNORECASE)
"""Encodings of text: Python knows others by name (punycode, unicode_escape) that no document is written in."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_MOST_ODD_CHARACTERS = 0.02


@dataclass(frozen=True, slots=True)
class Reading:
    """What attachments hold: `text` for the body, and `named` for those whose content is not shown."""

    text: str = ""
    named: tuple[str, ...] = ()


def read_attachments(attachments: Iterable[Element], holder: Resource, look_up: LookUp) -> Reading:
    """Return the text of these attachments, a repeat of the same text (another format of it) left out."""
    texts: dict[str, str] = {}
    named = []
    for attachment in attachments:
        text = _text(attachment, holder, look_up)
        if text:
            texts.setdefault("".join(text.split()).casefold(), text)
        elif text is None:
            named.append(_name(attachment))
    return Reading("\n\n".join(texts.values()), tuple(distinct(named)))


def _text(attachment: Element, holder: Resource, look_up: LookUp) -> str | None:
    """Return an attachment's text, None where it holds or may hold something that is no text."""
    data, media = attachment.get("data"), words(attachment, "contentType")
    address = words(attachment, "url")
    if not data and address:
        inside = (entry for entry in holder.get("contained") or [] if isinstance(entry, dict))
        binary = next((entry for entry in inside if f"#{entry.get('id')}" == address), None) or look_up(address)
        if binary is None or binary.get("resourceType") != "Binary":
            return None
        data, media = binary.get("data"), words(binary, "contentType") or media
    if not isinstance(data, str) or not data:
        return None if address or media or words(attachment, "title") else ""
    content = decoded(data)
    return None if content is None else text_of(content, media)


def decoded(data: str) -> bytes | None:
    """Return the bytes of base64 (blanks, missing padding and the URL alphabet are forgiven), None where it is none."""
    packed = "".join(data.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def text_of(content: bytes, media: str) -> str | None:
    """Return the text that bytes of a media type ("text/html; charset=utf-8") hold, None where they hold no text.

    The content decides where it contradicts its label: a PDF called text/plain is no text, and HTML called text/plain
    is read as HTML. Bytes without a label are text if they read as such.
    """
    kind = media.partition(";")[0].strip().lower()
    if kind and kind not in READERS and not kind.startswith("text/"):
        return None
    text = _characters(content, media)
    if text is None:
        return None
    if text.lstrip()[:5] == "{\\rtf":
        return text_of_rtf(text)
    reader = READERS.get(kind, body)
    return text_of_markup(text) if reader is body and _MARKUP.match(text) else reader(text)


def _characters(content: bytes, media: str) -> str | None:
    """Return bytes as text in the encoding that a mark, the label or the document names, else UTF-8, else cp1252."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if content.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return None
    named = [found[1] for found in [_CHARSET.search(media)] if found]
    named += [found[1].decode("ascii") for found in [_DECLARED.match(content)] if found]
    for encoding in [*filter(_ENCODINGS.match, named), "utf-8"]:
        try:
            return _if_readable(content.decode(encoding))
        except (LookupError, UnicodeError):
            continue
    return _if_readable(content.decode("cp1252", "replace"))


def _if_readable(text: str) -> str | None:
    """Return the text unless too many of its characters are controls or unreadable for anyone to have written it."""
    sample = text[:20_000]
    odd = len(_UNREADABLE.findall(sample))
    return None if odd > _MOST_ODD_CHARACTERS * len(sample) else text


def _name(attachment: Element) -> str:
    """Return an attachment that is not shown in words: "Consent form, application/pdf, 12 kB"."""
    data = attachment.get("data")
    size = attachment.get("size")
    if isinstance(data, str) and data:
        size = len(data) * 3 // 4
    said = [words(attachment, "title"), words(attachment, "contentType") or "unknown type", _size(size)]
    return ", ".join(filter(None, said)) + ("" if data else ", held elsewhere" if attachment.get("url") else ", empty")


def _size(count: object) -> str:
    if not isinstance(count, int) or count <= 0:
        return ""
    for limit, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if count >= limit:
            return f"{count / limit:.0f} {unit}"
    return f"{count} bytes"
