"""Reads medicines as dispensing catalogues write them: salts, strengths, several ingredients. Knows no sentence.

"Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG" is the combination where the tables have it, else both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emr_rerank.knowledge.lexicon import Entry
from emr_rerank.knowledge.meaning import MEASURES
from emr_rerank.knowledge.names import Concept, Named, Names, fold
from emr_rerank.knowledge.rows import Facts

COMPONENT = "component"  # the column of a part that has no row of its own: clavulanic acid

# What a medicine is bound to, or how it comes: alone these words name something else, after a medicine they do not.
SALTS = frozenset(
    """sodium potassium calcium magnesium zinc aluminium aluminum lithium hydrochloride hcl dihydrochloride sulfate
    sulphate phosphate acetate maleate mesylate mesilate tartrate bitartrate succinate fumarate besylate besilate
    citrate bromide hydrobromide chloride nitrate gluconate lactate tosylate tosilate disodium dipotassium trometamol
    tromethamine monohydrate dihydrate trihydrate anhydrous arginine lysine erbumine medoxomil cilexetil axetil
    proxetil pamoate embonate decanoate propionate dipropionate furoate valerate acid""".split()
)
_JOINTS = frozenset({"/", "+", "and", "with", "&"})
_BETWEEN = _JOINTS | SALTS | MEASURES | frozenset("( ) % actuat hr h er unt meq mmol l".split())
Hit = tuple[int, int, Entry]


class Products:
    """The fixed combinations of the tables, by their ingredients."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self._combinations: dict[frozenset[str], Named] = {}
        self.components: dict[str, Named] = {}
        for row in facts.medicines:
            if "/" not in row.name:
                continue
            for written in (row.name, *row.also):
                parts = [self._part(part.strip(), names) for part in written.split("/")]
                if len(parts) > 1:
                    combination = Named(written, Concept("medicine", row.name), "name")
                    self._combinations.setdefault(frozenset(parts), combination)

    def _part(self, text: str, names: Names) -> str:
        known = names.resolve(text, ("medicine",))
        # A part of an abbreviated name ("ABC/3TC"), or of a vaccine's ("diphtheria"), names no medicine by itself.
        if len(text) > 4 and not names.meanings(text):
            self.components[fold(text)] = Named(text, Concept("medicine", text), COMPONENT)
        return known[0].name if known else text

    def joined(self, hits: Sequence[Hit], words: Sequence[str]) -> Iterator[Hit]:
        """Yield the hits without what only names a salt, with the ingredients of a known combination as one."""
        group: list[Hit] = []
        for hit in hits:
            if group and _salt(group[-1], hit, words):
                continue
            if group and not _together(group[-1], hit, words):
                yield from self._group(group)
                group = []
            group.append(hit)
        yield from self._group(group)

    def _group(self, group: list[Hit]) -> Iterator[Hit]:
        if len(group) > 1:
            named = self._combinations.get(frozenset(one.named.concept.name for _, _, one in group))
            if named:
                yield group[0][0], group[-1][1], Entry(named, fold(named.text))
                return
        yield from (hit for hit in group if hit[2].named.column != COMPONENT)


def _salt(before: Hit, hit: Hit, words: Sequence[str]) -> bool:
    """Return whether `hit` is the salt of the medicine right before it, and no value follows that would be its own."""
    start, end, _ = hit
    if before[1] != start or before[2].named.concept.kind != "medicine" or words[start] not in SALTS:
        return False
    return not (end < len(words) and (words[end] == ":" or "." in words[end][1:]))


def _together(before: Hit, hit: Hit, words: Sequence[str]) -> bool:
    """Return whether both are ingredients of one product: only strengths, salts and a joint lie between."""
    if before[2].named.concept.kind != "medicine" or hit[2].named.concept.kind != "medicine":
        return False
    between = words[before[1] : hit[0]]
    return not _JOINTS.isdisjoint(between) and all(word in _BETWEEN or word[0].isdigit() for word in between)
