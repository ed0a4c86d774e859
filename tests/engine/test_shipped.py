"""The adapters that come with the package: whole, small, over the embedded base, and without a path in them."""

from __future__ import annotations

import orjson
import pytest

from emr_rerank.engine.checkpoint import Checkpoint, check_base
from emr_rerank.engine.result import MODELS, embedded
from training.finetune.checkpoints import is_whole

NAMES = ("bi_encoder", "cross_encoder")


@pytest.mark.parametrize("name", NAMES)
def test_each_is_whole_and_belongs_to_the_embedded_base(name: str) -> None:
    folder = MODELS / name
    assert is_whole(folder)
    check_base(Checkpoint(name, folder, "adapter"), embedded())


@pytest.mark.parametrize("name", NAMES)
def test_each_says_how_it_was_trained_and_nothing_of_where(name: str) -> None:
    made = orjson.loads((MODELS / name / "training.json").read_bytes())
    assert made["model"]["kind"] == name
    assert made["steps"] > 0
    assert len(made["data"]["train"]) == 64
    for path in (MODELS / name).glob("*.json"):
        words = path.read_text(encoding="utf-8")
        assert "/home" not in words and "/tmp" not in words and "\\\\" not in words  # noqa: S108  (looked for, not used)


def test_all_of_them_are_small_enough_to_live_in_the_repository() -> None:
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) < 12_000_000
