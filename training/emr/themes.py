"""What a composed chart can be about, and what the facts say of it matters: tables of wishes. Knows no chart.

A theme is a complaint's presentation, a problem, hidden symptoms of one, a medicine to start, an operation or a result.
Each has anchors: the concepts asked about, with what is wanted from what the facts tie to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from emr_rerank.knowledge import Concept, Facts, KnowledgeBase
from emr_rerank.knowledge.links import Role
from emr_rerank.knowledge.rows import FactKind
from training.emr.dice import Dice, some
from training.emr.spellings import Spellings
from training.emr.ties import Ties, is_recorded
from training.held_out import held_out
from training.keys import about

ThemeKind = Literal["presentation", "problem", "symptoms", "medicine", "operation", "result"]
Direction = Literal["high", "low"]

DRUG: frozenset[FactKind] = frozenset({"medicine", "class"})
PROBLEM: frozenset[FactKind] = frozenset({"condition"})
TEST: frozenset[FactKind] = frozenset({"test"})
OPERATION: frozenset[FactKind] = frozenset({"procedure"})
ANY: frozenset[FactKind] = DRUG | PROBLEM | OPERATION

SYMPTOMS = (2, 4)


@dataclass(frozen=True, slots=True)
class Want:
    """How many of the records tied in this way a chart gets, and the most each is worth, in (0, 1]."""

    key: str
    kinds: frozenset[FactKind]
    grade: float
    least: int
    most: int
    role: Role = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A concept that is asked about, openly or not, and what is wanted of what is tied to it."""

    concept: Concept
    wants: tuple[Want, ...]
    own: float = 0.0  # what a record of the concept itself is worth; 0: the chart has none


@dataclass(frozen=True, slots=True)
class Theme:
    """What a chart is composed around. `direction` is of a result."""

    kind: ThemeKind
    concept: Concept
    direction: Direction | None = None

    @property
    def group(self) -> str:
        """What may not cross from training to test, with all that other sources say of it."""
        return about(self.concept.name)

    @property
    def held_out(self) -> bool:
        """Whether the theme is kept for evaluation."""
        return held_out(self.group)


OF_PRESENTATION = (
    Want("matters for>", PROBLEM, 1.0, 2, 4),
    Want("matters for>", DRUG, 1.0, 1, 3),
    Want("matters for>", TEST, 0.85, 1, 3),
    Want("matters for>", OPERATION, 0.9, 0, 1),
    Want("matters for>", ANY, 0.9, 0, 1, "allergy"),
    Want("matters for>", PROBLEM, 0.7, 0, 1, "family"),
)
OF_PROBLEM = (
    Want("treats>", DRUG, 0.85, 1, 3),
    Want("treats>", OPERATION, 0.65, 0, 1),
    Want("watches>", TEST, 0.75, 1, 2),
    Want("suggests>", TEST, 0.7, 0, 1),
    Want("causes>", DRUG, 0.95, 0, 1),
    Want("raises the risk of>", ANY, 0.75, 0, 2),
    Want("complicates>", PROBLEM, 0.7, 0, 2),
    Want("complicates<", PROBLEM, 0.6, 0, 1),
    Want("contraindicates<", DRUG, 0.9, 0, 1),
    Want("leaves>", OPERATION, 0.75, 0, 1),
    Want("shows as<", PROBLEM, 0.5, 0, 1),
)
OF_HIDDEN = (
    Want("raises the risk of>", ANY, 0.8, 1, 3),
    Want("causes>", DRUG, 0.95, 0, 2),
    Want("treats>", DRUG, 0.65, 0, 2),
    Want("watches>", TEST, 0.65, 0, 2),
    Want("suggests>", TEST, 0.65, 0, 1),
    Want("complicates<", PROBLEM, 0.75, 0, 1),
    Want("leaves>", OPERATION, 0.75, 0, 1),
)
OF_SYMPTOM = (Want("causes>", DRUG, 0.7, 0, 1),)
OF_MEDICINE = (
    Want("contraindicates>", PROBLEM, 1.0, 1, 2),
    Want("interacts with>", DRUG, 0.95, 1, 2),
    Want("interacts with<", DRUG, 0.95, 0, 1),
    Want("watches>", TEST, 0.7, 1, 2),
    Want("treats<", PROBLEM, 0.65, 0, 1),
    Want("causes<", PROBLEM, 0.6, 0, 1),
)
OF_OPERATION = (Want("treats<", PROBLEM, 0.85, 1, 1), Want("leaves<", PROBLEM, 0.65, 0, 1))
BEFORE_ANY = (
    Want("matters for>", PROBLEM, 0.85, 1, 3),
    Want("matters for>", DRUG, 0.9, 1, 3),
    Want("matters for>", OPERATION, 0.8, 0, 1),
    Want("matters for>", TEST, 0.7, 1, 2),
    Want("matters for>", ANY, 0.8, 0, 1, "allergy"),
)
OF_TEST = (Want("watches<", DRUG, 0.6, 0, 1),)
OF_SUGGESTED = (
    Want("causes>", DRUG, 0.9, 0, 2),
    Want("raises the risk of>", ANY, 0.65, 0, 1),
    Want("treats>", DRUG, 0.6, 0, 1),
)

# Presentations for which nearly everything in a chart matters: nothing would be a safe negative.
_EVERYTHING = frozenset(
    {
        "care home resident deteriorating",
        "end of life care",
        "hospital discharge",
        "medication review",
        "new patient check",
        "sick day advice",
        "well child visit",
    }
)
_PREOPERATIVE = Concept("presentation", "preoperative assessment")
_OPERATIONS = re.compile(
    r"ectomy|replacement|plasty|bypass|fixation|resection|repair|transplant|surgery|otomy|fusion|discectomy|arthroscopy"
)
_COMMON, _LEAST_TIES = 0.6, 6  # how much commonness counts in what a chart is about; rarer concepts have too few ties
_SHARES: Mapping[ThemeKind, float] = {
    "presentation": 0.24,
    "problem": 0.24,
    "symptoms": 0.22,
    "medicine": 0.16,
    "operation": 0.06,
    "result": 0.08,
}


class Themes:
    """Every theme that the facts say enough about."""

    def __init__(self, base: KnowledgeBase, ties: Ties) -> None:
        self._facts, self._names, self._ties = base.facts, base.names, ties
        self._all: dict[ThemeKind, tuple[list[Theme], list[float]]] = {}
        for theme in _themes(base.facts, ties):
            themes, weights = self._all.setdefault(theme.kind, ([], []))
            themes.append(theme)
            weights.append(1.0 if theme.kind == "presentation" else ties.spread(theme.concept) ** _COMMON)
        self._rows = {row.name: row for row in base.facts.conditions}
        self._tests = {row.name: row for row in base.facts.tests}

    def draw(self, rng: Dice, *, held_out: bool) -> Theme:
        """Return a theme of those held out, or of the others."""
        while True:
            kind = rng.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]
            theme = rng.choices(*self._all[kind])[0]
            if theme.held_out == held_out:
                return theme

    def symptoms(self, rng: Dice, problem: Concept) -> tuple[Concept, ...]:
        """Return some of a problem's typical symptoms, fewer where the facts know fewer."""
        typical = self._resolved(self._rows[problem.name].symptoms, PROBLEM)
        return tuple(some(rng, typical, *SYMPTOMS))

    def anchors(self, rng: Dice, theme: Theme, symptoms: tuple[Concept, ...]) -> tuple[Anchor, ...]:
        """Return what is asked about, the theme's own concept first."""
        concept = theme.concept
        match theme.kind:
            case "presentation":
                return (Anchor(concept, OF_PRESENTATION),)
            case "problem":
                return (Anchor(concept, OF_PROBLEM, own=1.0),)
            case "symptoms":
                known = 1.0 if rng.random() < 0.6 else 0.0
                return Anchor(concept, OF_HIDDEN, own=known), *(Anchor(one, OF_SYMPTOM) for one in symptoms)
            case "medicine":
                return (Anchor(concept, OF_MEDICINE),)
            case "operation":
                return Anchor(concept, OF_OPERATION), Anchor(_PREOPERATIVE, BEFORE_ANY)
            case "result":
                suggested = some(rng, self.suggested(concept, theme.direction), 1, 2)
                return Anchor(concept, OF_TEST, own=1.0), *(Anchor(one, OF_SUGGESTED, own=0.85) for one in suggested)

    def suggested(self, test: Concept, direction: Direction | None) -> tuple[Concept, ...]:
        """Return what a result in this direction suggests, the first named first."""
        row = self._tests[test.name]
        return self._resolved(row.high if direction == "high" else row.low, PROBLEM)[:4]

    def direction(self, test: Concept, problem: Concept) -> Direction | None:
        """Return how a test's result stands in a problem, where the facts say so."""
        row = self._tests[test.name]
        if problem in self._resolved(row.high, PROBLEM):
            return "high"
        return "low" if problem in self._resolved(row.low, PROBLEM) else None

    def _resolved(self, texts: tuple[str, ...], kinds: frozenset[FactKind]) -> tuple[Concept, ...]:
        return tuple(dict.fromkeys(one for text in texts for one in self._names.resolve(text, kinds)))


def _themes(facts: Facts, ties: Ties) -> Iterator[Theme]:
    yield from (
        Theme("presentation", Concept("presentation", row.name))
        for row in facts.presentations
        if row.name not in _EVERYTHING
    )
    for row in facts.conditions:
        concept = Concept("condition", row.name)
        if row.kind == "disease" and is_recorded(concept) and len(ties.of(concept)) >= _LEAST_TIES:
            yield Theme("problem", concept)
            if len(row.symptoms) >= SYMPTOMS[0]:
                yield Theme("symptoms", concept)
    for medicine in facts.medicines:
        concept = Concept("medicine", medicine.name)
        if medicine.contraindications and len(ties.of(concept)) >= _LEAST_TIES:
            yield Theme("medicine", concept)
    for procedure in facts.procedures:
        if _OPERATIONS.search(procedure.name) and procedure.indications:
            yield Theme("operation", Concept("procedure", procedure.name))
    for test in facts.tests:
        directions: tuple[tuple[Direction, tuple[str, ...]], ...] = (("high", test.high), ("low", test.low))
        yield from (Theme("result", Concept("test", test.name), way) for way, cell in directions if cell)


@dataclass(frozen=True, slots=True)
class Known:
    """The facts as charts and assessments are written from them."""

    ties: Ties
    themes: Themes
    spellings: Spellings


@cache
def known(base: KnowledgeBase) -> Known:
    """Return these for what an installation knows, read once: every concept's ties are walked for them."""
    ties = Ties(base)
    return Known(ties, Themes(base, ties), Spellings(base.facts))
