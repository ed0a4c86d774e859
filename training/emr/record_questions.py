"""Assessments of a real history: of its problems and visits by its own links, and of what the facts say of it.

Positives come from links first; a line that the facts tie strongly to the assessment is one, too. A negative has
neither a link nor a path. Knows no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from emr_rerank.knowledge import Concept, KnowledgeBase
from emr_rerank.knowledge.bearing import Subject as Named
from emr_rerank.types import HistoryItem, Kind, Standing
from training.emr.asking import CATEGORIES, Asked, Asking, asked_in
from training.emr.assessments import Subject, assessment
from training.emr.dice import Dice, dice, some
from training.emr.grading import FOUND, FOUND_WORTH, asked_about
from training.emr.histories import History
from training.emr.people import Person, limits
from training.emr.phrasing import Style
from training.emr.record_links import UNSURE, graded_items, links
from training.emr.themes import Theme, known

CURRENT, PAST = 6, 2  # problems asked about, of one history, at most: what is over fills charts and says little
VISITS, MEDICINES, COMPLAINTS = 2, 3, 5
LEAST = 2  # positives, or an assessment says only what it names
_TAIL = re.compile(r"\s*\((?:disorder|finding|procedure|situation|environment|morphologic abnormality)\)\s*$")
_PLAIN: tuple[Style, ...] = ("sentence", "shorthand", "follow-up")
_AGAINST = frozenset({"contraindicates<", "interacts with>", "interacts with<"})


class Questioner:
    """Asks of histories what the facts and their links can answer."""

    def __init__(self, base: KnowledgeBase, seed: int) -> None:
        self._base, self._seed = base, seed
        facts = known(base)
        self._ties, self._themes, self._spellings = facts.ties, facts.themes, facts.spellings
        self._presentations = [Concept("presentation", row.name) for row in base.facts.presentations]
        self._diseases = frozenset(row.name for row in base.facts.conditions if row.kind == "disease")

    def questions(self, history: History) -> Iterator[Asked]:
        """Yield a history's assessments, the same each time."""
        rng = dice("records", self._seed, history.patient)
        tied = links(history)
        problems = [one for one in history.items if one.kind is Kind.CONDITION and one.standing is not Standing.REFUTED]
        over = [one for one in problems if one.standing is Standing.PAST]
        current = [one for one in problems if one.standing is not Standing.PAST]
        for item in (*some(rng, current, CURRENT, CURRENT), *some(rng, over, PAST, PAST)):
            own = frozenset(one.reference for one in item.members)
            by_link = graded_items(history.items, tied.of_problem(own))
            for asking, about in self._of_problem(rng, item, history.person):
                topic = about[0].concept.name if about else named(item)
                yield from self._graded(asking, about, by_link, history.items, topic)
        visits = [one for one in history.items if one.kind is Kind.ENCOUNTER and one.head.reason]
        for item in some(rng, visits, VISITS, VISITS):
            reason = _TAIL.sub("", item.head.reason)
            by_link = graded_items(history.items, tied.of_visit(item.reference))
            asking = of_whom(plain(rng, history.person, reason), history.person)
            yield from self._graded(asking, (), by_link, history.items, reason)
        yield from self._of_facts(rng, history)

    def _of_problem(self, rng: Dice, item: HistoryItem, person: Person) -> Iterator[tuple[Asking, tuple[Named, ...]]]:
        disease = next(
            (
                one.concept
                for one in self._base.reader.of_item(item)
                if one.concept.kind == "condition" and one.concept.name in self._diseases
            ),
            None,
        )
        if not disease:
            yield of_whom(plain(rng, person, named(item)), person), ()
            return
        kind = rng.choice(("problem", "symptoms"))
        symptoms = self._themes.symptoms(rng, disease) if kind == "symptoms" else ()
        theme = Theme("symptoms" if len(symptoms) > 1 else "problem", disease)
        for asking in asked_in(rng, theme, person, symptoms, self._spellings)[:1]:
            yield of_whom(asking, person), (Named(disease, "", 1.0),)

    def _of_facts(self, rng: Dice, history: History) -> Iterator[Asked]:
        """Yield what may be asked of a history by the facts alone: a medicine to start, a complaint."""
        present = [one.concept for item in history.items for one in self._base.reader.of_item(item)]
        against = sorted(
            {
                tie.concept
                for concept in dict.fromkeys(present)
                for tie in self._ties.of(concept)[:40]
                if tie.key in _AGAINST and tie.concept.kind == "medicine"
            }
        )
        themes = [Theme("medicine", one) for one in some(rng, against, MEDICINES, MEDICINES)]
        themes += [Theme("presentation", one) for one in some(rng, self._presentations, COMPLAINTS, COMPLAINTS)]
        for theme in themes:
            if not limits(theme.concept.name).fit(history.person):
                continue
            for said in asked_in(rng, theme, history.person, (), self._spellings)[:1]:
                about = (Named(theme.concept, "", 1.0),)
                asking = of_whom(said, history.person)
                yield from self._graded(asking, about, {}, history.items, theme.concept.name)

    def _graded(
        self,
        asking: Asking,
        about: Sequence[Named],
        by_link: Mapping[str, float],
        items: Sequence[HistoryItem],
        topic: str,
    ) -> Iterator[Asked]:
        reader = self._base.reader
        asked = asked_about(reader, about, asking.text)
        grades: dict[str, float] = {}
        negatives = []
        for item, bearing in zip(items, reader.bearings(map(reader.of_item, items), asked), strict=True):
            linked = by_link.get(item.reference)
            found = bearing.strength * (FOUND_WORTH if by_link else 1) if bearing.strength >= FOUND else UNSURE
            best = max(linked or UNSURE, found)
            if best > UNSURE:
                grades[item.reference] = round(best, 2)
            elif linked is None and not bearing.strength:
                negatives.append(item.reference)
        if len(grades) >= LEAST and negatives:
            yield Asked(asking, topic, grades, tuple(negatives))


def of_whom(asking: Asking, person: Person) -> Asking:
    """Return an assessment that says whom it is of.

    Generated patients share their few problems, and what is asked in the same words is one group to the split.
    """
    if str(person.age) in asking.text:
        return asking
    return replace(asking, text=f"{person.age}{'M' if person.sex == 'male' else 'F'}: {asking.text}")


def named(item: HistoryItem) -> str:
    """Return what a problem is called, without the kind of thing that a catalogue adds to it."""
    return _TAIL.sub("", item.title)


def plain(rng: Dice, person: Person, what: str) -> Asking:
    """Return an assessment in the record's own words, where the facts do not know what it is about."""
    style = rng.choice(_PLAIN)
    return Asking(assessment(rng, style, person, Subject(what=what[:1].lower() + what[1:])), style, CATEGORIES[style])
