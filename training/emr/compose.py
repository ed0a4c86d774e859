"""Charts composed from the facts: a theme, what the facts say matters for it, and what has nothing to do with it.

Every line is made by the product's own path: resource -> Record -> item. Deterministic by seed and number; needs no
file beside the facts. Whether a record matters is decided twice, by what it was written for and by the facts' paths;
where the two do not agree it is neither a positive nor a negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from emr_rerank.fhir import to_record
from emr_rerank.knowledge import Concept, KnowledgeBase, Medicine
from emr_rerank.knowledge.bearing import Subject as Named
from emr_rerank.knowledge.links import Role
from emr_rerank.ranking import to_items
from emr_rerank.types import HistoryItem
from fhir_samples.vocabulary import Resource
from training.emr.asking import Asked, Asking, asked_in
from training.emr.dice import Dice, dice, happens, some
from training.emr.everyday import everyday
from training.emr.people import Person, limits, limits_of, person
from training.emr.records import Entry, Writer
from training.emr.spellings import Spellings
from training.emr.themes import Anchor, Theme, Themes, Want
from training.emr.ties import Ties

SEEN = 0.15  # a record written for a theme counts where the facts tie it at least so strongly to the assessment
FOUND = 0.5  # one that was not counts from here on, for less
FOUND_WORTH = 0.7  # of its strength
STOPPED = 0.6  # of a grade, where the medicine was stopped
FIRST_YEAR, YEARS = 2016, 10
COMMON = 20  # facts that name a problem which may stand in any chart
TRIES = 12
COMMONNESS = 1.2  # how much oftener a common problem stands in a chart than a rare one


@dataclass(frozen=True, slots=True)
class Composed:
    """One made-up patient."""

    name: str
    theme: Theme
    person: Person
    items: tuple[HistoryItem, ...]  # newest first
    asked: tuple[Asked, ...]


@dataclass(slots=True)
class _Draft:
    """A chart while it is written: what stands in it, and what each record was written for."""

    writer: Writer
    resources: list[Resource] = field(default_factory=list)
    concepts: dict[str, Concept] = field(default_factory=dict)  # by reference, as are the grades
    roles: dict[str, str] = field(default_factory=dict)
    grades: dict[str, float] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)  # concepts and active classes that stand in it

    def add(self, rng: Dice, entry: Entry, grade: float) -> list[str]:
        """Write an entry; return its references."""
        made = self.writer.write(rng, entry)
        references = [f"{one['resourceType']}/{one['id']}" for one in made]
        for reference in references:
            self.concepts[reference], self.grades[reference] = entry.concept, grade
            self.roles[reference] = entry.role
        self.resources.extend(made)
        return references

    def takes(self, concept: Concept, role: str) -> bool:
        """Return whether there is room for a concept: not yet there, nor another medicine of its first class."""
        row = self.writer.spellings.row(concept)
        names = {f"{role}:{concept.name}"}
        if isinstance(row, Medicine) and row.classes:
            names.add(f"class:{row.classes[0]}")
        if names & self.taken:
            return False
        self.taken |= names
        return True


class Composer:
    """Composes charts; `themes_held_out` says whether of themes kept for evaluation or of the others."""

    def __init__(self, base: KnowledgeBase, seed: int, *, themes_held_out: bool = False) -> None:
        self._base, self._seed, self._held_out = base, seed, themes_held_out
        self._ties = Ties(base)
        self._spellings = Spellings(base.facts)
        self._themes = Themes(base, self._ties)
        problems = [Concept("condition", row.name) for row in base.facts.conditions if row.kind == "disease"]
        self._problems = [one for one in problems if self._ties.spread(one) >= COMMON]
        self._commonness = [self._ties.spread(one) ** COMMONNESS for one in self._problems]
        self._indications = {row.name: row.indications for row in base.facts.medicines}

    def chart(self, number: int) -> Composed:
        """Return the chart of this number; the same for the same seed and facts."""
        for attempt in range(TRIES * 4):
            rng = dice("composed", self._seed, number, attempt)
            made = self._chart(rng, number)
            if made:
                return made
        raise AssertionError(f"chart {number}: no theme gave an assessment with positives and negatives")

    def _chart(self, rng: Dice, number: int) -> Composed | None:
        theme = self._themes.draw(rng, held_out=self._held_out)
        symptoms = self._themes.symptoms(rng, theme.concept) if theme.kind == "symptoms" else ()
        anchors = self._themes.anchors(rng, theme, symptoms)
        within = limits_of(name for one in anchors for name in self._fitting_names(one.concept))
        if not within.possible:
            return None
        somebody = person(rng, within)
        askings = asked_in(rng, theme, somebody, symptoms, self._spellings)
        today = date(FIRST_YEAR, 1, 1) + timedelta(days=rng.randint(0, YEARS * 365))
        draft = _Draft(Writer(self._spellings, somebody, today))
        for anchor in anchors:
            self._write_anchor(rng, draft, anchor, theme)
        for index, anchor in enumerate(anchors):
            for place, want in enumerate(anchor.wants):
                self._write_wanted(rng, draft, anchor, want, f"w{index}{place}")
        about = tuple(Named(one.concept, "", 1.0) for one in anchors)
        self._write_unrelated(rng, draft, about)
        draft.resources.extend(everyday(rng, somebody, today))
        items = tuple(_items(draft.resources))
        judged = tuple(one for asking in askings if (one := self._judged(asking, about, items, draft)))
        return Composed(f"composed-{self._seed}-{number}", theme, somebody, items, judged) if judged else None

    def _fitting_names(self, concept: Concept) -> Iterator[str]:
        """Names that say whom a concept fits: its own; of a medicine, what it is for where that leaves one reading."""
        yield concept.name
        if concept.kind == "medicine" and len(self._indications[concept.name]) == 1:
            yield from self._indications[concept.name]

    def _fits(self, concept: Concept, somebody: Person) -> bool:
        indications = self._indications.get(concept.name, ()) if concept.kind == "medicine" else ()
        return limits(concept.name).fit(somebody) and (
            not indications or any(limits(one).fit(somebody) for one in indications)
        )

    def _write_anchor(self, rng: Dice, draft: _Draft, anchor: Anchor, theme: Theme) -> None:
        draft.taken.add(f":{anchor.concept.name}")
        if anchor.concept.kind == "medicine":
            draft.takes(anchor.concept, "")
        if anchor.own:
            direction = theme.direction if anchor.concept.kind == "test" else None
            draft.add(rng, Entry(f"a{len(draft.taken)}", anchor.concept, "", direction), anchor.own)

    def _write_wanted(self, rng: Dice, draft: _Draft, anchor: Anchor, want: Want, key: str) -> None:
        fitting = [
            tie
            for tie in self._ties.of(anchor.concept)
            if tie.key == want.key and tie.role == want.role and tie.concept.kind in want.kinds
        ]
        wanted = rng.randint(want.least, want.most)
        leading = fitting[: 2 + 3 * wanted]  # the weightier ties
        for place, tie in enumerate(rng.sample(leading, len(leading))):
            if not wanted:
                return
            concept = self._ties.member(rng, tie.concept)
            if not concept or not self._fits(concept, draft.writer.person) or not draft.takes(concept, want.role):
                continue
            medicine = concept.kind == "medicine" and not want.role
            past = medicine and happens(rng, 0.1)
            direction = self._themes.direction(concept, anchor.concept) if concept.kind == "test" else None
            entry = Entry(f"{key}{place}", concept, want.role, direction, past)
            if medicine and want.key == "treats>" and anchor.own and happens(rng, 0.35):
                entry = replace(entry, reason=self._spellings.line(rng, anchor.concept))
            grade = want.grade * (0.4 + 0.6 * tie.weight) * (STOPPED if past else 1)
            draft.add(rng, entry, round(grade, 2))
            wanted -= 1

    def _write_unrelated(self, rng: Dice, draft: _Draft, about: Sequence[Named]) -> None:
        """Write problems with no path to what is asked about, each with its own medicines and tests."""
        for number in range(rng.randint(4, 9)):
            problem = next(
                (
                    one
                    for one in rng.choices(self._problems, self._commonness, k=TRIES)
                    if self._fits(one, draft.writer.person) and self._unrelated(one, about) and draft.takes(one, "")
                ),
                None,
            )
            if not problem:
                continue
            (reference, *_) = draft.add(rng, Entry(f"u{number}", problem), 0)
            held = f"@{reference.partition('/')[2]}"
            ties = self._ties.of(problem)
            for key, most in (("treats>", 2), ("watches>", 2)):
                tied = [tie.concept for tie in ties if tie.key == key and not tie.role][:5]
                for place, other in enumerate(some(rng, tied, 0, most)):
                    concept = self._ties.member(rng, other)
                    if (
                        concept
                        and self._fits(concept, draft.writer.person)
                        and self._unrelated(concept, about)
                        and draft.takes(concept, "")
                    ):
                        reason = held if concept.kind in ("medicine", "procedure") and happens(rng, 0.35) else ""
                        way = self._themes.direction(concept, problem) if concept.kind == "test" else None
                        entry = Entry(f"u{number}{key[0]}{place}", concept, "", way, happens(rng, 0.15), reason)
                        draft.add(rng, entry, 0)

    def _unrelated(self, concept: Concept, about: Sequence[Named]) -> bool:
        return not self._base.reader.bearing((Named(concept, "", 1.0),), about).strength

    def _judged(
        self, asking: Asking, about: Sequence[Named], items: Sequence[HistoryItem], draft: _Draft
    ) -> Asked | None:
        """Return what each item is worth to an assessment; None where nothing or everything matters."""
        reader = self._base.reader
        known = {one.concept for one in about}
        asked = *about, *(one for one in reader.of_assessment(asking.text) if one.concept not in known)
        told = [
            (
                *reader.of_item(item),
                *(
                    Named(draft.concepts[one.reference], _role(draft.roles[one.reference]), 1.0)
                    for one in item.members
                    if one.reference in draft.concepts
                ),
            )
            for item in items
        ]
        grades: dict[str, float] = {}
        negatives = []
        for item, bearing in zip(items, reader.bearings(told, asked), strict=True):
            written = max(draft.grades.get(one.reference, 0.0) for one in item.members)
            if written and bearing.strength >= SEEN:
                grades[item.reference] = written
            elif not written and bearing.strength >= FOUND:
                grades[item.reference] = round(bearing.strength * FOUND_WORTH, 2)
            elif not written and not bearing.strength:
                negatives.append(item.reference)
        return Asked(asking, about[0].concept.name, grades, tuple(negatives)) if grades and negatives else None


def _role(role: str) -> Role:
    return "allergy" if role == "allergy" else "family" if role == "family" else ""


def _items(resources: Sequence[Resource]) -> list[HistoryItem]:
    by_reference = {f"@{one['id']}": one for one in resources}
    return to_items(to_record(one, by_reference.get) for one in resources)
