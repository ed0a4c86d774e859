"""Text as recorded in, plain text out: one clean line, or a clean body. Knows nothing of FHIR's elements.

Plain means: no control characters, no invisible or direction-changing characters, no markup that would be shown.
"""

from __future__ import annotations

import re
import unicodedata

from emr_rerank.fhir.proper_names import PROPER_NAMES

LONGEST_TAIL = 600
"""Characters of a free text that a line holds; longer ones are cut there and stand whole in the body."""

LONGEST_VALUE = 240
"""Characters of a conclusion or summary that are its value: what a row of a list has room for."""

_SEMANTIC_TAGS = (
    "administration method|assessment scale|attribute|basic dose form|body structure|cell|cell structure|clinical drug|"
    "context-dependent category|disorder|dose form|environment|environment / location|ethnic group|event|finding|"
    "geographic location|life style|medicinal product|medicinal product form|morphologic abnormality|"
    "navigational concept|observable entity|occupation|organism|person|physical force|physical object|procedure|"
    "product|product name|qualifier value|racial group|record artifact|regime/therapy|religion/philosophy|role|"
    "situation|social concept|specimen|staging scale|substance|tumor staging|unit of presentation"
)
_TAGGED = re.compile(rf"\s+\((?:{_SEMANTIC_TAGS})\)$")
"""The tag that closes a SNOMED CT fully specified name (https://confluence.ihtsdotools.org/display/DOCEG)."""

_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r" ?\n[ \n]*\n ?| ?\n ?")


_SPELLED_AS_IS = re.compile(r"[A-ZÀ-ÖØ-Þ\d'\u2019]")
_CLOSING = ".,;:)"

_ESCAPED_BREAKS = re.compile(r"\\(?:\.br\\|r\\n|[nrt](?![a-z]))")
"""Line breaks that reached the record as the characters of an escape: HL7 v2's and JSON's."""


def one_line(value: object) -> str:
    """Return a value as one clean line; "" for what is neither text nor number."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        text = str(value)
    else:
        return ""
    if "\\" in text:
        text = _ESCAPED_BREAKS.sub(" ", text)
    if not text.isprintable():  # false for every control, invisible, surrogate or odd space character
        text = _visible(text)
    return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text


def title(value: object) -> str:
    """Return a name as one clean line without the semantic tag at its end: "Asthma (disorder)" -> "Asthma"."""
    text = one_line(value)
    return _TAGGED.sub("", text) if text.endswith(")") else text


def body(text: str) -> str:
    """Return narrative with its line breaks kept, everything else odd removed, and at most one empty line in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _ESCAPED_BREAKS.sub("\n", text) if "\\" in text else text
    lines = (line if line.isprintable() else _visible(line) for line in text.split("\n"))
    squeezed = _BLANKS.sub(" ", "\n".join(lines))
    return _EMPTY_LINES.sub(lambda gap: "\n\n" if gap[0].count("\n") > 1 else "\n", squeezed).strip()


def cut(text: str, limit: int = LONGEST_TAIL) -> str:
    """Return the text, or its beginning up to a word's end and "…" where it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head) + " …"


def lower_first(text: str) -> str:
    """Return the text as the middle of a sentence: "Left foot" -> "left foot", but "MRI of foot" stays.

    So does a name or an abbreviation: a first word with an apostrophe, a digit or another capital ("Crohn's", "HbA1c",
    "Stevens-Johnson"), or one of a table. A capital kept without need reads oddly; one lost spoils a name.
    """
    if len(text) < 2 or not text[1].islower():
        return text
    first = text.partition(" ")[0]
    return (
        text
        if _SPELLED_AS_IS.search(first, 1) or first.rstrip(_CLOSING) in PROPER_NAMES
        else text[0].lower() + text[1:]
    )


def distinct(texts: list[str]) -> list[str]:
    """Return the non-empty texts without repeats (letter case aside), in their order."""
    if len(texts) < 2:
        return texts if texts and texts[0] else []
    seen: dict[str, str] = {}
    for text in texts:
        if text:
            seen.setdefault(text.casefold(), text)
    return list(seen.values())


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else _instead(character) for character in text)


def _instead(character: str) -> str:
    """Return what stands for a character that cannot be printed: a space for breaks and controls, else nothing.

    Formatting characters (zero width, bidirectional overrides, tags) and lone surrogates go; private and unassigned
    ones stay, because they may be letters that this Python's Unicode tables do not know yet.
    """
    match unicodedata.category(character):
        case "Cf" | "Cs":
            return ""
        case "Co" | "Cn":
            return character
        case _:
            return " "
