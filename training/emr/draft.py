"""A composed chart while it is written: what stands in it, and what each record was written for. Draws no theme."""

from __future__ import annotations

from dataclasses import dataclass, field

from emr_rerank.fhir import to_record
from emr_rerank.knowledge import Concept, Medicine
from emr_rerank.knowledge.bearing import Subject
from emr_rerank.knowledge.links import Role
from emr_rerank.ranking import to_items
from emr_rerank.types import HistoryItem
from fhir_samples.vocabulary import Resource
from training.emr.dice import Dice
from training.emr.records import Entry, Writer

# Nobody takes two of one of these, whatever their narrower classes.
_ONE_OF = frozenset({"anticoagulant", "insulin", "opioid", "corticosteroid", "NSAID"})


@dataclass(slots=True)
class Draft:
    """What has been written so far; by reference, what for."""

    writer: Writer
    resources: list[Resource] = field(default_factory=list)
    concepts: dict[str, Concept] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
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

    @property
    def smokes(self) -> bool:
        """Whether it says that the patient smokes or did."""
        return not self.taken.isdisjoint({":smoking", ":ex-smoker", ":smoking status"})

    def takes(self, concept: Concept, role: str) -> bool:
        """Return whether there is room for a concept: not yet there, nor another medicine of its first class."""
        row = self.writer.spellings.row(concept)
        names = {f"{role}:{concept.name}"}
        if isinstance(row, Medicine) and row.classes:
            names |= {f"class:{one}" for one in row.classes[:1] + tuple(_ONE_OF & set(row.classes))}
        if names & self.taken:
            return False
        self.taken |= names
        return True

    def items(self) -> tuple[HistoryItem, ...]:
        """Return the lines of the history, as the product makes them."""
        by_reference = {f"@{one['id']}": one for one in self.resources}
        return tuple(to_items(to_record(one, by_reference.get) for one in self.resources))

    def written_as(self, item: HistoryItem) -> tuple[Subject, ...]:
        """Return the concepts that an item's records were written for: what it is about, however it is spelled."""
        return tuple(
            Subject(self.concepts[one.reference], self.roles[one.reference], 1.0)
            for one in item.members
            if one.reference in self.concepts
        )

    def grade(self, item: HistoryItem) -> float:
        """Return what an item was written to be worth; 0 where it was written for nothing of the theme."""
        return max(self.grades.get(one.reference, 0.0) for one in item.members)
