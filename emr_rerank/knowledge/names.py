"""Says which concepts a name can mean: names, synonyms, abbreviations, brands, lay words. Reads no sentence.

One name may mean several concepts ("PD": Parkinson's disease, peritoneal dialysis): all are kept, and listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from emr_rerank.knowledge.rows import FactKind, Facts

# Where a kind's names stand: the table in Facts, and the columns beside "name".
NAMED: Mapping[FactKind, tuple[str, tuple[str, ...]]] = {
    "medicine": ("medicines", ("also", "brands")),
    "class": ("classes", ("also",)),
    "condition": ("conditions", ("synonyms", "abbreviations", "lay")),
    "test": ("tests", ("variants",)),
    "procedure": ("procedures", ("synonyms", "abbreviations")),
    "food": ("foods", ("also",)),
    "presentation": ("presentations", ("phrases",)),
}

TERMINOLOGY = "terminology"  # the column of a name that no table holds, read from a licensed terminology

_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")
_DASHES = re.compile("[-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}]")


@dataclass(frozen=True, slots=True, order=True)
class Concept:
    """One row that can be meant: its kind and its name."""

    kind: FactKind
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """One way to write one concept: `column` says which ("name", "brands", "lay", ..., TERMINOLOGY)."""

    text: str
    concept: Concept
    column: str


def fold(text: str) -> str:
    """Return `text` without what writers differ in: case, accents, hyphens, apostrophes, spacing."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    return " ".join(_APOSTROPHES.sub("", _DASHES.sub(" ", plain)).split())


class Names:
    """Every way of writing, by its folded text."""

    def __init__(self, facts: Facts, more: Iterable[Named] = ()) -> None:
        """Take the tables, and ways of writing that stand in none of them."""
        folded: dict[str, list[Named]] = {}
        for one in chain(_named(facts), more):
            folded.setdefault(fold(one.text), []).append(one)
        self._folded: Mapping[str, tuple[Named, ...]] = {text: tuple(ones) for text, ones in folded.items()}

    def __iter__(self) -> Iterator[str]:
        """Yield the folded texts."""
        return iter(self._folded)

    def items(self) -> Iterable[tuple[str, tuple[Named, ...]]]:
        """Return each folded text with the ways of writing it."""
        return self._folded.items()

    def __len__(self) -> int:
        """Return how many folded texts there are."""
        return len(self._folded)

    def meanings(self, text: str) -> tuple[Named, ...]:
        """Return every way in which `text` is written in a table, in the order of kinds and columns."""
        return self._folded.get(fold(text), ())

    def resolve(self, text: str, kinds: Iterable[FactKind] = tuple(NAMED)) -> tuple[Concept, ...]:
        """Return the concepts of these kinds that `text` can mean; those whose own name it is, where there are any."""
        wanted = frozenset(kinds)
        found = [one for one in self.meanings(text) if one.concept.kind in wanted]
        own = [one.concept for one in found if one.column == "name"]
        return tuple(dict.fromkeys(own or [one.concept for one in found]))

    @cached_property
    def ambiguous(self) -> Mapping[str, tuple[Concept, ...]]:
        """The folded texts that can mean several concepts, presentations apart, and which."""
        concepts = {
            text: tuple(sorted({one.concept for one in ones if one.concept.kind != "presentation"}))
            for text, ones in self._folded.items()
        }
        return {text: meant for text, meant in sorted(concepts.items()) if len(meant) > 1}


def names(facts: Facts) -> Names:
    """Return the index of every name in `facts`."""
    return Names(facts)


def _named(facts: Facts) -> Iterator[Named]:
    for kind, (table, columns) in NAMED.items():
        for row in getattr(facts, table):
            concept = Concept(kind, row.name)
            yield Named(row.name, concept, "name")
            for column in columns:
                for text in getattr(row, column):
                    yield Named(text, concept, column)
