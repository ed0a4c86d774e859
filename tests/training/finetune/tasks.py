"""Tasks on the tiny encoder, as a run makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from tests.training.finetune.toys import rows, save_encoder, write_rows
from training.finetune.bi_encoder import BiEncoderTask, bi_encoder
from training.finetune.cross_encoder import CrossEncoderTask, cross_encoder
from training.finetune.data import Data, opened
from training.finetune.loop import seed_all
from training.finetune.settings import BiEncoderSettings, CrossEncoderSettings, DataSettings, TrainSettings

CPU = torch.device("cpu")


def data(folder: Path, given: Sequence[Mapping[str, Any]] | None = None, **more: Any) -> Data:
    """Return the toy rows, to train on and to validate on: what is learnt is by heart."""
    path = write_rows(folder / "rows.jsonl", rows() if given is None else given)
    return opened(DataSettings(train=path, validation=path, **more))


def bi_task(
    folder: Path, given: Sequence[Mapping[str, Any]] | None = None, *, batch: int = 8, **more: Any
) -> BiEncoderTask:
    """Return the task of training a bi-encoder on toy rows."""
    settings = BiEncoderSettings.model_validate(
        {"kind": "bi_encoder", "base": str(base(folder)), "dropout": 0.0, **more}
    )
    seed_all(0)
    unlabelled = {"unlabelled": folder / "rows.jsonl"} if settings.keep else {}
    opened_rows = data(folder, given, **unlabelled)
    return bi_encoder(settings, TrainSettings(batch=batch), opened_rows, CPU)


def cross_task(
    folder: Path, given: Sequence[Mapping[str, Any]] | None = None, *, batch: int = 8, **more: Any
) -> CrossEncoderTask:
    """Return the task of training a cross-encoder on toy rows."""
    settings = CrossEncoderSettings.model_validate(
        {"kind": "cross_encoder", "base": str(base(folder)), "dropout": 0.0, **more}
    )
    seed_all(0)
    unlabelled = {"unlabelled": folder / "rows.jsonl"} if settings.keep else {}
    opened_rows = data(folder, given, **unlabelled)
    return cross_encoder(settings, TrainSettings(batch=batch), opened_rows, CPU)


def base(folder: Path) -> Path:
    """Return the tiny encoder's folder."""
    place = folder / "tiny"
    return place if place.is_dir() else save_encoder(place)
