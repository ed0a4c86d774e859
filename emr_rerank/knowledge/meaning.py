"""Chooses what an ambiguous name means where it stands. Knows the words around it and the tables' links, no patient.

The order, first that decides: what the words around say (a dose: a medicine; a value: a test); another concept of the
same text that a table links to one meaning only; the commonest reading in practice; the order of kinds, then of names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from emr_rerank.knowledge.lexicon import Entry
from emr_rerank.knowledge.names import NAMED, TERMINOLOGY, Concept, Names
from emr_rerank.knowledge.references import REFERENCES
from emr_rerank.knowledge.rows import FactKind, Facts

# An abbreviation's commonest reading, where the order of kinds would choose a rarer one.
COMMONEST: Mapping[str, str] = {
    "abi": "ankle brachial pressure index",
    "act": "activated clotting time",
    "apl": "antiphospholipid antibodies",
    "as": "aortic stenosis",
    "bms": "coronary stent",
    "chc": "combined hormonal contraceptive",
    "cp": "chest pain",
    "csu": "urine culture",
    "emb": "endometrial biopsy",
    "gtn": "glyceryl trinitrate",
    "ipv": "poliomyelitis vaccine inactivated",
    "pct": "procalcitonin",
    "pd": "Parkinson's disease",
    "pop": "progestogen-only contraceptive",
    "pt": "physiotherapy",
    "rtx": "rituximab",
    "sbp": "blood pressure",
    "ua": "urinalysis",
    "vl": "HIV viral load",
}
_KINDS: tuple[FactKind, ...] = ("condition", "test", "medicine", "class", "procedure", "food", "presentation")
KIND_ORDER: Mapping[FactKind, int] = {kind: place for place, kind in enumerate(_KINDS)}
_COLUMN_ORDER = ("name", "synonyms", "also", "variants", "brands", "abbreviations", "lay", "phrases", TERMINOLOGY)

MEASURES = frozenset("mg g mcg ug micrograms microgram milligrams units unit iu ml puff puffs drops gram grams".split())
_GIVEN_AFTER = MEASURES | frozenset(
    """tablet tablets tab tabs capsule capsules cap caps injection infusion patch patches cream gel spray pessary sachet
    sachets supplement supplements replacement implant od bd tds qds daily nightly nocte mane prn stat iv po sc im bid
    tid qid weekly oral topical dose doses""".split()
)
_GIVEN_BEFORE = frozenset(
    """on taking takes take start started starting stop stopped stopping prescribed given give gave iv po oral topical
    sc im resume restart commence commenced intravenous subcutaneous using""".split()
)
_MEASURED_AFTER = frozenset(
    """level levels high low raised normal elevated result results : = < > was ↑ ↓ titre positive test tests
    mmol nmol pmol umol µmol mg/l % deficiency""".split()
)
_MEASURED_BEFORE = frozenset(
    "check checked repeat serum plasma urine blood raised low high send measure recheck free ↑ ↓ latest last".split()
)
_NEAR = 3  # words after a name that may say a dose or a value


class Meanings:
    """Chooses among entries; the tables' links are looked up when first needed."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self._names = names
        self._rows = {
            Concept(kind, row.name): row for kind, (table, _) in NAMED.items() for row in getattr(facts, table)
        }
        self._told: dict[Concept, frozenset[Concept]] = {}

    def choose(
        self, able: Sequence[Entry], words: Sequence[str], start: int, end: int, others: Iterable[Concept]
    ) -> Entry:
        """Return the entry that `words[start:end]` (lower case) means, beside the certain concepts `others`."""
        kinds = {one.named.concept.kind for one in able}
        wanted = _said(kinds, words, start, end)
        left = [one for one in able if one.named.concept.kind == wanted] or list(able)
        if len({one.named.concept for one in left}) > 1:
            left = self._linked(left, tuple(others)) or left
        common = COMMONEST.get("".join(words[start:end]))
        return min(
            left,
            key=lambda one: (
                one.named.concept.name != common,
                KIND_ORDER[one.named.concept.kind],
                _COLUMN_ORDER.index(one.named.column),
            ),
        )

    def _linked(self, able: Sequence[Entry], others: Sequence[Concept]) -> list[Entry]:
        """The entries that most of the others are linked to; none where no link tells them apart."""
        counts = [
            sum(other in self._tells(one.named.concept) or one.named.concept in self._tells(other) for other in others)
            for one in able
        ]
        return [one for one, count in zip(able, counts, strict=True) if count == max(counts)]

    def _tells(self, concept: Concept) -> frozenset[Concept]:
        """The concepts that a row's cells name."""
        told = self._told.get(concept)
        if told is None:
            row = self._rows[concept]
            cells = [
                (kinds, (cell,) if isinstance(cell, str) else cell)
                for column, kinds in REFERENCES.get(concept.kind, {}).items()
                for cell in (getattr(row, column),)
            ]
            told = self._told[concept] = frozenset(
                one for kinds, cell in cells for text in cell if text for one in self._names.resolve(text, kinds)
            )
        return told


def _said(kinds: set[FactKind], words: Sequence[str], start: int, end: int) -> FactKind | None:
    """The kind that the words around decide for, among a medicine and a test."""
    after, before = words[end : end + _NEAR], words[start - 1] if start else ""
    given = before in _GIVEN_BEFORE or not _GIVEN_AFTER.isdisjoint(after)
    measured = before in _MEASURED_BEFORE or not _MEASURED_AFTER.isdisjoint(after[:2]) or _is_number(after)
    if "medicine" in kinds and given and not (measured and _per_litre(words, end)):
        return "medicine"
    if "class" in kinds and given:
        return "class"
    if "test" in kinds and measured:
        return "test"
    return None


def _is_number(after: Sequence[str]) -> bool:
    return bool(after) and after[0][:1].isdigit()


def _per_litre(words: Sequence[str], end: int) -> bool:
    """Return whether a concentration follows ("12 mg / dl"), which is measured, not given."""
    return "/" in words[end : end + _NEAR + 1]
