"""A run that is killed, wherever, ends at the same weights: real processes, real SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.tiny import Sizes, save_gemma
from tests.training.finetune.several import environments
from tests.training.finetune.toys import rows, save_encoder, write_rows
from training.configuration import configured
from training.finetune.checkpoints import MANIFEST, WRITING, complete
from training.finetune.settings import Config

REPOSITORY = Path(__file__).parents[3]
STEPS = 10
# Dropout is on: the draws must go on where they were, too. Rows are enough for two epochs and a bit.
COMMON = ["train.max_steps=10", "train.epochs=4", "train.batch=8", "train.rate=0.005", "train.checkpoint_every=2"]
COMMON += ["train.evaluate_every=3", "train.log_every=3", "train.threads=1", "train.device=cpu", "mlflow=false"]
ENCODER = ["model.dropout=0.1", "model.base={bert}"]
GEMMA = ["model=gemma", "model.lora.rank=4", "model.lora.dropout=0.1", "model.base={gemma}", "train.select=MRR@10"]
MODELS: Mapping[str, list[str]] = {
    "bi_encoder": ["model=bi_encoder", "model.lora.rank=4", "train.select=MRR@10", "train.accumulate=2", *ENCODER],
    "cross_encoder": ["model=cross_encoder", "model.lora.rank=4", "model.head.mapped=true", *ENCODER],
    "first head": ["model=cross_encoder", "model.lora=null", "model.head.kind=first", "model.loss=bce", *ENCODER],
    "gemma": GEMMA,
    "gemma of two processes": GEMMA,
    "gemma sharded": GEMMA,
}
SEVERAL = {"gemma of two processes": 2, "gemma sharded": 2}


@dataclass(frozen=True, slots=True)
class Kill:
    """Where a run dies: the audit event, part of the path it is about, and for the how-many-th time."""

    event: str
    file: str
    count: int = 1
    rank: int = 0  # of the process that dies

    def __str__(self) -> str:
        """What pytest calls it."""
        return f"{self.event} {self.file} {self.count} {self.rank}".replace("/", " ")


KILLS: list[tuple[str, Kill]] = [
    ("bi_encoder", Kill("open", "rows.jsonl", 12)),  # between two steps
    ("bi_encoder", Kill("open", "best/", 3)),  # while the best weights are written
    ("cross_encoder", Kill("open", "rows.jsonl", 6)),  # before the first checkpoint
    ("cross_encoder", Kill("open", f"{WRITING}step-00000006/weights.safetensors")),
    ("cross_encoder", Kill("open", f"{WRITING}step-00000006/{MANIFEST}")),
    ("cross_encoder", Kill("os.rename", f"{WRITING}step-00000006")),
    ("cross_encoder", Kill("shutil.rmtree", "step-00000002")),  # whole and renamed, the oldest not yet deleted
    ("cross_encoder", Kill("open", "result")),  # all steps done, the result not written
    ("first head", Kill("open", f"{WRITING}step-00000004/state.json")),
    ("first head", Kill("open", "metrics.jsonl", 3)),
    ("gemma", Kill("open", f"{WRITING}step-00000004/{MANIFEST}")),
    ("gemma of two processes", Kill("open", f"{WRITING}step-00000004/{MANIFEST}")),
    ("gemma of two processes", Kill("open", "rows.jsonl", 9, rank=1)),
    ("gemma sharded", Kill("open", "best/", 3)),
]


class Runner:
    """Runs one process after another, through one that has the imports behind it."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        self.folder = folder
        data = write_rows(folder / "rows.jsonl", rows())
        files = [f"data.train={data}", f"data.validation={data}"]
        bases = {
            "bert": save_encoder(folder / "tiny"),
            "gemma": save_gemma(folder / "gemma", Sizes(layers=2, width=32, inner=64, heads=2)),
        }
        self.configs = {
            name: configured("finetune", [*(one.format(**bases) for one in model), *COMMON, *files], Config)
            for name, model in MODELS.items()
        }
        answers = folder / "answers"
        os.mkfifo(answers)
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("broken_off.py")), str(answers)],
            cwd=REPOSITORY,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.PIPE,
            text=True,
        )
        self.answers = answers.open()

    def run(self, model: str, name: str, *, kill: Kill | None = None, resume: bool = False) -> int:
        """Return the signal that ended a run, or 0."""
        config = {**self.configs[model].model_dump(mode="json"), "run": str(self.folder / name), "resume": resume}
        assert self.process.stdin
        asked = {
            "config": config,
            "kill": asdict(kill) if kill else None,
            "several": environments(SEVERAL.get(model, 1), sharded=model == "gemma sharded"),
        }
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return int(json.loads(self.answers.readline()))

    def made(self, name: str) -> dict[str, bytes]:
        """Return the files of a run's last checkpoint, its result and its metrics, without the seconds they took."""
        run = self.folder / name
        places = [complete(run / "checkpoints")[-1], run / "result"]
        files = {f"{place.name}/{path.name}": path.read_bytes() for place in places for path in place.iterdir()}
        lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        said = [{name: value for name, value in line.items() if name != "seconds"} for line in lines]
        return {**files, "metrics": json.dumps(said).encode()}


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Start the process that runs are forked from."""
    started = Runner(tmp_path_factory.mktemp("killed"))
    yield started
    assert started.process.stdin
    started.process.stdin.close()
    assert started.process.wait(timeout=60) == 0


@pytest.fixture(scope="module")
def unbroken(runner: Runner) -> Mapping[str, dict[str, bytes]]:
    """Return what each model's run makes when nobody kills it."""
    found = {}
    for model in MODELS:
        assert runner.run(model, f"{model} unbroken") == 0
        found[model] = runner.made(f"{model} unbroken")
    return found


@pytest.mark.parametrize(("model", "kill"), KILLS, ids=str)
def test_a_killed_run_ends_at_the_same_weights(
    runner: Runner, unbroken: Mapping[str, dict[str, bytes]], model: str, kill: Kill
) -> None:
    """Bit for bit: weights, head, optimiser, generators, result, metrics."""
    name = f"{model} {kill}"
    assert runner.run(model, name, kill=kill) == signal.SIGKILL
    assert not (runner.folder / name / "result").exists()
    assert runner.run(model, name, resume=True) == 0
    assert runner.made(name) == unbroken[model]


def test_a_run_killed_again_and_again_gets_there(runner: Runner, unbroken: Mapping[str, dict[str, bytes]]) -> None:
    """Each time while a checkpoint is written: one checkpoint further."""
    for step in (4, 8, 10):
        kill = Kill("open", f"{WRITING}step-{step:08d}/{MANIFEST}")
        assert runner.run("first head", "again", kill=kill, resume=True) == signal.SIGKILL
    assert runner.run("first head", "again", resume=True) == 0
    assert runner.made("again") == unbroken["first head"]
