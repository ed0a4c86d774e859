"""What a question asks to see rather than to be told about: "any allergies?", "vaccination record", "latest HbA1c".

Knows the words that ask for a kind of record, and that a class of medicines or a test is asked for by its name. Who
searches a chart types few words: how far a text is a search is how many of its words ask. Ranks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emr_rerank.knowledge.names import Concept, Names
from emr_rerank.knowledge.recognise import Mention
from emr_rerank.knowledge.rows import FactKind, Facts, Lookup
from emr_rerank.types import Kind

# What is asked for by its name, and as which kinds of records it is seen.
SEEN_AS: Mapping[FactKind, frozenset[Kind]] = {
    "class": frozenset({Kind.MEDICATION}),
    "medicine": frozenset({Kind.MEDICATION}),
    "test": frozenset({Kind.OBSERVATION, Kind.REPORT}),
}

_WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W_]+)*")
# Words that say nothing of what is asked for.
_EMPTY = frozenset(
    """a about after again all an and any anything are as at be been before by can chart check could current currently
    details did do does done ever every find for from full get give given gives got had has have he her hers him his
    history i in is it its last latest list look me most my new newest now of old on or our over overview past patient
    patient's patients please present previous previously pt pt's pull recent recently record recorded records related
    see seen she show since so some still summarise summarize summary take taken takes taking tell that the their them
    there these they this those to today trend trends under up us was we were what what's when where whether which who
    whose with year years you your""".split()
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What one question asks to see, and how far it is nothing but such a question."""

    share: float  # of its words that say something, those that ask, squared: a word in passing asks for next to nothing
    rows: tuple[Lookup, ...]
    tests: Mapping[str, frozenset[Concept]]  # of each row, by name; none: whatever the kinds hold
    concepts: frozenset[Concept]  # tests, medicines, and classes with their medicines

    def answered(self, kind: Kind, concepts: frozenset[Concept]) -> bool:
        """Return whether a record of this kind and of these concepts is what is asked for by a name."""
        return any(kind in SEEN_AS[one.kind] for one in concepts & self.concepts)

    def row(self, kind: Kind, concepts: frozenset[Concept]) -> Lookup | None:
        """Return the lookup that a record of this kind and of these concepts answers."""
        for row in self.rows:
            if kind in row.kinds and (not row.tests or concepts & self.tests[row.name]):
                return row
        return None


NOTHING = Sought(0.0, (), {}, frozenset())


class Lookups:
    """The lookups of one set of tables."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self._rows = {phrase.casefold(): row for row in facts.lookups for phrase in row.phrases}
        self._tests = {
            row.name: frozenset(test for text in row.tests for test in names.resolve(text, ("test",)))
            for row in facts.lookups
        }
        written = "|".join(map(re.escape, sorted(self._rows, key=len, reverse=True)))
        self._asking = re.compile(rf"(?<!\w)(?:{written})(?!\w)") if written else None
        self._members: dict[Concept, set[Concept]] = {}
        for medicine in facts.medicines:
            for text in medicine.classes:
                for group in names.resolve(text, ("class",)):
                    self._members.setdefault(group, set()).add(Concept("medicine", medicine.name))

    def find(self, text: str, mentions: Iterable[Mention]) -> Sought:
        """Return what `text` asks to see; `mentions` is what the recogniser found in it."""
        small = text.casefold()
        rows = [(one.span(), self._rows[one[0]]) for one in self._asking.finditer(small)] if self._asking else []
        named = [one for one in mentions if one.concept.kind in SEEN_AS and not one.negated]
        if not rows and not named:
            return NOTHING
        concepts = {one.concept for one in named}
        concepts.update(*(self._members.get(one.concept, ()) for one in named))
        spans = [*(span for span, _ in rows), *((one.start, one.end) for one in named)]
        asked = tuple(dict.fromkeys(row for _, row in rows))
        return Sought(_share(small, spans) ** 2, asked, self._tests, frozenset(concepts))


def _share(text: str, spans: Iterable[tuple[int, int]]) -> float:
    """Return which share of the words that say something stands in one of the spans."""
    inside = [range(*span) for span in spans]
    asking = [any(one.start() in span for span in inside) for one in _WORD.finditer(text)]
    saying = [one[0] not in _EMPTY for one in _WORD.finditer(text)]
    counted = [asks for asks, says in zip(asking, saying, strict=True) if asks or says]
    return sum(counted) / len(counted) if counted else 0.0
