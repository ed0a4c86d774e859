"""Several processes, started as people start them, end where one does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from emr_rerank.errors import RequestError
from tests.tiny import Sizes, save_gemma
from tests.training.finetune.toys import rows, save_encoder, write_rows
from training.configuration import configured
from training.finetune import processes
from training.finetune.checkpoints import complete
from training.finetune.command import finetune
from training.finetune.settings import Config

REPOSITORY = Path(__file__).parents[3]
# 33 rows in batches of 4: the last has one row for two processes; not of one source, some graded.
COMMON = ["train.max_steps=9", "train.batch=4", "train.rate=0.01", "train.weight_decay=0.1", "train.evaluate_every=4"]
COMMON += ["train.threads=1", "train.device=cpu", "train.checkpoint_every=3", "mlflow=false"]
MODELS = {
    "gemma": ["model=gemma", "model.base={gemma}", "model.lora.rank=4", "model.distil=0.5", "model.checkpointing=true"],
    "bi_encoder": ["model=bi_encoder", "model.base={bert}", "model.keep=0.5", "model.dropout=0.0"],
    "cross_encoder": ["model=cross_encoder", "model.base={bert}", "model.loss=bce", "model.keep=1", "model.distil=1"],
}
MODELS["bi_encoder"] += ["data.unlabelled={rows}", "model.towers=both", "train.accumulate=2", "train.max_steps=5"]
MODELS["cross_encoder"] += ["data.unlabelled={rows}", "model.dropout=0.0", "model.head.kind=first", "model.head.rate=1"]
LAUNCH = ["--num_processes=2", "--num_machines=1", "--mixed_precision=no", "--dynamo_backend=no"]
LAUNCH += ["--main_process_port=0"]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return each model's overrides, but for the run folder."""
    folder = tmp_path_factory.mktemp("several")
    graded = [{**row, "source": "graded"} for row in rows(graded=True)[:9]]
    data = write_rows(folder / "rows.jsonl", [*rows(), *graded])
    places = {
        "gemma": save_gemma(folder / "gemma", Sizes(layers=2, width=32, inner=64, heads=2)),
        "bert": save_encoder(folder / "tiny"),
        "rows": data,
    }
    files = [f"data.train={data}", f"data.validation={data}"]
    return {name: [*COMMON, *files, *(one.format(**places) for one in model)] for name, model in MODELS.items()}


def launched(mode: str, asked: Sequence[Sequence[str]], folder: Path) -> str:
    """Run one fine-tuning after another in two processes; return what was said."""
    place = folder / "asked.json"
    place.write_text(json.dumps(asked))
    command = [sys.executable, "-m", "accelerate.commands.launch", mode, *LAUNCH]
    done = subprocess.run(
        [*command, str(Path(__file__).with_name("in_turn.py")), str(place)],
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def alone(model: Sequence[str], run: Path) -> None:
    """Train in this process."""
    finetune(configured("finetune", [*model, f"run={run}"], Config))


def assert_alike(one: Path, other: Path) -> None:
    """Hold weights, optimiser and metrics of two runs to each other."""
    places = [complete(run / "checkpoints")[-1] for run in (one, other)]
    for name in ("weights.safetensors", "optimizer.safetensors"):
        first, second = (load_file(place / name) for place in places)
        assert first.keys() == second.keys()
        for key, tensor in first.items():
            assert torch.allclose(second[key], tensor, atol=1e-5, rtol=1e-5), key
    lines, others = (
        [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()] for run in (one, other)
    )
    assert [line.get("evaluation") for line in lines] == [line.get("evaluation") for line in others]
    losses, theirs = ([line["loss"] for line in some if "loss" in line] for some in (lines, others))
    assert theirs == pytest.approx(losses, abs=1e-4)
    assert {path.name for path in (one / "result").iterdir()} == {path.name for path in (other / "result").iterdir()}


def held(folder: Path) -> list[float]:
    """Return which part of a decoder's numbers each process held."""
    counts = [json.loads((folder / f"held-{rank}.json").read_text()) for rank in range(2)]
    return [one["held"] / one["whole"] for one in counts]


def test_two_processes_end_where_one_does(given: dict[str, list[str]], tmp_path: Path) -> None:
    """Every kind of model: negatives of the whole batch, means over all its rows. Only one of them writes and says."""
    asked = [[*given["bi_encoder"], "model.scoring=maxsim", f"run={tmp_path / 'late'}"]]
    for name, model in reversed(given.items()):
        alone(model, tmp_path / name / "one")
        asked.append([*model, f"run={tmp_path / name / 'two'}"])
    said = launched("--multi_gpu", asked, tmp_path)
    for name in given:
        assert_alike(tmp_path / name / "one", tmp_path / name / "two")
        assert json.loads((tmp_path / name / "two" / "origin.json").read_text())["processes"] == 2
    assert said.count("9 steps, the weights of step 9") == 1
    assert "model.scoring: maxsim is trained by one process" in said
    assert held(tmp_path) == [1.0, 1.0]


def test_two_processes_that_hold_half_the_weights_each_end_where_one_does(
    given: dict[str, list[str]], tmp_path: Path
) -> None:
    """The decoder; what is small is not shared out so."""
    alone(given["gemma"], tmp_path / "one")
    refused = [*given["bi_encoder"], f"run={tmp_path / 'refused'}"]
    said = launched("--use_fsdp", [refused, [*given["gemma"], f"run={tmp_path / 'two'}"]], tmp_path)
    assert_alike(tmp_path / "one", tmp_path / "two")
    assert all(part < 0.6 for part in held(tmp_path))
    assert "model.kind: bi_encoder is too small to shard" in said


def test_several_processes_on_one_device_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is given its own."""
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(RequestError, match=r"train\.device: cuda:1 for 2 processes; leave it null"):
        processes.join("cuda:1")
