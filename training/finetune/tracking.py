"""A finished run as MLflow shows it, where MLflow is installed. Reads the run folder; knows no loop."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from typing import Any

import orjson

from training.finetune.run_folder import CONFIG, ORIGIN, RunFolder, flat

EXPERIMENT = "emr-rerank"
DATABASE = "mlflow.db"


def tracked(run: RunFolder) -> bool:
    """Hand a run's settings, origin, metrics and curves to MLflow; say whether it is installed.

    It goes where MLFLOW_TRACKING_URI says, else into a database beside the run folders.
    """
    if importlib.util.find_spec("mlflow") is None:
        return False
    import mlflow  # noqa: PLC0415  (optional, and seconds of import time)

    if not os.environ.get("MLFLOW_TRACKING_URI"):
        mlflow.set_tracking_uri(f"sqlite:///{run.path.resolve().parent / DATABASE}")
    mlflow.set_experiment(EXPERIMENT)
    with mlflow.start_run(run_name=run.path.name):
        for name in (CONFIG, ORIGIN):
            said = orjson.loads((run.path / name).read_bytes())
            mlflow.log_params({key: str(value)[:500] for key, value in flat(said)})
        for line in run.noted():
            mlflow.log_metrics(_metrics(line), step=line["step"])
        mlflow.log_artifact(str(run.path / "curves.png"))
    return True


def _metrics(line: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a line by names MLflow allows: "nDCG@10" is none."""
    return {
        name.removeprefix("evaluation.").replace("@", " at "): float(value)
        for name, value in flat(line)
        if isinstance(value, int | float) and name not in {"step", "epoch"}
    }
