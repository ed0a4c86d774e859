"""Finds names whose words all stand in one clause, in whatever order: "calf swollen 4 cm" says "swollen calf".

For assessments only, which are short and free. Knows words, no meaning; a clause that denies says nothing here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from emr_rerank.knowledge.names import NAMED, Concept
from emr_rerank.knowledge.rows import FactKind, Facts
from emr_rerank.knowledge.words import key

KINDS: tuple[FactKind, ...] = ("presentation", "condition")  # what people describe rather than name

_CLAUSE = re.compile(r"[.;:?!,\n()]|\band\b")
_WORD = re.compile(r"[^\W_]+")
_DENYING = frozenset("no not denies denied without never nil none".split())
_EMPTY = frozenset(
    """a an the of in on at to for or with from by is are was were has have had her his my she he it this that be been
    than who what which can could should any some do does did next one all after before day week month year
    planned booked requested listed due today tomorrow""".split()
)
_ENDINGS = ("ing", "ed", "y", "e")
_SHORTEST = 4  # letters that are left of a word without its ending


class LooseNames:
    """The names of two words and more, by the rarest word of each."""

    def __init__(self, facts: Facts) -> None:
        bags = {
            (bag, Concept(kind, row.name)): None
            for kind in KINDS
            for table, columns in (NAMED[kind],)
            for row in getattr(facts, table)
            for text in (
                row.name,
                *(text for column in columns if column != "abbreviations" for text in getattr(row, column)),
            )
            if len(bag := _bag(text)) > 1
        }
        counts = Counter(word for bag, _ in bags for word in bag)
        self._by_word: dict[str, list[tuple[frozenset[str], Concept]]] = {}
        for bag, concept in bags:
            rarest = min(bag, key=lambda word: (counts[word], word))
            self._by_word.setdefault(rarest, []).append((bag, concept))

    def find(self, text: str) -> Iterator[Concept]:
        """Yield the concepts whose words a clause of `text` holds; one may come more than once."""
        for clause in _CLAUSE.split(text):
            bag = _bag(clause)
            if _DENYING.isdisjoint(bag):
                for word in sorted(bag):
                    yield from (concept for words, concept in self._by_word.get(word, ()) if words <= bag)


def _bag(text: str) -> frozenset[str]:
    return frozenset(_stem(key(word)) for word in _WORD.findall(text.casefold()) if word not in _EMPTY)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
