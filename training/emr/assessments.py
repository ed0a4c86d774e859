"""Writes an assessment in a style, for a person and a subject. Knows sentences, no chart and no facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from emr_rerank.knowledge import fold
from training.emr.dice import Dice, happens
from training.emr.people import ADULT, Person
from training.emr.phrasing import SINCE, SINCE_SHORT, TEMPLATES, Style

_SHORT = frozenset({"shorthand", "symptoms in shorthand", "safety", "follow-up", "results"})
_SPACES = re.compile(r"\s+")
MOST_SYMPTOMS = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """What an assessment is to speak of: one thing, or symptoms in place of it, or a result."""

    what: str = ""
    symptoms: tuple[str, ...] = ()
    test: str = ""
    value: str = ""


def assessment(rng: Dice, style: Style, person: Person, subject: Subject) -> str:
    """Return an assessment in one line. A style of symptoms needs at least two."""
    symptoms = subject.symptoms[:MOST_SYMPTOMS]
    first, second, *more = symptoms if len(symptoms) > 1 else ("", "")
    short = style in _SHORT and happens(rng, 0.8)
    who = _who(rng, person, short=short)
    since = rng.choice(SINCE_SHORT if short else SINCE)
    written = rng.choice(TEMPLATES[style]).format(
        who=who,
        Who=_begin(who),
        what=subject.what,
        What=_begin(subject.what),
        a=first,
        b=second,
        c="".join(f", {one}" for one in more),
        since=since,
        Since=_begin(since),
        test=subject.test,
        value=subject.value,
    )
    return _hand(rng, _SPACES.sub(" ", written).strip())


def names_any(text: str, names: Iterable[str]) -> bool:
    """Return whether a text names any of these, whatever its case, hyphens and plural."""
    folded = f" {re.sub(r'[^a-z0-9]+', ' ', fold(text))} "
    return any(f" {plain} " in folded or f" {plain}s " in folded for plain in map(_plain, names) if plain)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()


def _who(rng: Dice, person: Person, *, short: bool) -> str:
    letter = "M" if person.sex == "male" else "F"
    if person.age < ADULT:
        child = "boy" if person.sex == "male" else "girl"
        return f"{person.age}yo {letter}" if short else f"a {child} of {person.age}"
    adult = "man" if person.sex == "male" else "woman"
    if short:
        return rng.choice((f"{person.age}{letter}", f"{person.age} yo {adult}", f"{letter}{person.age}", "pt"))
    years = f"{person.age}-year-old"
    return rng.choice(
        (f"this {years} {adult}", f"the {years} {adult}", f"our {years} patient", f"{letter} {person.age}")
    )


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]


def _hand(rng: Dice, text: str) -> str:
    """Return the text as hands differ: a capital first letter or none, a full stop or none."""
    if happens(rng, 0.15):
        return text.casefold()
    return _begin(text) if happens(rng, 0.6) else text
