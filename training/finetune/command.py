"""`python -m training finetune`: settings and triplets in, a run folder with the result out.

On several GPUs of one machine, each with the whole model (data parallel, DDP), or each with a share of the decoder's
frozen weights where one GPU does not hold them (FSDP):

    accelerate launch --multi_gpu --num_processes 4 -m training finetune model=gemma run=runs/gemma
    accelerate launch --use_fsdp --num_processes 4 -m training finetune model=gemma run=runs/gemma

A batch is that of all processes together: `train.batch=8` gives each of four two rows, and the run ends where one
process would. It resumes likewise, with as many processes. The precision is `train.precision`, not accelerate's; with
`train.device=cpu` processes meet without GPUs, too.

To add a kind of model, write its settings and its task, and add a row to KINDS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console

from emr_rerank.errors import RequestError
from training.configuration import configured
from training.finetune.data import Data, opened
from training.finetune.run_folder import RunFolder
from training.finetune.settings import (
    BiEncoderSettings,
    Config,
    CrossEncoderSettings,
    DecoderSettings,
    Settings,
    TrainSettings,
    checked,
)
from training.finetune.tracking import tracked

if TYPE_CHECKING:
    import torch

    from training.finetune.loop import Outcome, Task

RESULT = "result"


class Kept(Protocol):
    """A task whose result can be written."""

    def save(self, folder: Path) -> None:
        """Write what was learnt."""


Build = Callable[[Any, TrainSettings, Data, "torch.device"], "Task[Any]"]


@dataclass(frozen=True, slots=True)
class Kind:
    """The settings of a kind of model, and what loads its task."""

    settings: type[Settings]
    build: Callable[[], Build]
    shards: bool = False  # whether several processes may hold a share of its weights each


def _bi_encoder() -> Build:
    from training.finetune.bi_encoder import bi_encoder  # noqa: PLC0415  (imports torch)

    return bi_encoder


def _cross_encoder() -> Build:
    from training.finetune.cross_encoder import cross_encoder  # noqa: PLC0415  (imports torch)

    return cross_encoder


def _decoder() -> Build:
    from training.finetune.decoder import decoder  # noqa: PLC0415  (imports torch)

    return decoder


KINDS: Mapping[str, Kind] = {
    "bi_encoder": Kind(BiEncoderSettings, _bi_encoder),
    "cross_encoder": Kind(CrossEncoderSettings, _cross_encoder),
    "gemma": Kind(DecoderSettings, _decoder, shards=True),
}


def run(overrides: Sequence[str]) -> None:
    """Run from the command line.

    Raises:
        EmrRerankError: the settings or the data are wrong, or the run folder is another run's.
    """
    config = configured("finetune", overrides, Config)
    outcome = finetune(config)

    from training.finetune import processes  # noqa: PLC0415  (imports torch)

    if processes.first():
        _say(config, outcome)
    processes.leave()


def _say(config: Config, outcome: Outcome) -> None:
    console = Console()
    for name, value in outcome.evaluation.items():
        console.print(f"{name}: {value:.4f}", soft_wrap=True)
    console.print(f"{outcome.steps} steps, the weights of step {outcome.chosen}: {config.run / RESULT}", soft_wrap=True)


def finetune(config: Config) -> Outcome:
    """Train, or go on training, and write the result into the run folder.

    Raises:
        EmrRerankError: the settings or the data are wrong, or the run folder is another run's.
    """
    kind = KINDS.get(config.model.get("kind", ""))
    if kind is None:
        raise RequestError(f"model.kind: {config.model.get('kind')!r} is none of {', '.join(KINDS)}")
    settings = checked(kind.settings, config.model, "model")
    data = opened(config.data)

    # Seconds of import time that a fault in the settings does without.
    import torch  # noqa: PLC0415

    from emr_rerank.engine.devices import device_named  # noqa: PLC0415
    from training.finetune import processes  # noqa: PLC0415
    from training.finetune.loop import seed_all, train  # noqa: PLC0415

    if config.train.threads:
        torch.set_num_threads(config.train.threads)
    processes.join(config.train.device)
    if processes.sharded() and not kind.shards:
        raise RequestError(f"model.kind: {config.model['kind']} is too small to shard; leave --use_fsdp out")
    folder = RunFolder(config.run)
    said = {**config.model_dump(mode="json"), "model": settings.model_dump(mode="json")}
    processes.on_first(
        lambda: folder.begin(said, data.digests, torch.get_num_threads(), processes.count(), resume=config.resume)
    )
    device = device_named(config.train.device)
    seed_all(config.train.seed)  # new weights are drawn
    task: Any = kind.build()(settings, config.train, data, device)
    outcome = train(task, config.train, folder, device)
    if processes.first():
        task.save(config.run / RESULT)
        folder.draw()
        if config.mlflow:
            tracked(folder)
    return outcome
