"""Says what the numbers of an assessment mean: "Na 118" is low sodium, "sats 84%" too little oxygen. Ranks nothing.

Knows a test's limits from the table, and words such as "low" beside its name; what is between the limits says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from emr_rerank.knowledge.names import Concept, Names
from emr_rerank.knowledge.recognise import Mention
from emr_rerank.knowledge.rows import Facts, Limit

PRESSURE = "mmHg"  # written as two numbers, of which the first is read

_NUMBER = r"\d{1,5}(?:\.\d{1,2})?"
_TO = r"(?:to|->|\N{RIGHTWARDS ARROW})"
# What may stand between a test's name and its number.
_LITTLE = r"\b(?:of|is|was|were|at|now|today|back|came|down|up|to|only|still|just|about|around|level|count)\b"
_BETWEEN = rf"(?:[\s:=~<>(+]|{_LITTLE})*"
_TIME = r"(?:d|days?|w|wks?|weeks?|m|months?|y|yrs?|years?|h|hrs?|hours?|mins?|minutes?|am|pm|times|x)"
_VALUE = re.compile(
    rf"{_BETWEEN}(?:(?:from\s+)?{_NUMBER}\s*{_TO}\s*)?({_NUMBER})(/\d{{2,3}})?"
    rf"(?![\d/]|\.\d|,\d{{3}}|\s*{_TO}\s*\d|\s*(?-i:{_TIME})\b)",
    re.IGNORECASE,
)
_VERY = r"(?:(?:is|was|are|were|now|still|very|quite|a bit|has|have|been|come|came|back|gone|keeps)\s+)*"
_FALLEN = r"(?:low|lower|down|dropped|dropping|falling|fell|plummeted|reduced)\b"
_RISEN = r"(?:high|higher|up|raised|elevated|rising|climbing|rose|risen|increased|sky[- ]high)\b"
_LOW_AFTER = re.compile(rf"\s+{_VERY}{_FALLEN}", re.IGNORECASE)
_HIGH_AFTER = re.compile(rf"\s+{_VERY}{_RISEN}", re.IGNORECASE)
_LOW_BEFORE = re.compile(r"\b(?:low|reduced|falling|dropping)\s+\Z", re.IGNORECASE)
_HIGH_BEFORE = re.compile(r"\b(?:high|raised|elevated|rising|increased)\s+\Z", re.IGNORECASE)
_REACH = 12  # characters before a name that can hold such a word


class Values:
    """The limits of one set of tables."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self._limits: dict[Concept, list[Limit]] = {}
        for row in facts.limits:
            for concept in names.resolve(row.name, ("test",)):
                self._limits.setdefault(concept, []).append(row)
        self._meant: Mapping[str, tuple[Concept, ...]] = {
            text: names.resolve(text, ("presentation",)) for row in facts.limits for text in (row.below, row.above)
        }
        short = {text: names.resolve(row.name, ("test",)) for row in facts.limits for text in row.also}
        self._short = {text: concept for text, (concept, *_) in short.items()}
        written = "|".join(map(re.escape, sorted(self._short, key=len, reverse=True)))
        self._before_number = re.compile(rf"\b({written})(?=\s*[:=]?\s*\d)") if written else None

    def find(self, text: str, mentions: Iterable[Mention]) -> Iterator[Concept]:
        """Yield the presentations that the values in `text` amount to; one may come more than once.

        `mentions` is what the recogniser found in it; a test that is denied has no value.
        """
        for one in mentions:
            if one.concept in self._limits and not one.negated:
                yield from self._told(text, one.concept, one.start, one.end)
        for found in self._before_number.finditer(text) if self._before_number else ():
            yield from self._told(text, self._short[found[1]], *found.span(1))

    def _told(self, text: str, test: Concept, start: int, end: int) -> Iterator[Concept]:
        limits = self._limits[test]
        value = _VALUE.match(text, end)
        if value:
            for limit in limits:
                if limit.least <= float(value[1]) <= limit.most and bool(value[2]) == (limit.unit == PRESSURE):
                    yield from self._meant[_says(limit, float(value[1]))]
            return
        before = text[max(0, start - _REACH) : start]
        if _LOW_BEFORE.search(before) or _LOW_AFTER.match(text, end):
            yield from self._meant[limits[0].below]
        elif _HIGH_BEFORE.search(before) or _HIGH_AFTER.match(text, end):
            yield from self._meant[limits[0].above]


def _says(limit: Limit, value: float) -> str:
    if limit.low is not None and value < limit.low:
        return limit.below
    if limit.high is not None and value >= limit.high:
        return limit.above
    return ""
