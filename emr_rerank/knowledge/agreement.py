"""Holds the facts against two public data sets: what they cover, where they disagree. Reads them; takes no row of them.

PharmacotherapyDB: physician-curated drug-disease pairs (`drug,disease,category`: DM disease-modifying, SYM symptomatic,
NOT no indication). BC5CDR: chemical-causes-disease pairs marked in abstracts (`pairs` of each JSON line).
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.exceptions import Exceptions
from emr_rerank.knowledge.names import Names, fold
from emr_rerank.knowledge.tables import Facts

SHOWN = 40  # disagreements listed; the rest are counted


@dataclass(frozen=True, slots=True)
class Report:
    """How one data set and the facts agree: counts by outcome, and the unreviewed disagreements in words."""

    name: str
    counts: Mapping[str, int]
    disagreements: tuple[str, ...]

    def told(self) -> str:
        """Return the report as lines."""
        more = len(self.disagreements) - SHOWN
        lines = [f"{self.name}: " + ", ".join(f"{count} {outcome}" for outcome, count in self.counts.items())]
        lines += [f"  {one}" for one in self.disagreements[:SHOWN]]
        return "\n".join(lines + ([f"  and {more} more"] if more > 0 else []))


class Links:
    """What the facts say a medicine treats and causes, with each condition's broader and narrower ones."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self._names = names
        self._parents = {row.name: self.conditions([row.parent]) if row.parent else set() for row in facts.conditions}
        self._treats = {row.name: self.conditions(row.indications) for row in facts.medicines}
        self._causes = {row.name: self.conditions((*row.serious, *row.common)) for row in facts.medicines}
        members: dict[str, set[str]] = {}
        for row in facts.medicines:
            for text in row.classes:
                for concept in names.resolve(text, ["class"]):
                    members.setdefault(concept.name, set()).add(row.name)
        for condition in facts.conditions:
            for text in condition.treatments:
                for concept in names.resolve(text, ["medicine", "class"]):
                    treating = {concept.name} if concept.kind == "medicine" else members.get(concept.name, set())
                    for medicine in treating:
                        self._treats[medicine].add(condition.name)

    def conditions(self, texts: Iterable[str]) -> set[str]:
        """Return the names of the conditions that `texts` mean."""
        return {one.name for text in texts for one in self._names.resolve(text, ["condition"])}

    def treats(self, medicine: str, disease: str) -> bool:
        """Return whether a table says that `medicine` treats `disease`, a broader or a narrower condition."""
        return self._related(self._treats[medicine], disease)

    def causes(self, medicine: str, disease: str) -> bool:
        """Return whether the table says that `medicine` causes `disease`, a broader or a narrower condition."""
        return self._related(self._causes[medicine], disease)

    def _related(self, linked: set[str], disease: str) -> bool:
        line = self._line(disease)
        return not linked.isdisjoint(line) or any(disease in self._line(one) for one in linked)

    def _line(self, condition: str) -> set[str]:
        line, fresh = {condition}, {condition}
        while fresh:
            fresh = {up for one in fresh for up in self._parents[one]} - line
            line |= fresh
        return line


def reports(facts: Facts, names: Names, exceptions: Exceptions, folder: Path) -> tuple[Report, ...]:
    """Return the agreement with each data set that `folder` holds. Raises FactsError where it holds none."""
    links = Links(facts, names)
    found = []
    if (indications := folder / "pharmacotherapydb.csv").exists():
        found.append(pharmacotherapydb(links, names, exceptions["pharmacotherapydb"], _indications(indications)))
    if (effects := folder / "bc5cdr_train.jsonl.gz").exists():
        found.append(bc5cdr(links, names, exceptions["bc5cdr"], _effects(effects)))
    if not found:
        raise FactsError("--data: the folder holds neither pharmacotherapydb.csv nor bc5cdr_train.jsonl.gz")
    return tuple(found)


def pharmacotherapydb(
    links: Links, names: Names, reviewed: Mapping[str, str], pairs: Iterable[tuple[str, str, str]]
) -> Report:
    """Compare (drug, disease, category) with what the facts say is treated: absent DM pairs and claimed NOT pairs."""
    counts: Counter[str] = Counter()
    disagreements = []
    for drug, disease, category in pairs:
        known = _known(names, drug, disease)
        if known is None:
            counts[f"{category} unknown"] += 1
            continue
        claimed = any(links.treats(medicine, condition) for medicine, condition in known)
        counts[f"{category} {'claimed' if claimed else 'absent'}"] += 1
        if {"DM": not claimed, "NOT": claimed}.get(category) and fold(f"{drug} / {disease}") not in reviewed:
            disagreements.append(f"{category} {'claimed' if claimed else 'absent'}: {drug} / {disease}")
    return Report("PharmacotherapyDB", dict(sorted(counts.items())), tuple(sorted(disagreements)))


def bc5cdr(links: Links, names: Names, reviewed: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> Report:
    """Compare (chemical, disease) with what the facts say is caused; pairs told in two articles or more are listed."""
    counts: Counter[str] = Counter()
    absent: Counter[str] = Counter()
    for chemical, disease in pairs:
        known = _known(names, chemical, disease)
        if known is None:
            counts["unknown"] += 1
            continue
        claimed = any(links.causes(medicine, condition) for medicine, condition in known)
        counts["claimed" if claimed else "absent"] += 1
        if not claimed and fold(f"{chemical} / {disease}") not in reviewed:
            absent[f"absent: {chemical.lower()} / {disease.lower()}"] += 1
    listed = tuple(f"{pair} ({count} articles)" for pair, count in absent.most_common() if count > 1)
    return Report("BC5CDR", dict(sorted(counts.items())), listed)


def _known(names: Names, drug: str, disease: str) -> list[tuple[str, str]] | None:
    medicines, conditions = names.resolve(drug, ["medicine"]), names.resolve(disease, ["condition"])
    return [(one.name, other.name) for one in medicines for other in conditions] or None


def _indications(path: Path) -> Iterator[tuple[str, str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["drug"], row["disease"], row["category"]


def _effects(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            for pair in json.loads(line)["pairs"]:
                yield pair["chemical"], pair["disease"]
