"""The topics that readers type into a chart's search box, and how a chart's lines are judged for each.

The table beside this module says what counts, by kind, standing and words of the title. What only mentions a topic
further on in its line is not judged at all. Knows no model and none of the facts that ranking uses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from emr_rerank.types import HistoryItem, Kind, Standing

Category = Literal["kind", "kind and state", "test", "class", "problem area", "person"]
Grade = Literal[1, 2, 3]
Words = tuple[str, ...]
WHOLE = 3  # letters; a word no longer than that begins too many others
NARRATIVE = frozenset({Kind.NOTE, Kind.IMPRESSION})
HELD = frozenset({Standing.CURRENT, Standing.PAST, Standing.PLANNED})  # what one grade for all stands for


class Count(BaseModel):
    """One rule of a topic: which items it covers and what they are worth; the table says what its fields mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: frozenset[Kind] = frozenset(Kind)
    grade: Grade | Mapping[Standing, Grade]
    older: Grade | None = None
    words: Words = ()
    because: Words = ()
    line: Words = ()
    but_not: Words = ()

    @property
    def vocabulary(self) -> Words:
        """Every word that it looks for; without any it covers all of its kinds."""
        return self.words + self.because + self.line

    def worth(self, item: HistoryItem) -> int:
        """Return the grade of an item, 0 where the rule does not cover it."""
        if item.kind not in self.kinds or holds(item.title, self.but_not):
            return 0
        reasons = " ; ".join(one.reason for one in item.members)
        told = holds(item.title, self.words) or holds(reasons, self.because) or holds(item.text, self.line)
        if self.vocabulary and not told:
            return 0
        if isinstance(self.grade, int):
            return self.grade if item.standing in HELD else 0
        return self.grade.get(item.standing, 0)


class Topic(BaseModel):
    """What is asked, in the wordings of both parts, and the rules that judge the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    category: Category
    choosing: tuple[str, ...] = Field(min_length=2)
    reporting: tuple[str, ...] = Field(min_length=2)
    counts: tuple[Count, ...] = Field(min_length=1)

    def grades(self, items: Sequence[HistoryItem]) -> dict[str, int]:
        """Return the grade of each relevant item of a chart by its reference."""
        best: dict[str, int] = {}
        for rule in self.counts:
            covered = {item.reference: (rule.worth(item), item.date[:10]) for item in items if rule.worth(item)}
            newest = max((date for _, date in covered.values()), default="")
            for reference, (worth, date) in covered.items():
                grade = rule.older if rule.older and date < newest else worth
                best[reference] = max(best.get(reference, 0), grade)
        return best

    def only_mentioned(self, item: HistoryItem) -> bool:
        """Say whether an item speaks of the topic in what stands behind its title: that was never decided.

        Narrative may speak of anything; other lines count for what is looked for in their kind.
        """
        rules = self.counts if item.kind in NARRATIVE else [rule for rule in self.counts if item.kind in rule.kinds]
        words = tuple(word for rule in rules for word in rule.vocabulary)
        return holds(f"{item.text} {item.body}", words) and not holds(item.title, words)


def holds(text: str, words: Words) -> bool:
    """Say whether a text holds one of these words, as the table writes them."""
    return bool(words) and _pattern(words).search(text.lower()) is not None


@cache
def _pattern(words: Words) -> re.Pattern[str]:
    return re.compile("|".join(map(_one, words)))


def _one(word: str) -> str:
    if word.startswith("*"):
        return re.escape(word[1:])
    return rf"\b{re.escape(word)}" + (r"\b" if len(word) <= WHOLE else "")


@cache
def topics() -> tuple[Topic, ...]:
    """Return every topic, in the table's order."""
    table, reporting = (_read(name) for name in ("searches.toml", "searches_reporting.toml"))
    whole = [{**one, "reporting": reporting[one["id"]]} for one in table["topics"]]
    return TypeAdapter(tuple[Topic, ...]).validate_python(whole)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
