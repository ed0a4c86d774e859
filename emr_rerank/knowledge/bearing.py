"""How a record bears on an assessment: the concepts both name, and the strongest paths between them.

Knows words, concepts and paths, no score of any model. What it says is a hint from built-in tables, not a reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from emr_rerank.knowledge.codes import Codes
from emr_rerank.knowledge.links import Role
from emr_rerank.knowledge.lookups import OLDER, Lookups, Search, saying
from emr_rerank.knowledge.loose import LooseNames
from emr_rerank.knowledge.memory import Remembered
from emr_rerank.knowledge.names import Concept, Names
from emr_rerank.knowledge.paths import Path, Paths
from emr_rerank.knowledge.recognise import Recogniser
from emr_rerank.knowledge.rows import FactKind, Lookup
from emr_rerank.knowledge.values import Values
from emr_rerank.types import HistoryItem, Kind, Standing

# How much a concept counts by where it stands in a record, and by what is said of it.
IN_TITLE, IN_LINE, IN_BODY = 1.0, 0.6, 0.5
DENIED = 0.4
LOOSELY = 0.8  # words in another order, or the symptom of a presentation in other words
VALUED = 0.8  # said by a number
INGREDIENT = 0.8  # of a fixed combination: what the combination's own row says counts more
TOLD_FIRST = 2.0  # of several reasons, one that warns is told before one that only calls the record relevant
STANDINGS = {
    (Kind.MEDICATION, Standing.PAST): 0.6,
    (Kind.CONDITION, Standing.PAST): 0.8,
    (Kind.CONDITION, Standing.REFUTED): 0.4,
}
ERROR = 0.1

# An operation, the lasting state it leaves and a test done by it are charted in the same words: all of them are meant.
# What an assessment that names it asks for; a test is mostly named for its value.
ASKED_FOR: frozenset[FactKind] = frozenset({"condition", "medicine", "class", "procedure"})

TWINS: frozenset[FactKind] = frozenset({"condition", "procedure", "test"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One concept that a text is about: as what it is recorded, and how much it counts there, in (0, 1]."""

    concept: Concept
    role: Role
    salience: float


@dataclass(frozen=True, slots=True)
class Bearing:
    """How strongly a record bears on an assessment, in [0, 1], and by which path most."""

    strength: float
    path: Path | None
    named: float = 0.0  # how far the record is of what the assessment names itself, in [0, 1]: a problem, a medicine
    sought: float = 0.0  # how far it is a record that the assessment asks to see, in [0, 1]: "any allergies?"
    lookup: Lookup | None = None  # of which kind that is; None: it is asked for by its name, or not at all
    said: float = 0.0  # how far its title says what the assessment says, word for word, in [0, 1]
    brief: float = 0.0  # how far the assessment has the few words of a search, in [0, 1]


NONE = Bearing(0.0, None)
_Reached = tuple[int, float, Path]  # which concept of the assessment, how strongly, and how

# What of an item its subjects depend on: kind, standing, title, line, narrative, codings.
_Line = tuple[Kind, Standing, str, str, str, tuple[str, ...]]


class Reader:
    """Reads records and assessments into subjects, and says how the first bear on the second."""

    def __init__(
        self,
        names: Names,
        paths: Paths,
        *,
        recogniser: Recogniser,
        codes: Codes,
        loose: LooseNames,
        values: Values,
        lookups: Lookups,
    ) -> None:
        self._twins = _twins(names)
        self._presented = _presented(names)
        self._ingredients = _ingredients(names)
        self._loose = loose
        self._values = values
        self._lookups = lookups
        self._paths = paths
        self._find = Remembered(recogniser.find)  # charts are read again and again
        self._coded = Remembered(codes.concepts)
        self._read = Remembered(self._subjects)
        self._saying = Remembered(saying)

    def of_assessment(self, text: str) -> tuple[Subject, ...]:
        """Return what an assessment is about, each concept once, in the order of the text."""
        found = self._find(text)
        return _once(
            chain(
                (Subject(one.concept, "", DENIED if one.negated else 1.0) for one in found),
                (Subject(concept, "", LOOSELY) for concept in self._loose.find(text)),
                (Subject(concept, "", VALUED) for concept in self._values.find(text, found)),
                (
                    Subject(presentation, "", DENIED if one.negated else LOOSELY)
                    for one in found
                    for presentation in self._presented.get(one.concept, ())
                ),
            )
        )

    def concepts(self, text: str) -> tuple[Concept, ...]:
        """Return what a text names, presentations apart, each once, in the order of the text."""
        return tuple(dict.fromkeys(one.concept for one in self._find(text) if one.concept.kind != "presentation"))

    def of_item(self, item: HistoryItem) -> tuple[Subject, ...]:
        """Return what a history item is about, each concept once with its greatest weight, the title's first."""
        return self._read((item.kind, item.standing, item.title, item.text, item.body, item.head.codes))

    def _subjects(self, line: _Line) -> tuple[Subject, ...]:
        kind, standing, *_ = line
        weight = ERROR if standing is Standing.ENTERED_IN_ERROR else STANDINGS.get((kind, standing), 1.0)
        return _once(chain(self._named(line, weight), self._by_code(line, weight)))

    def of_text(self, text: str) -> tuple[Subject, ...]:
        """Return what a text of which nothing else is known is about."""
        return _once(
            Subject(one.concept, "family" if one.family else "", DENIED if one.negated else 1.0)
            for one in self._find(text)
            if one.concept.kind != "presentation"
        )

    def _named(self, line: _Line, weight: float) -> Iterator[Subject]:
        kind, _, title, words, body, _ = line
        for text, place in ((title, IN_TITLE), (words, IN_LINE), (body, IN_BODY)):
            for one in self._find(text):
                if one.concept.kind != "presentation":
                    salience = weight * place * (DENIED if one.negated else 1.0)
                    role = _role(kind, family=one.family)
                    for concept in (one.concept, *self._twins.get(one.concept, ())):
                        yield Subject(concept, role, salience)
                    for concept in self._ingredients.get(one.concept, ()):
                        yield Subject(concept, role, salience * INGREDIENT)

    def _by_code(self, line: _Line, weight: float) -> Iterator[Subject]:
        """What the codings say beyond the title: an ATC or ICD-10 code under a brand's or a hospital's own name."""
        kind, *_, codes = line
        for code in codes:
            for concept in self._coded(code):
                yield Subject(concept, _role(kind, family=False), weight * IN_TITLE)

    def search(self, assessment: str) -> Search:
        """Return what an assessment asks to see."""
        return self._lookups.find(assessment, self._find(assessment))

    def of_history(self, items: Iterable[HistoryItem], assessment: str) -> list[Bearing]:
        """Return how each item bears on an assessment, and how far it is what the assessment asks to see."""
        listed = list(items)
        records = [self.of_item(item) for item in listed]
        found = self.bearings(records, self.of_assessment(assessment))
        search = self.search(assessment)
        answers = [
            search.answered(item, frozenset(told.concept for told in record))
            for item, record in zip(listed, records, strict=True)
        ]
        newest = max((item.date for item, (share, _) in zip(listed, answers, strict=True) if share), default="")
        fresh = [OLDER if search.latest and item.date < newest else 1.0 for item in listed]
        return [
            Bearing(
                bearing.strength,
                bearing.path,
                bearing.named,
                share * new,
                row,
                self.said(item.title, search) * new,
                search.brief,
            )
            for bearing, item, (share, row), new in zip(found, listed, answers, fresh, strict=True)
        ]

    def sought(self, text: str, search: Search) -> float:
        """Return how far a text of which nothing else is known is what is asked for, in [0, 1]."""
        if not search.share:
            return 0.0
        return search.answered_by(frozenset(one.concept for one in self._find(text)), self._lookups.labels(text))

    def said(self, text: str, search: Search) -> float:
        """Return how far a text says what is asked for, word for word, in [0, 1]."""
        return search.said(self._saying(text))

    def bearing(self, record: Sequence[Subject], assessment: Sequence[Subject]) -> Bearing:
        """Return how a record bears on an assessment."""
        (only,) = self.bearings([record], assessment)
        return only

    def bearings(self, records: Iterable[Sequence[Subject]], assessment: Sequence[Subject]) -> list[Bearing]:
        """Return how each record bears on an assessment: the best path to each of its concepts, taken together.

        Strengths s_i join as 1 - prod(1 - s_i): each further link adds, and the whole stays within 1.
        """
        reached: dict[tuple[Concept, Role], tuple[_Reached, ...]] = {}  # the records of a chart name the same things
        wanted = {one.concept: one.salience for one in assessment if one.concept.kind in ASKED_FOR}
        found = []
        for record in records:
            best: dict[int, tuple[float, Path]] = {}
            named = max((told.salience * wanted.get(told.concept, 0.0) for told in record), default=0.0)
            for told in record:
                end = told.concept, told.role
                if end not in reached:
                    reached[end] = self._reached(*end, assessment)
                for place, strength, path in reached[end]:
                    here = strength * told.salience
                    if place not in best or here > best[place][0]:
                        best[place] = here, path
            found.append(_joined(best.values(), named))
        return found

    def _reached(self, concept: Concept, role: Role, assessment: Sequence[Subject]) -> tuple[_Reached, ...]:
        return tuple(
            (place, path.strength * asked.salience, path)
            for place, asked in enumerate(assessment)
            if (path := self._paths.between(concept, asked.concept, role))
        )


def _joined(best: Iterable[tuple[float, Path]], named: float) -> Bearing:
    missed, strongest, why = 1.0, 0.0, None
    for strength, path in best:
        missed *= 1 - strength
        telling = strength * (TOLD_FIRST if path.warns else 1)
        if telling > strongest:
            strongest, why = telling, path
    return Bearing(1 - missed, why, named) if why else NONE


def _twins(names: Names) -> Mapping[Concept, tuple[Concept, ...]]:
    """Return, for each concept, those of other kinds that are written in the same words.

    An abbreviation is no such words: "PD" is Parkinson's disease or peritoneal dialysis, and never both.
    """
    twins: dict[Concept, dict[Concept, None]] = {}
    for text, meant in names.ambiguous.items():
        kinds = {one.kind for one in meant}
        short = any(one.column == "abbreviations" for one in names.meanings(text))
        if not short and len(kinds) == len(meant) and kinds <= TWINS and "procedure" in kinds:
            for one in meant:
                twins.setdefault(one, {}).update(dict.fromkeys(other for other in meant if other != one))
    return {one: tuple(others) for one, others in twins.items()}


def _presented(names: Names) -> Mapping[Concept, tuple[Concept, ...]]:
    """Return, for each condition, the presentations that are the same: the one's own name is written for the other.

    Who writes "drenched at night" names the symptom by words that only its own row holds, and means the presentation.
    """
    found: dict[Concept, dict[Concept, None]] = {}
    for _, meant in names.items():
        conditions = [one for one in meant if one.concept.kind == "condition"]
        presentations = [one for one in meant if one.concept.kind == "presentation"]
        for one in conditions:
            same = (other.concept for other in presentations if "name" in (one.column, other.column))
            found.setdefault(one.concept, {}).update(dict.fromkeys(same))
    return {one: tuple(others) for one, others in found.items() if others}


def _ingredients(names: Names) -> Mapping[Concept, tuple[Concept, ...]]:
    """Return, for each fixed combination, the ingredients that have rows of their own: cobicistat has interactions."""
    combinations = {
        one.concept
        for _, meant in names.items()
        for one in meant
        if one.concept.kind == "medicine" and "/" in one.concept.name
    }
    return {
        one: tuple(part for text in one.name.split("/") for part in names.resolve(text, ("medicine",)))
        for one in combinations
    }


def _role(kind: Kind, *, family: bool) -> Role:
    if kind is Kind.ALLERGY:
        return "allergy"
    return "family" if family or kind is Kind.FAMILY_HISTORY else ""


def _once(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    kept: dict[tuple[Concept, Role], Subject] = {}
    for one in subjects:
        known = kept.get((one.concept, one.role))
        if known is None or known.salience < one.salience:
            kept[one.concept, one.role] = one
    return tuple(kept.values())
