"""Says where a name stands in an ordinary phrase and means something else. Knows phrases, no table.

"sats 91% RA" is room air, "seen in ED" a department, "what is driving them" no road, the flush of a port no red face.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emr_rerank.knowledge.phrases import PHRASES
from emr_rerank.knowledge.shorthand import ONLY, PLACES, SHORTHAND

_REACH = 40  # characters before a name that can belong to its phrase
_TITLED = re.compile(
    r"\b(?:dr|mr|mrs|ms|miss|prof|professor|nurse|sister|daughter|wife|partner)\.?\s+\Z", re.IGNORECASE
)
# Abbreviations that people are called, where only the first letter is a capital.
_GIVEN_NAMES = frozenset(
    """abi ali ami aria ava brady cas dan des dora gad ida ivor lama lev nash noe pai pena rai rea saba sama sams sari
    tak tia""".split()
)


@dataclass(frozen=True, slots=True)
class _Idiom:
    """What stands right before a name, or right after it, where it is an idiom; or, `needed`, where it is none."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    needed: bool = False

    def holds(self, text: str, start: int, end: int) -> bool:
        """Return whether `text[start:end]` names nothing."""
        found = bool(self.after and self.after.match(text, end)) or bool(
            self.before and self.before.search(text, max(0, start - _REACH), start)
        )
        return found != self.needed


def _idioms() -> Iterator[tuple[str, _Idiom]]:
    for table, needed in ((PHRASES, False), (SHORTHAND, False), (PLACES, False), (ONLY, True)):
        for written, before, after in table:
            idiom = _Idiom(
                re.compile(rf"(?:{before})\Z", re.IGNORECASE) if before else None,
                re.compile(after, re.IGNORECASE) if after else None,
                needed,
            )
            yield from ((word, idiom) for word in written.split())


def _by_word() -> Mapping[str, tuple[_Idiom, ...]]:
    found: dict[str, list[_Idiom]] = {}
    for word, idiom in _idioms():
        found.setdefault(word, []).append(idiom)
    return {word: tuple(ones) for word, ones in found.items()}


_IDIOMS = _by_word()


def idle(text: str, start: int, end: int) -> bool:
    """Return whether `text[start:end]`, written like a name, is to name nothing here."""
    written = text[start:end]
    ones = _IDIOMS.get(written) or _IDIOMS.get(written.lower())
    if ones and any(one.holds(text, start, end) for one in ones):
        return True
    if not written[0].isupper() or not written[1:].islower():
        return False
    return written.lower() in _GIVEN_NAMES or (
        text[start - 1 : start] == " " and _TITLED.search(text, max(0, start - _REACH), start) is not None
    )
