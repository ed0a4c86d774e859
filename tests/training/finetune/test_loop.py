"""The loop on a task of two numbers, where every step can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from emr_rerank.errors import ModelError, RequestError
from training.finetune.checkpoints import complete
from training.finetune.loop import train
from training.finetune.run_folder import RunFolder
from training.finetune.settings import TrainSettings

CPU = torch.device("cpu")


class Two(nn.Module):
    """Two numbers."""

    def __init__(self) -> None:
        """Start at nought."""
        super().__init__()
        self.slow = nn.Parameter(torch.zeros(1))
        self.fast = nn.Parameter(torch.zeros(1))


@dataclass
class Targets:
    """A task whose batches are targets of both numbers; an evaluation takes the next of what it is given."""

    targets: list[float]
    evaluations: list[float] = field(default_factory=list)
    module: Two = field(default_factory=Two)
    seen: list[float] = field(default_factory=list)
    rates: Mapping[str, float] = field(default_factory=lambda: {"fast": 10.0})

    def batches(self, epoch: int, seed: int) -> Sequence[float]:
        """Return the targets, in another order each epoch."""
        turn = (epoch + seed) % len(self.targets)
        return self.targets[turn:] + self.targets[:turn]

    def loss(self, batch: float) -> Tensor:
        """Return the distance from the target, times three."""
        assert self.module.training
        self.seen.append(batch)
        return 3 * ((self.module.slow - batch).abs() + (self.module.fast - batch).abs()).sum()

    def evaluate(self) -> Mapping[str, float]:
        """Return the next value, of the weights of this moment."""
        self.module.eval()
        return {"value": self.evaluations.pop(0)} if self.evaluations else {}


def folder(tmp_path: Path, name: str = "run") -> RunFolder:
    """Return an empty run folder."""
    made = RunFolder(tmp_path / name)
    made.path.mkdir()
    return made


def test_every_batch_of_every_epoch_is_seen_in_order(tmp_path: Path) -> None:
    """Also where an epoch does not fill its last step."""
    task = Targets([1.0, 2.0, 3.0])
    outcome = train(task, TrainSettings(epochs=2, accumulate=2), folder(tmp_path), CPU)
    assert task.seen == [1.0, 2.0, 3.0, 2.0, 3.0, 1.0]
    assert outcome.steps == 4


def test_rates_rise_and_fall_and_heads_move_faster(tmp_path: Path) -> None:
    """Adam's first steps are as long as the learning rate."""
    run = folder(tmp_path)
    task = Targets([100.0] * 10)
    train(task, TrainSettings(rate=0.1, warmup=0.4, log_every=1, weight_decay=0.0), run, CPU)
    lines = [line for line in run.noted() if "loss" in line]
    assert [line["rate"] for line in lines] == pytest.approx(
        [0.025, 0.05, 0.075, 0.1, 0.1, 0.1 * 5 / 6, 0.1 * 4 / 6, 0.1 * 3 / 6, 0.1 * 2 / 6, 0.1 / 6]
    )
    assert [line["norm"] for line in lines] == pytest.approx([3 * 2**0.5] * 10)
    assert task.module.slow.item() == pytest.approx(sum(line["rate"] for line in lines), rel=1e-3)
    assert task.module.fast.item() == pytest.approx(10 * task.module.slow.item(), rel=1e-3)


def test_accumulated_batches_weigh_as_one(tmp_path: Path) -> None:
    """A loss is their mean, and so is the gradient."""
    run = folder(tmp_path)
    train(Targets([1.0, -1.0, -1.0, -1.0]), TrainSettings(accumulate=4, log_every=1), run, CPU)
    line = run.noted()[0]
    assert line["loss"] == pytest.approx(6.0)
    assert line["norm"] == pytest.approx(2**0.5 * 3 * abs(1 - 3) / 4)


def test_the_best_evaluation_gives_the_result(tmp_path: Path) -> None:
    """The weights of step 2, and what was measured there; only those are kept on the disk."""
    run = folder(tmp_path)
    task = Targets([100.0] * 6, evaluations=[0.1, 0.5, 0.9, 0.3])
    settings = TrainSettings(rate=0.1, select="value", evaluate_every=1, checkpoint_every=1, max_steps=3, log_every=1)
    outcome = train(task, settings, run, CPU)
    assert (outcome.steps, outcome.chosen, outcome.evaluation) == (3, 2, {"value": 0.9})
    rates = [line["rate"] for line in run.noted() if "loss" in line]
    assert task.module.slow.item() == pytest.approx(sum(rates[:2]), rel=1e-3)
    assert [path.name for path in run.best.iterdir()] == ["step-00000002"]
    assert [path.name for path in complete(run.checkpoints)] == ["step-00000002", "step-00000003"]


def test_a_finished_run_that_is_resumed_has_the_same_outcome(tmp_path: Path) -> None:
    """Without a step, and without measuring anew."""
    run = folder(tmp_path)
    settings = TrainSettings(rate=0.1, select="value", evaluate_every=2)
    first, again = Targets([5.0] * 4, evaluations=[0.1, 0.7, 0.4]), Targets([5.0] * 4)
    outcome = train(first, settings, run, CPU)
    assert train(again, settings, run, CPU) == outcome
    assert again.module.slow.item() == first.module.slow.item()
    assert not again.seen


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    """At the step where it came up, before it is in a checkpoint."""
    run = folder(tmp_path)
    with pytest.raises(ModelError, match="step 3: the loss is nan; lower"):
        train(Targets([1.0, 1.0, float("nan"), 1.0]), TrainSettings(checkpoint_every=1), run, CPU)
    assert [path.name for path in complete(run.checkpoints)] == ["step-00000001", "step-00000002"]


def test_a_metric_that_is_not_there_cannot_select(tmp_path: Path) -> None:
    """Said before the first step."""
    task = Targets([1.0], evaluations=[0.5])
    with pytest.raises(RequestError, match=r"train\.select: no metric 'nDCG'; there are value"):
        train(task, TrainSettings(select="nDCG"), folder(tmp_path), CPU)
    assert not task.seen


def test_bf16_is_computed_in_when_it_is_asked_for(tmp_path: Path) -> None:
    """The weights stay in fp32; a product is of the lower precision."""

    @dataclass
    class Product(Targets):
        dtypes: list[torch.dtype] = field(default_factory=list)

        def loss(self, batch: float) -> Tensor:
            product = self.module.slow[None] @ torch.full((1, 1), batch)
            self.dtypes.append(product.dtype)
            return product.float().sum()

    for precision, dtype in (("bf16", torch.bfloat16), (None, torch.float32)):
        task = Product([1.0])
        train(task, TrainSettings(precision=precision), folder(tmp_path, str(precision)), CPU)
        assert task.dtypes == [dtype]
        assert task.module.slow.dtype == torch.float32
