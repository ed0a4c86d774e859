"""Charts composed from the facts: a theme, what the facts say matters for it, and what has nothing to do with it.

Every line is made by the product's own path: resource -> Record -> item. Deterministic by seed and number; needs no
file beside the facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from emr_rerank.knowledge import Concept, KnowledgeBase
from emr_rerank.knowledge.bearing import Subject as Named
from emr_rerank.types import HistoryItem
from training.emr.asking import Asked, asked_in
from training.emr.common import COMMON
from training.emr.dice import Dice, dice, happens, some
from training.emr.draft import Draft
from training.emr.everyday import everyday
from training.emr.grading import judged
from training.emr.people import Person, limits, limits_of, person
from training.emr.records import Entry, Writer
from training.emr.themes import Anchor, Direction, Theme, Want, known
from training.emr.ties import is_recorded

STOPPED = 0.6  # of a grade, where the medicine was stopped
FIRST_YEAR, YEARS = 2016, 10
NAMED_BY = 20  # facts that name a problem which may stand in any chart
EVERYDAY = 0.65  # share of the unrelated problems that are everybody's
TRIES = 12
COMMONNESS = 0.8  # how much oftener a common problem stands in a chart than a rare one
LIKELY = 0.75  # of tests that are out of range where a problem in the chart makes them so


@dataclass(frozen=True, slots=True)
class Composed:
    """One made-up patient."""

    name: str
    theme: Theme
    person: Person
    items: tuple[HistoryItem, ...]  # newest first
    asked: tuple[Asked, ...]


class Composer:
    """Composes charts; `themes_held_out` says whether of themes kept for evaluation or of the others."""

    def __init__(self, base: KnowledgeBase, seed: int, *, themes_held_out: bool = False) -> None:
        self._base, self._seed, self._held_out = base, seed, themes_held_out
        facts = known(base)
        self._ties, self._themes, self._spellings = facts.ties, facts.themes, facts.spellings
        diseases = [Concept("condition", row.name) for row in base.facts.conditions if row.kind == "disease"]
        self._problems = [one for one in diseases if is_recorded(one) and self._ties.spread(one) >= NAMED_BY]
        self._everyday = [Concept("condition", name) for name in COMMON]
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
        draft = Draft(Writer(self._spellings, somebody, today))
        for anchor in anchors:
            self._write_anchor(rng, draft, anchor, theme)
        for index, anchor in enumerate(anchors):
            for place, want in enumerate(anchor.wants):
                self._write_wanted(rng, draft, anchor, want, f"w{index}{place}")
        about = tuple(Named(one.concept, "", 1.0) for one in anchors)
        self._write_unrelated(rng, draft, about)
        draft.resources.extend(everyday(rng, somebody, today, smokes=draft.smokes))
        items = draft.items()
        reader = self._base.reader
        asked = tuple(one for asking in askings if (one := judged(reader, asking, about, items, draft)))
        return Composed(f"composed-{self._seed}-{number}", theme, somebody, items, asked) if asked else None

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

    def _write_anchor(self, rng: Dice, draft: Draft, anchor: Anchor, theme: Theme) -> None:
        draft.takes(anchor.concept, "")
        if anchor.own:
            direction = theme.direction if anchor.concept.kind == "test" else None
            draft.add(rng, Entry(f"a{len(draft.taken)}", anchor.concept, "", direction), anchor.own)

    def _write_wanted(self, rng: Dice, draft: Draft, anchor: Anchor, want: Want, key: str) -> None:
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
            direction = self._direction(rng, draft, concept, anchor.concept)
            entry = Entry(f"{key}{place}", concept, want.role, direction, past)
            if medicine and want.key == "treats>" and anchor.own and happens(rng, 0.35):
                entry = replace(entry, reason=self._spellings.line(rng, anchor.concept))
            grade = want.grade * (0.4 + 0.6 * tie.weight) * (STOPPED if past else 1)
            draft.add(rng, entry, round(grade, 2))
            wanted -= 1

    def _write_unrelated(self, rng: Dice, draft: Draft, about: Sequence[Named]) -> None:
        """Write problems with no path to what is asked about, each with its own medicines and tests."""
        for number in range(rng.randint(4, 9)):
            problem = next(
                (
                    one
                    for one in self._candidates(rng)
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
                        way = self._direction(rng, draft, concept, problem)
                        entry = Entry(f"u{number}{key[0]}{place}", concept, "", way, happens(rng, 0.15), reason)
                        draft.add(rng, entry, 0)

    def _candidates(self, rng: Dice) -> list[Concept]:
        if happens(rng, EVERYDAY):
            return some(rng, self._everyday, TRIES, TRIES)
        return rng.choices(self._problems, self._commonness, k=TRIES)

    def _direction(self, rng: Dice, draft: Draft, test: Concept, first: Concept) -> Direction | None:
        """Return how a test comes out: as the problem it is done for makes it, or as one in the chart does."""
        if test.kind != "test" or not happens(rng, LIKELY):
            return None
        problems = [first, *(one for one in draft.concepts.values() if one.kind == "condition")]
        ways = (self._themes.direction(test, one) for one in problems if one.kind == "condition")
        return next((way for way in ways if way), None)

    def _unrelated(self, concept: Concept, about: Sequence[Named]) -> bool:
        return not self._base.reader.bearing((Named(concept, "", 1.0),), about).strength
