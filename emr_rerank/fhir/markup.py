"""HTML, XML and RTF in, their text out. Knows nothing of FHIR, and renders nothing: scripts and styles are dropped.

Reads hostile input in time proportional to its length: everything between tags that is not text (comments,
declarations, attributes) is cut away before the parser sees it, so the parser meets only plain tags and text.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from emr_rerank.fhir.plain_text import body

_DROPPED = frozenset({"script", "style", "template", "noscript", "object", "svg"})
_CODED_PARTS = frozenset({"entry", "author", "informant"})
"""What a CDA section holds for machines beside its text: the text says the same for people."""

_BLOCKS = frozenset(
    "address article blockquote body br caption component dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6"
    " head header hr html item li list main ol p paragraph pre section table tbody tfoot thead title tr ul".split()
)
_ITEMS = frozenset({"li", "item"})
_CELLS = frozenset({"td", "th"})
_TAG = re.compile(r"<(/?)([A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)[^<>]*>")
_LONE = re.compile(r"<(?![^<>]*>)")
_CLINICAL_DOCUMENT_BODY = re.compile(r"<(?:[\w.-]+:)?(?:structuredBody|nonXMLBody)\b")


def text_of_markup(markup: str) -> str:
    """Return the text of HTML, XHTML or XML, one block a line; of a CDA document, the text of its body only."""
    dropped = _DROPPED
    if start := _CLINICAL_DOCUMENT_BODY.search(markup):  # before it lie names, addresses and identifiers
        markup, dropped = markup[start.start() :], _DROPPED | _CODED_PARTS
    markup = _sections_as_text(markup)
    for opening, closing in (("<!--", "-->"), ("<?", ">"), ("<!", ">")):
        markup = _without(markup, opening, closing)
    markup = _TAG.sub(lambda tag: f"<{tag[1]}{tag[3]}>", _LONE.sub("&lt;", markup))
    reader = _Reader(dropped)
    reader.feed(markup)
    reader.close()
    return body("".join(reader.pieces))


class _Reader(HTMLParser):
    def __init__(self, dropped: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._dropped = dropped
        self.pieces: list[str] = []
        self._dropping = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the parser's signature
        if self._dropping:
            return
        if tag in self._dropped:
            self._dropping = tag
        elif tag in _BLOCKS:
            self.pieces.append("\n- " if tag in _ITEMS else "\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._dropping:
            self._dropping = ""
        elif tag in _BLOCKS and not self._dropping:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            # a break in the source is no break in the text
            self.pieces.append(data.replace("\n", " ") if "\n" in data else data)


def _sections_as_text(markup: str) -> str:
    """Return the markup with each CDATA section turned into escaped text."""
    if "<![CDATA[" not in markup:
        return markup
    before, *sections = markup.split("<![CDATA[")
    done = [before]
    for section in sections:
        inside, _, after = section.partition("]]>")
        done += [html.escape(inside), after]
    return "".join(done)


def _without(text: str, opening: str, closing: str) -> str:
    """Return the text without what lies between these marks; what follows one that is never closed stays."""
    kept, position = [], 0
    while (start := text.find(opening, position)) >= 0:
        kept.append(text[position:start])
        end = text.find(closing, start + len(opening))
        if end < 0:
            return "".join([*kept, text[start + len(opening) :]])
        position = end + len(closing)
    return "".join([*kept, text[position:]])


_RTF_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_RTF_UNSHOWN = frozenset(
    "fonttbl colortbl stylesheet info pict object header footer headerl headerr footerl footerr generator themedata"
    " listtable listoverridetable rsidtbl datastore latentstyles xmlnstbl fldinst".split()
)
_RTF_TEXT = {
    "par": "\n",
    "line": "\n",
    "sect": "\n",
    "page": "\n",
    "row": "\n",
    "tab": " ",
    "cell": " ",
    "emdash": "\u2014",
    "endash": "\u2013",
    "bullet": "\u2022",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
}
_RTF_ESCAPED = {"~": " ", "_": "-", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_DEEPEST_GROUP = 1000


def text_of_rtf(rtf: str) -> str:
    """Return the text of an RTF document (specification 1.9.1): its paragraphs, without fonts, pictures and fields."""
    pieces: list[str] = []
    groups: list[tuple[bool, int]] = []
    hidden, skipped_after_unicode, to_skip = False, 1, 0
    for word, argument, byte, symbol, brace, text in (token.groups() for token in _RTF_TOKEN.finditer(rtf)):
        if brace == "{":
            if len(groups) < _DEEPEST_GROUP:
                groups.append((hidden, skipped_after_unicode))
        elif brace == "}":
            hidden, skipped_after_unicode = groups.pop() if groups else (False, 1)
        elif symbol == "*" or word in _RTF_UNSHOWN:
            hidden = True
        elif word == "uc":
            skipped_after_unicode = int(argument or 1)
        elif hidden:
            continue
        elif word == "u" and argument:
            pieces.append(chr(int(argument) % 0x10000))
            to_skip = skipped_after_unicode
        else:
            # a reader that knows Unicode skips the characters that stand in for it
            shown = text or _rtf_symbol(word, byte, symbol)
            pieces.append(shown[to_skip:] if text or byte else shown)
            to_skip = max(0, to_skip - len(shown)) if text or byte else to_skip
    # characters beyond the first plane come as two surrogates
    return body("".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _rtf_symbol(word: str | None, byte: str | None, symbol: str | None) -> str:
    if word:
        return _RTF_TEXT.get(word, "")
    if byte:
        return bytes.fromhex(byte).decode("cp1252", "replace")
    return _RTF_ESCAPED.get(symbol or "", "")
