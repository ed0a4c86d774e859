"""What the facts tie to a concept, as something that could stand in a chart. Knows links, no chart and no words.

A tie is read from the chart's end: "treats>" is a medicine that treats the concept asked about. Classes are told as
their members, since charts hold medicines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from emr_rerank.knowledge import Concept, KnowledgeBase
from emr_rerank.knowledge.chains import WIDER
from emr_rerank.knowledge.links import Link, Links, Role
from training.emr.dice import Dice

# What no chart lists as a record of its own: too wide, too everyday, or an aim instead of a state.
_NO_RECORD = re.compile(
    r"prevention$|^(?:surgery|anaesthesia|driving|travel|hospital admission|old age|childhood|infancy|fasting|pain|food"
    r"|vaccination|dental treatment|contrast imaging planned|MRI planned|childbearing potential|safety-critical work"
    r"|acute intercurrent illness|hot environment|therapeutic sedation|reversal of .*|infection|cancer|bleeding|shock"
    r"|cardiac arrest|sudden cardiac death|nuclear emergency|injection site reaction|hypersensitivity reaction"
    r"|antipsychotic sensitivity|sun exposure|palliative care|safeguarding concern|multimorbidity|death"
    r"|serious infection|opportunistic infection|infusion reaction|drug allergy|allergy|overdose|poisoning"
    r"|drug interaction)$",
    re.IGNORECASE,
)


def is_recorded(concept: Concept) -> bool:
    """Return whether charts hold such a thing as a record of its own."""
    return not _NO_RECORD.search(concept.name)


@dataclass(frozen=True, slots=True)
class Tie:
    """One concept that a chart may hold, how it stands to the one asked about, and how much that weighs."""

    concept: Concept
    key: str  # "treats>": as in emr_rerank.knowledge.chains.DIRECT
    weight: float  # (0, 1]
    role: Role = ""


class Ties:
    """The facts by concept, and the members of each class."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._links = Links(base.facts, base.names)
        self._members: dict[Concept, tuple[Concept, ...]] = {}
        self.of = lru_cache(maxsize=5_000)(self._of)

    def spread(self, concept: Concept) -> int:
        """Return how many facts name a concept: a rough measure of how common it is."""
        return self._links.spread(concept)

    def _of(self, concept: Concept) -> tuple[Tie, ...]:
        """Return what is tied to a concept or to what it is a kind of, the heaviest of each way first."""
        found: dict[tuple[Concept, str, Role], Tie] = {}
        for one, weight in ((concept, 1.0), *((up, WIDER) for up in self.kinds_of(concept))):
            for tie in self._direct(one):
                key = tie.concept, tie.key, tie.role
                if tie.concept != concept and key not in found:
                    found[key] = replace(tie, weight=tie.weight * weight)
        return tuple(sorted(found.values(), key=lambda tie: -tie.weight))

    def _direct(self, concept: Concept) -> Iterator[Tie]:
        for link in self._links.of(concept):
            if link.relation != "is a":
                other, key = _other(link, concept)
                if other.kind not in ("food", "presentation") and is_recorded(other):
                    yield Tie(other, key, link.weight, link.role)

    def kinds_of(self, concept: Concept) -> tuple[Concept, ...]:
        """Return the classes of a medicine, the parent of a condition."""
        return tuple(link.b for link in self._links.of(concept) if link.relation == "is a" and link.a == concept)

    def members(self, concept: Concept) -> tuple[Concept, ...]:
        """Return the medicines of a class, also of the classes within it; a medicine is its own only member."""
        if concept.kind != "class":
            return (concept,)
        if concept not in self._members:
            below = [link.a for link in self._links.of(concept) if link.relation == "is a" and link.b == concept]
            self._members[concept] = tuple(
                dict.fromkeys(one for lower in below if lower != concept for one in self.members(lower))
            )
        return self._members[concept]

    def member(self, rng: Dice, concept: Concept) -> Concept | None:
        """Return a medicine of a class, a common one rather than a rare one; None where the tables have none."""
        among = self.members(concept)
        if not among:
            return None
        return rng.choices(among, [1 + self.spread(one) for one in among])[0]


def _other(link: Link, concept: Concept) -> tuple[Concept, str]:
    return (link.b, f"{link.relation}<") if link.a == concept else (link.a, f"{link.relation}>")
