"""What the tables say of two concepts: one link per fact, read from either end. Knows no chart and no score of a text.

A link is a sentence with a subject and an object ("amiodarone can cause pulmonary fibrosis"). Its weight says how
much it should count for ranking, in (0, 1]: an order of importance within a cell, not a probability.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from emr_rerank.knowledge.names import NAMED, Concept, Names
from emr_rerank.knowledge.references import DRUG, REFERENCES, SECOND, Kinds
from emr_rerank.knowledge.rows import Facts, Interaction, Medicine, Row
from emr_rerank.knowledge.wording import Relation, alike, backwards, forwards, named

Role = Literal["", "allergy", "family"]  # as what a concept must be recorded for the link to hold


@dataclass(frozen=True, slots=True)
class Link:
    """One fact. `note` is its consequence where the table gives one; `where` names the row."""

    a: Concept
    relation: Relation
    b: Concept
    weight: float
    where: str
    role: Role = ""
    note: str = ""
    guides: bool = False  # from a cell of guidance, which nearly every medicine has

    def predicate(self) -> str:
        """Return the fact without its subject: "can cause pulmonary fibrosis"."""
        return self._noted(forwards(self.a, self.relation, self.b))

    def clause(self, after: Link) -> str:
        """Return the fact without its object, to follow a fact that ends in it: "which amiodarone can cause"."""
        if self.relation == after.relation == "is a" and self.b == after.b:
            return alike(self.a)
        return self._noted(backwards(self.a, self.relation, self.b))

    def sentence(self) -> str:
        """Return the fact in words, without a full stop."""
        return f"{named(self.a)} {self.predicate()}"

    def _noted(self, words: str) -> str:
        return f"{words} ({self.note})" if self.note else words


@dataclass(frozen=True, slots=True)
class _Column:
    """How one column of a table reads: the row's concept is the subject, or (`turned`) the object."""

    relation: Relation
    weight: float
    turned: bool = False
    role: Role = ""


COLUMNS: Mapping[tuple[str, str], _Column] = {
    ("medicine", "classes"): _Column("is a", 1.0),
    ("medicine", "indications"): _Column("treats", 0.9),
    ("medicine", "monitoring"): _Column("watches", 0.8, turned=True),
    ("medicine", "serious"): _Column("causes", 0.8),
    ("medicine", "common"): _Column("causes", 0.5),
    ("medicine", "contraindications"): _Column("contraindicates", 0.8, turned=True),
    ("condition", "symptoms"): _Column("shows as", 0.6),
    ("condition", "findings"): _Column("shows as", 0.6),
    ("condition", "tests"): _Column("watches", 0.8, turned=True),
    ("condition", "treatments"): _Column("treats", 0.9, turned=True),
    ("condition", "complications"): _Column("complicates", 0.8, turned=True),
    ("condition", "risks"): _Column("raises the risk of", 0.8, turned=True),
    ("condition", "parent"): _Column("is a", 1.0),
    ("test", "high"): _Column("suggests", 0.7),
    ("test", "low"): _Column("suggests", 0.7),
    ("test", "conditions"): _Column("watches", 0.8),
    ("test", "medicines"): _Column("watches", 0.8),
    ("procedure", "indications"): _Column("treats", 0.7),
    ("procedure", "conditions"): _Column("leaves", 0.8),
    ("presentation", "conditions"): _Column("matters for", 1.0, turned=True),
    ("presentation", "medicines"): _Column("matters for", 1.0, turned=True),
    ("presentation", "procedures"): _Column("matters for", 1.0, turned=True),
    ("presentation", "allergies"): _Column("matters for", 1.0, turned=True, role="allergy"),
    ("presentation", "tests"): _Column("matters for", 1.0, turned=True),
    ("presentation", "family"): _Column("matters for", 0.8, turned=True, role="family"),
}

# A medicine's cells of guidance: the state they speak of. How strong a cell is, its first word tells; what only says
# that there is no need to worry, or that nobody knows, makes no link.
GUIDANCE: Mapping[str, str] = {
    "pregnancy": "pregnancy",
    "breastfeeding": "breastfeeding",
    "renal": "renal impairment",
    "hepatic": "hepatic impairment",
}
_FORBIDS = frozenset({"avoid", "contraindicated", "ineffective"})
_LIMITS = frozenset(
    """reduce dose halve caution limit extend lengthen start monitor max lower adjust nephrotoxic accumulates prolonged
    thrice alternate-day""".split()
)
_FIRST_WORD = re.compile(r"[\w-]+")
_FORBIDDEN, _LIMITED = 0.8, 0.6

SEVERITIES: Mapping[str, float] = {"contraindicated": 1.0, "major": 0.9, "moderate": 0.6}
FADE = 0.04  # what each place further down a cell takes off: the most important stands first
LEAST = 0.6  # of a weight, however long the cell


class Links:
    """Every link of the tables, by concept."""

    def __init__(self, facts: Facts, names: Names) -> None:
        known: dict[Concept, list[Link]] = {}
        widely: Counter[Concept] = Counter()
        seen: set[tuple[Concept, Relation, Concept, Role]] = set()
        for link in _links(facts, names):
            told = link.a, link.relation, link.b, link.role
            if link.a == link.b or told in seen:  # the medicine's row and the condition's may both say it
                continue
            seen.add(told)
            known.setdefault(link.a, []).append(link)
            known.setdefault(link.b, []).append(link)
            if not link.guides:
                widely.update((link.a, link.b))
        self._widely: Mapping[Concept, int] = widely
        self._known: Mapping[Concept, tuple[Link, ...]] = {one: tuple(links) for one, links in known.items()}

    def of(self, concept: Concept) -> tuple[Link, ...]:
        """Return the links a concept is either end of, in the order of tables and columns."""
        return self._known.get(concept, ())

    def spread(self, concept: Concept) -> int:
        """Return how many facts a concept stands in; that most medicines say something of a state is not counted."""
        return self._widely.get(concept, 0)


def _links(facts: Facts, names: Names) -> Iterator[Link]:
    for kind, columns in REFERENCES.items():
        for row in getattr(facts, NAMED[kind][0]):
            subject = Concept(kind, row.name)
            for column, kinds in columns.items():
                yield from _cell(subject, row, column, names, kinds)
    for medicine in facts.medicines:
        yield from _guidance(medicine, names)
    for row in facts.interactions:
        yield from _interaction(row, names)


def _cell(subject: Concept, row: Row, column: str, names: Names, kinds: Kinds) -> Iterator[Link]:
    how = COLUMNS[subject.kind, column]
    cell = getattr(row, column)
    for place, text in enumerate((cell,) if isinstance(cell, str) else cell):
        weight = how.weight * max(LEAST, 1 - FADE * place)
        for concept in names.resolve(text, kinds) if text else ():
            a, b = (concept, subject) if how.turned else (subject, concept)
            yield Link(a, how.relation, b, weight, row.where, how.role)


def _guidance(row: Medicine, names: Names) -> Iterator[Link]:
    for column, state in GUIDANCE.items():
        cell: str = getattr(row, column)
        first = _FIRST_WORD.match(cell)
        weight = _FORBIDDEN if first and first[0] in _FORBIDS else _LIMITED if first and first[0] in _LIMITS else 0.0
        if not weight or (weight < _FORBIDDEN and column in ("pregnancy", "breastfeeding")):
            continue  # two in five medicines ask for caution in pregnancy
        for concept in names.resolve(state, ("condition",)):
            note = cell if cell != "avoid" else ""
            yield Link(
                concept, "contraindicates", Concept("medicine", row.name), weight, row.where, "", note, guides=True
            )


def _interaction(row: Interaction, names: Names) -> Iterator[Link]:
    weight = SEVERITIES[row.severity]
    note = f"contraindicated: {row.consequence}" if row.severity == "contraindicated" else row.consequence
    for a in names.resolve(row.a, DRUG):
        for b in names.resolve(row.b, SECOND[row.kind]):
            if row.kind == "drug-condition":
                yield Link(b, "contraindicates", a, weight, row.where, note=note)
            else:
                yield Link(a, "interacts with", b, weight, row.where, note=note)
