"""MLflow, whether it is installed here or not."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from training.finetune.run_folder import RunFolder
from training.finetune.tracking import DATABASE, metrics_of, tracked


def test_a_run_is_shown_where_mlflow_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file beside it; and where it is not, a run does without."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    run = RunFolder(tmp_path / "run")
    run.begin({"train": {"seed": 0}, "data": {"train": "a"}}, {"train": "ab"}, 1, resume=False)
    run.note(1, {"loss": 2.0, "evaluation": {"nDCG@10": 0.5}})
    run.draw()
    shown = tracked(run)
    assert shown == (importlib.util.find_spec("mlflow") is not None)
    assert (tmp_path / DATABASE).is_file() == shown


def test_metrics_have_names_that_mlflow_allows() -> None:
    """It refuses an @, and the step is not one of them."""
    line = {"step": 3, "loss": 2, "evaluation": {"nDCG@10 of medquad": 0.5}}
    assert metrics_of(line) == {"loss": 2.0, "nDCG at 10 of medquad": 0.5}
