"""The files of triplets: finds the negatives of each example and writes its row. Knows no source and no split's making.

A row's groups and topic stand as keys in a file beside the rows, line by line, so that the rows are as FlagEmbedding
reads them and what must not be parted, or makes a hard batch, can still be told.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

import orjson

from training.keys import text_key
from training.lengths import Lengths
from training.negatives.buffer import RollingBuffer
from training.negatives.choice import Chooser, Options, finders
from training.negatives.mined import Embed, our_retriever
from training.negatives.passages import Asked, Passage, Sample, asked_on, positives
from training.split import SIDES, Side, Split
from training.spool import Met, Spool

CHUNK = 1000  # examples whose negatives are found together

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """What became of one source."""

    files: list[str] = field(default_factory=list)
    called: set[str] = field(default_factory=set)  # how its rows name it
    fault: str | None = None  # why it was not read, or not to its end
    examples: int = 0
    held_out: int = 0  # not among the examples: kept from training by their groups
    duplicates: int = 0
    without_negatives: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    negatives: Counter[str] = field(default_factory=Counter)

    def report(self) -> dict[str, Any]:
        """Return it as the report says it."""
        return {
            "files": self.files,
            "fault": self.fault,
            "examples": self.examples,
            "held_out": self.held_out,
            "duplicates": self.duplicates,
            "without_negatives": self.without_negatives,
            "skipped": dict(self.skipped),
            "rows": {side: self.rows[side] for side in SIDES},
            "negatives": dict(self.negatives),
        }


class RowFiles(ExitStack):
    """The open files of a run, and what has been written to them."""

    def __init__(self, folder: Path, options: Options, seed: int, split: Split, met: Met) -> None:
        """Open a file of rows and one of groups for each side."""
        super().__init__()
        self.options, self.seed, self.split, self.met = options, seed, split, met
        self.lengths = Lengths()
        self.chooser = Chooser(split, met.answers, options)
        self.embed: Embed | None = our_retriever() if options.mined else None
        self.buffers = {side: RollingBuffer(options.buffer_size, seed) for side in SIDES}
        names = [f"{side}{kind}.jsonl" for side in SIDES for kind in ("", ".groups")]
        self.files: dict[str, IO[bytes]] = {name: self.enter_context((folder / name).open("wb")) for name in names}
        self.hashes = {name: hashlib.sha256() for name in names}

    def write(self, name: str, spool: Spool, tally: Tally) -> None:
        """Write the rows of one source."""
        pools = self._pools(name, spool)
        ways = {
            side: finders(
                pools[side],
                self.buffers[side],
                split=self.split,
                options=self.options,
                seed=self.seed,
                embed=self.embed,
            )
            for side in SIDES
        }
        kept = 0
        for chunk in _chunks(self._asked(name, spool)):
            kept += len(chunk)
            for side in SIDES:
                asked = [one for one in chunk if one.side == side]
                self.buffers[side].add(passage for one in asked for passage in positives(one))
                found = self.chooser.choose(asked, ways[side], tally.negatives) if asked else []
                for one, negatives in zip(asked, found, strict=True):
                    self._row(one, negatives, tally)
        tally.duplicates = tally.examples - kept

    def _pools(self, name: str, spool: Spool) -> dict[Side, list[Passage]]:
        if not (self.options.facet or self.options.mined or self.options.bm25):
            return {side: [] for side in SIDES}
        samples = {side: Sample(self.options.pool, self.seed) for side in SIDES}
        for one in self._asked(name, spool):
            for passage in positives(one):
                samples[one.side].add(passage)
        return {side: found.passages() for side, found in samples.items()}

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file of rows."""
        return {name: self.hashes[name].hexdigest() for name in (f"{side}.jsonl" for side in SIDES)}

    def _asked(self, name: str, spool: Spool) -> Iterator[Asked]:
        return (asked_on(self.split, one) for one in spool.examples(name, self.met))

    def _row(self, asked: Asked, negatives: Sequence[Passage], tally: Tally) -> None:
        if not negatives:
            tally.without_negatives += 1  # nothing to tell the positive from
            return
        example = asked.spooled.example
        row: dict[str, Any] = {
            "query": example.query,
            "pos": example.positives,
            "neg": [passage.text for passage in negatives],
            "source": example.source,
        }
        if example.positive_scores:
            row |= {"pos_scores": example.positive_scores, "neg_scores": [passage.score for passage in negatives]}
        groups = {
            "groups": [f"{group:016x}" for group in asked.spooled.groups],
            "topic": asked.topic and f"{text_key(asked.topic):016x}",
        }
        self._line(f"{asked.side}.jsonl", row)
        self._line(f"{asked.side}.groups.jsonl", groups)
        tally.rows[asked.side] += 1
        self.lengths.add(example.source, "query", [example.query])
        self.lengths.add(example.source, "pos", example.positives)
        self.lengths.add(example.source, "neg", row["neg"])

    def _line(self, name: str, row: Mapping[str, Any]) -> None:
        line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        self.files[name].write(line)
        self.hashes[name].update(line)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
