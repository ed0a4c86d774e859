"""Finds the concepts that a chart line or a free assessment names, and whether it denies them. Ranks nothing.

The longest name wins. An abbreviation counts as it is written, or in lower case where no English word looks like it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import islice

from emr_rerank.knowledge.idioms import idle
from emr_rerank.knowledge.lexicon import Entry, Lexicon, Line, Pattern, acceptable
from emr_rerank.knowledge.meaning import Meanings
from emr_rerank.knowledge.names import Concept, Names
from emr_rerank.knowledge.products import COMPONENT, Hit, Products
from emr_rerank.knowledge.rows import Facts
from emr_rerank.knowledge.scope import Said, Scope, scopes
from emr_rerank.knowledge.tables import facts
from emr_rerank.knowledge.words import WORD, places

MISSPELLING = "misspelling"  # the column of what was written almost as a name
WITNESSES = 100  # concepts of a text that help to choose what its ambiguous names mean
_NAMED = "-"  # in place of a word that is part of a name and says nothing of what follows
NOTHING_SAID: Set[Said] = frozenset()


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept named in text: `text[start:end]` is what was written, `column` how.

    The column is the tables' ("name", "brands", "abbreviations", "lay", ...) or MISSPELLING.
    """

    concept: Concept
    start: int
    end: int
    column: str
    negated: bool = False  # said to be absent, ruled out, denied
    family: bool = False  # said of a relative


class Recogniser:
    """Finds names of one set of tables. Reusable and free of state but for a memory of words met."""

    def __init__(self, facts: Facts, names: Names | None = None, *, corrects: bool = True) -> None:
        """Take the tables, and whether small misspellings are to be seen through."""
        known = names or Names(facts)
        self._products = Products(facts, known)
        self._lexicon = Lexicon(known, self._products.components.values(), corrects=corrects)
        self._meanings = Meanings(facts, known)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return what `text` names, in the order of the text; presentations may overlap the others."""
        lexicon = self._lexicon
        words = WORD.findall(text)
        symbols = "".join(map(lexicon.symbols.__getitem__, words))
        concepts = lexicon.concepts.find_matches_as_indexes(symbols)
        presentations = lexicon.presentations.find_matches_as_indexes(symbols)
        if not concepts and not presentations:
            return ()
        lower = [word.lower() for word in words]
        line = Line(text, lower, *places(text, words))
        hits = [
            *self._products.joined(self._meant(line, _able(line, concepts, lexicon.concept_patterns)), lower),
            *self._meant(line, _able(line, presentations, lexicon.presentation_patterns)),
        ]
        hits = [hit for hit in hits if not idle(text, line.starts[hit[0]], line.ends[hit[1] - 1])]
        if not hits:
            return ()
        said = _by_word(scopes(_affirmed(lower, hits)))
        slips = lexicon.symbols.corrected
        misspelt = {place for place, word in enumerate(words) if word in slips} if slips else frozenset()
        found = [_mention(line, hit, said, misspelt) for hit in hits]
        if presentations:  # the others are in order already
            found.sort(key=_place)
        return tuple(found)

    def _meant(self, line: Line, found: Sequence[tuple[int, int, Sequence[Entry]]]) -> list[Hit]:
        """Choose one entry each; those with one meaning help to choose among the others'."""
        if all(len(able) == 1 for _, _, able in found):
            return [(start, end, able[0]) for start, end, able in found]
        clear = dict.fromkeys(
            able[0].named.concept
            for _, _, able in found
            if able[0].named.column != COMPONENT and len({one.named.concept for one in able}) == 1
        )
        certain = tuple(islice(clear, WITNESSES))
        return [
            (
                start,
                end,
                able[0] if len(able) == 1 else self._meanings.choose(able, line.words, start, end, certain),
            )
            for start, end, able in found
        ]


def _able(
    line: Line, matches: Sequence[tuple[int, int, int]], patterns: Sequence[Pattern]
) -> list[tuple[int, int, Sequence[Entry]]]:
    """The matches that whole words make, each with the entries that may be written so."""
    found: list[tuple[int, int, Sequence[Entry]]] = []
    for number, start, end in matches:
        if not _torn(line.text, line.starts[start], line.ends[end - 1]):
            able = acceptable(patterns[number], line, start, end)
            if able:
                found.append((start, end, able))
    return found


def _affirmed(words: Sequence[str], hits: Sequence[Hit]) -> Sequence[str]:
    """Return the words without the "not" that begins a name: "not sleeping, talking fast" denies nothing."""
    names = {start for start, end, _ in hits if end - start > 1 and words[start] == "not"}
    return [_NAMED if place in names else word for place, word in enumerate(words)] if names else words


def _by_word(ranges: Sequence[Scope]) -> Mapping[int, Set[Said]]:
    """What is said of each word: looked up, since a pasted text has thousands of names and as many scopes."""
    found: dict[int, set[Said]] = {}
    for one in ranges:
        for place in range(one.start, one.end):
            found.setdefault(place, set()).add(one.said)
    return found


def _mention(line: Line, hit: Hit, by_word: Mapping[int, Set[Said]], misspelt: Set[int]) -> Mention:
    start, end, entry = hit
    said = by_word.get(start, NOTHING_SAID) & by_word.get(end - 1, NOTHING_SAID)
    return Mention(
        entry.named.concept,
        line.starts[start],
        line.ends[end - 1],
        MISSPELLING if misspelt and not misspelt.isdisjoint(range(start, end)) else entry.named.column,
        "negated" in said or ("negative" in said and entry.named.concept.kind != "test"),
        "family" in said,
    )


def _place(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _torn(text: str, start: int, end: int) -> bool:
    """Return whether the match is part of a longer run of letters and digits ("C3" of "C30")."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return before or (after and not (text[end].isdigit() and end - start > 4))


@cache
def recogniser() -> Recogniser:
    """Return the recogniser of the shipped tables."""
    return Recogniser(facts())
