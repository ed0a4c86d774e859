"""What a question asks to see rather than to be told about: "any allergies?", "vaccination record", "latest HbA1c".

Who searches a chart types few words, and wants what they say; who describes a patient types many. How far a text is a
search is told by its words alone, by what share of them asks and how few they are; what names a presentation describes
a patient, however few. Knows the words that ask for kinds of records and for body systems, and that classes of
medicines and tests are asked for by their names. Ranks nothing.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
SYSTEM_IN = (Kind.CONDITION, Kind.IMPRESSION, Kind.PROCEDURE)  # what of a body system is seen when it is asked for
OTHERWISE = 0.5  # how far a record answers that has another standing than the question asks for
# How far a record that is over, was not done or is not so answers where the question says nothing of that.
UNASKED: Mapping[Standing, float] = {
    Standing.PAST: 0.9,
    Standing.NOT_DONE: OTHERWISE,
    Standing.REFUTED: OTHERWISE,
    Standing.ENTERED_IN_ERROR: 0.1,
}
LASTING = frozenset({Kind.CONDITION, Kind.DEVICE, Kind.MEDICATION})  # an operation is no less for being over
OLDER = 0.8  # how far all but the newest do where the latest is asked for
LABEL = 60  # characters at the beginning of a text that can say what it is
FEW = 2  # words that make a search, and nothing but a search

_WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W_]+)*")
_LATEST = re.compile(r"\b(?:last|latest|newest|recent|recently|most recent)\b", re.IGNORECASE)
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
    brief: float  # 1 for the few words of a search, falling to 0 with every word more; 0 for "chest pain"
    rows: tuple[Lookup, ...]
    confined: Mapping[str, frozenset[Concept]]  # the tests or conditions that a row is confined to, by its place
    named: frozenset[Concept]  # tests, medicines, and classes with their medicines
    standings: frozenset[str]  # none: the question says nothing of them
    latest: bool
    words: frozenset[int]  # that say something

    def answered(self, item: HistoryItem, concepts: frozenset[Concept]) -> tuple[float, Lookup | None]:
        """Return how far a record of these concepts is what is asked for, in [0, 1], and by which row, if by any."""
        if not self.share:
            return 0.0, None
        row = self._row(item, concepts)
        if not row and not any(item.kind in SEEN_AS[one.kind] for one in concepts & self.named):
            return 0.0, None
        if self.standings:
            return self.share * (1.0 if item.standing in self.standings else OTHERWISE), row
        of_others = row is not None and row.standings and Standing.CURRENT not in row.standings  # "anything refused?"
        if of_others or (item.standing is Standing.PAST and item.kind not in LASTING):
            return self.share, row
        return self.share * UNASKED.get(item.standing, 1.0), row

    def _row(self, item: HistoryItem, concepts: frozenset[Concept]) -> Lookup | None:
        for row in self.rows:
            within = self.confined.get(row.where)
            seen = within is None or not concepts.isdisjoint(within)
            if item.kind in row.kinds and seen and (not row.standings or item.standing in row.standings):
                return row
        return None

    def answered_by(self, concepts: frozenset[Concept], labels: Sequence[Lookup]) -> float:
        """Return how far a text of which no kind is known is what is asked for; `labels` is what it calls itself."""
        meant = concepts & self.named or any(row in self.rows and row.where not in self.confined for row in labels)
        within = any(concepts & self.confined[row.where] for row in self.rows if row.where in self.confined)
        return self.share if meant or within else 0.0

    def said(self, words: frozenset[int]) -> float:
        """Return which share of the question's words these are, squared, in [0, 1]."""
        return (len(self.words & words) / len(self.words)) ** 2 if self.words else 0.0


class Lookups:
    """The lookups of one set of tables."""

    def __init__(self, facts: Facts, names: Names) -> None:
        systems = [Lookup(one.name, SYSTEM_IN, (), (), one.phrases, one.where) for one in facts.systems]
        self._rows = {_spaced(phrase): row for row in (*facts.lookups, *systems) for phrase in row.phrases}
        self._confined = {row.where: _concepts(names, row.tests, "test") for row in facts.lookups if row.tests}
        self._confined.update(_of_systems(facts, names))
        longest_first = sorted(self._rows, key=len, reverse=True)
        written = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
        self._asking = re.compile(rf"(?<!\w)(?:{written})(?!\w)", re.IGNORECASE) if written else None
        self._members: dict[Concept, set[Concept]] = {}
        for medicine in facts.medicines:
            for text in medicine.classes:
                for group in names.resolve(text, ("class",)):
                    self._members.setdefault(group, set()).add(Concept("medicine", medicine.name))

    def labels(self, text: str) -> tuple[Lookup, ...]:
        """Return what a text calls itself before its first colon: "Immunization: ...", "Drug order: ..."."""
        label, colon, _ = text[:LABEL].partition(":")
        return tuple(row for _, row in self._asked(label)) if colon else ()

    def _asked(self, text: str) -> Iterator[tuple[tuple[int, int], Lookup]]:
        """Yield the phrases that ask, and for which row."""
        for one in self._asking.finditer(text) if self._asking else ():
            if row := self._rows.get(_spaced(one[0])):  # a dotted capital I is an i to the pattern alone
                yield one.span(), row

    def find(self, text: str, mentions: Iterable[Mention]) -> Search:
        """Return what `text` asks to see; `mentions` is what the recogniser found in it."""
        mentions, found = tuple(mentions), list(self._asked(text))
        whole = _Names(mentions)
        kinds = [(span, row) for span, row in found if row.kinds and not whole.hold(span, row)]
        narrowing = [(span, row) for span, row in found if not row.kinds]
        named = [one for one in mentions if one.concept.kind in SEEN_AS and not one.negated]
        concepts = {one.concept for one in named}
        concepts.update(*(self._members.get(group, ()) for group in set(concepts)))
        rest = _blanked(text, [span for span, _ in narrowing])
        words, describes = saying(rest), any(one.concept.kind == "presentation" for one in mentions)
        asking = [*(span for span, _ in kinds), *((one.start, one.end) for one in named)]
        return Search(
            share=_share(rest, _blanked(rest, asking)) ** 2,
            brief=0.0 if describes else min(1.0, FEW / max(1, len(words))) ** 2,
            rows=tuple(dict.fromkeys(row for _, row in kinds)),
            confined=self._confined,
            named=frozenset(concepts),
            standings=frozenset(standing for _, row in narrowing for standing in row.standings),
            latest=bool(_LATEST.search(text)),
            words=words,
        )


class _Names:
    """The names in a text, presentations apart, which do not overlap."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        named = [one for one in mentions if one.concept.kind != "presentation"]
        self._spans = sorted((one.start, one.end, one.concept.kind) for one in named)

    def hold(self, span: tuple[int, int], row: Lookup) -> bool:
        """Return whether a phrase is a part of a longer name of what the row shows, or the word for a system of any.

        "Heart rate" asks for no heart, "sleeping tablets" for no tablets; "flu jab" asks for jabs.
        """
        place = bisect_right(self._spans, (span[0], sys.maxsize)) - 1
        if place < 0:
            return False
        start, end, kind = self._spans[place]
        longer = span[1] <= end and end - start > span[1] - span[0]
        return longer and (row.kinds == SYSTEM_IN or not SEEN_AS.get(kind, frozenset()).isdisjoint(row.kinds))


def _concepts(names: Names, texts: Iterable[str], kind: FactKind) -> frozenset[Concept]:
    return frozenset(concept for text in texts for concept in names.resolve(text, (kind,)))


def _of_systems(facts: Facts, names: Names) -> Iterator[tuple[str, frozenset[Concept]]]:
    """Yield the place of each system with its conditions, all that are under them, and what is done for these."""
    under: dict[Concept, set[Concept]] = {}
    for row in facts.conditions:
        for parent in names.resolve(row.parent, ("condition",)) if row.parent else ():
            under.setdefault(parent, set()).add(Concept("condition", row.name))
    done = {Concept("procedure", row.name): _concepts(names, row.indications, "condition") for row in facts.procedures}
    for system in facts.systems:
        whole: set[Concept] = set()
        fresh = set(_concepts(names, system.conditions, "condition"))
        while fresh:
            whole |= fresh
            fresh = {child for one in fresh for child in under.get(one, ())} - whole
        whole.update(procedure for procedure, indications in done.items() if indications & whole)
        yield system.where, frozenset(whole)


def saying(text: str) -> frozenset[int]:
    """Return the words of a text that say something, each as a number that all its spellings share, not to be read."""
    return frozenset(hash(key(word)) for word in _WORD.findall(text.casefold()) if word not in _EMPTY)


def _spaced(phrase: str) -> str:
    return " ".join(phrase.casefold().split())


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with spaces in these places; every other character stays where it was."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _share(text: str, unasked: str) -> float:
    """Return which share of the words that say something asks; `unasked` is the text without those that ask."""
    found = [(one[0], unasked[one.start()] == " ") for one in _WORD.finditer(text)]
    counted = [asks for word, asks in found if asks or word.casefold() not in _EMPTY]
    return sum(counted) / len(counted) if counted else 0.0
