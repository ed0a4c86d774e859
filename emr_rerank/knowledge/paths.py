"""How two concepts hang together: the best chain of at most two links, each end first widened to its class or parent.

Knows concepts and links, no text and no chart. A strength, in (0, 1], orders what is found; it is no probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from emr_rerank.knowledge.chains import CHAINS, DIRECT, HUB_END, HUB_MIDDLE, HUB_POWER, NARROWER, SAME_CLASS, WIDER
from emr_rerank.knowledge.links import Link, Links, Role
from emr_rerank.knowledge.names import Concept
from emr_rerank.knowledge.wording import named

REMEMBERED = 200_000  # pairs of concepts; charts and assessments repeat themselves
_WARNINGS = frozenset({"interacts with", "contraindicates"})
_TAKEN = frozenset({"class", "medicine", "food"})
STEPS = 2  # how far an end is widened: an ingredient to its class, a condition to its parent's parent


@dataclass(frozen=True)
class Path:
    """Why a record's concept bears on an assessment's: `links` lead from the first to the second; none: the same.

    Its words are made once, for `Paths` remembers it and a chart says the same of many records.
    """

    item: Concept
    assessment: Concept
    links: tuple[Link, ...]
    strength: float

    @cached_property
    def words(self) -> str:
        """The chain in words, e.g. "amiodarone can cause pneumonitis, which can show as dry cough"."""
        if not self.links:
            return f"named in the assessment: {self.assessment.name}"
        links = _shortened(self.links)
        before = links[0]
        if len(links) == 1 and before.relation == "is a" and before.a == self.assessment:
            return f"{named(before.a)}, named in the assessment, {before.predicate()}"
        words = before.sentence()
        last: Concept | None = before.b  # what was named last, for a relative clause to speak of
        for place, link in enumerate(links[1:]):
            if link.a == last:
                words, last = f"{words}, which {link.predicate()}", link.b
            elif link.a == before.a and not place:  # both facts are of one subject
                words, last = f"{named(link.a)}, which {before.predicate()}, {link.predicate()}", link.b
            elif link.relation == "is a" and link.b == before.a and not place:  # of one kind of the subject
                words, last = f"{named(link.b)}, such as {named(link.a)}, {before.predicate()}", None
            elif link.b == last:
                words, last = f"{words}, {link.clause(after=before)}", link.a if link.relation == "is a" else None
            else:
                words, last = f"{words}; {link.sentence()}", link.b
            before = link
        widened = all(link.relation == "is a" for link in links) and before.b == self.assessment
        return f"{words}, named in the assessment" if widened else words

    @cached_property
    def warns(self) -> bool:
        """Whether it is one fact that speaks against what the assessment names, or against the record's.

        What holds for one member only of a class that the assessment names is no warning of the class.
        """
        facts = [link for link in self.links if link.relation != "is a"]
        narrowed = self.links[-1:] != tuple(facts) and self.links[-1].b == self.assessment
        return len(facts) == 1 and not narrowed and facts[0].relation in _WARNINGS and facts[0].b.kind in _TAKEN

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """The table rows it rests on, by file and line."""
        return tuple(dict.fromkeys(link.where for link in self.links))


@dataclass(frozen=True, slots=True)
class _Arm:
    """How one end reaches a concept: widened only (`key` ""), or by one link more, seen from that end."""

    key: str
    weight: float
    links: tuple[Link, ...]


_Near = Mapping[Concept, _Arm]
_Far = Mapping[Concept, tuple[_Arm, ...]]


class Paths:
    """Finds the best path between two concepts, and remembers it."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._remembered = lru_cache(REMEMBERED)(self._best)
        self._of_item = lru_cache(REMEMBERED)(self._item_arms)
        self._of_assessment = lru_cache(REMEMBERED)(self._assessment_arms)

    def between(self, item: Concept, assessment: Concept, role: Role = "") -> Path | None:
        """Return the best path from a record's concept to an assessment's, or None.

        `role` says as what the record states its concept: an allergy's substance is not a medicine taken.
        """
        return self._remembered(item, assessment, role)

    def _best(self, item: Concept, assessment: Concept, role: Role) -> Path | None:
        near_item, far_item = self._of_item(item, role)
        near, far = self._of_assessment(assessment)
        found = [
            *_met(near_item, near),
            *_one_link(far_item, near),
            *(
                (strength * self._worth(meeting, HUB_MIDDLE), links)
                for strength, links, meeting in _two_links(far_item, far)
            ),
        ]
        if not found:
            return None
        strength, links = max(found, key=lambda one: (one[0], -len(one[1]), -self._breadth(one[1])))
        return Path(item, assessment, links, strength * self._worth(assessment, HUB_END))

    def _item_arms(self, concept: Concept, role: Role) -> tuple[_Near, _Far]:
        near = self._widened(concept, narrower=False)
        return near, self._one_further(near, role)

    def _assessment_arms(self, concept: Concept) -> tuple[_Near, _Far]:
        near = self._widened(concept, narrower=True)
        return near, self._one_further(near, "")

    def _widened(self, concept: Concept, *, narrower: bool) -> _Near:
        """Return a concept with its classes and parents, and its members and children if `narrower`."""
        near = {concept: _Arm("", 1.0, ())}
        for up in (True, False)[: 1 + narrower]:
            edge = {concept: near[concept]}
            for _ in range(STEPS):
                edge = {
                    other: _Arm("", arm.weight * (WIDER if up else NARROWER), (*arm.links, link))
                    for one, arm in edge.items()
                    for link in self._links.of(one)
                    if link.relation == "is a"
                    and (link.a if up else link.b) == one
                    and (other := link.b if up else link.a) not in near
                }
                near |= edge
        return near

    def _one_further(self, near: _Near, role: Role) -> _Far:
        far: dict[Concept, dict[str, _Arm]] = {}
        for one, arm in near.items():
            for link in self._links.of(one):
                if link.relation == "is a" or link.role != role:
                    continue
                other, side = (link.b, ">") if link.a == one else (link.a, "<")
                reached = _Arm(link.relation + side, arm.weight * link.weight, (*arm.links, link))
                arms = far.setdefault(other, {})
                if reached.key not in arms or arms[reached.key].weight < reached.weight:
                    arms[reached.key] = reached
        return {concept: tuple(arms.values()) for concept, arms in far.items()}

    def _breadth(self, links: tuple[Link, ...]) -> int:
        """Return how much is of the last class or parent on the way: of two the narrower says more."""
        wider = [link.b for link in links if link.relation == "is a"][-1:]
        return sum(link.relation == "is a" and link.b == one for one in wider for link in self._links.of(one))

    def _worth(self, concept: Concept, hub: int) -> float:
        """Return how much a concept says: 1, and less the more links it has beyond `hub`."""
        return float(min(1.0, (hub / max(1, self._links.spread(concept))) ** HUB_POWER))


def _met(item: _Near, assessment: _Near) -> Iterator[tuple[float, tuple[Link, ...]]]:
    """Both ends mean one thing, or meet in a class or parent."""
    for meeting in _in_both(item, assessment):
        one, other = item[meeting], assessment[meeting]
        both = SAME_CLASS if one.links and other.links else 1.0
        yield one.weight * other.weight * both, _joined(one, other)


def _one_link(item: _Far, assessment: _Near) -> Iterator[tuple[float, tuple[Link, ...]]]:
    for meeting in _in_both(item, assessment):
        end = assessment[meeting]
        for arm in item[meeting]:
            if arm.key in DIRECT:
                yield arm.weight * end.weight * DIRECT[arm.key], _joined(arm, end)


def _two_links(item: _Far, assessment: _Far) -> Iterator[tuple[float, tuple[Link, ...], Concept]]:
    for meeting in _in_both(item, assessment):
        for arm in item[meeting]:
            for end in assessment[meeting]:
                if (arm.key, end.key) in CHAINS:
                    yield arm.weight * end.weight * CHAINS[arm.key, end.key], _joined(arm, end), meeting


def _in_both(item: Mapping[Concept, object], assessment: Mapping[Concept, object]) -> Iterator[Concept]:
    """Yield the concepts of both, in the order of the tables: of equal paths every run is to show the same."""
    fewer, more = sorted((item, assessment), key=len)
    return (concept for concept in fewer if concept in more)


def _shortened(links: tuple[Link, ...]) -> list[Link]:
    """Return the links with each run of "is a" one way as one: what is a kind of a kind is a kind."""
    told: list[Link] = []
    for link in links:
        last = told[-1] if told else None
        if last and last.relation == link.relation == "is a" and last.b == link.a:
            told[-1] = replace(last, b=link.b)
        elif last and last.relation == link.relation == "is a" and last.a == link.b:
            told[-1] = replace(last, a=link.a)
        else:
            told.append(link)
    return told


def _joined(item: _Arm, assessment: _Arm) -> tuple[Link, ...]:
    return *item.links, *reversed(assessment.links)
