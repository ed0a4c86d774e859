"""Puts one fact into English: its verb, its articles, its number. Knows relations and names, no table and no chart.

A clause told forwards has the fact's subject first ("naproxen can cause dyspepsia"); told backwards it follows the
object as a relative clause ("dyspepsia, which naproxen can cause").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from emr_rerank.knowledge.names import Concept

Relation = Literal[
    "is a",
    "treats",
    "causes",
    "complicates",
    "raises the risk of",
    "shows as",
    "watches",
    "suggests",
    "leaves",
    "interacts with",
    "contraindicates",
    "matters for",
]

# What follows the subject, and what follows the object; [singular|plural] goes by the number of {a}, the subject.
CLAUSES: Mapping[Relation, tuple[str, str]] = {
    "is a": ("[is|are] {b}", "such as {a}"),
    "treats": ("[is|are] used for {b}", "for which {a} [is|are] used"),
    "causes": ("can cause {b}", "which {a} can cause"),
    "complicates": ("can follow from {b}", "from which {a} can follow"),
    "raises the risk of": ("[raises|raise] the risk of {b}", "whose risk {a} [raises|raise]"),
    "shows as": ("can show as {b}", "which can be a sign of {a}"),
    "watches": ("[is|are] checked in {b}", "in which {a} [is|are] checked"),
    "suggests": ("out of range can mean {b}", "which can put {a} out of range"),
    "leaves": ("can leave {b}", "which {a} can leave"),
    "interacts with": ("[interacts|interact] with {b}", "with which {a} [interacts|interact]"),
    "contraindicates": ("[calls|call] for care with {b}", "to be used with care in {a}"),
    "matters for": ("[matters|matter] for {b}", "for which {a} [matters|matter]"),
}
TREATMENT_WATCHED = ("[is|are] checked during treatment with {b}", "for which {a} [is|are] checked")
OCCASION_WATCHED = ("[is|are] checked for {b}", "for which {a} [is|are] checked")
GUARDS = ("guards against {b}", "against which {a} guards")  # "influenza prevention" is no kind of influenza
BEARS_ON = ("[bears|bear] on {b}", "on which {a} [bears|bear]")  # a medicine on a test's value
USED_IN = ("[is|are] used in {b}", "in which {a} [is|are] used")

_PREVENTION = " prevention"
# States of a person that nothing is used "for".
_STATES = frozenset({"pregnancy", "breastfeeding", "old age"})
# Conditions that are occasions: nothing is checked "in" them.
_OCCASIONS = frozenset({"contrast imaging planned", "dental treatment", "hospital admission", "surgery", "travel"})

# What an assessment asks or announces, as a thing: by how its name begins, and by how it ends.
_ASKED = {"start ": "starting ", "can I take ": "taking ", "fit to ": "being fit to "}
_ANNOUNCED = {" planned": "planned ", " booked": "booked "}

# Classes that are not counted: "insulin matters for ...", not "an insulin".
_UNCOUNTED = frozenset(
    "care chemotherapy contrast heparins immunisation immunotherapy insulin iron levodopa oestrogen prophylaxis "
    "rehydration replacement reversal support therapy".split()
)
# Read letter by letter, these begin with a vowel; SERM and its like are read as words.
_VOWEL_LETTERS = frozenset("AEFHILMNORSX")
_READ_AS_WORDS = frozenset("HER2 HIF LABA LAMA MEK NaSSA RANKL RET SERM SYK".split())
_INITIALS = re.compile(r"[A-Z][A-Za-z]?[A-Z0-9]")

_SINGULAR = frozenset(
    "ascites caries diabetes gas herpes hives hydrops measles migrans mumps obliterans pancreas pointes prediabetes "
    "rabies rickets scabies shingles tetanus tremens urodynamics".split()
)
_SINGULAR_ENDINGS = ("ss", "is", "us")
_AFTER_HEAD = re.compile(r" (?:around|between|for|in|of|on|to|with) ")


def forwards(a: Concept, relation: Relation, b: Concept) -> str:
    """Return the fact without its subject: "can cause pulmonary fibrosis"."""
    object_ = _kind_of(b) if relation == "is a" and not _guards(a, b) else named(b)
    return _told(_clauses(a, relation, b)[0], a, b=object_)


def backwards(a: Concept, relation: Relation, b: Concept) -> str:
    """Return the fact without its object, to follow it after a comma: "which amiodarone can cause"."""
    return _told(_clauses(a, relation, b)[1], a)


def alike(a: Concept) -> str:
    """Return what follows a fact that is true of `a` as well: "as is ibuprofen"."""
    return _told("as [is|are] {a}", a)


def named(concept: Concept) -> str:
    """Return the concept as it stands in a sentence: "an ACE inhibitor", "starting lithium", "gout"."""
    if concept.kind == "class" and concept.name.split()[-1] not in _UNCOUNTED:
        return f"{_article(concept.name)} {concept.name}"
    return _as_thing(concept.name) if concept.kind in {"presentation", "condition"} else concept.name


def is_plural(name: str) -> bool:
    """Tell whether a name takes "are": its head, the last word before a preposition, ends as a plural does."""
    head = _AFTER_HEAD.split(name)[0].split()[-1]
    return head.endswith("s") and not head.endswith(_SINGULAR_ENDINGS) and head not in _SINGULAR


def _clauses(a: Concept, relation: Relation, b: Concept) -> tuple[str, str]:
    if relation == "watches" and (b.kind != "condition" or b.name in _OCCASIONS):
        return TREATMENT_WATCHED if b.kind in {"medicine", "class"} else OCCASION_WATCHED
    if relation == "interacts with" and b.kind in {"test", "procedure"}:
        return BEARS_ON
    if relation == "treats" and b.name in _STATES:
        return USED_IN
    return GUARDS if relation == "is a" and _guards(a, b) else CLAUSES[relation]


def _guards(a: Concept, b: Concept) -> bool:
    return a.name.endswith(_PREVENTION) and not b.name.endswith(_PREVENTION)


def _told(clause: str, a: Concept, b: str = "") -> str:
    form = 2 if is_plural(a.name) else 1
    return re.sub(r"\[(.*?)\|(.*?)\]", lambda choice: choice[form], clause).format(a=named(a), b=b)


def _as_thing(name: str) -> str:
    for begins, instead in _ASKED.items():
        if name.startswith(begins):
            return instead + name.removeprefix(begins)
    for ends, instead in _ANNOUNCED.items():
        if name.endswith(ends):
            return instead + name.removesuffix(ends)
    return name


def _kind_of(concept: Concept) -> str:
    """Return what follows "is": a class by its article, anything else as "a kind of" it."""
    words = named(concept)
    if words != concept.name:
        return words
    return f"one of the {words}" if concept.kind == "class" and is_plural(words) else f"a kind of {words}"


def _article(name: str) -> str:
    first = re.split(r"[ /-]", name)[0]
    if _INITIALS.match(first) and first not in _READ_AS_WORDS:
        return "an" if first[0] in _VOWEL_LETTERS else "a"
    if name[0].isdigit():
        return "an" if name[0] == "8" else "a"
    return "an" if re.match(r"[aeio]|u(?:l|n(?!i)|p)", name, re.IGNORECASE) else "a"  # "a uricosuric", as "you" sounds
