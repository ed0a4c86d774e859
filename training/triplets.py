"""Sources in, train, validation and test triplets out, in one run and bounded memory: `python -m training triplets`.

Every source is read once, to a spool on disk; then groups are joined and get their sides; then each source is read from
the spool again, its negatives are found and its rows written. What is written takes the output's place as a whole.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from rich.console import Console
from rich.table import Table

from emr_rerank.errors import RequestError, SourceError
from training.configuration import configured
from training.folders import replaced
from training.keys import text_key
from training.leaks import leaks
from training.lengths import Lengths
from training.negatives.buffer import RollingBuffer
from training.negatives.choice import Chooser, Options, finders
from training.negatives.mined import Embed, our_retriever
from training.negatives.passages import Asked, Passage, Sample, asked_on, positives
from training.sources import KINDS, FileSource, source
from training.sources.download import download
from training.split import SIDES, Side, Split
from training.spool import Met, Spool

REPORT = "report.json"
CHUNK = 1000  # examples whose negatives are found together

T = TypeVar("T")


class Splitting(BaseModel):
    """How examples are parted; configs/triplets.yaml says what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int
    validation: float = Field(ge=0, lt=1)
    test: float = Field(ge=0, lt=1)
    largest_group: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _something_is_left(self) -> Splitting:
        if self.validation + self.test >= 1:
            raise ValueError("validation and test together leave nothing to train on")
        return self


class Config(BaseModel):
    """Everything a run is told; configs/triplets.yaml says what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    output: Path
    download: bool
    downloads: Path
    sources: tuple[str, ...] = Field(min_length=1)
    paths: dict[str, Path | list[Path] | None]
    limits: dict[str, int | None]
    triplets: Splitting
    negatives: Options

    @field_validator("sources")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in names if name not in KINDS]
        if unknown or len(set(names)) < len(names):
            raise ValueError(
                f"{unknown[0] if unknown else 'a source'} is unknown or named twice; known: {', '.join(KINDS)}"
            )
        return names


@dataclass(slots=True)
class Tally:
    """What became of one source."""

    files: list[str] = field(default_factory=list)
    called: set[str] = field(default_factory=set)  # how its rows name it
    fault: str | None = None  # why it was not read, or not to its end
    examples: int = 0
    duplicates: int = 0
    without_negatives: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    negatives: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run wrote, as its report says it; `seconds` is not in the report, which is the same every time."""

    report: Mapping[str, Any]
    seconds: float

    @property
    def rows(self) -> int:
        """How many triplets were written."""
        return sum(self.report["rows"].values())


def run(overrides: Sequence[str]) -> None:
    """Run from the command line.

    Raises:
        RequestError: the configuration is wrong, no source could be read, or sides share what they must not.
    """
    console = Console()
    outcome = write_triplets(configured("triplets", overrides, Config), console)
    _show(outcome, console)
    if any(outcome.report["leaks"].values()):
        raise RequestError(f"sides share what they must not: {outcome.report['leaks']}; the files were written")


def write_triplets(config: Config, console: Console) -> Outcome:
    """Write the triplets and their report to `config.output`, telling the console of each source that fails.

    Raises:
        RequestError: the output must not be replaced, or no source gave an example.
        ModelError: negatives are to be mined and the embedded model is missing.
    """
    start = time.perf_counter()
    with replaced(config.output, REPORT) as folder:
        spooled = folder / ".spool"
        spooled.mkdir()
        spool = Spool(spooled)
        tallies = {name: _taken(name, config, spool, console) for name in config.sources}
        if not spool.wholes:
            raise RequestError("no source gave a single example; see the lines above")
        shares: dict[Side, float] = {"validation": config.triplets.validation, "test": config.triplets.test}
        split = spool.groups.split(config.triplets.seed, shares, config.triplets.largest_group)
        writing = Writing(folder, config, split, spool.met(), Lengths())
        with writing:
            for name, tally in tallies.items():
                if tally.examples:
                    writing.write(name, spool, tally)
        common = {called for name, tally in tallies.items() if KINDS[name].common for called in tally.called}
        for file in spooled.iterdir():
            file.unlink()
        spooled.rmdir()
        report = {
            "config": config.model_dump(mode="json", exclude={"output", "downloads", "download"}),
            "rows": {side: sum(tally.rows[side] for tally in tallies.values()) for side in SIDES},
            "sources": {name: _row(tally) for name, tally in tallies.items()},
            "groups": split.groups,
            "largest_group": round(split.largest, 4),
            "duplicates": sum(tally.duplicates for tally in tallies.values()),
            "leaks": leaks(folder, common),
            "sha256": writing.digests(),
            "lengths": writing.lengths.table(),
        }
        writing.lengths.draw(folder / "lengths.png")
        (folder / REPORT).write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    return Outcome(report, time.perf_counter() - start)


def _taken(name: str, config: Config, spool: Spool, console: Console) -> Tally:
    """Spool one source; a fault ends this source alone."""
    tally = Tally()
    try:
        opened = _opened(name, config)
        tally.files = [path.name for path in opened.paths if path.name]
        tally.skipped = opened.faults.skipped
        examples = islice(opened.examples(), config.limits.get(name))
        for source_name in spool.take(name, examples, common=KINDS[name].common):
            tally.examples += 1
            tally.called.add(source_name)
    except SourceError as fault:
        tally.fault = str(fault)
        console.print(f"[yellow]{'cut short' if tally.examples else 'left out'}[/]: {fault}", soft_wrap=True)
    if spool.wordless[name]:
        tally.skipped = {**tally.skipped, "no words": spool.wordless[name]}
    return tally


def _opened(name: str, config: Config) -> FileSource:
    given = config.paths.get(name)
    paths = given if isinstance(given, list) else [] if given is None else [given]
    folders = (config.data, config.downloads)
    try:
        return source(name, folders, paths)
    except SourceError:
        if not config.download or paths:
            raise
    return source(name, folders, [download(name, config.downloads, config.limits.get(name))])


def _row(tally: Tally) -> dict[str, Any]:
    return {
        "files": tally.files,
        "fault": tally.fault,
        "examples": tally.examples,
        "duplicates": tally.duplicates,
        "without_negatives": tally.without_negatives,
        "skipped": dict(tally.skipped),
        "rows": {side: tally.rows[side] for side in SIDES},
        "negatives": dict(tally.negatives),
    }


class Writing(ExitStack):
    """The open files of a run, and what has been written to them."""

    def __init__(self, folder: Path, config: Config, split: Split, met: Met, lengths: Lengths) -> None:
        """Open a file of rows and one of groups for each side."""
        super().__init__()
        self.config, self.split, self.met, self.lengths = config, split, met, lengths
        self.chooser = Chooser(split, met.answers, config.negatives)
        self.embed: Embed | None = our_retriever() if config.negatives.mined else None
        seed = config.triplets.seed
        self.buffers = {side: RollingBuffer(config.negatives.buffer_size, seed) for side in SIDES}
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
                options=self.config.negatives,
                seed=self.config.triplets.seed,
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
        options = self.config.negatives
        if not (options.facet or options.mined or options.bm25):
            return {side: [] for side in SIDES}
        samples = {side: Sample(options.pool, self.config.triplets.seed) for side in SIDES}
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


def _show(outcome: Outcome, console: Console) -> None:
    report = outcome.report
    table = Table("source", "examples", *SIDES, "duplicates", "skipped")
    for name, one in report["sources"].items():
        rows = [f"{one['rows'][side]:,}" for side in SIDES]
        skipped = sum(one["skipped"].values())
        table.add_row(name, f"{one['examples']:,}", *rows, f"{one['duplicates']:,}", f"{skipped:,}")
    console.print(table)
    shared = ", ".join(f"{what.replace('_', ' ')} {count}" for what, count in report["leaks"].items())
    console.print(f"leaks: {shared}")
    console.print(f"{report['groups']:,} groups, the largest with {report['largest_group']:.1%} of the examples")
    console.print(f"{outcome.rows:,} rows in {outcome.seconds:.1f} s: {outcome.rows / outcome.seconds:,.0f} rows/s")
