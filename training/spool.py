"""Examples on disk between the pass that meets them and the pass that writes triplets. Knows no split, no negatives.

Holding them in memory is what makes such tools need a large machine.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from training.examples import Example
from training.keys import key_of, normalised, text_key
from training.split import Groups, KeySet

NO_WORDS = text_key("")


@dataclass(frozen=True, slots=True)
class Spooled:
    """An example with the keys of its texts, in their order, and of its groups."""

    example: Example
    query: int
    positives: tuple[int, ...]
    negatives: tuple[int, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """What is known once every example was met."""

    repeated: frozenset[int]  # by number: the same question and passages stood earlier
    answers: KeySet  # pairs of a question, or of a topic's facet, with a passage that answers it


@dataclass(slots=True)
class Spool:
    """Takes every example once, in order, and yields those of one source again."""

    folder: Path
    groups: Groups = field(default_factory=Groups)
    wholes: array[int] = field(default_factory=lambda: array("Q"))  # a key of each example's question and passages
    answers: array[int] = field(default_factory=lambda: array("Q"))
    starts: dict[str, int] = field(default_factory=dict)  # the number of each source's first example
    wordless: Counter[str] = field(default_factory=Counter)  # by source: nothing to ask, or nothing that answers

    def take(self, name: str, examples: Iterator[Example], *, common: bool = False) -> Iterator[str]:
        """Write the examples of one source, yielding the name each gives its source.

        What was written before a source failed stays, and counts. Passages join examples to groups unless they are
        `common`.
        """
        self.starts[name] = len(self.wholes)
        with (self.folder / f"{name}.jsonl").open("wb") as file:
            for example in examples:
                one = spooled(example)
                if one is None:
                    self.wordless[name] += 1
                    continue
                file.write(_line(one))
                self.groups.add((one.query, *(() if common else one.positives), *one.groups))
                self.wholes.append(key_of(one.query, *sorted(one.positives)))
                for asked in asked_keys(one):
                    self.answers.extend(answer_key(asked, positive) for positive in one.positives)
                yield example.source

    def met(self) -> Met:
        """Return what is known of all examples together."""
        wholes = np.frombuffer(self.wholes, np.uint64) if self.wholes else np.empty(0, np.uint64)
        _, first = np.unique(wholes, return_index=True)
        repeated = np.ones(len(wholes), bool)
        repeated[first] = False
        return Met(frozenset(np.flatnonzero(repeated).tolist()), KeySet(self.answers))

    def examples(self, name: str, met: Met) -> Iterator[Spooled]:
        """Yield the examples of one source, without those that repeat an earlier one."""
        with (self.folder / f"{name}.jsonl").open("rb") as file:
            for number, line in enumerate(file, self.starts[name]):
                if number not in met.repeated:
                    yield _read(line)


def answer_key(asked: int, passage: int) -> int:
    """Return the key of a question, or of a topic's facet, together with a passage."""
    return key_of(asked, passage)


def asked_keys(one: Spooled) -> tuple[int, ...]:
    """Return the keys of what is asked: the question and, where both are known, what about which topic."""
    topic, facet = normalised(one.example.topic), normalised(one.example.facet)
    return (one.query, key_of("facet", topic, facet)) if topic and facet else (one.query,)


def spooled(example: Example) -> Spooled | None:
    """Return the example without what UTF-8 cannot hold and without passages given twice, or None if nothing is left.

    A passage given as both answers: it stays among the positives.
    """
    positives = _distinct(example.positives, example.positive_scores)
    negatives = _distinct(example.negatives, example.negative_scores)
    negatives = {key: graded for key, graded in negatives.items() if key not in positives}
    query = text_key(example.query)
    if query == NO_WORDS or not positives:
        return None
    graded = bool(example.positive_scores)
    kept = replace(
        example,
        query=_clean(example.query),
        positives=tuple(text for text, _ in positives.values()),
        negatives=tuple(text for text, _ in negatives.values()),
        positive_scores=tuple(score for _, score in positives.values()) if graded else (),
        negative_scores=tuple(score for _, score in negatives.values()) if graded else (),
    )
    groups = dict.fromkeys(key_of("group", group) for group in example.groups)
    return Spooled(kept, query, tuple(positives), tuple(negatives), tuple(groups))


def _distinct(texts: Sequence[str], scores: Sequence[float]) -> dict[int, tuple[str, float]]:
    """Return text and score by key, the first of each; without a score it is 0."""
    found: dict[int, tuple[str, float]] = {}
    for place, text in enumerate(texts):
        found.setdefault(text_key(text), (_clean(text), scores[place] if scores else 0.0))
    found.pop(NO_WORDS, None)
    return found


def _clean(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "replace").decode().strip()


def _line(one: Spooled) -> bytes:
    return orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE)


def _read(line: bytes) -> Spooled:
    row: dict[str, Any] = orjson.loads(line)
    example: dict[str, Any] = row["example"]
    for name in ("positives", "groups", "negatives", "positive_scores", "negative_scores"):
        example[name] = tuple(example[name])
    keys = (tuple(row[name]) for name in ("positives", "negatives", "groups"))
    return Spooled(Example(**example), row["query"], *keys)
