"""Hydra configurations of the training commands, with overrides, as validated values. Knows no command.

A command has a file `configs/COMMAND.yaml` and a pydantic model of the same keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from hydra import compose, initialize_config_dir
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel, ValidationError

from emr_rerank.errors import RequestError

CONFIGS = Path(__file__).parent / "configs"

Model = TypeVar("Model", bound=BaseModel)


def configured(command: str, overrides: Sequence[str], model: type[Model]) -> Model:
    """Return the command's configuration with these overrides ("triplets.seed=2").

    Raises:
        RequestError: an override cannot be read, or a key is unknown or has an impossible value; one line names it.
    """
    try:
        with initialize_config_dir(version_base="1.3", config_dir=str(CONFIGS)):
            values = OmegaConf.to_container(compose(command, overrides=list(overrides)), resolve=True)
    except (HydraException, OmegaConfBaseException) as fault:
        raise RequestError(f"{_one_line(fault)}; the keys are in training/configs/{command}.yaml") from fault
    try:
        return model.model_validate(values)
    except ValidationError as fault:
        first = fault.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise RequestError(f"{key}: {first['msg']}; see training/configs/{command}.yaml") from fault


def _one_line(fault: Exception) -> str:
    """Return Hydra's reason without its advice to force the key in."""
    lines = [line.strip() for line in str(fault).splitlines()]
    return " ".join(line for line in lines if line and not line.startswith(("To append", "full_key", "object_type")))
