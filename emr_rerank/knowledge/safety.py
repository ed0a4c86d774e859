"""Says which medicines belong in the safety strip, and why: by name, else by ATC code. Knows no standing, no strip.

Which medicines are of which safety class, the tables say (`classes.csv`, column `safety`); here is only what a class
calls for, and which lines name such a medicine and are none. Recall comes before precision.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from emr_rerank.knowledge.codes import ATC, SYSTEMS
from emr_rerank.knowledge.memory import Remembered
from emr_rerank.knowledge.names import Concept, Names, fold
from emr_rerank.knowledge.recognise import Recogniser
from emr_rerank.knowledge.rows import Facts, Medicine
from emr_rerank.knowledge.words import WORD
from emr_rerank.types import HistoryItem, Kind, SafetyClass

SHORTEST_STEM = 7  # letters of a name that a longer word may begin with: "aspart" also begins aspartate

# Applied to a surface, these hardly reach the blood; what is swallowed or injected does, wherever else it helps.
SURFACE = re.compile(
    r"\b(creams?|ointment|gel|lotion|topical|cutaneous|eye|ear|ophthalmic|otic|nasal|inhal\w*|mouthwash|shampoo|scalp"
    r"|enema|foam)\b",
    re.I,
)
SYSTEMIC = re.compile(
    r"\b(tablets?|tabs?|capsules?|caps?|softgels?|oral|po|by mouth|inject\w*|infusion|intravenous|iv|subcutaneous|sc"
    r"|intramuscular|im|pens?|vials?|syringe|depot)\b",
    re.I,
)
SURFACE_CODES = ("D", "R01", "R03", "S")  # ATC: skin, nose, inhaled, eye and ear

# Beside the known addresses of ATC: a hospital's own address or name for it.
_ATC = re.compile(r"(?<![a-z])atc(?![a-z])", re.I)
ATC_LEVELS = (5, 4, 3)  # characters: chemical, pharmacological, therapeutic group


_Line = tuple[str, str, tuple[str, ...]]  # title, dose, codes: what a medicine's safety class depends on


@dataclass(frozen=True, slots=True)
class Rule:
    """What one safety class, or one class of medicines within it, calls for."""

    shown: SafetyClass
    unless: re.Pattern[str] | None = None  # in the title: then no medicine that acts is meant
    surface_too: bool = False  # whether a cream or drops count as well


# By the class's name or by its safety cell. The first rule a medicine answers to, counts.
RULES: Mapping[str, Rule] = {
    "anticoagulant": Rule(
        SafetyClass("anticoagulant", "bleeding risk", lasting_days=3),
        unless=re.compile(r"\b(lock|flush|heparinoid)\b", re.I),
    ),
    "systemic corticosteroid": Rule(
        SafetyClass("immunosuppressant", "infection risk; do not stop abruptly", lasting_days=30)
    ),
    "immunosuppressant": Rule(SafetyClass("immunosuppressant", "infection risk", lasting_days=365)),
    "insulin": Rule(
        SafetyClass("insulin", "hypoglycaemia risk", lasting_days=2),
        unless=re.compile(r"\b(needles?|lancets?|sharps|test strips?|swabs?|insulin syringes?|resistance)\b", re.I),
        surface_too=True,  # inhaled insulin is insulin
    ),
    "opioid": Rule(
        SafetyClass("opioid", "sedation and breathing risk", lasting_days=2),
        surface_too=True,  # a patch or a nasal spray of these acts on the whole body
    ),
}


class MedicineSafety:
    """The safety classes of one set of tables. Free of state but for a memory of lines met."""

    def __init__(self, facts: Facts, recogniser: Recogniser, names: Names) -> None:
        """Take the tables, and the recogniser and the names of the same tables."""
        self._recogniser = recogniser
        safety = {row.name: row.safety for row in facts.classes}
        self._known: dict[Concept, frozenset[str]] = {
            Concept("class", name): _rules(((name, cell),)) for name, cell in safety.items()
        }
        for row in facts.medicines:
            classes = (one.name for cell in row.classes for one in names.resolve(cell, ("class",)))
            self._known[Concept("medicine", row.name)] = _rules((name, safety[name]) for name in classes)
        drugs = {text: self._rules_of(names.resolve(text, ("medicine", "class"))) for text in names}
        self._drugs = {text: rules for text, rules in drugs.items() if rules}
        self._doubtful = tuple(text for text in names.ambiguous if text in self._drugs)
        stems = "|".join(text for text in self._drugs if len(text) >= SHORTEST_STEM and text.isalpha())
        self._begun = re.compile(rf"\b({stems or '(?!)'})(?=[^\W_])")
        self._codes = dict(_by_code(facts.medicines, self._known))
        self._of = Remembered(self._read)  # charts are read again and again

    def of(self, title: str, dose: str = "", codes: Sequence[str] = ()) -> SafetyClass | None:
        """Return the safety class of a medicine so called, dosed and coded ("system|code"), or None."""
        return self._of((title, dose, tuple(codes)))

    def of_items(self, items: Iterable[HistoryItem]) -> Mapping[str, SafetyClass]:
        """Return the safety class of each medicine that has one, by the item's reference."""
        found = (
            (one.reference, self._of((one.title, one.head.dose, one.head.codes)))
            for one in items
            if one.kind is Kind.MEDICATION
        )
        return {reference: shown for reference, shown in found if shown}

    def _read(self, line: _Line) -> SafetyClass | None:
        title, dose, codes = line
        named = {*self._named(title), *(rule for code in codes for rule in self._coded(code))}
        on_surface = SURFACE.search(title) and not SYSTEMIC.search(f"{title} {dose}")
        return next(
            (
                rule.shown
                for name, rule in RULES.items()
                if name in named
                and not (rule.unless and rule.unless.search(title))
                and (rule.surface_too or not on_surface)
            ),
            None,
        )

    def _named(self, title: str) -> Iterator[str]:
        """Yield the rules of what a medicine's title names; repeats are possible."""
        yield from self._rules_of(one.concept for one in self._recogniser.find(title))
        # A medicine's title names medicines: NPH is insulin there, and CHOP no verb.
        plain = " ".join(WORD.findall(fold(title)))
        for text in (plain, *(doubtful for doubtful in self._doubtful if f" {doubtful} " in f" {plain} ")):
            yield from self._drugs.get(text, ())
        for begun in self._begun.findall(plain):  # salts grown on: "heparinnatrium", "methadonehydrochloride"
            yield from self._drugs[begun]

    def _rules_of(self, concepts: Iterable[Concept]) -> frozenset[str]:
        return frozenset(rule for one in concepts for rule in self._known.get(one, ()))

    def _coded(self, code: str) -> frozenset[str]:
        """Return the rules of an ATC code: the medicines' that have it, else its group's as the tables know it."""
        system, _, value = code.rpartition("|")
        if SYSTEMS.get(system) != ATC and not _ATC.search(system):
            return frozenset()
        value = value.upper()
        groups = (value, *(value[:length] for length in ATC_LEVELS))
        return next((self._codes[group] for group in groups if group in self._codes), frozenset())


def _rules(classes: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the names of the rules that these classes, each with its safety cell, answer to."""
    return frozenset(rule for pair in classes for rule in pair if rule in RULES)


def _by_code(
    medicines: Iterable[Medicine], known: Mapping[Concept, frozenset[str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the rules of each ATC code of the tables, and of each group: those at least half of its medicines have."""
    members: Counter[str] = Counter()
    having: dict[str, Counter[str]] = {}
    for row in medicines:
        for code in row.atc:
            rules = () if code.startswith(SURFACE_CODES) else known[Concept("medicine", row.name)]
            for group in (code, *(code[:length] for length in ATC_LEVELS)):
                members[group] += 1
                having.setdefault(group, Counter()).update(rules)
    for group, counts in having.items():
        yield group, frozenset(rule for rule, count in counts.items() if 2 * count >= members[group])
