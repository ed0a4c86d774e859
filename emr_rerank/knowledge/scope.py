"""Says which words of a line are said to be absent, and which of a relative. Knows words and their order, no names.

After NegEx (Chapman et al. 2001): triggers before and after, pseudo-triggers that only look like one, and words that
end a scope. A question ("?PE", "r/o PE", "to rule out PE") denies nothing, nor does "no further seizures".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from emr_rerank.knowledge.words import WORD

Said = Literal["negated", "negative", "family"]  # "negative" is a result: it denies a finding, not that a test was done
Role = Literal["pseudo", "before", "either", "result", "short", "family"]
REACH = 30  # words that a trigger reaches at most; sentences end it earlier
SHORT_REACH = 3  # words that "non" reaches
BACKWARD = 8  # words that an ending like "ruled out" reaches back at most
AHEAD = 60  # words after a comma that are looked at to tell whether they go on with a list

_PHRASES: Mapping[Role, str] = {
    # Looks like a trigger, denies nothing of what follows.
    "pseudo": """
        no increase; no change; no changes; not only; no further; no doubt; no difficulty; without difficulty; no worse;
        no better; no improvement; no relief; no response; no benefit; not certain; not sure; not clear; no decrease;
        cannot be excluded; can not be excluded; can't be excluded; not excluded; not been excluded; not yet excluded;
        cannot be ruled out; can't be ruled out; not ruled out; not been ruled out; not yet ruled out; cannot exclude;
        can not exclude; can't exclude; cannot rule out; can not rule out; can't rule out; couldn't exclude;
        gram negative; triple negative; her2 negative; rhesus negative; rh negative; not well controlled;
        not controlled; not improving; not improved; not resolved; not settling; not responding; not tolerating;
        not necessarily; if negative; without improvement; not adherent; not compliant; not taking as prescribed;
        no significant change; no interval change; no longer than; no recurrence; no relapse; no progression;
        not anticoagulated; no longer controlled; not coping; no more than; not as bad; not forgetting; not healing;
        mother of; father of; lives with mother; lives with father; lives with parents; lives with husband;
        lives with wife; lives with son; lives with daughter; lives with partner; accompanied by; brought in by;
        ward sister; sister in charge; parents aware; family aware; declines to; wife is carer; husband is carer
    """,
    "before": """
        not; denies; denied; denying; deny; without; w/o; never; never had; no evidence of; no evidence for; no e/o;
        no signs of; no sign of; no symptoms of; no features of; no history of; no hx of; no h/o; no longer; lacks;
        absence of; free of; free from; does not have; doesn't have; do not have; don't have; did not have;
        unlikely to be; unlikely to have; not due to; not consistent with; inconsistent with; not in keeping with;
        not suggestive of; no evidence to suggest; nothing to suggest; rather than; neither; nor; doubt; excludes;
        excluding; has not; hasn't; isn't; wasn't; aren't; weren't; not known to have; not diagnosed with; declines;
        declined; ruled out for; rules out; no suggestion of; no suspicion of; no concerns for; no concern for;
        not on; not currently;
        not currently on; not currently taking; never on; no longer on; no longer taking;
        not for; avoid;
        avoids; refuses; refused
    """,
    # At the end of its part it denies what is before, else what follows.
    "either": """
        no; nil; none; excluded; ruled out; unlikely; refuted; absent; was ruled out; has been ruled out; was excluded;
        has been excluded; have been excluded; been ruled out; been excluded; is unlikely; was unlikely; very unlikely;
        felt unlikely; thought unlikely; never confirmed; was never confirmed; not confirmed; disproved; is absent;
        not present; not found; not seen; not identified; not demonstrated; not suspected; not evident; not noted;
        ruled-out; not felt likely; not likely
    """,
    "result": """
        negative; neg; ve; is negative; was negative; not detected; negative for; neg for; ve for; tested negative for
    """,
    "short": "non",
    "family": """
        mother; mothers; father; fathers; mum; mom; dad; sister; sisters; brother; brothers; aunt; aunts; uncle; uncles;
        grandmother; grandfather; grandparent; grandparents; grandma; grandad; granddad; cousin; cousins; niece; nephew;
        son; sons; daughter; daughters; sibling; siblings; parent; parents; fh; fhx; famhx; f/h; family history;
        family hx; fam hx; family; husband; wife; spouse; twin; relatives; relative; mother's; father's; sister's;
        brother's; maternal aunt; maternal uncle; maternal grandmother; maternal grandfather; maternal cousin;
        maternal side; paternal aunt; paternal uncle; paternal grandmother; paternal grandfather; paternal cousin;
        paternal side; half-sister; half-brother; stepmother; grandson; granddaughter
    """,
}


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOPS = frozenset({".", ";", "!", "\n", "\N{BULLET}"})
_HEADINGS = _listed("pmh pmhx dh dhx sh shx meds medications allergies exam examination impression imp plan hpc pc")
_END = _listed(
    """but however although though except apart yet nevertheless because since which still now currently started
    on for with after before despite following from when until while whilst during if given secondary treat treated
    whereas instead only therefore so"""
)
# A part after a comma that holds one of these says something of its own: "no rigors, haematuria present".
_AFFIRMING = _END | _listed(
    """present positive noted seen confirmed yes is are was were has had have known likely taking takes takes found
    shows showed smoker smokes ex drinks lives works retired
    + ++ : history diagnosed worse worsening admitted reports complains ? today 2 3 normal"""
)
_OPENINGS = frozenset({("c", "/", "o"), ("s", "/", "p"), ("h", "/", "o"), ("o", "/", "e"), ("p", "/", "w")})
_CONTRADICTING = _listed("but however has had is was")
_OF_PATIENT = _listed("patient pt patients he she herself himself denies reports complains personally")
_TELLS = _listed(
    """reports reported says said states stated noticed noted worried concerned describes described thinks believes
    feels told called brought present aware asking asks requests anxious gives witnessed found saw in-charge confirms
    denies nurse carer works helps supportive"""
)
_AFTER_AN_ENDING = _STOPS | _listed(", ) ] on by given at last today in from with following after this due as except /")
_RELATIVES_OPEN = _listed("in ( his her their of and - affecting")
_AFTER_A_RELATIVE = _STOPS | _listed(", ) aged at")
_IN_COMPANY = _listed("with by to from for")


@dataclass(frozen=True, slots=True)
class Scope:
    """The words [start, end) that a trigger speaks of."""

    said: Said
    start: int
    end: int


def _triggers() -> dict[str, tuple[tuple[tuple[str, ...], Role], ...]]:
    """The phrases by first word, the longest first."""
    by_first: dict[str, list[tuple[tuple[str, ...], Role]]] = {}
    for role, listed in _PHRASES.items():
        for phrase in (one.strip() for one in listed.replace("\n", " ").split(";")):
            words = tuple(WORD.findall(phrase))
            by_first.setdefault(words[0], []).append((words, role))
    return {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in by_first.items()}


_TRIGGERS = _triggers()


def scopes(words: Sequence[str]) -> tuple[Scope, ...]:
    """Return the scopes in a line, given as lower-case words and marks."""
    found: list[Scope] = []
    passed = 0
    for position in [place for place, word in enumerate(words) if word in _TRIGGERS]:
        if position < passed:  # inside the phrase before
            continue
        for phrase, role in _TRIGGERS[words[position]]:
            passed = position + len(phrase)
            if tuple(words[position:passed]) == phrase:
                found.extend(_scopes(words, position, passed, role))
                break
        else:
            passed = position + 1
    return tuple(found)


def _scopes(words: Sequence[str], start: int, end: int, role: Role) -> Iterator[Scope]:
    if role == "before":
        yield Scope("negated", end, _denied_to(words, end))
    elif role == "short":
        comma = next((n for n in range(end, len(words)) if words[n] == ","), len(words))
        yield Scope("negated", end, min(_denied_to(words, end), end + SHORT_REACH, comma))
    elif role in ("either", "result"):
        said: Said = "negative" if role == "result" else "negated"
        first = _part(words, start)
        ends = end == len(words) or words[end] in _AFTER_AN_ENDING
        if ends and first < start:
            yield Scope(said, first, start)
        else:
            yield Scope(said, end, _denied_to(words, end))
    elif role == "family":
        yield from _of_relative(words, start, end)


def _of_relative(words: Sequence[str], start: int, end: int) -> Iterator[Scope]:
    if end < len(words) and words[end] in _TELLS:
        return
    before, after = words[start - 1] if start else "", words[end] if end < len(words) else "."
    aside = after in _AFTER_A_RELATIVE or after[0].isdigit()  # "breast cancer - mother aged 45"
    if before in _RELATIVES_OPEN or (aside and before not in _IN_COMPANY):
        yield Scope("family", _part(words, start), start)
    yield Scope("family", end, _told_to(words, end))


def _told_to(words: Sequence[str], start: int) -> int:
    """Where what is said of a relative ends: with the sentence, or where the patient is named again."""
    for position in range(start, min(len(words), start + REACH)):
        word = words[position]
        if word in _STOPS or word in _OF_PATIENT or word in _HEADINGS:
            return position
    return min(len(words), start + REACH)


def _denied_to(words: Sequence[str], start: int) -> int:
    """Where a denial that begins at `start` ends."""
    limit = min(len(words), start + REACH)
    for position in range(start, limit):
        word = words[position]
        if word in _STOPS or (position > start and (word in _END or word in _HEADINGS)):
            return position
        if word == "," and _speaks_for_itself(words, position + 1):
            return position
    return limit


def _speaks_for_itself(words: Sequence[str], start: int) -> bool:
    """Return whether the part after a comma is no more of the list: it affirms, and no "or" is still to come."""
    if tuple(words[start : start + 3]) in _OPENINGS:
        return True
    part = True
    affirms = False
    for word in words[start : start + AHEAD]:
        if word in _STOPS:
            break
        if word in _CONTRADICTING:
            return affirms or part
        if word in ("or", "nor"):
            return False
        part = part and word != ","
        affirms = affirms or (part and word in _AFFIRMING)
    return affirms


def _part(words: Sequence[str], end: int) -> int:
    """Where the part of the sentence begins that ends before `end`."""
    for position in range(end - 1, max(-1, end - 1 - BACKWARD), -1):
        if words[position] in _STOPS or words[position] == ",":
            return position + 1
    return max(0, end - BACKWARD)
