"""Sources in, train, validation and test triplets out, in one run and bounded memory: `python -m training triplets`.

Every source is read once, to a spool on disk; then groups are joined and get their sides; then each source is read from
the spool again, its negatives are found and its rows written. What is written takes the output's place as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from rich.console import Console
from rich.table import Table

from emr_rerank.errors import RequestError, SourceError
from training.configuration import configured
from training.examples import Example
from training.folders import replaced
from training.held_out import kept_from_training
from training.leaks import leaks
from training.lengths import Lengths
from training.negatives.choice import Options
from training.sources import KINDS, FileSource, source
from training.sources.download import download
from training.split import SIDES, Side
from training.spool import Spool
from training.triplet_rows import RowFiles, Tally

REPORT = "report.json"


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
    hold_out: bool
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
    """Write triplets, report and picture to `config.output`, telling the console of each source that fails.

    Raises:
        RequestError: the output must not be replaced, or no source gave an example.
        ModelError: negatives are to be mined and the embedded model is missing.
    """
    start = time.perf_counter()
    with replaced(config.output, REPORT) as folder:
        report, lengths = write_rows(folder, config, console)
        lengths.draw(folder / "lengths.png")
        (folder / REPORT).write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    return Outcome(report, time.perf_counter() - start)


def write_rows(folder: Path, config: Config, console: Console) -> tuple[dict[str, Any], Lengths]:
    """Write the rows to this empty folder; return their report, the same every time, and how long the texts are.

    Raises:
        RequestError: no source gave an example.
        ModelError: negatives are to be mined and the embedded model is missing.
    """
    with TemporaryDirectory(prefix=".spool.", dir=folder) as spooled:
        spool = Spool(Path(spooled))
        tallies = {name: _taken(name, config, spool, console) for name in config.sources}
        if not spool.wholes:
            raise RequestError("no source gave a single example; see the lines above")
        shares: dict[Side, float] = {"validation": config.triplets.validation, "test": config.triplets.test}
        split = spool.groups.split(config.triplets.seed, shares, config.triplets.largest_group)
        with RowFiles(folder, config.negatives, config.triplets.seed, split, spool.met()) as files:
            for name, tally in tallies.items():
                if tally.examples:
                    files.write(name, spool, tally)
    common = {called for name, tally in tallies.items() if KINDS[name].common for called in tally.called}
    report = {
        "config": config.model_dump(mode="json", exclude={"output", "downloads", "download"}),
        "rows": {side: sum(tally.rows[side] for tally in tallies.values()) for side in SIDES},
        "sources": {name: tally.report() for name, tally in tallies.items()},
        "groups": split.groups,
        "largest_group": round(split.largest, 4),
        "duplicates": sum(tally.duplicates for tally in tallies.values()),
        "leaks": leaks(folder, common),
        "sha256": files.digests(),
        "lengths": files.lengths.table(),
    }
    return report, files.lengths


def _taken(name: str, config: Config, spool: Spool, console: Console) -> Tally:
    """Spool one source; a fault ends this source alone."""
    tally = Tally()
    try:
        opened = _opened(name, config)
        tally.files = [path.name for path in opened.paths if path.name]
        tally.skipped = opened.faults.skipped
        found = opened.examples()
        examples = islice(_trainable(found, tally) if config.hold_out else found, config.limits.get(name))
        for source_name in spool.take(name, examples, common=KINDS[name].common):
            tally.examples += 1
            tally.called.add(source_name)
    except SourceError as fault:
        tally.fault = str(fault)
        console.print(f"[yellow]{'cut short' if tally.examples else 'left out'}[/]: {fault}", soft_wrap=True)
    if spool.wordless[name]:
        tally.skipped = {**tally.skipped, "no words": spool.wordless[name]}
    return tally


def _trainable(examples: Iterator[Example], tally: Tally) -> Iterator[Example]:
    """Yield what may be trained on, counting what is held out for `training.evaluation`, whatever the seed here."""
    for example in examples:
        if kept_from_training(example):
            tally.held_out += 1
        else:
            yield example


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
