"""`python -m training default`: the model this product ships with, from the data folder to two adapters.

Triplets, then the bi-encoder, then the cross-encoder that starts from it, each by its own command's code and written
where the next one looks. A run that was broken off goes on where it was. Knows the recipe's file, no model.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import orjson
from pydantic import BaseModel, ConfigDict
from rich.console import Console

from emr_rerank.errors import RequestError, SourceError
from training import triplets
from training.configuration import configured
from training.finetune import command
from training.finetune.run_folder import FREE, flat
from training.finetune.settings import Config as FinetuneConfig
from training.shipping import ship

RECIPE = "recipe.json"
TRIPLETS = "triplets"
Stage = Literal["bi_encoder", "cross_encoder"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Config(BaseModel):
    """Everything the command is told; configs/default.yaml says what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    run: Path
    models: Path
    triplets: tuple[str, ...]
    bi_encoder: tuple[str, ...]
    cross_encoder: tuple[str, ...]
    weights: dict[Stage, float]


def run(overrides: Sequence[str]) -> None:
    """Run from the command line.

    Raises:
        EmrRerankError: the data folder is absent, the recipe is wrong, or `run` was begun with other settings.
    """
    train_default(configured("default", overrides, Config), Console())


def train_default(config: Config, console: Console) -> None:
    """Train both stages, or go on, and put their adapters into `config.models`."""
    if not config.data.is_dir():
        raise SourceError(f"{config.data}: no data folder there; name it: make train-default DATA=folder")
    _begin(config)
    start = time.perf_counter()
    rows = config.run / TRIPLETS
    if not (rows / triplets.REPORT).is_file():
        console.print("triplets", style="bold")
        triplets.run([*config.triplets, f"data={config.data}", f"output={rows}"])
    for stage in STAGES:
        console.print(stage.replace("_", "-"), style="bold")
        _stage(config, stage)
    for stage in STAGES:
        ship(config.run / stage, config.models / stage, config.weights[stage])
    minutes = (time.perf_counter() - start) / 60
    console.print(f"{config.models}: both adapters are there, after {minutes:.0f} minutes", soft_wrap=True)


def resolved(config: Config) -> dict[str, Any]:
    """Return every setting that makes a weight, the commands' defaults among them, by its whole name.

    Raises:
        RequestError: one of the recipe's lists cannot be read.
    """
    rows = configured("triplets", config.triplets, triplets.Config)
    parts = {TRIPLETS: rows.model_dump(mode="json", exclude={"data", "output", "download", "downloads"})}
    for stage in STAGES:
        parts[stage] = configured("finetune", getattr(config, stage), FinetuneConfig).model_dump(mode="json")
    kept = {f"{part}.{key}": value for part, values in parts.items() for key, value in flat(values) if key not in FREE}
    return {"data": str(config.data.resolve()), **kept}


def _begin(config: Config) -> None:
    """Write the settings, or hold a run that is gone on with to those it was begun with."""
    recipe = resolved(config)
    place = config.run / RECIPE
    if place.is_file():
        before: dict[str, Any] = orjson.loads(place.read_bytes())
        for key in sorted({*before, *recipe}):
            if before.get(key) != recipe.get(key):
                raise RequestError(
                    f"{key}: {recipe.get(key)} now, {before.get(key)} when {config.run} was begun; "
                    "name another folder: run=FOLDER"
                )
        return
    config.run.mkdir(parents=True, exist_ok=True)
    hidden = place.with_suffix(".writing")
    hidden.write_bytes(orjson.dumps(recipe, option=orjson.OPT_INDENT_2))
    hidden.replace(place)  # whole or not at all


def _stage(config: Config, stage: Stage) -> None:
    here = config.run / stage
    if (here / command.RESULT).is_dir():  # it appears whole
        return
    paths = [f"run={here}", f"data.train={config.run / TRIPLETS / 'train.jsonl'}", "mlflow=false"]
    if stage == "cross_encoder":
        paths.append(f"model.start={config.run / 'bi_encoder' / command.RESULT}")
    command.finetune(configured("finetune", [*getattr(config, stage), *paths, "resume=true"], FinetuneConfig))
