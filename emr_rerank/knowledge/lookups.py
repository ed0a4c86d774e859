"""What a question asks to see rather than to be told about: "any allergies?", "vaccination record", "latest HbA1c".

Who searches a chart types few words, and wants what they say; who describes a patient types many. How far a text is a
search is told by its words alone, by what share of them asks and how few they are. Knows the words that ask for kinds
of records, and that classes of medicines and tests are asked for by their names. Ranks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from emr_rerank.knowledge.names import Concept, Names
from emr_rerank.knowledge.recognise import Mention
from emr_rerank.knowledge.rows import FactKind, Facts, Lookup
from emr_rerank.knowledge.words import key
from emr_rerank.types import HistoryItem, Kind, Standing

# What is asked for by its name, and as which kinds of records it is seen.
SEEN_AS: Mapping[FactKind, frozenset[Kind]] = {
    "class": frozenset({Kind.MEDICATION}),
    "medicine": frozenset({Kind.MEDICATION}),
    "test": frozenset({Kind.OBSERVATION, Kind.REPORT}),
}
OTHERWISE = 0.5  # how far a record answers that has another standing than the question asks for
PAST = 0.9  # how far one that is over does where the question says nothing of it
OLDER = 0.8  # how far all but the newest do where the latest is asked for
FEW = 2  # words that make a search, and nothing but a search

_WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W_]+)*")
_LATEST = re.compile(r"\b(?:last|latest|newest|recent|recently|most recent)\b")
# Words that say nothing of what is asked for.
_EMPTY = frozenset(
    """a about after again all an and any anything are as at be been before by can chart check could details did do does
    doing done ever every find for from full get give given gives got had happened has have he her hers him his history
    how i in is it its last lately latest list look me most my new newest of on or our over overview patient patient's
    patients please pt pt's pull recent recently record recorded records related see seen she show since so some still
    summarise summarize summary take taken takes tell that the their them there these they this those to today trend
    trends under up us was we were what what's when where whether which who whose why with wrong year years you
    your""".split()
)


@dataclass(frozen=True, slots=True)
class Search:
    """What one question asks to see, and how far it is nothing but a search."""

    share: float  # of its words that say something, those that ask, squared: a word in passing asks for next to nothing
    brief: float  # 1 for the few words of a search, falling to 0 with every word more
    rows: tuple[Lookup, ...]
    tests: Mapping[str, frozenset[Concept]]  # that a row is confined to, by its name
    named: frozenset[Concept]  # tests, medicines, and classes with their medicines
    standings: frozenset[str]  # none: the question says nothing of them
    latest: bool
    words: frozenset[str]  # that say something, by their keys

    def answered(self, item: HistoryItem, concepts: frozenset[Concept]) -> tuple[float, Lookup | None]:
        """Return how far a record of these concepts is what is asked for, in [0, 1], and by which row, if by any."""
        row = self._row(item, concepts)
        if not row and not any(item.kind in SEEN_AS[one.kind] for one in concepts & self.named):
            return 0.0, None
        if self.standings:
            return self.share * (1.0 if item.standing in self.standings else OTHERWISE), row
        return self.share * (PAST if item.standing is Standing.PAST else 1.0), row

    def _row(self, item: HistoryItem, concepts: frozenset[Concept]) -> Lookup | None:
        for row in self.rows:
            confined = row.tests and not concepts & self.tests[row.name]
            if item.kind in row.kinds and not confined and (not row.standings or item.standing in row.standings):
                return row
        return None

    def said(self, title: str) -> float:
        """Return which share of the question's words a title holds, squared, in [0, 1]."""
        return (len(self.words & _content(title)) / len(self.words)) ** 2 if self.words else 0.0


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

    def find(self, text: str, mentions: Iterable[Mention]) -> Search:
        """Return what `text` asks to see; `mentions` is what the recogniser found in it."""
        small = text.casefold()
        found = [(one.span(), self._rows[one[0]]) for one in self._asking.finditer(small)] if self._asking else []
        kinds = [(span, row) for span, row in found if row.kinds]
        narrowing = [(span, row) for span, row in found if not row.kinds]
        named = [one for one in mentions if one.concept.kind in SEEN_AS and not one.negated]
        concepts = {one.concept for one in named}
        concepts.update(*(self._members.get(one.concept, ()) for one in named))
        words = _content(_without(small, [span for span, _ in narrowing]))
        asking = [*(span for span, _ in kinds), *((one.start, one.end) for one in named)]
        return Search(
            share=_share(small, asking, [span for span, _ in narrowing]) ** 2,
            brief=min(1.0, FEW / max(1, len(words))) ** 2,
            rows=tuple(dict.fromkeys(row for _, row in kinds)),
            tests=self._tests,
            named=frozenset(concepts),
            standings=frozenset(standing for _, row in narrowing for standing in row.standings),
            latest=bool(_LATEST.search(small)),
            words=words,
        )


def _content(text: str) -> frozenset[str]:
    return frozenset(key(word) for word in _WORD.findall(text.casefold()) if word not in _EMPTY)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _share(text: str, asking: Iterable[tuple[int, int]], narrowing: Sequence[tuple[int, int]]) -> float:
    """Return which share of the words that say something stands in a span that asks; what narrows says nothing."""
    inside = [range(*span) for span in asking]
    left = _WORD.finditer(_without(text, narrowing))
    counted = [asks for one in left if (asks := any(one.start() in span for span in inside)) or one[0] not in _EMPTY]
    return sum(counted) / len(counted) if counted else 0.0
