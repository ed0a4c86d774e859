"""`python -m training merge`: tries mixes of base and fine-tuned, and keeps the one that ranks best. Thin.

A mix's quality is its mean nDCG@10 over the sources of validation triplets, however many rows each has.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table

from emr_rerank.engine import MemoryVectors, ModelSource
from emr_rerank.engine.checkpoint import ADAPTER_CONFIG, CONFIG
from emr_rerank.engine.result import SCORING
from emr_rerank.errors import RequestError
from emr_rerank.types import Scorer
from training.configuration import configured
from training.evaluation.results import is_result
from training.evaluation.scorers import scorer_named
from training.finetune.adapters import head_of
from training.finetune.contests import Contest, whole
from training.finetune.encoders import base_named
from training.finetune.rows import Rows, open_rows
from training.finetune.validation import validated
from training.folders import replaced
from training.keys import share_of
from training.merging import Choice, Part, Weights, combine, interpolate, options, sweep

REPORT = "merging.json"
MEASURE = "nDCG@10 of "


class Config(BaseModel):
    """Everything a run is told; configs/merge.yaml says what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tuned: tuple[Path, ...] = Field(min_length=1)
    base: str | None
    output: Path
    validation: Path
    rows: int = Field(gt=0)
    weights: tuple[float, ...] = Field(min_length=1)
    device: str | None
    dtype: str | None


def run(overrides: Sequence[str]) -> None:
    """Run from the command line.

    Raises:
        RequestError: the configuration is wrong, or what is there must not be replaced.
        SourceError: the triplets cannot be read.
        ModelError: a folder is no model, or they cannot be mixed.
    """
    config = configured("merge", overrides, Config)
    console = Console()
    choice = merge(config)
    sources = sorted(choice.tried[choice.weights])
    table = Table("weights", "mean", *sources)
    for weights, values in choice.tried.items():
        mean = sum(values.values()) / len(values)
        table.add_row(str(weights), f"{mean:.4f}", *(f"{values[source]:.4f}" for source in sources))
    console.print(table)
    console.print(f"kept {choice.weights}: {config.output}", soft_wrap=True)


def merge(config: Config) -> Choice:
    """Write the best mix to `config.output`, with what every mix came to in merging.json."""
    mixing = _mixing(config)
    contests = _contests(open_rows(config.validation), config.rows)
    config.output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".merging-", dir=config.output.parent) as temporary:
        place = Path(temporary) / "mix"

        def quality(weights: Weights) -> Mapping[str, float]:
            mixing.write(weights, place)
            return _by_source(contests, mixing.scorer(place))

        choice = sweep(options(config.weights, len(config.tuned)), quality)
        mixing.write(choice.weights, place)
        with replaced(config.output, REPORT) as folder:
            shutil.copytree(place, folder, dirs_exist_ok=True)
            (folder / REPORT).write_bytes(orjson.dumps(_report(config, choice), option=orjson.OPT_INDENT_2))
    return choice


@dataclass(frozen=True, slots=True)
class Mixing:
    """How mixes are written, and scored with."""

    tuned: Sequence[Path]
    base: str | None
    device: str | None
    dtype: str | None

    @property
    def adapters(self) -> bool:
        """Whether adapters are mixed, and not whole models."""
        return (self.tuned[0] / ADAPTER_CONFIG).is_file()

    def base_folder(self) -> Path | None:
        """Return the base's folder; None where nothing names it."""
        if self.base is None and not (self.tuned[0] / SCORING).is_file():
            return None
        return base_named(self.base or str(head_of(self.tuned[0])[0]["base"])).folder

    def write(self, weights: Weights, place: Path) -> None:
        """Write the mix of these weights."""
        base = self.base_folder()
        if self.adapters:
            combine([Part(*each) for each in zip(self.tuned, weights, strict=True)], place, base)
        elif base is None:
            raise RequestError(f"{self.tuned[0]} does not say what it was trained on; name it with base=FOLDER")
        else:
            interpolate(base, self.tuned[0], weights[0], place)

    def scorer(self, place: Path) -> Scorer:
        """Return a mix's scorer."""
        beside = self.adapters or is_result(place)  # its base is needed to score with it
        named = ModelSource(str(place), None, self.dtype, self.device)
        if self.base and beside:
            named = ModelSource(self.base, str(place), self.dtype, self.device)
        return scorer_named(named, MemoryVectors())


def _mixing(config: Config) -> Mixing:
    mixing = Mixing(config.tuned, config.base, config.device, config.dtype)
    for folder in config.tuned:
        if not (folder / ADAPTER_CONFIG).is_file() and not (folder / CONFIG).is_file():
            raise RequestError(
                f"tuned: {folder} holds neither {ADAPTER_CONFIG} nor {CONFIG}; name a run's result folder"
            )
    if len(config.tuned) > 1 and not mixing.adapters:
        raise RequestError("tuned: whole models are mixed with their base one at a time; name one, or adapters")
    return mixing


def _contests(rows: Rows, most: int) -> list[Contest]:
    """Return some rows of each source, the same every time."""
    found: list[int] = []
    for source in range(len(rows.sources)):
        numbers = [number for number, of in enumerate(rows.source) if of == source]
        found.extend(sorted(numbers, key=lambda number: share_of("merge", number))[:most])
    return [whole(row) for row in rows.read(sorted(found))]


def _by_source(contests: Sequence[Contest], scorer: Scorer) -> dict[str, float]:
    def scoring(some: Sequence[Contest]) -> list[list[float]]:
        return [scorer.score(contest.query, contest.texts) for contest in some]

    values = validated(contests, scoring)
    return {name.removeprefix(MEASURE): value for name, value in values.items() if name.startswith(MEASURE)}


def _report(config: Config, choice: Choice) -> dict[str, object]:
    return {
        "tuned": [folder.name for folder in config.tuned],
        "weights": choice.weights,
        "tried": [{"weights": weights, "nDCG@10": values} for weights, values in choice.tried.items()],
    }
