"""Checkpoints are whole or not there."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from emr_rerank.errors import SourceError
from training.finetune import checkpoints
from training.finetune.checkpoints import Checkpoint


def made(step: int) -> Checkpoint:
    """Return a checkpoint whose one weight is its step."""
    tensors, state = checkpoints.dice()
    return Checkpoint(step, {"weight": torch.full((2,), float(step))}, {}, tensors, state)


def test_only_the_last_are_kept(tmp_path: Path) -> None:
    """And the newest is what is read."""
    for step in (5, 10, 15):
        checkpoints.write(tmp_path, made(step), keep=2)
    assert [place.name for place in checkpoints.complete(tmp_path)] == ["step-00000010", "step-00000015"]
    latest = checkpoints.latest(tmp_path)
    assert latest is not None
    assert (latest.step, latest.weights["weight"].tolist()) == (15, [15.0, 15.0])


@pytest.mark.parametrize("name", ["weights.safetensors", "optimizer.safetensors", "state.json", "manifest.json"])
@pytest.mark.parametrize("fault", ["absent", "cut short", "altered"])
def test_one_that_is_not_whole_is_passed_over(tmp_path: Path, name: str, fault: str) -> None:
    """Whichever file it is, and whatever happened to it."""
    checkpoints.write(tmp_path, made(5), keep=2)
    path = checkpoints.write(tmp_path, made(10), keep=2) / name
    content = path.read_bytes()
    path.unlink()
    if fault != "absent":
        path.write_bytes(content[:-3] if fault == "cut short" else content[:-1] + b"#")
    latest = checkpoints.latest(tmp_path)
    assert latest is not None
    assert latest.step == 5


def test_what_a_kill_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    """By the next that is written."""
    left = tmp_path / f"{checkpoints.WRITING}step-00000005"
    left.mkdir()
    (left / "weights.safetensors").write_bytes(b"half")
    assert checkpoints.latest(tmp_path) is None
    checkpoints.write(tmp_path, made(5), keep=1)
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000005"]


def test_every_generator_goes_on_where_it_was(tmp_path: Path) -> None:
    """Through a file, and after an odd number of normal draws, of which Python and NumPy keep one back."""
    random.gauss(0, 1)
    np.random.randn()
    checkpoints.write(tmp_path, made(1), keep=1)

    def draws() -> list[float]:
        return [random.gauss(0, 1), random.gauss(0, 1), np.random.randn(), np.random.rand(), *torch.randn(3).tolist()]

    first = draws()
    latest = checkpoints.latest(tmp_path)
    assert latest is not None
    checkpoints.throw(latest.random, latest.state)
    assert draws() == first


def test_weights_of_another_model_are_refused() -> None:
    """By name and by shape."""
    into = {"weight": torch.nn.Parameter(torch.zeros(2))}
    for other in ({"other": torch.zeros(2)}, {"weight": torch.zeros(3)}, {}):
        with pytest.raises(SourceError, match="the checkpoint is of another model"):
            checkpoints.restore_weights(into, other)
