"""What a machine can see to be wrong in tables that were read. Whether a fact is true, only a reader can say.

The shipped tables pass every check. With an installation's own rows over them those of FAULTS must pass; CHECKS adds
what the project asks of its own files: their size, and that no review in them is out of date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain

from emr_rerank.knowledge.exceptions import Exceptions
from emr_rerank.knowledge.names import NAMED, Concept, Names, fold
from emr_rerank.knowledge.references import DRUG, dangling, dangling_endpoints
from emr_rerank.knowledge.rows import Facts, Interaction, Limit, Row
from emr_rerank.knowledge.words import WORD
from emr_rerank.types import Kind, Standing

MINIMA: Mapping[str, int] = {
    "medicines": 700,
    "interactions": 900,
    "conditions": 700,
    "tests": 200,
    "presentations": 250,
    "procedures": 200,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is and what it is."""

    where: str
    fault: str


def short_tables(facts: Facts, names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield the tables with fewer rows than the project asks for; a pair that a pair of classes tells counts not."""
    for table, least in MINIMA.items():
        count = len(getattr(facts, table)) - (len(told_by_classes(facts, names)) if table == "interactions" else 0)
        if count < least:
            yield Problem(f"{table}.csv", f"{count} rows count, at least {least} are asked for")


def shared_names(facts: Facts, _names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield rows whose name differs from another row's of the same table in case, accents or hyphens only."""
    for table, _ in NAMED.values():
        seen: dict[str, str] = {}
        for row in getattr(facts, table):
            first = seen.setdefault(fold(row.name), row.where)
            if first != row.where:
                yield Problem(row.where, f"the name {row.name!r} is that of {first}")


def repeated_items(facts: Facts, _names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield cells that hold one item twice, and rows that give their own name as a synonym."""
    for row in _rows(facts):
        for column in (one.name for one in fields(row)):
            cell = getattr(row, column)
            if isinstance(cell, tuple):
                for text in (text for text, count in Counter(map(fold, cell)).items() if count > 1):
                    yield Problem(f"{row.where}, column {column}", f"{text!r} is there twice")
    for table, columns in NAMED.values():
        for row in getattr(facts, table):
            for column in columns:
                if column != "phrases" and fold(row.name) in map(fold, getattr(row, column)):
                    yield Problem(f"{row.where}, column {column}", f"{row.name!r} is the row's own name")


def wordless_names(facts: Facts, _names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield the names in which no word or mark is left once hyphens are gone: no text can be found to hold them."""
    for table, columns in NAMED.values():
        for row in getattr(facts, table):
            for column in ("name", *columns):
                cell = getattr(row, column)
                for text in (cell,) if isinstance(cell, str) else cell:
                    if not WORD.search(text):
                        yield Problem(f"{row.where}, column {column}", f"{text!r} holds no word")


def dangling_references(facts: Facts, names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield the references that nothing answers."""
    for one in (*dangling(facts, names), *dangling_endpoints(facts, names)):
        allowed = " or ".join(one.kinds) or "food"
        yield Problem(f"{one.where}, column {one.column}", f"{one.text!r} is no {allowed}")


def impossible_limits(facts: Facts, _names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield limits that no value can pass, that mean nothing, or that share values with another unit's."""
    read: dict[str, Limit] = {}
    for row in sorted(facts.limits, key=lambda row: (fold(row.name), row.least)):
        inside = [value for value in (row.low, row.high) if value is not None]
        if sorted([row.least, *inside, row.most]) != [row.least, *inside, row.most] or row.least == row.most:
            yield Problem(row.where, "least, low, high and most must rise in this order")
        if (row.low is None) != (not row.below) or (row.high is None) != (not row.above):
            yield Problem(row.where, "a limit and what it means come together: low with below, high with above")
        before = read.get(fold(row.name))
        if before and before.most >= row.least:
            yield Problem(row.where, f"values from {row.least:g} on are read in the unit of {before.where}, too")
        read[fold(row.name)] = row


def impossible_lookups(facts: Facts, _names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield lookups of kinds or standings that no record has, or of nothing at all."""
    for row in facts.lookups:
        if not row.kinds and not row.standings:
            yield Problem(row.where, "neither kinds nor standings: it asks for nothing")
        for column, texts, known in (("kinds", row.kinds, [*Kind]), ("standings", row.standings, [*Standing])):
            for text in texts:
                if text not in known:
                    yield Problem(f"{row.where}, column {column}", f"{text!r} is none of: {', '.join(known)}")


def repeated_searches(facts: Facts, _names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield the phrases that ask for two things."""
    said: dict[str, str] = {}
    phrases = chain(
        ((row.where, fold(text)) for row in facts.lookups for text in row.phrases),
        ((row.where, fold(text)) for row in facts.systems for text in row.phrases),
    )
    for where, phrase in phrases:
        if phrase in said:
            yield Problem(f"{where}, column phrases", f"{phrase!r} is a phrase of {said[phrase]}, too")
        said[phrase] = where


def empty_classes(facts: Facts, names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield the classes that no medicine is in."""
    members = {
        concept.name for row in facts.medicines for text in row.classes for concept in names.resolve(text, ["class"])
    }
    for row in facts.classes:
        if row.name not in members:
            yield Problem(row.where, f"no medicine is in the class {row.name!r}")


def repeated_pairs(facts: Facts, names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield interactions told twice, in either order or under a synonym, and pairs of one thing with itself."""
    seen: dict[frozenset[object], str] = {}
    for row in facts.interactions:
        ends = [names.resolve(end) or (fold(end),) for end in (row.a, row.b)]
        pair = frozenset([row.kind, *ends])
        if ends[0] == ends[1] and row.kind != "drug-drug":
            yield Problem(row.where, f"{row.a!r} interacts with itself")
        first = seen.setdefault(pair, row.where)
        if first != row.where:
            yield Problem(row.where, f"{row.a!r} with {row.b!r} is told already in {first}")


def parent_cycles(facts: Facts, names: Names, _exceptions: Exceptions) -> Iterator[Problem]:
    """Yield conditions that are their own ancestors."""
    parents = {
        row.name: {concept.name for concept in names.resolve(row.parent, ["condition"])} if row.parent else set()
        for row in facts.conditions
    }
    for row in facts.conditions:
        ancestors, reached = set(parents[row.name]), set[str]()
        while ancestors:
            reached |= ancestors
            ancestors = {up for one in ancestors for up in parents[one]} - reached
        if row.name in reached:
            yield Problem(row.where, f"{row.name!r} is its own ancestor")


def unreviewed_collisions(facts: Facts, names: Names, exceptions: Exceptions) -> Iterator[Problem]:
    """Yield names with meanings in several kinds that nobody has reviewed."""
    rows = {Concept(kind, row.name): row.where for kind, (table, _) in NAMED.items() for row in getattr(facts, table)}
    for text, kinds in collisions(names).items():
        if text not in exceptions["collision"]:
            where = ", ".join(dict.fromkeys(rows[concept] for concept in names.ambiguous[text]))
            means = " and a ".join(kinds)
            yield Problem(where, f"the name {text!r} means a {means}: rename, or say why in exceptions.csv")


def stale_reviews(_facts: Facts, names: Names, exceptions: Exceptions) -> Iterator[Problem]:
    """Yield reviews of names that mean one kind only."""
    colliding = collisions(names)
    for text in exceptions["collision"]:
        if text not in colliding:
            yield Problem("exceptions.csv", f"{text!r} collides no more: remove its line")


Check = Callable[[Facts, Names, Exceptions], Iterable[Problem]]
FAULTS: Sequence[Check] = (
    shared_names,
    repeated_items,
    wordless_names,
    dangling_references,
    impossible_limits,
    impossible_lookups,
    repeated_searches,
    empty_classes,
    repeated_pairs,
    parent_cycles,
    unreviewed_collisions,
)
CHECKS: Sequence[Check] = (short_tables, *FAULTS, stale_reviews)


def told_by_classes(facts: Facts, names: Names) -> tuple[Interaction, ...]:
    """Return the drug-drug pairs that a pair of their classes, or one class and the other medicine, tells already."""
    groups = {
        row.name: frozenset(one for text in row.classes for one in names.resolve(text, ["class"]))
        for row in facts.medicines
    }

    def ends(text: str) -> frozenset[Concept]:
        meant = names.resolve(text, DRUG)[:1]
        return frozenset(meant).union(*(groups[one.name] for one in meant if one.kind == "medicine"))

    pairs = [row for row in facts.interactions if row.kind == "drug-drug"]
    told = {frozenset(names.resolve(row.a, DRUG)[:1] + names.resolve(row.b, DRUG)[:1]) for row in pairs}
    return tuple(
        row
        for row in pairs
        if any(
            frozenset((one, other)) in told
            for one in ends(row.a)
            for other in ends(row.b)
            if {one, other} != {*names.resolve(row.a, DRUG)[:1], *names.resolve(row.b, DRUG)[:1]}
        )
    )


def collisions(names: Names) -> Mapping[str, tuple[str, ...]]:
    """Return the folded names that mean concepts of several kinds, and the kinds."""
    kinds = {text: tuple(sorted({one.kind for one in meant})) for text, meant in names.ambiguous.items()}
    return {text: among for text, among in kinds.items() if len(among) > 1}


def problems(
    facts: Facts, names: Names, exceptions: Exceptions, checks: Sequence[Check] = CHECKS
) -> tuple[Problem, ...]:
    """Return what the checks find."""
    return tuple(found for check in checks for found in check(facts, names, exceptions))


def table_names() -> Iterator[str]:
    """Yield the names of the tables, in their order."""
    return (one.name for one in fields(Facts) if one.name != "version")


def _rows(facts: Facts) -> Iterator[Row]:
    return (row for table in table_names() for row in getattr(facts, table))
