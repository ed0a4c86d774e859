"""Says of concepts, in a few words, what a small language model may not know. Knows rows, no chart and no model.

The words join the text that is scored, never the text that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from emr_rerank.knowledge.names import NAMED, Concept, fold
from emr_rerank.knowledge.rows import Facts, Medicine, Presentation, Procedure, Test

CHARACTERS = 120  # of all that is added to one text: some thirty tokens, so that the text itself still leads
FIRST = 2  # of what a presentation calls for: the most important stand first
PURPOSES = 2  # of what a test is for, or a procedure leaves

Says = Callable[[Concept], Iterable[str]]


class Hints:
    """What may be added to a text, by concept."""

    def __init__(self, facts: Facts) -> None:
        self._rows = {
            Concept(kind, row.name): row for kind, (table, _) in NAMED.items() for row in getattr(facts, table)
        }
        self._purposes = {row.name: row.purpose for row in facts.classes}

    def names(self, concept: Concept) -> Iterator[str]:
        """Yield what the concept is called in full, for a text that may abbreviate it."""
        if concept.kind != "presentation":
            yield concept.name

    def purpose(self, concept: Concept) -> Iterator[str]:
        """Yield a medicine's class and what that is for, what a test watches, what a procedure leaves behind."""
        match self._rows.get(concept):
            case Medicine(classes=classes):
                yield from classes[:1]
                yield from (self._purposes.get(one, "") for one in classes[:1])
            case Test(conditions=conditions):
                yield _first("for", conditions[:PURPOSES])
            case Procedure(consequences=consequences):
                yield _first("leaves", consequences[:PURPOSES])
            case row if concept.kind == "class" and row is not None:
                yield self._purposes[concept.name]

    def calls(self, concept: Concept) -> Iterator[str]:
        """Yield what in a history matters for a presentation."""
        match self._rows.get(concept):
            case Presentation(conditions=conditions, medicines=medicines, tests=tests):
                yield from (_first("", cell) for cell in (conditions, medicines, tests))


def added(text: str, concepts: Iterable[Concept], *says: Says) -> str:
    """Return `text` with what is said of the concepts and not yet in it, in turn, within CHARACTERS."""
    return text + addition(text, concepts, *says)


def addition(text: str, concepts: Iterable[Concept], *says: Says) -> str:
    """Return what `added` appends to `text`: " (ACE inhibitor; lowers blood pressure)", or "" for nothing."""
    present = fold(text)
    fresh: list[str] = []
    left = CHARACTERS
    for words in dict.fromkeys(_in_turn(list(dict.fromkeys(concepts)), says)):
        if words and len(words) + 2 <= left and fold(words) not in present:
            fresh.append(words)
            left -= len(words) + 2
    return f" ({'; '.join(fresh)})" if fresh else ""


def _in_turn(concepts: Sequence[Concept], says: Sequence[Says]) -> Iterator[str]:
    """Yield the first words of each concept, then the second of each, and so on: none takes all the room."""
    told = [[words for say in says for words in say(concept)] for concept in concepts]
    return (words for words in chain.from_iterable(zip_longest(*told)) if words)


def _first(word: str, cell: Sequence[str]) -> str:
    return f"{word} {', '.join(cell[:FIRST])}".strip() if cell else ""
