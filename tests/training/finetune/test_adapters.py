"""What is written scores as what was trained, on its own base alone."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import torch

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.errors import ModelError
from tests.tiny import BertSizes
from tests.training.finetune.tasks import CPU, bi_task, cross_task
from tests.training.finetune.toys import SIZES, save_encoder
from training.finetune.adapters import head_of, merged
from training.finetune.bi_encoder import BiEncoderTask
from training.finetune.checkpoints import is_whole
from training.finetune.encoders import tokenizer_of
from training.finetune.joint import JointEncoder
from training.finetune.loop import train
from training.finetune.run_folder import RunFolder
from training.finetune.segment_head import FirstHead, SegmentHead
from training.finetune.settings import HeadSettings, TrainSettings
from training.finetune.towers import Tower

TEXTS = ["Amiodarone mg", "fracture knee left", "Hypertension"]


def trained(task: BiEncoderTask, tmp_path: Path) -> None:
    """Move every weight a little."""
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    train(task, TrainSettings(batch=8, max_steps=3, rate=1e-2), run, CPU)
    task.module.eval()


@pytest.mark.parametrize("lora", [None, {"rank": 4, "alpha": 8}])
def test_a_written_bi_encoder_gives_the_vectors_of_the_trained_one(tmp_path: Path, lora: dict[str, int] | None) -> None:
    """Merged into the base, or as it is."""
    task = bi_task(tmp_path, lora=lora)
    trained(task, tmp_path)
    task.save(tmp_path / "result")
    again = Tower(merged(tmp_path / "result", task.base), tokenizer_of(task.base))
    plain = bi_task(tmp_path)
    plain.module.eval()
    with torch.inference_mode():
        expected, found = task.passage.vectors(TEXTS, 32), again.vectors(TEXTS, 32)
        base = plain.passage.vectors(TEXTS, 32)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    assert (found - base).abs().max() > 1e-2
    said, head = head_of(tmp_path / "result")
    assert said == {"scoring": "cosine", "base": "tiny", "towers": "shared", "query_tokens": 128, "passage_tokens": 256}
    assert not head
    assert is_whole(tmp_path / "result")


def test_two_towers_are_two_folders(tmp_path: Path) -> None:
    """Each its own."""
    task = bi_task(tmp_path, towers="both", lora={"rank": 4})
    trained(task, tmp_path)
    task.save(tmp_path / "result")
    assert sorted(path.name for path in (tmp_path / "result").iterdir()) == ["passage", "query"]
    with torch.inference_mode():
        for name, tower in (("query", task.query), ("passage", task.passage)):
            again = Tower(merged(tmp_path / "result" / name, task.base), tokenizer_of(task.base))
            torch.testing.assert_close(again.vectors(TEXTS, 32), tower.vectors(TEXTS, 32), atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", ["segments", "first"])
def test_a_written_cross_encoder_gives_the_logits_of_the_trained_one(tmp_path: Path, kind: str) -> None:
    """The head's weights among them."""
    task = cross_task(tmp_path, lora={"rank": 4}, head={"kind": kind, "mapped": kind == "segments"})
    trained(task, tmp_path)  # type: ignore[arg-type]  # any task will do
    task.save(tmp_path / "result")
    said, weights = head_of(tmp_path / "result")
    assert (said["scoring"], said["typed"], said["max_tokens"]) == (kind, True, 256)
    head = SegmentHead(HeadSettings(mapped=True), SIZES.width) if kind == "segments" else FirstHead(SIZES.width, None)
    head.load_state_dict(dict(weights))
    encoder = merged(tmp_path / "result", task.base)
    again = JointEncoder(encoder, head, tokenizer_of(task.base), said["max_tokens"], typed=said["typed"]).eval()
    with torch.inference_mode():
        expected, found = (one.logits([("dizzy", TEXTS)]) for one in (task.module, again))
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def test_an_adapter_names_its_base_and_no_path_of_this_machine(tmp_path: Path) -> None:
    """The same bytes each time, a few kilobytes."""
    task = bi_task(tmp_path, lora={"rank": 4})
    for name in ("result", "again"):
        task.save(tmp_path / name)
    files = {path.name: path.read_bytes() for path in (tmp_path / "result").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert set(files) == {
        "adapter_config.json", "adapter_model.safetensors", "base.json", "scoring.json", "manifest.json",
    }  # fmt: skip
    assert not any(str(tmp_path).encode() in content for content in files.values())
    assert orjson.loads(files["adapter_config.json"])["base_model_name_or_path"] == "tiny"


def test_an_adapter_of_another_base_is_refused(tmp_path: Path) -> None:
    """One of the same name and shape, whose weights differ."""
    task = bi_task(tmp_path, lora={"rank": 4})
    task.save(tmp_path / "result")
    other = save_encoder(tmp_path / "other" / "tiny")
    weights = other / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelError, match=r"model\.safetensors differs from the one it was trained on"):
        merged(tmp_path / "result", Checkpoint("tiny", other, "model"))
    wider = save_encoder(tmp_path / "wider" / "tiny", BertSizes(layers=2, width=48, inner=64))
    with pytest.raises(ModelError, match="an adapter of 'tiny', not of"):
        merged(tmp_path / "result", Checkpoint("tiny", wider, "model"))
