"""What a history's own links say belongs to a problem or a visit, graded. Knows FHIR's links; no facts, no wording.

A link is a reference to a reason, a problem addressed, a coded reason that is the problem's own code, or the visit at
which something was recorded. What a link only hints at is told as unsure, so that it is no negative either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emr_rerank.fhir import Resource
from emr_rerank.types import HistoryItem, Kind
from training.emr.histories import History

# Where a resource points at what it is for or of, and what that says of the two.
POINTERS: Mapping[str, float] = {
    "reasonReference": 1.0,
    "addresses": 1.0,
    "problem": 1.0,
    "diagnosis.condition": 1.0,
    "indication": 1.0,
    "evidence.detail": 0.8,
    "complicationDetail": 0.8,
    "goal": 0.6,
    "result": 0.5,
    "hasMember": 0.5,
    "basedOn": 0.5,
    "partOf": 0.5,
}
OWN = 1.0
AT_THE_VISIT = 0.6  # done or found at a visit that was for the problem
WHERE_FOUND = 0.4  # done when the problem was first recorded
UNSURE = 0.0
ROUTINE = frozenset({"vital-signs", "survey", "social-history"})  # measured at every visit, whatever it is for
SHARE = 0.5  # of a series' members that must be linked for the line to be
BUSY = 12  # records of a visit beyond which having been recorded there says little


@dataclass(frozen=True, slots=True)
class Links:
    """One history's links, both ways, by reference."""

    grades: Mapping[str, Mapping[str, float]]
    at: Mapping[str, tuple[str, ...]]  # what was recorded at each visit
    visit: Mapping[str, str]  # at which visit each was recorded
    routine: frozenset[str]

    def of_problem(self, own: frozenset[str]) -> dict[str, float]:
        """Return what belongs to a problem, given the references of its records; UNSURE where it may."""
        found = dict.fromkeys(own, OWN)
        for one in own:
            for other, grade in self.grades.get(one, {}).items():
                _raise(found, other, grade)
        visits = [one for one in found if one in self.at]
        for visit in visits:
            self._at(found, visit, AT_THE_VISIT)
        for one in own:
            visit = self.visit.get(one, "")
            if visit and visit not in visits:
                self._at(found, visit, WHERE_FOUND if len(self.at.get(visit, ())) <= BUSY else UNSURE)
        for one in [other for other, grade in found.items() if grade >= OWN]:
            for other, grade in self.grades.get(one, {}).items():
                _raise(found, other, min(grade, AT_THE_VISIT) if grade < OWN else UNSURE)
        return found

    def of_visit(self, visit: str) -> dict[str, float]:
        """Return what belongs to a visit: its reasons with what belongs to them, and what was done there."""
        reasons = self.grades.get(visit, {})
        found = self.of_problem(frozenset(one for one, grade in reasons.items() if grade >= OWN and _is_problem(one)))
        _raise(found, visit, OWN)
        for other, grade in reasons.items():
            _raise(found, other, grade)
        self._at(found, visit, AT_THE_VISIT)
        return found

    def _at(self, found: dict[str, float], visit: str, grade: float) -> None:
        for one in self.at.get(visit, ()):
            _raise(found, one, UNSURE if one in self.routine else grade)
        _raise(found, visit, grade)


def links(history: History) -> Links:
    """Return every link of a history."""
    grades: dict[str, dict[str, float]] = {}
    at: dict[str, list[str]] = {}
    visit: dict[str, str] = {}
    codes: dict[str, list[str]] = {}

    def tie(one: str, other: str, grade: float) -> None:
        if one != other:
            _raise(grades.setdefault(one, {}), other, grade)
            _raise(grades.setdefault(other, {}), one, grade)

    for reference, resource in history.resources.items():
        for field, grade in POINTERS.items():
            for target in _references(resource, field):
                if other := history.reference(target):
                    tie(reference, other, grade)
        for target in (*_references(resource, "encounter"), *_references(resource, "context.encounter")):
            if other := history.reference(target):
                at.setdefault(other, []).append(reference)
                visit[reference] = other
        if resource.get("resourceType") == "Condition":
            for code in _codes(resource.get("code")):
                codes.setdefault(code, []).append(reference)
    for reference, resource in history.resources.items():
        for reason in _at_path(resource, ["reasonCode"]):
            for code in _codes(reason):
                for problem in codes.get(code, ()):
                    tie(reference, problem, 1.0)
    routine = frozenset(reference for reference, one in history.resources.items() if _is_routine(one))
    return Links(grades, {one: tuple(others) for one, others in at.items()}, visit, routine)


def graded_items(items: tuple[HistoryItem, ...], by_record: Mapping[str, float]) -> dict[str, float]:
    """Return what each linked item is worth; a series counts where at least half of its records are linked."""
    graded = {}
    for item in items:
        linked = [by_record[one.reference] for one in item.members if one.reference in by_record]
        if linked:
            few = item.kind is Kind.OBSERVATION and len(linked) < SHARE * len(item.members)
            graded[item.reference] = UNSURE if few else max(linked)
    return graded


def _raise(found: dict[str, float], reference: str, grade: float) -> None:
    found[reference] = max(grade, found.get(reference, UNSURE))


def _is_problem(reference: str) -> bool:
    return reference.startswith("Condition/")


def _is_routine(resource: Resource) -> bool:
    categories = _at_path(resource, ["category", "coding", "code"])
    return resource.get("resourceType") == "Observation" and any(code in ROUTINE for code in categories)


def _references(resource: Resource, path: str) -> Iterator[str]:
    for value in _at_path(resource, path.split(".")):
        if isinstance(value, dict) and isinstance(value.get("reference"), str):
            yield value["reference"]


def _codes(concept: object) -> Iterator[str]:
    for coding in _at_path(concept, ["coding"]):
        if isinstance(coding, dict) and coding.get("code"):
            yield f"{coding.get('system', '')}|{coding['code']}"


def _at_path(node: object, path: list[str]) -> Iterator[object]:
    if isinstance(node, list):
        for one in node:
            yield from _at_path(one, path)
    elif not path:
        yield node
    elif isinstance(node, dict) and path[0] in node:
        yield from _at_path(node[path[0]], path[1:])
