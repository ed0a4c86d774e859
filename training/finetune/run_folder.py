"""What a run leaves behind: its settings, what it was made from, its metrics and their curves. Knows no model."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from emr_rerank.errors import RequestError

CONFIG = "config.json"
ORIGIN = "origin.json"
# Settings that change no weight: a run may be resumed with others.
FREE = frozenset({"run", "resume", "mlflow", "train.keep", "train.log_every", "train.checkpoint_every"})
NAMED = ("torch", "transformers", "peft", "numpy")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run's folder."""

    path: Path

    @property
    def checkpoints(self) -> Path:
        """Where the checkpoints are."""
        return self.path / "checkpoints"

    @property
    def best(self) -> Path:
        """Where the weights of the best evaluation are."""
        return self.path / "best"

    @property
    def metrics(self) -> Path:
        """One JSON object a line: losses, and evaluations."""
        return self.path / "metrics.jsonl"

    def begin(
        self, config: Mapping[str, Any], data: Mapping[str, str], threads: int, processes: int = 1, *, resume: bool
    ) -> None:
        """Write settings and origin, or hold a run that is resumed to those it was begun with.

        A run that ended before it noted anything, on a fault in its settings, is not one.

        Args:
            config: the settings, resolved, as JSON.
            data: SHA-256 of each data file, by what it is for.
            threads: of the processor, in each process.
            processes: that train it together.
            resume: go on with what is there.

        Raises:
            RequestError: there is a run and it is not to be resumed, or it was begun with another setting.
        """
        begun = self.path / CONFIG
        origin = {"data": dict(data), "threads": threads, "processes": processes}
        if begun.is_file() and (self.noted() or self.checkpoints.exists()):
            if not resume:
                raise RequestError(f"{self.path}: holds a run; go on with resume=true, or name another folder")
            self._hold(orjson.loads(begun.read_bytes()), config)
            before = {"processes": 1, **orjson.loads((self.path / ORIGIN).read_bytes())}  # older ones do not say so
            self._hold(before, origin, only=tuple(origin))
            return
        self.path.mkdir(parents=True, exist_ok=True)
        versions = {name: version(name) for name in NAMED}
        made = {**origin, "commit": commit(), "python": platform.python_version(), "versions": versions}
        _write(self.path / ORIGIN, made)
        _write(begun, config)  # last: where it stands, the run has begun

    def _hold(self, begun: Mapping[str, Any], given: Mapping[str, Any], only: Sequence[str] = ()) -> None:
        before, now = (dict(flat(side)) for side in (begun, given))
        for key in sorted({*before, *now} - FREE):
            if only and key.split(".")[0] not in only:
                continue
            if before.get(key) != now.get(key):
                raise RequestError(
                    f"{key}: {now.get(key)} now, {before.get(key)} when {self.path} was begun; "
                    "resume with what it was begun with, or name another folder"
                )

    def note(self, step: int, values: Mapping[str, Any]) -> None:
        """Add a line to the metrics."""
        with self.metrics.open("ab") as file:
            file.write(orjson.dumps({"step": step, **values}, option=orjson.OPT_APPEND_NEWLINE))

    def noted(self) -> list[dict[str, Any]]:
        """Return the metrics' lines; one that a kill cut short is left out."""
        if not self.metrics.is_file():
            return []
        lines = self.metrics.read_bytes().split(b"\n")[:-1]
        return [orjson.loads(line) for line in lines if line.endswith(b"}")]

    def forget_after(self, step: int) -> None:
        """Drop what was noted after a step: it is done again."""
        kept = [line for line in self.noted() if line["step"] <= step]
        hidden = self.metrics.with_suffix(".writing")
        hidden.write_bytes(b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in kept))
        hidden.replace(self.metrics)

    def draw(self) -> None:
        """Draw the loss and the evaluations over the steps: curves.png."""
        from matplotlib.figure import Figure  # noqa: PLC0415  (half a second of import time)

        noted = self.noted()
        figure = Figure(figsize=(9, 4), layout="constrained")
        left, right = figure.subplots(1, 2)
        losses = [(line["step"], line["loss"]) for line in noted if "loss" in line]
        left.plot(*zip(*losses, strict=True), color="tab:blue") if losses else None
        left.set(xlabel="step", ylabel="loss")
        evaluations = [(line["step"], line["evaluation"]) for line in noted if line.get("evaluation")]
        for name in sorted({name for _, values in evaluations for name in values if name.startswith("nDCG@10")}):
            points = [(step, values[name]) for step, values in evaluations if name in values]
            right.plot(*zip(*points, strict=True), marker="o", label=name.removeprefix("nDCG@10 of "))
        right.set(xlabel="step", ylabel="nDCG@10 on validation rows")
        if evaluations:
            right.legend(fontsize="small")
        figure.savefig(self.path / "curves.png", dpi=120)


def commit() -> str | None:
    """Return the commit this code is at, with "+" where files were changed since; None outside a repository."""
    here = Path(__file__).parent
    try:
        name = subprocess.run(["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=True)  # noqa: S607  (whatever git the user has)
        changed = subprocess.run(["git", "status", "--porcelain"], cwd=here, capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return None
    return name.stdout.strip() + ("+" if changed.stdout.strip() else "")


def flat(values: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield nested values as "train.batch" and value."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{place}{name}.")
        else:
            yield f"{place}{name}", value


def _write(path: Path, values: Mapping[str, Any]) -> None:
    hidden = path.with_suffix(".writing")
    hidden.write_bytes(orjson.dumps(values, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    hidden.replace(path)
