"""Chooses the styles a theme is asked about in, and the words. Knows themes and spellings, no chart.

A style of symptoms never names the problem behind them, in any of the words that the facts have for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from emr_rerank.knowledge import Concept
from emr_rerank.knowledge.rows import Condition, Medicine, Presentation, Test
from training.emr.assessments import Subject, assessment, names_any
from training.emr.dice import Dice, happens
from training.emr.people import Person
from training.emr.phrasing import Style
from training.emr.spellings import Spellings
from training.emr.themes import Theme, ThemeKind
from training.emr.values import RANGES, Direction

Category = Literal["diagnosis", "follow-up", "medication safety", "pre-procedure", "results", "symptom"]

STYLES: Mapping[ThemeKind, tuple[Style, ...]] = {
    "presentation": ("complaint",),
    "problem": ("sentence", "shorthand", "lay", "follow-up"),
    "symptoms": ("symptoms", "symptoms in shorthand", "symptoms in lay words"),
    "medicine": ("safety",),
    "operation": ("before an operation",),
    "result": ("results",),
}
CATEGORIES: Mapping[Style, Category] = {
    "sentence": "diagnosis",
    "shorthand": "diagnosis",
    "lay": "diagnosis",
    "follow-up": "follow-up",
    "symptoms": "symptom",
    "symptoms in shorthand": "symptom",
    "symptoms in lay words": "symptom",
    "complaint": "symptom",
    "safety": "medication safety",
    "before an operation": "pre-procedure",
    "results": "results",
}
MOST = 3  # assessments of one chart
_WORDED: Mapping[Direction, tuple[str, ...]] = {
    "high": ("high", "raised", "positive", "abnormal"),
    "low": ("low", "reduced", "below range"),
    "normal": ("normal",),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """An assessment as it is typed, in what style and of what category."""

    text: str
    style: Style
    category: Category


@dataclass(frozen=True, slots=True)
class Asked:
    """One assessment with what each item is worth to it, by reference; what is in neither is unsure."""

    asking: Asking
    topic: str
    grades: Mapping[str, float]  # in (0, 1]
    negatives: tuple[str, ...]


def asked_in(
    rng: Dice, theme: Theme, person: Person, symptoms: Sequence[Concept], spellings: Spellings
) -> tuple[Asking, ...]:
    """Return up to `MOST` assessments of a theme, none where there are no words for it."""
    written = {one.text: one for one in _written(rng, theme, person, symptoms, spellings)}
    return tuple(written.values())


def _written(
    rng: Dice, theme: Theme, person: Person, symptoms: Sequence[Concept], spellings: Spellings
) -> Iterator[Asking]:
    for style in rng.choices(STYLES[theme.kind], k=rng.randint(1, MOST)):
        subject = _subject(rng, theme, style, symptoms, spellings)
        if subject:
            text = assessment(rng, style, person, subject)
            if theme.kind == "symptoms" and names_any(text, spellings.all(theme.concept)):
                continue
            yield Asking(text, style, CATEGORIES[style])


def _subject(
    rng: Dice, theme: Theme, style: Style, symptoms: Sequence[Concept], spellings: Spellings
) -> Subject | None:
    row = spellings.row(theme.concept)
    if theme.kind == "symptoms":
        named = tuple(_symptom(rng, one, style, spellings) for one in symptoms)
        told = tuple(one for one in dict.fromkeys(named) if not names_any(one, spellings.all(theme.concept)))
        return Subject(symptoms=told) if len(told) > 1 else None
    match row:
        case Presentation():
            return Subject(what=rng.choice((*row.phrases, row.name)))
        case Medicine():
            return Subject(what=_medicine(rng, row))
        case Condition():
            what = _problem(rng, row, style)
            return Subject(what=what) if what else None
        case Test() if theme.direction:
            return Subject(test=_short(rng, row), value=_value(rng, row, theme.direction))
    return Subject(what=rng.choice(spellings.all(theme.concept)))


def _symptom(rng: Dice, symptom: Concept, style: Style, spellings: Spellings) -> str:
    row = spellings.row(symptom)
    if isinstance(row, Condition):
        if style == "symptoms in lay words" and row.lay:
            return rng.choice(row.lay)
        if style == "symptoms in shorthand" and row.abbreviations and happens(rng, 0.6):
            return rng.choice(row.abbreviations)
        if row.synonyms and happens(rng, 0.3):
            return rng.choice(row.synonyms)
    return symptom.name


def _problem(rng: Dice, row: Condition, style: Style) -> str:
    if style == "lay":
        return rng.choice(row.lay) if row.lay else ""
    if style == "shorthand" and row.abbreviations and happens(rng, 0.75):
        return rng.choice(row.abbreviations)
    return rng.choice(row.synonyms) if row.synonyms and happens(rng, 0.35) else row.name


def _medicine(rng: Dice, row: Medicine) -> str:
    way = rng.random()
    if way < 0.2 and row.brands:
        return rng.choice(row.brands)
    return rng.choice(row.also) if way < 0.3 and row.also else row.name


def _short(rng: Dice, row: Test) -> str:
    """Return how a test is spoken of: never by a catalogue's name."""
    spoken = [one for one in (row.name, *row.variants) if "[" not in one and len(one) < 30]
    return rng.choice(spoken) if spoken else row.name


def _value(rng: Dice, row: Test, direction: Direction) -> str:
    known = RANGES.get(row.name)
    return known.draw(rng, direction) if known and happens(rng, 0.7) else rng.choice(_WORDED[direction])
