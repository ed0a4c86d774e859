"""Cuts text into words and says which words are one word written differently. Knows no name and no meaning.

Plural and singular, British and American spelling are told by rules that both sides pass: a key is no English word,
only what every way of writing it has in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Soft hyphens and joiners, which pages and letters hide within words and nobody sees.
_UNSEEN = "\u00ad\u200c\u200d"
_LETTERS = rf"[^\W\d_]+(?:['\u2019\u0300-\u036f{_UNSEEN}]+[^\W\d_]+)*[\u0300-\u036f]*"
_NUMBER = r"\d+(?:\.\d+)*"
# A wrapped line reads on; a blank line, a bullet or a capital after the end of a line begins something new.
_NEW_LINE = r"\n(?=\s*(?:\n|[-*\u2022]|[A-Z0-9]))"
# Hyphens only join; widths of nothing, which break long displays in catalogues, say nothing.
_MARK = rf"[^\w\s\-\u2010\u2011\u2013\u200b\u2060\ufeff{_UNSEEN}]"
WORD = re.compile(f"{_LETTERS}|{_NUMBER}|{_NEW_LINE}|{_MARK}")

_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")
_POSSESSIVE = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]s$")

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        # British -> American
        (r"ae$", "a"),
        (r"ae|oe(?!s$)", "e"),
        (r"(?<=...)our(?=$|s$|ed$|ing$|al$|less$|able$)", "or"),
        (r"(?<=i)z(?=e|a|i)|(?<=y)z(?=e|i)", "s"),
        (r"sulph", "sulf"),
        (r"^ceph", "cef"),
        (r"leuc(?=[eo])", "leuk"),
        (r"ll(?=ed$|ing$|ers?$|ous$)", "l"),
        (r"(?<=a)mmes?$", "m"),
        (r"minium$", "minum"),
        (r"trophin$", "tropin"),
        (r"amoxyc", "amoxic"),
        (r"artef", "artif"),
        (r"(?<=[efn])nse$", "nce"),
        (r"(?<=...)([tb])re(?=s?$)", r"\1er"),
    )
)
_RULED = re.compile("|".join(pattern.pattern for pattern, _ in _RULES))
# Plural -> singular, for words long enough to bear it: the first that fits.
_PLURALS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"(?<=..)omata$", "oma"),
        (r"(?<=..)ies?$", "y"),
        (r"(?<=..)sses$", "ss"),
        (r"(?<=...)(?:(?<=[xz])|(?<=[cs]h))es$", ""),
        (r"(?<=....)(?:sis|ses|se)$", "s"),
        (r"(?<=...)x(?:is|e)$", "x"),
        (r"(?<=...)(?<![sui])s$", ""),
        (r"(?<=....)(?:um|us|i)$", "a"),
    )
)
_PLAIN = str.maketrans(
    {"\N{LATIN SMALL LIGATURE OE}": "oe", "\N{LATIN SMALL LETTER AE}": "ae", **dict.fromkeys(_UNSEEN)}
)
_IRREGULAR = {
    "ii": "2",
    "iii": "3",
    "embolus": "embolism",
    "emboli": "embolism",
    "feet": "foot",
    "teeth": "tooth",
    "women": "woman",
    "children": "child",
}
SHORTEST_RULED = 4  # shorter words are their own keys


def folded(word: str) -> str:
    """Return the word without case, accents and apostrophes."""
    if word.isascii():
        return _APOSTROPHES.sub("", word.lower())
    apart = unicodedata.normalize("NFKD", word.casefold()).translate(_PLAIN)
    plain = "".join(one for one in apart if not unicodedata.combining(one))
    return _APOSTROPHES.sub("", plain)


def key(word: str) -> str:
    """Return what every spelling of this word has in common: "oedemas" and "edema" have one key."""
    plain = folded(_POSSESSIVE.sub("", word))
    if plain in _IRREGULAR:
        return _IRREGULAR[plain]
    if len(plain) < SHORTEST_RULED or not plain.isalpha():
        return plain
    if _RULED.search(plain):
        for pattern, written in _RULES:
            plain = pattern.sub(written, plain)
    for pattern, written in _PLURALS:
        single, count = pattern.subn(written, plain)
        if count:
            return single
    return plain


def places(text: str, words: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return where each of `words`, which WORD found in `text` in this order, begins and ends."""
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for word in words:
        place = text.index(word, place)
        starts.append(place)
        place += len(word)
        ends.append(place)
    return starts, ends
