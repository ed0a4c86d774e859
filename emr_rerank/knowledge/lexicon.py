"""Every name of the tables as one automaton over words, and when a short name may count. Knows no sentence.

Each known word is one character of a private alphabet, so that a name is a short string, matches begin and end with
words, and Aho-Corasick's leftmost-longest rule does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from emr_rerank.knowledge.english import SHORT_WORDS
from emr_rerank.knowledge.misspelling import LONG, SHORTEST, Spelling
from emr_rerank.knowledge.names import TERMINOLOGY, Named, Names, fold
from emr_rerank.knowledge.words import WORD, key

UNKNOWN = "\N{NULL}"
_FIRST_SYMBOL = 0x100
_SURROGATES = range(0xD800, 0xE000)
_MEMORY = 100_000  # words remembered before the memory is emptied
_LONGEST = 100  # characters of a word that is remembered

_HINGES = re.compile(
    r"[\s'\N{RIGHT SINGLE QUOTATION MARK}.\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\u00ad\u200c\u200d]"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One way of writing; `exact` is how it must look where lower case may be an ordinary word, else ""."""

    named: Named
    folded: str
    exact: str = ""


UNCORRECTED = frozenset({"brands", "abbreviations", TERMINOLOGY})  # columns whose names no slip means


def _whole_names(names: Names) -> Iterator[str]:
    """The names of one word that a slip may mean; short brands have too many neighbours among ordinary words."""
    for text, ones in names.items():
        if len(text) >= SHORTEST - 1 and " " not in text:
            columns = {one.column for one in ones if one.concept.kind != "presentation"}
            if columns - UNCORRECTED or (columns == {"brands"} and len(text) > SHORTEST + 1):
                yield text


def _long_parts(names: Names) -> Iterator[str]:
    """The long words of conditions' names of several words."""
    for text, ones in names.items():
        if " " in text and any(one.concept.kind == "condition" and one.column != TERMINOLOGY for one in ones):
            yield from (word for word in text.split() if len(word) >= LONG - 1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """The entries that are one string of the alphabet. A plain one is a single name of several words, in any case."""

    entries: tuple[Entry, ...]
    cased: bool
    plain: bool


def squeezed(text: str) -> str:
    """Return the text without spaces, hyphens, apostrophes and full stops; case stays."""
    return _HINGES.sub("", text)


class Symbols(dict[str, str]):
    """Word as written -> its character; words met are remembered."""

    def __init__(self, alphabet: Mapping[str, str], spelling: Spelling | None) -> None:
        super().__init__()
        self._alphabet = alphabet
        self._spelling = spelling
        self.corrected: set[str] = set()

    def __missing__(self, word: str) -> str:
        if len(self) >= _MEMORY:
            self.clear()
            self.corrected.clear()
        several = len(word) > 2 and word[-1] == "s" and word[:-1].isupper()  # "PEs"
        symbol = (several and self._alphabet.get(key(word[:-1]))) or self._alphabet.get(key(word), UNKNOWN)
        if symbol == UNKNOWN and self._spelling and (meant := self._spelling.meant(word)):
            symbol = self._alphabet[key(meant)]
            self.corrected.add(word)
        if len(word) <= _LONGEST:
            self[word] = symbol
        return symbol


class Lexicon:
    """The automata of the concepts' names and of the presentations' phrases, over one alphabet."""

    def __init__(self, names: Names, more: Iterable[Named] = (), *, corrects: bool = True) -> None:
        alphabet: dict[str, str] = {}
        keys: dict[str, str] = {}
        concepts: dict[str, list[Entry]] = {}
        presentations: dict[str, list[Entry]] = {}
        every = ((text, one) for text, ones in names.items() for one in ones)
        for folded, named in chain(every, ((fold(one.text), one) for one in more)):
            exact = _exact(named)
            for written in written_ways(named.text):
                pattern = []
                for word in WORD.findall(written):
                    known = keys.get(word)
                    if known is None:
                        known = keys[word] = key(word)
                    symbol = alphabet.get(known)
                    if symbol is None:
                        symbol = alphabet[known] = _symbol(len(alphabet))
                    pattern.append(symbol)
                if len(pattern) > 2 and written.endswith("?"):
                    pattern.pop()
                table = presentations if named.concept.kind == "presentation" else concepts
                table.setdefault("".join(pattern), []).append(
                    Entry(named, folded, squeezed(written) if written.endswith("'s") else exact)
                )
        self.alphabet: Mapping[str, str] = alphabet
        spelling = Spelling(_whole_names(names), _long_parts(names)) if corrects else None
        self.symbols = Symbols(alphabet, spelling)
        self.concepts, self.concept_patterns = _automaton(concepts)
        self.presentations, self.presentation_patterns = _automaton(presentations)


# Orders and short forms that catalogues of displays use: each way on the left is written as on the right too.
_REWRITTEN: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (needed, re.compile(pattern), instead)
    for needed, pattern, instead in (
        ("type ", r"^type (1|2|I|II) (.+)$", r"\2 type \1"),
        ("type ", r"^type (1|2|I|II) (.+)$", r"\2, type \1"),
        ("ejection", r"\bejection fraction\b", "EF"),
        ("-", r"(?<=[^\W\d_])-(?=[^\W\d_])", ""),
        ("stage 3", r"(?<=stage )3(?=[ab]$)", "III"),
        ("'s ", r"^(\w+'s) (?:disease|syndrome)$", r"\1"),
        ("s' ", r"(?<=s)'(?= )", ""),
    )
)


def written_ways(text: str) -> Iterator[str]:
    """Yield `text`, and what it becomes by the rules of order, short form and missing hyphen."""
    yield text
    for needed, pattern, instead in _REWRITTEN:
        if needed in text and pattern.search(text):
            yield pattern.sub(instead, text)


# Written after a number these are units: "100 MG" is no myasthenia gravis.
UNITS = frozenset("mg g kg mcg ug ng pg ml l dl hr h min s ms mm cm m in iu u k pt cal pa meq mmol pack py yo".split())
# Symbols so short that only a value beside them makes them a test.
_ELEMENTS = frozenset("ca cl cr li mg na".split())
# What a catalogue's test measures of a thing names nothing: "[Mass/volume]", "[Moles/volume]", "[Mass Ratio]".
_PROPERTY = re.compile(r"\[\w+(?:/| Ratio| Fraction)")


@dataclass(slots=True)
class Line:
    """A text, its words in lower case, and where each begins and ends."""

    text: str
    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    shouts: bool = field(init=False)  # all in capitals

    def __post_init__(self) -> None:
        self.shouts = self.text.isupper()

    def written(self, start: int, end: int) -> str:
        """Return what words [start, end) look like in the text."""
        return self.text[self.starts[start] : self.ends[end - 1]]


def acceptable(found: Pattern, line: Line, start: int, end: int) -> Sequence[Entry]:
    """Return the entries that words [start, end) can be, those written exactly so where any are."""
    entries = able = found.entries
    if found.plain:
        return able
    if found.cased:
        written = line.written(start, end)
        able = tuple(one for one in entries if not one.exact or _accepts(one.exact, written, line, start, end))
        if len(able) > 1:
            bare = squeezed(written)
            able = tuple(one for one in able if one.exact == bare) or able
    elif end - start == 1 and (_shouts(line, start) or _PROPERTY.match(line.text, max(line.starts[start] - 1, 0))):
        return ()
    if len(able) > 1:
        folded = fold(line.written(start, end))
        able = tuple(one for one in able if one.folded == folded) or able
    return able


def _shouts(line: Line, start: int) -> bool:
    """Return whether a short ordinary word is in capitals in a text that is not: it abbreviates something else."""
    written = line.written(start, start + 1)
    return len(written) <= 3 and written.isupper() and not line.shouts


def _accepts(exact: str, written: str, line: Line, start: int, end: int) -> bool:
    """Return whether `written` is the abbreviation: in its own case, or where it can be no English word."""
    bare = squeezed(written)
    lower = bare.lower()
    before = line.words[start - 1] if start else ""
    after = line.words[end] if end < len(line.words) else ""
    if lower in UNITS and (before[:1].isdigit() or before == "/"):
        return False
    if (len(bare) == 1 or lower in _ELEMENTS) and not (after[:1].isdigit() or after in ("<", ">", ":", "=")):
        return False
    if bare in (exact, f"{exact}s"):
        return not (lower in SHORT_WORDS and line.shouts and _has_others(line, start, end))
    if lower in SHORT_WORDS or lower.removesuffix("s") in SHORT_WORDS:
        return False
    if bare.isupper():
        return len(bare) > 1 and bare == exact.upper()
    return len(bare) >= 3 and lower in (exact.lower(), f"{exact.lower()}s")


def _has_others(line: Line, start: int, end: int) -> bool:
    """Return whether there are words beside [start, end): "CAD" alone is a diagnosis, in a text of capitals a word."""
    return any(one.isalpha() for place, one in enumerate(line.words) if not start <= place < end)


def _symbol(number: int) -> str:
    point = _FIRST_SYMBOL + number
    return chr(point if point < _SURROGATES.start else point + len(_SURROGATES))


def _exact(named: Named) -> str:
    """How the name must be written, where its case matters: abbreviations, and names that are English words."""
    if named.text.islower() and named.column != "abbreviations":
        return ""
    bare = squeezed(named.text)
    capitals = sum(one.isupper() for one in bare)
    if named.column == "abbreviations" or capitals > len(bare) / 2 or bare.lower() in _ELEMENTS:
        return bare
    if bare[:1].isupper() and bare.lower() in SHORT_WORDS:
        return bare
    return ""


def _automaton(table: Mapping[str, Sequence[Entry]]) -> tuple[AhoCorasick, tuple[Pattern, ...]]:
    patterns = []
    for symbols, entries in table.items():
        cased = any(one.exact for one in entries)
        patterns.append(Pattern(tuple(entries), cased, not cased and len(entries) == 1 and len(symbols) > 1))
    automaton = AhoCorasick(
        table, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA, store_patterns=False
    )
    return automaton, tuple(patterns)
