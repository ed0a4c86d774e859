"""Finds the concepts that a chart line or a free assessment names, and whether it denies them. Ranks nothing.

The longest name wins. An abbreviation counts as it is written, or in lower case where no English word looks like it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from emr_rerank.knowledge.lexicon import Entry, Lexicon, accepts
from emr_rerank.knowledge.names import Concept, Names
from emr_rerank.knowledge.scope import scopes
from emr_rerank.knowledge.tables import Facts, facts
from emr_rerank.knowledge.words import WORD

_Hit = tuple[int, int, Entry]


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept named in text: `text[start:end]` is what was written, `column` how ("name", "brands", "lay", ...)."""

    concept: Concept
    start: int
    end: int
    column: str
    negated: bool = False  # said to be absent, ruled out, denied
    family: bool = False  # said of a relative


class Recogniser:
    """Finds names of one set of tables. Reusable and free of state but for a memory of words met."""

    def __init__(self, facts: Facts, names: Names | None = None) -> None:
        self._names = names or Names(facts)
        self._lexicon = Lexicon(self._names)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return what `text` names, in the order of the text; presentations may overlap the others."""
        lexicon = self._lexicon
        words = WORD.findall(text)
        symbols = "".join(map(lexicon.symbols.__getitem__, words))
        concepts = lexicon.concepts.find_matches_as_indexes(symbols)
        presentations = lexicon.presentations.find_matches_as_indexes(symbols)
        if not concepts and not presentations:
            return ()
        spans = [match.span() for match in WORD.finditer(text)]
        hits = [
            *self._hits(text, spans, concepts, lexicon.concept_entries),
            *self._hits(text, spans, presentations, lexicon.presentation_entries),
        ]
        if not hits:
            return ()
        ranges = scopes([word.lower() for word in words])
        found = [
            Mention(
                entry.named.concept,
                spans[start][0],
                spans[end - 1][1],
                entry.named.column,
                any(one.role == "negated" and one.start <= start and end <= one.end for one in ranges),
                any(one.role == "family" and one.start <= start and end <= one.end for one in ranges),
            )
            for start, end, entry in hits
        ]
        return tuple(sorted(found, key=lambda one: (one.start, one.end)))

    def _hits(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        matches: Sequence[tuple[int, int, int]],
        entries: Sequence[Sequence[Entry]],
    ) -> Iterator[_Hit]:
        shouted = text.isupper()
        for number, start, end in matches:
            if _torn(text, spans[start][0], spans[end - 1][1]):
                continue
            written = text[spans[start][0] : spans[end - 1][1]]
            able = [one for one in entries[number] if accepts(one, written, shouted=shouted)]
            if able:
                yield start, end, able[0]


def _torn(text: str, start: int, end: int) -> bool:
    """Return whether the match is part of a longer run of letters and digits ("C3" of "C30")."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return before or (after and not (text[end].isdigit() and end - start > 4))


@cache
def recogniser() -> Recogniser:
    """Return the recogniser of the shipped tables."""
    return Recogniser(facts())
