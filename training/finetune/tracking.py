"""A finished run as MLflow shows it, where MLflow is installed. Reads the run folder; knows no loop."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from typing import Any

import orjson

from emr_rerank.errors import RequestError
from training.finetune.run_folder import CONFIG, ORIGIN, RunFolder, flat

EXPERIMENT = "emr-rerank"
DATABASE = "mlflow.db"
ARTIFACTS = "mlflow-artifacts"
LONGEST = 500  # characters of a setting that MLflow keeps


def tracked(run: RunFolder) -> bool:
    """Hand a run's settings, origin, metrics and curves to MLflow; say whether it is installed.

    They go where MLFLOW_TRACKING_URI says, else into a database beside the run folder, never anywhere else.

    Raises:
        RequestError: MLflow refuses them; the run is whole without it.
    """
    if importlib.util.find_spec("mlflow") is None:
        return False
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # read when it is imported
    import mlflow  # noqa: PLC0415  (optional, and seconds of import time)

    try:
        if not os.environ.get("MLFLOW_TRACKING_URI"):
            beside = run.path.resolve().parent
            mlflow.set_tracking_uri(f"sqlite:///{beside / DATABASE}")
            if mlflow.get_experiment_by_name(EXPERIMENT) is None:
                mlflow.create_experiment(EXPERIMENT, artifact_location=(beside / ARTIFACTS).as_uri())
        mlflow.set_experiment(EXPERIMENT)
        with mlflow.start_run(run_name=run.path.name):
            for name, place in ((CONFIG, ""), (ORIGIN, "origin.")):
                said = orjson.loads((run.path / name).read_bytes())
                mlflow.log_params({place + key: str(value)[:LONGEST] for key, value in flat(said)})
            for line in run.noted():
                mlflow.log_metrics(metrics_of(line), step=line["step"])
            mlflow.log_artifact(str(run.path / "curves.png"))
    except (mlflow.MlflowException, OSError) as error:
        reason = str(error).strip().splitlines()[0][:LONGEST]
        raise RequestError(
            f"MLflow refused the run ({reason}); {run.path} is whole, mlflow=false leaves it out"
        ) from None
    return True


def metrics_of(line: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a line by names MLflow allows: "nDCG@10" is none."""
    return {
        name.removeprefix("evaluation.").replace("@", " at "): float(value)
        for name, value in flat(line)
        if isinstance(value, int | float) and name not in {"step", "epoch"}
    }
