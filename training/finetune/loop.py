"""The one training loop: batches of any task in, trained weights out, the same however often it is broken off.

Its order of data, learning rates and draws depend on the settings and the step alone, and a checkpoint holds the rest.
Knows no model: a task says what is trained and what a batch loses.
"""

from __future__ import annotations

import math
import random
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from torch import nn

from emr_rerank.engine.devices import dtype_named
from emr_rerank.errors import ModelError, RequestError
from training.finetune import checkpoints, processes
from training.finetune.checkpoints import Checkpoint
from training.finetune.progress import progress
from training.finetune.run_folder import RunFolder
from training.finetune.settings import TrainSettings
from training.keys import key_of

BETAS = (0.9, 0.999)

BatchT = TypeVar("BatchT")


class Task(Protocol[BatchT]):
    """What is trained, on what."""

    @property
    def module(self) -> nn.Module:
        """What holds every weight that is trained: those that require a gradient. A frozen teacher is not in it."""

    @property
    def rates(self) -> Mapping[str, float]:
        """What the learning rate is multiplied by, for weights by the start of their names."""

    def batches(self, epoch: int, seed: int) -> Sequence[BatchT]:
        """Return an epoch's batches, in order; the same for the same epoch and seed."""

    def loss(self, batch: BatchT) -> torch.Tensor:
        """Return what a batch loses, a number to lower, in training mode."""

    def evaluate(self) -> Mapping[str, float]:
        """Return what the validation rows say, higher is better; draws nothing at random."""


@dataclass(slots=True)
class Course:
    """Where a run stands."""

    step: int = 0
    epoch: int = 0
    batch: int = 0  # the next one of this epoch
    losses: list[float] = field(default_factory=list)  # since the last line of the metrics
    best: float | None = None
    best_step: int | None = None

    def state(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {name: getattr(self, name) for name in ("epoch", "batch", "losses", "best", "best_step")}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    steps: int
    chosen: int  # the step whose weights the module holds now
    evaluation: Mapping[str, float]  # of those weights; empty without validation rows


def seed_all(seed: int) -> None:
    """Set every generator that a library may draw from."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


@dataclass(frozen=True, slots=True)
class Machine:
    """What changes the weights."""

    trained: Mapping[str, nn.Parameter]
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    autocast: AbstractContextManager[Any]
    clip: float

    def restored(self, run: RunFolder) -> Course | None:
        """Set everything to the newest whole checkpoint, and return where it stands; None where there is none."""
        found = checkpoints.latest(run.checkpoints)
        if found is None:
            return None
        checkpoints.restore_weights(self.trained, found.weights)
        checkpoints.restore_optimizer(self.optimizer, found.optimizer)
        self.scaler.load_state_dict(found.state["scaler"])
        checkpoints.throw(found.random, found.state)
        return Course(found.step, **{name: found.state[name] for name in Course().state()})

    def save(self, course: Course, run: RunFolder, keep: int) -> None:
        """Write a checkpoint."""
        if not processes.first():
            return
        tensors, generators = checkpoints.dice()
        state = {**course.state(), **generators, "scaler": self.scaler.state_dict()}
        kept = checkpoints.optimizer_tensors(self.optimizer)
        checkpoints.write(run.checkpoints, Checkpoint(course.step, self.trained, kept, tensors, state), keep)
        _forget_worse(run, course)

    def step(self, task: Task[BatchT], together: Sequence[BatchT]) -> tuple[float, float]:
        """Change the weights once; return the loss and the gradient's norm before it was clipped."""
        self.optimizer.zero_grad(set_to_none=True)
        whole = 0.0
        for batch in together:
            with self.autocast:
                loss = task.loss(batch) / len(together)
            self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
            whole += float(loss.detach())
        processes.add_up(self.trained.values())
        self.scaler.unscale_(self.optimizer)
        norm = nn.utils.clip_grad_norm_(self.trained.values(), self.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return whole, float(norm)


def train(task: Task[Any], settings: TrainSettings, run: RunFolder, device: torch.device) -> Outcome:
    """Train a task in a run folder, from its newest whole checkpoint where there is one.

    The task's module is on the device, and holds the result in the end.

    Raises:
        ModelError: the loss is no number.
        SourceError: the checkpoint is of another model.
    """
    seed_all(settings.seed)
    trained = {name: one for name, one in task.module.named_parameters() if one.requires_grad}
    autocast, scaler = _precision(settings.precision, device)
    machine = Machine(trained, _optimizer(trained, task.rates, settings), scaler, autocast, settings.clip)
    epochs = [task.batches(epoch, settings.seed) for epoch in range(settings.epochs)]
    total = sum(math.ceil(len(batches) / settings.accumulate) for batches in epochs)
    total = min(total, settings.max_steps or total)

    course = machine.restored(run)
    processes.on_first(lambda: run.forget_after(-1 if course is None else course.step))
    if course is None:
        course = Course()
        _evaluate(task, settings.select, course, run, trained)
    task.module.train()
    began = time.monotonic()
    with progress(course.step, total, settings.log_every) if processes.first() else nullcontext(_silent) as tell:
        while course.step < total:
            together = epochs[course.epoch][course.batch : course.batch + settings.accumulate]
            if not together:
                course.epoch, course.batch = course.epoch + 1, 0
                continue
            rate = settings.rate * _share(course.step, total, settings.warmup)
            for group in machine.optimizer.param_groups:
                group["lr"] = rate * group["times"]
            if processes.count() > 1:  # draws of its own for each, of the step alone: a checkpoint need not hold them
                seed_all(key_of("draws", settings.seed, course.step, processes.rank()))
            loss, norm = machine.step(task, together)
            course.step, course.batch = course.step + 1, course.batch + len(together)
            course.losses.append(_finite(loss, course.step))
            tell(course.step, f"loss {loss:.4f}")
            last = course.step == total
            if last or course.step % settings.log_every == 0:
                mean = sum(course.losses) / len(course.losses)
                passed = round(time.monotonic() - began, 2)  # since the run was begun or resumed
                if processes.first():
                    run.note(course.step, {"loss": mean, "rate": rate, "norm": norm, "seconds": passed})
                course.losses.clear()
            if last or (settings.evaluate_every and course.step % settings.evaluate_every == 0):
                _evaluate(task, settings.select, course, run, trained)
                task.module.train()
            if last or course.step % settings.checkpoint_every == 0:
                machine.save(course, run, settings.keep)
    processes.wait()  # for the best weights, and what was noted of them
    return _settle(course, run, trained)


def _silent(_: int, __: str) -> None:
    """Leave it to the first process to tell how far the run is."""


def _optimizer(
    trained: Mapping[str, nn.Parameter], rates: Mapping[str, float], settings: TrainSettings
) -> torch.optim.Optimizer:
    """Biases and norms do not decay; the order of groups and weights depends on the names alone."""
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for name, weight in trained.items():
        times = next((times for start, times in rates.items() if name.startswith(start)), 1.0)
        groups.setdefault((times, weight.ndim > 1), []).append(weight)
    return torch.optim.AdamW(
        [
            {"params": weights, "times": times, "weight_decay": settings.weight_decay if decays else 0.0}
            for (times, decays), weights in groups.items()
        ],
        lr=settings.rate,
        betas=BETAS,
    )


def _precision(name: str | None, device: torch.device) -> tuple[AbstractContextManager[Any], torch.amp.GradScaler]:
    """Return what computes in the precision asked for, else bf16 or fp16 where the hardware is made for it.

    The weights themselves stay in fp32.
    """
    dtype = dtype_named(name, device)
    if name is None and device.type == "cuda" and dtype == torch.float32:
        dtype = torch.float16  # a CUDA device without bf16
    autocast: AbstractContextManager[Any] = nullcontext()
    if dtype != torch.float32:
        autocast = torch.autocast(device.type, dtype)
    return autocast, torch.amp.GradScaler(device.type, enabled=dtype == torch.float16)


def _share(step: int, total: int, warmup: float) -> float:
    """Return the share of the full learning rate at a step: up to 1 over the warm-up, then down to 0."""
    rising = math.ceil(total * warmup)
    return (step + 1) / rising if step < rising else (total - step) / max(1, total - rising)


def _finite(loss: float, step: int) -> float:
    if not math.isfinite(loss):
        raise ModelError(
            f"step {step}: the loss is {loss}; lower train.rate, or resume from before with precision=fp32"
        )
    return loss


def _evaluate(
    task: Task[Any], select: str | None, course: Course, run: RunFolder, trained: Mapping[str, nn.Parameter]
) -> None:
    """Note what the validation rows say, and keep the weights if they are the best so far."""
    values = processes.agreed(task.evaluate())
    if select is not None and select not in values:
        raise RequestError(f"train.select: no metric {select!r}; there are {', '.join(sorted(values)) or 'none'}")
    if not values:
        return
    if processes.first():
        run.note(course.step, {"evaluation": dict(values)})
    if select is not None and (course.best is None or values[select] > course.best):
        course.best, course.best_step = values[select], course.step
        if processes.first():
            checkpoints.write_weights(run.best / checkpoints.PLACE.format(course.step), trained)


def _forget_worse(run: RunFolder, course: Course) -> None:
    """Delete the weights that no checkpoint calls the best any more."""
    for place in run.best.glob("step-*"):
        if course.best_step is None or place.name != checkpoints.PLACE.format(course.best_step):
            shutil.rmtree(place)


def _settle(course: Course, run: RunFolder, trained: Mapping[str, nn.Parameter]) -> Outcome:
    """Put the best weights in, where there was a choice, and return what their evaluation was."""
    chosen = course.step if course.best_step is None else course.best_step
    if course.best_step is not None:
        checkpoints.restore_weights(trained, checkpoints.read_weights(run.best / checkpoints.PLACE.format(chosen)))
    evaluations = [line["evaluation"] for line in run.noted() if line["step"] == chosen and "evaluation" in line]
    return Outcome(course.step, chosen, evaluations[-1] if evaluations else {})
