"""Says which words of a line are said to be absent, and which of a relative. Knows words and their order, no names.

After NegEx (Chapman et al. 2001): triggers before and after, pseudo-triggers that only look like one, and words that
end a scope. A question ("?PE", "r/o PE", "to rule out") denies nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["pseudo", "before", "after", "family", "family after", "own", "end"]
REACH = 24  # words a trigger reaches at most; sentences end it earlier
BACKWARD = 8  # words an ending like "ruled out" reaches back at most

_PHRASES: Mapping[Role, str] = {
    # Says no, of something else.
    "pseudo": """
        no increase; no change; no changes; not only; no further; no doubt; without difficulty; no worse; no better;
        no improvement; no relief; no response; not certain; not sure; cannot be excluded; can not be excluded;
        not excluded; not ruled out; cannot exclude; can not exclude; cannot rule out; can't rule out; can not rule out;
        can't exclude; can't be excluded; not been excluded; not been ruled out; not yet excluded; not yet ruled out;
        gram negative; triple negative; her2 negative; rhesus negative; rh negative; not well controlled;
        not controlled; not improving; not improved; not resolved; no decrease; not necessarily; if negative;
        without improvement; not adherent; not compliant; no significant change; no interval change; no longer than
    """,
    "before": """
        no; not; denies; denied; denying; without; w/o; negative for; neg for; nil; never; never had; no evidence of;
        absence of; free of; excluded; ruled out; rules out; refuted; does not have; doesn't have; no longer; lacks;
        ruled out for; unlikely to be; unlikely; not due to; rather than; resolved no; neither; nor; non; doubt;
        excludes; excluding; never been; didn't have; no h/o; nkda; absent; declines; declined; isn't; wasn't; hasn't
    """,
    "after": """
        ruled out; excluded; unlikely; refuted; negative; absent; neg; nil; denied; not seen; not present; not found;
        not detected; not identified; not confirmed; never confirmed; not demonstrated; no; none; is negative;
        was negative; was ruled out; has been ruled out; was excluded; has been excluded; disproved; not suspected
    """,
    "family": """
        mother; father; mum; mom; dad; sister; brother; aunt; uncle; grandmother; grandfather; grandparent; cousin;
        niece; nephew; son; daughter; sibling; siblings; parent; parents; maternal; paternal; fh; fhx; famhx;
        family history; family hx; husband; wife; spouse; twin; brothers; sisters; sons; daughters; aunts; uncles;
        relatives; relative; first degree relative; mother's; father's; fam hx
    """,
    "family after": "",
    "own": """
        patient; pt; herself; himself; personally; personal history; personal hx; lives with; accompanied by;
        caring for; social history; pmh; pmhx; past medical history; drug history; dh; sh; meds; allergies
    """,
    "end": """
        but; however; although; though; except; apart from; other than; aside from; yet; nevertheless; presents;
        presented; presenting; reports; reported; complains; complaining; admits; endorses; c/o; because; since;
        secondary to; which; still; now; currently; started; taking; takes; has; had; known; remains; requiring;
        on; for; as; was; were; is; with
    """,
}
_STOPS = frozenset({".", ";", "\n", "!", "•"})


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.replace("/", " / ").split())


def _triggers() -> dict[str, tuple[tuple[tuple[str, ...], Role], ...]]:
    """The phrases by first word, the longest first."""
    by_first: dict[str, list[tuple[tuple[str, ...], Role]]] = {}
    for role, listed in _PHRASES.items():
        for phrase in filter(None, (one.strip() for one in listed.replace("\n", " ").split(";"))):
            words = _words(phrase)
            by_first.setdefault(words[0], []).append((words, role))
    return {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in by_first.items()}


_TRIGGERS = _triggers()


@dataclass(frozen=True, slots=True)
class Scope:
    """The words [start, end) that a trigger speaks of."""

    role: Literal["negated", "family"]
    start: int
    end: int


def scopes(words: Sequence[str]) -> tuple[Scope, ...]:
    """Return the scopes in a line, given as lower-case words and marks."""
    if _TRIGGERS.keys().isdisjoint(words):
        return ()
    found: list[Scope] = []
    position = 0
    while position < len(words):
        for phrase, role in _TRIGGERS.get(words[position], ()):
            if tuple(words[position : position + len(phrase)]) == phrase:
                found.extend(_scope(words, position, position + len(phrase), role))
                position += len(phrase) - 1
                break
        position += 1
    return tuple(found)


def _scope(words: Sequence[str], start: int, end: int, role: Role) -> Iterable[Scope]:
    if role == "before":
        yield Scope("negated", end, _forward(words, end))
    if role == "after":
        yield Scope("negated", _back(words, start), start)
    if role == "family":
        yield Scope("family", end, _forward(words, end))


def _forward(words: Sequence[str], start: int) -> int:
    for position in range(start, min(len(words), start + REACH)):
        if words[position] in _STOPS:
            return position
    return min(len(words), start + REACH)


def _back(words: Sequence[str], end: int) -> int:
    for position in range(end - 1, max(-1, end - 1 - BACKWARD), -1):
        if words[position] in _STOPS or words[position] == ",":
            return position + 1
    return max(0, end - BACKWARD)
