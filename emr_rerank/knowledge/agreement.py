"""Holds the facts against two public data sets: what they cover, where they disagree. Reads them; takes no row of them.

PharmacotherapyDB: physician-curated drug-disease pairs (`drug,disease,category`: DM disease-modifying, SYM symptomatic,
NOT no indication). BC5CDR: chemical-causes-disease pairs marked in abstracts (`pairs` of each JSON line).
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.exceptions import Exceptions
from emr_rerank.knowledge.names import Concept, Names, fold
from emr_rerank.knowledge.rows import FactKind, Facts

Pair = tuple[str, str]  # a medicine's name and a condition's, as the tables have them


@dataclass(frozen=True, slots=True)
class Report:
    """How one data set and the facts agree.

    `tallies` counts pairs by what the set says of them, then by what the facts say; `reviewed` counts the disagreements
    with a reason, `unreviewed` tells those without, `stale` the reasons that no disagreement needs.
    """

    name: str
    tallies: Mapping[str, Mapping[str, int]]
    reviewed: int
    unreviewed: tuple[str, ...]
    stale: tuple[str, ...]

    def told(self) -> str:
        """Return coverage and contradictions as lines of rates."""
        lines = [f"{self.name} {said}: {_rates(counts)}" for said, counts in self.tallies.items()]
        return "\n".join([*lines, f"{self.name}: {self.reviewed} disagreements have a reason"])


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
    links: Links, names: Names, reasons: Mapping[str, str], pairs: Iterable[tuple[str, str, str]]
) -> Report:
    """Compare (drug, disease, category) with what the facts say is treated; DM absent and NOT claimed disagree."""
    wrong = {"DM": "absent", "NOT": "claimed"}
    review = _Review("PharmacotherapyDB", reasons)
    for drug, disease, category in pairs:
        meant = _meant(names, drug, disease)
        outcome = "claimed" if any(links.treats(*pair) for pair in meant) else "absent"
        review.take(category, outcome, meant, disagree=outcome == wrong.get(category))
    return review.report()


def bc5cdr(links: Links, names: Names, reasons: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> Report:
    """Compare (chemical, disease) with what the facts say is caused; "treated" are those told as an indication only."""
    review = _Review("BC5CDR", reasons)
    for chemical, disease in pairs:
        meant = _meant(names, chemical, disease)
        outcome = "treated" if any(links.treats(*pair) for pair in meant) else "absent"
        outcome = "claimed" if any(links.causes(*pair) for pair in meant) else outcome
        review.take("caused", outcome, meant, disagree=outcome != "claimed")
    return review.report()


class _Review:
    """Counts the pairs of one data set, and holds its disagreements against the reasons a reviewer has given."""

    def __init__(self, name: str, reasons: Mapping[str, str]) -> None:
        self._name = name
        self._reasons = reasons
        self._tallies: dict[str, Counter[str]] = {}
        self._used: set[str] = set()
        self._unreviewed: set[str] = set()

    def take(self, said: str, outcome: str, meant: Sequence[Pair], *, disagree: bool) -> None:
        tally = self._tallies.setdefault(said, Counter())
        tally[outcome if meant else "unknown"] += 1
        if meant and disagree:
            told = [f"{medicine} / {condition}" for medicine, condition in meant]
            given = self._reasons.keys() & set(map(fold, told))
            self._used |= given
            if not given:
                self._unreviewed.add(f"{said} {outcome}: {told[0]!r}")

    def report(self) -> Report:
        stale = tuple(sorted(self._reasons.keys() - self._used))
        tallies = {said: dict(sorted(tally.items())) for said, tally in sorted(self._tallies.items())}
        return Report(self._name, tallies, len(self._used), tuple(sorted(self._unreviewed)), stale)


def _rates(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    known = total - counts.get("unknown", 0)
    told = [f"{count} {one} ({count / known:.0%})" for one, count in counts.items() if one != "unknown"]
    return f"{total} pairs, {known} with both names known ({known / total:.0%}): {', '.join(told) or 'none'}"


def _meant(names: Names, drug: str, disease: str) -> list[Pair]:
    medicines, conditions = _resolved(names, drug, "medicine"), _resolved(names, disease, "condition")
    return [(one.name, other.name) for one in medicines for other in conditions]


def _resolved(names: Names, text: str, kind: FactKind) -> tuple[Concept, ...]:
    # The tables name things in the singular; articles speak of "tremors" and "arrhythmias".
    return names.resolve(text, [kind]) or names.resolve(text.removesuffix("s"), [kind])


def _indications(path: Path) -> Iterator[tuple[str, str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["drug"], row["disease"], row["category"]


def _effects(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            for pair in json.loads(line)["pairs"]:
                yield pair["chemical"], pair["disease"]
