"""Says what each column of the tables points at, and in which kinds a name there must be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emr_rerank.knowledge.names import NAMED, Names
from emr_rerank.knowledge.rows import FactKind, Facts, InteractionKind

Kinds = tuple[FactKind, ...]

_CONDITION: Kinds = ("condition",)
DRUG: Kinds = ("class", "medicine")  # an endpoint of an interaction, a treatment, a risk
_TEST: Kinds = ("test", "procedure")

REFERENCES: Mapping[FactKind, Mapping[str, Kinds]] = {
    "medicine": {
        "classes": ("class",),
        "indications": ("condition", "procedure", "test"),
        "monitoring": ("test",),
        "serious": _CONDITION,
        "common": _CONDITION,
        "contraindications": _CONDITION,
    },
    "condition": {
        "symptoms": _CONDITION,
        "findings": _CONDITION,
        "tests": _TEST,
        "treatments": (*DRUG, "procedure"),
        "complications": _CONDITION,
        "risks": ("condition", *DRUG, "procedure"),
        "parent": _CONDITION,
    },
    "test": {
        "high": ("condition", *DRUG),
        "low": ("condition", *DRUG),
        "conditions": ("condition", "procedure"),
        "medicines": DRUG,
    },
    "procedure": {"indications": _CONDITION, "conditions": _CONDITION},
    "presentation": {
        "conditions": ("condition", "procedure"),
        "medicines": DRUG,
        "procedures": ("procedure",),
        "allergies": ("condition", *DRUG),
        "tests": _TEST,
        "family": _CONDITION,
    },
}

# The second endpoint of an interaction; the first is always a medicine or a class.
SECOND: Mapping[InteractionKind, Kinds] = {
    "drug-drug": DRUG,
    "drug-condition": ("condition", "procedure"),
    "drug-food": ("food", "condition", "medicine"),  # alcohol is a habit in charts, caffeine a medicine, too
    "drug-test": _TEST,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """One name written in a cell: where it stands and in which kinds it must be known."""

    where: str
    column: str
    text: str
    kinds: Kinds


def references(facts: Facts) -> Iterator[Reference]:
    """Yield every reference of the tables, those of interactions apart."""
    for row in facts.limits:
        yield Reference(row.where, "name", row.name, ("test",))
        for column, text in (("below", row.below), ("above", row.above)):
            if text:
                yield Reference(row.where, column, text, ("presentation",))
    for asked in facts.lookups:
        for text in asked.tests:
            yield Reference(asked.where, "tests", text, ("test",))
    for system in facts.systems:
        for text in system.conditions:
            yield Reference(system.where, "conditions", text, _CONDITION)
    for kind, columns in REFERENCES.items():
        for row in getattr(facts, NAMED[kind][0]):
            for column, kinds in columns.items():
                cell = getattr(row, column)
                for text in (cell,) if isinstance(cell, str) else cell:
                    if text:
                        yield Reference(row.where, column, text, kinds)


def dangling(facts: Facts, names: Names) -> Iterator[Reference]:
    """Yield the references that no name, synonym or abbreviation of an allowed kind answers."""
    return (one for one in references(facts) if not names.resolve(one.text, one.kinds))


def dangling_endpoints(facts: Facts, names: Names) -> Iterator[Reference]:
    """Yield the endpoints of interactions that nothing answers."""
    for row in facts.interactions:
        if not names.resolve(row.a, DRUG):
            yield Reference(row.where, "a", row.a, DRUG)
        if not names.resolve(row.b, SECOND[row.kind]):
            yield Reference(row.where, "b", row.b, SECOND[row.kind])
