"""What a row of each table says, as typed values. Knows no file, and not whether a fact is true.

Names in other tables are plain text here; `names` resolves them.
"""

from __future__ import annotations

from dataclasses import Field, dataclass
from typing import Any, ClassVar, Literal, Protocol

from emr_rerank.types import DrugCategory

FactKind = Literal["medicine", "class", "condition", "test", "procedure", "food", "presentation"]
ConditionKind = Literal["disease", "symptom", "finding", "state"]
ProcedureKind = Literal["procedure", "device"]
InteractionKind = Literal["drug-drug", "drug-condition", "drug-food", "drug-test"]
Severity = Literal["contraindicated", "major", "moderate"]
Safety = Literal["", DrugCategory]


@dataclass(frozen=True, slots=True)
class Medicine:
    """One ingredient, or one fixed combination named "a/b"."""

    name: str
    also: tuple[str, ...]
    brands: tuple[str, ...]
    classes: tuple[str, ...]
    atc: tuple[str, ...]
    indications: tuple[str, ...]
    monitoring: tuple[str, ...]
    serious: tuple[str, ...]
    common: tuple[str, ...]
    contraindications: tuple[str, ...]
    pregnancy: str
    breastfeeding: str
    renal: str
    hepatic: str
    where: str


@dataclass(frozen=True, slots=True)
class DrugClass:
    """One class of medicines: its purpose in plain words, and what a safety check must know of it."""

    name: str
    also: tuple[str, ...]
    purpose: str
    safety: Safety
    where: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One disease, symptom, finding or state of a person; adverse effects are named here too."""

    name: str
    kind: ConditionKind
    synonyms: tuple[str, ...]
    abbreviations: tuple[str, ...]
    lay: tuple[str, ...]
    symptoms: tuple[str, ...]
    findings: tuple[str, ...]
    tests: tuple[str, ...]
    treatments: tuple[str, ...]
    complications: tuple[str, ...]
    risks: tuple[str, ...]
    parent: str
    where: str


@dataclass(frozen=True, slots=True)
class Test:
    """One test, measurement or score: how it is charted and what its values suggest."""

    __test__: ClassVar[bool] = False  # pytest collects classes by this name

    name: str
    variants: tuple[str, ...]
    units: tuple[str, ...]
    high: tuple[str, ...]
    low: tuple[str, ...]
    conditions: tuple[str, ...]
    medicines: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure or device, and what it leaves behind."""

    name: str
    kind: ProcedureKind
    synonyms: tuple[str, ...]
    abbreviations: tuple[str, ...]
    indications: tuple[str, ...]
    consequences: tuple[str, ...]
    conditions: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Food:
    """One thing eaten or drunk that an interaction names."""

    name: str
    also: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Presentation:
    """What an assessment says, and what in a history matters for it."""

    name: str
    phrases: tuple[str, ...]
    conditions: tuple[str, ...]
    medicines: tuple[str, ...]
    procedures: tuple[str, ...]
    allergies: tuple[str, ...]
    tests: tuple[str, ...]
    family: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Limit:
    """From where on a test's value, in one unit, amounts to a presentation; `least` and `most` tell its unit."""

    name: str
    unit: str
    also: tuple[str, ...]
    least: float
    most: float
    low: float | None
    below: str
    high: float | None
    above: str
    where: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a reader can ask to see: records of these kinds, of these tests and standings alone where any are named.

    Without kinds it narrows what else is asked for to its standings.
    """

    name: str
    kinds: tuple[str, ...]
    tests: tuple[str, ...]
    standings: tuple[str, ...]
    phrases: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class System:
    """One body system or field of medicine that a reader can ask to see, and the conditions that belong to it."""

    name: str
    phrases: tuple[str, ...]
    conditions: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """One pair, told once: `a` with `b` is `b` with `a`."""

    a: str
    b: str
    kind: InteractionKind
    mechanism: str
    consequence: str
    severity: Severity
    where: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Every table, each sorted by name; `version` is a digest of the files that were read."""

    medicines: tuple[Medicine, ...]
    classes: tuple[DrugClass, ...]
    conditions: tuple[Condition, ...]
    tests: tuple[Test, ...]
    procedures: tuple[Procedure, ...]
    foods: tuple[Food, ...]
    presentations: tuple[Presentation, ...]
    limits: tuple[Limit, ...]
    lookups: tuple[Lookup, ...]
    systems: tuple[System, ...]
    interactions: tuple[Interaction, ...]
    version: str


class Row(Protocol):
    """A row of any table; `where` says from which file and line."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def where(self) -> str:
        """The file and line."""
