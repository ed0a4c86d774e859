"""Reads names from a licensed terminology at a local path, to widen the tables' own. Ships nothing of any of them.

Formats, by content: RXNCONSO.RRF of RxNorm and MRCONSO.RRF of UMLS (one layout of 18 columns, each ended by "|", as the
National Library of Medicine documents them), and the ATC index as CSV with a column of codes and one of names. Files
are streamed, the first two twice; what is kept is what names a concept of the tables.

A group of strings under one identifier widens the concept that its strings name, where that is exactly one. What the
tables write already stays as it is, and a string that would mean two concepts is left out.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.english import SHORT_WORDS
from emr_rerank.knowledge.lexicon import written_ways
from emr_rerank.knowledge.misspelling import is_ordinary
from emr_rerank.knowledge.names import NAMED, TERMINOLOGY, Concept, Named, Names, fold
from emr_rerank.knowledge.own import own_name
from emr_rerank.knowledge.rows import Facts
from emr_rerank.knowledge.words import WORD, key

SHORTEST, LONGEST = 4, 100  # characters of a name: shorter ones are abbreviations of too much, longer ones sentences
_LINE = 1 << 16  # bytes; no line of these formats is longer

_GROUP, _LANGUAGE, _STRING, _SUPPRESS, _COLUMNS = 0, 1, 14, 16, 18
_SUPPRESSED = frozenset({b"O", b"Y", b"E"})
_CONSO = frozenset({"rxnconso.rrf", "mrconso.rrf"})

_CODES = frozenset({"code", "atc", "atc code"})
_NAMES = frozenset({"name", "atc name", "atc level name"})
_ATC = re.compile(r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?")
_SUBSTANCE = 7  # characters of a code of level 5
_REMNANT = re.compile(r"\b(?:others?|various|combinations)\b", re.IGNORECASE)  # what is left over names no one thing

_KINDS = tuple(kind for kind in NAMED if kind != "presentation")


@dataclass(frozen=True, slots=True)
class Terminology:
    """What a terminology adds: names in the order of their folded texts, and a digest of the files."""

    names: tuple[Named, ...]
    digest: str


def read_terminology(path: Path, facts: Facts, names: Names) -> Terminology:
    """Return what a file, or the files of a folder, add to `names`, the index of `facts`. Raises FactsError."""
    new = _New(names)
    digest = hashlib.sha256()
    try:
        for file in _files(path):
            read = _reader(file)
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
            read(file, facts, names, new)
    except OSError as error:
        raise FactsError(f"{error.filename or path}: cannot be read ({error.strerror})") from error
    return Terminology(new.names(), digest.hexdigest())


class _New:
    """Collects names, refusing what the tables write already and what would mean several concepts."""

    def __init__(self, names: Names) -> None:
        self._taken = frozenset(way for _, ones in names.items() for one in ones for way in _ways(one.text))
        self._meant: dict[str, set[Concept]] = {}
        self._texts: dict[tuple[str, Concept], str] = {}

    def offer(self, text: str, concept: Concept) -> None:
        """Take `text` as a name of `concept`, unless it is taken, too short, too long or an everyday word."""
        folded = fold(text)
        if not SHORTEST <= len(folded) <= LONGEST or _is_everyday(folded) or (folded, concept) in self._texts:
            return
        ways = _ways(text)
        if self._taken.isdisjoint(ways) and any(one.isalpha() for one in folded):
            self._texts[folded, concept] = text
            for way in ways:
                self._meant.setdefault(way, set()).add(concept)

    def names(self) -> tuple[Named, ...]:
        """Return the names that mean one concept only."""
        return tuple(
            Named(text, concept, TERMINOLOGY)
            for (_, concept), text in sorted(self._texts.items())
            if all(len(self._meant[way]) == 1 for way in _ways(text))
        )


def _ways(text: str) -> set[str]:
    """What `text` has in common with other ways of writing it, as the recogniser sees them."""
    keyed = {" ".join(map(key, WORD.findall(written.rstrip("?")))) for written in written_ways(text)}
    return keyed | {fold(text)}


def _is_everyday(folded: str) -> bool:
    return folded in SHORT_WORDS or (" " not in folded and is_ordinary(folded))


_Read = Callable[[Path, Facts, Names, _New], None]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        if path.exists() and not path.is_file():  # a pipe or a device would be read for ever
            raise FactsError(f"{own_name(path)}: not a plain file")
        return [path]
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and (file.name.lower() in _CONSO or file.suffix.lower() == ".csv")
    )
    if not found:
        raise FactsError(f"{path}: holds no RXNCONSO.RRF, no MRCONSO.RRF and no ATC index as .csv")
    return found


def _reader(path: Path) -> _Read:
    with path.open("rb") as content:
        first = content.readline(_LINE).decode("utf-8-sig", "replace")
    if first.count("|") == _COLUMNS:
        return _read_conso
    if _header(first):
        return _read_atc
    raise FactsError(
        f"{own_name(path)}: is no RXNCONSO.RRF, no MRCONSO.RRF (18 columns ended by |) and no ATC index "
        "(CSV with the columns code and name)"
    )


def _read_conso(path: Path, _facts: Facts, names: Names, new: _New) -> None:
    """Offer the strings of each group that names one concept; what is ambiguous or an abbreviation names none."""
    naming = dict(_naming(names))
    groups: dict[bytes, Concept | None] = {}
    for group, text in _strings(path):
        concept = naming.get(fold(text))
        if concept:
            groups[group] = concept if groups.get(group, concept) == concept else None
    for group, text in _strings(path):
        concept = groups.get(group)
        if concept:
            new.offer(text, concept)


def _naming(names: Names) -> Iterator[tuple[str, Concept]]:
    for text, ones in names.items():
        concepts = names.resolve(text, _KINDS)
        if len(text) >= SHORTEST and len(concepts) == 1 and any(one.column != "abbreviations" for one in ones):
            yield text, concepts[0]


def _strings(path: Path) -> Iterator[tuple[bytes, str]]:
    """Yield group and string of the English rows that are not suppressed."""
    with path.open("rb") as content:
        for number, line in enumerate(iter(partial(content.readline, _LINE), b""), 1):
            cells = line.split(b"|")
            if len(cells) != _COLUMNS + 1:
                raise FactsError(f"{own_name(path)} line {number}: {len(cells) - 1} columns, the format has {_COLUMNS}")
            if cells[_LANGUAGE] == b"ENG" and cells[_SUPPRESS] not in _SUPPRESSED:
                try:
                    yield cells[_GROUP], cells[_STRING].decode()
                except UnicodeDecodeError as error:
                    raise FactsError(f"{own_name(path)} line {number}: not UTF-8 text") from error


def _read_atc(path: Path, facts: Facts, names: Names, new: _New) -> None:
    """Offer the name of each code that stands for one medicine or one class."""
    meant = {**_substances(facts), **_groups(facts, names)}
    try:
        for code, name in _codes(path):
            concept = meant.get(code)
            if concept and not _REMNANT.search(name):
                new.offer(name, concept)
    except UnicodeDecodeError as error:
        raise FactsError(f"{own_name(path)}: not UTF-8 text") from error


def _codes(path: Path) -> Iterator[tuple[str, str]]:
    """Yield code and name of an ATC index."""
    with path.open(encoding="utf-8-sig", newline="") as content:
        delimiter, code, name = _header(content.readline()) or (",", 0, 0)
        reader = csv.reader(content, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if not any(cells):
                    continue
                if len(cells) <= max(code, name) or not _ATC.fullmatch(cells[code].strip()):
                    raise FactsError(
                        f"{own_name(path)} line {reader.line_num + 1}: no ATC code and name in their columns"
                    )
                yield cells[code].strip(), cells[name].strip()
        except csv.Error as error:
            raise FactsError(f"{own_name(path)} line {reader.line_num + 1}: not CSV ({error})") from error


def _header(line: str) -> tuple[str, int, int] | None:
    """Return the delimiter and the places of code and name; None where the line is no header of an ATC index."""
    for delimiter in ",;":
        columns = [fold(cell.strip().strip('"').replace("_", " ")) for cell in line.split(delimiter)]
        codes = [place for place, column in enumerate(columns) if column in _CODES]
        named = [place for place, column in enumerate(columns) if column in _NAMES]
        if codes and named:
            return delimiter, codes[0], named[0]
    return None


def _substances(facts: Facts) -> Mapping[str, Concept]:
    """The codes of level 5 that one medicine carries."""
    carriers: dict[str, list[Concept]] = {}
    for row in facts.medicines:
        for code in row.atc:
            carriers.setdefault(code, []).append(Concept("medicine", row.name))
    return {code: ones[0] for code, ones in carriers.items() if len(code) == _SUBSTANCE and len(ones) == 1}


def _groups(facts: Facts, names: Names) -> Mapping[str, Concept]:
    """The codes of levels 2 to 4 that hold the very medicines of one class, combinations apart, and more than one."""
    under: dict[str, set[str]] = {}
    members: dict[Concept, set[str]] = {}
    for row in facts.medicines:
        if not row.atc or "/" in row.name:
            continue
        for prefix in {code[:length] for code in row.atc for length in (3, 4, 5)}:
            under.setdefault(prefix, set()).add(row.name)
        for text in row.classes:
            for concept in names.resolve(text, ("class",)):
                members.setdefault(concept, set()).add(row.name)
    classes: dict[frozenset[str], list[Concept]] = {}
    for concept, ones in members.items():
        classes.setdefault(frozenset(ones), []).append(concept)
    same = {prefix: classes.get(frozenset(ones), []) for prefix, ones in under.items() if len(ones) > 1}
    return {prefix: found[0] for prefix, found in same.items() if len(found) == 1}
