"""Every name of the tables as one automaton over words, and when a short name may count. Knows no sentence.

Each known word is one character of a private alphabet, so that a name is a short string, matches begin and end with
words, and Aho-Corasick's leftmost-longest rule does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from emr_rerank.knowledge.english import SHORT_WORDS
from emr_rerank.knowledge.names import Named, Names
from emr_rerank.knowledge.words import WORD, key

UNKNOWN = "\N{NULL}"
_FIRST_SYMBOL = 0x100
_SURROGATES = range(0xD800, 0xE000)
_MEMORY = 100_000  # words remembered before the memory is emptied

_HINGES = re.compile(r"[\s'\N{RIGHT SINGLE QUOTATION MARK}.\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One way of writing; `cased` where lower case may be an ordinary word, and then `exact` is how it must look."""

    named: Named
    folded: str
    exact: str = ""

    @property
    def cased(self) -> bool:
        """Whether the case of the letters decides."""
        return bool(self.exact)


def squeezed(text: str) -> str:
    """Return the text without spaces, hyphens, apostrophes and full stops; case stays."""
    return _HINGES.sub("", text)


class Symbols(dict[str, str]):
    """Word as written -> its character; words met are remembered."""

    def __init__(self, alphabet: Mapping[str, str]) -> None:
        super().__init__()
        self._alphabet = alphabet

    def __missing__(self, word: str) -> str:
        if len(self) >= _MEMORY:
            self.clear()
        symbol = self[word] = self._alphabet.get(key(word), UNKNOWN)
        return symbol


class Lexicon:
    """The automata of the concepts' names and of the presentations' phrases, over one alphabet."""

    def __init__(self, names: Names) -> None:
        alphabet: dict[str, str] = {}
        keys: dict[str, str] = {}
        concepts: dict[str, list[Entry]] = {}
        presentations: dict[str, list[Entry]] = {}
        for text in names:
            for named in names.meanings(text):
                pattern = []
                for word in WORD.findall(named.text):
                    known = keys.get(word)
                    if known is None:
                        known = keys[word] = key(word)
                    symbol = alphabet.get(known)
                    if symbol is None:
                        symbol = alphabet[known] = _symbol(len(alphabet))
                    pattern.append(symbol)
                if len(pattern) > 1 and named.text.endswith("?"):
                    pattern.pop()
                table = presentations if named.concept.kind == "presentation" else concepts
                table.setdefault("".join(pattern), []).append(Entry(named, text, _exact(named)))
        self.alphabet: Mapping[str, str] = alphabet
        self.symbols = Symbols(alphabet)
        self.concepts, self.concept_entries = _automaton(concepts)
        self.presentations, self.presentation_entries = _automaton(presentations)


def accepts(entry: Entry, written: str, *, shouted: bool) -> bool:
    """Return whether `written` is this name: an abbreviation counts as written, or where it can be no English word.

    `shouted` says that the whole text is in capitals, where capitals tell nothing.
    """
    if not entry.cased:
        return True
    bare = squeezed(written)
    if bare in (entry.exact, entry.exact + "s"):
        return not (shouted and bare.lower() in SHORT_WORDS)
    if bare.lower() in SHORT_WORDS:
        return False
    if bare.isupper() and len(bare) > 1:
        return bare == entry.exact.upper()
    return len(bare) >= 3 and bare.lower() in (entry.exact.lower(), entry.exact.lower() + "s")


def _symbol(number: int) -> str:
    point = _FIRST_SYMBOL + number
    return chr(point if point < _SURROGATES.start else point + len(_SURROGATES))


def _exact(named: Named) -> str:
    """How the name must be written, where its case matters: abbreviations, and names that are English words."""
    bare = squeezed(named.text)
    if named.column == "abbreviations" or sum(one.isupper() for one in bare) > len(bare) / 2:
        return bare
    if bare[:1].isupper() and bare.lower() in SHORT_WORDS:
        return bare
    return ""


def _automaton(table: Mapping[str, Iterable[Entry]]) -> tuple[AhoCorasick, tuple[tuple[Entry, ...], ...]]:
    entries = tuple(tuple(ones) for ones in table.values())
    automaton = AhoCorasick(
        table, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA, store_patterns=False
    )
    return automaton, entries
