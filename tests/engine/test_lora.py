"""An adapter in its base's weights, against PEFT's own merge."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file

from emr_rerank.engine.checkpoint import ADAPTER_CONFIG, ADAPTER_WEIGHTS, Checkpoint
from emr_rerank.engine.lora import merge
from emr_rerank.errors import ModelError
from tests.engine.results import save_cross_encoder
from tests.training.finetune.toys import save_encoder
from training.finetune.encoders import encoder_of


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of a base and a result over it."""
    folder = tmp_path_factory.mktemp("lora")
    save_cross_encoder(folder / "result", base_in(folder / "tiny", make=True))
    return folder


def base_in(folder: Path, *, make: bool = False) -> Checkpoint:
    return Checkpoint("tiny", save_encoder(folder) if make else folder, "model")


def adapter_in(folder: Path) -> Checkpoint:
    return Checkpoint("result", folder, "adapter")


@pytest.fixture
def result(written: Path, tmp_path: Path) -> Path:
    """Return a copy of the result, to change."""
    return Path(shutil.copytree(written / "result", tmp_path / "result"))


def change(result: Path, **settings: Any) -> None:
    path = result / ADAPTER_CONFIG
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), **settings}))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_merged_weights_are_those_of_peft(written: Path, result: Path, dtype: torch.dtype) -> None:
    base = base_in(written / "tiny")
    weights = {name: tensor.to(dtype) for name, tensor in load_file(result / ADAPTER_WEIGHTS).items()}
    save_file(weights, result / ADAPTER_WEIGHTS)
    found = encoder_of(base)
    merge(found, base, adapter_in(result))
    peft: Any = PeftModel.from_pretrained(encoder_of(base), str(result))
    expected = peft.merge_and_unload().state_dict()
    plain = encoder_of(base).state_dict()
    assert found.state_dict().keys() == expected.keys()
    for name, weight in found.state_dict().items():
        assert weight.dtype == torch.float32
        torch.testing.assert_close(weight, expected[name], atol=1e-6, rtol=0)
    changed = {name.removesuffix(".weight") for name in plain if not torch.equal(plain[name], expected[name])}
    assert f"base_model.model.{min(changed)}.lora_A.weight" in weights
    assert len(changed) == len(weights) // 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("use_rslora", True),
        ("use_dora", True),
        ("alpha_pattern", {"encoder.layer.0.output.dense": 64}),
        ("rank_pattern", {"encoder.layer.0.output.dense": 8}),
        ("fan_in_fan_out", True),
        ("init_lora_weights", "pissa"),
        ("bias", "all"),
        ("modules_to_save", ["classifier"]),
        ("a_setting_of_a_later_peft", True),
    ],
)
def test_a_setting_that_changes_the_arithmetic_is_refused(written: Path, result: Path, name: str, value: Any) -> None:
    base = base_in(written / "tiny")
    change(result, **{name: value})
    with pytest.raises(ModelError, match=f"^result: {name} is set"):
        merge(encoder_of(base), base, adapter_in(result))


def test_a_rank_that_is_not_the_matrices_is_refused(written: Path, result: Path) -> None:
    base = base_in(written / "tiny")
    change(result, r=5)
    with pytest.raises(ModelError, match=r"is not of the rank 5 that adapter_config\.json names"):
        merge(encoder_of(base), base, adapter_in(result))
    change(result, r=None)
    with pytest.raises(ModelError, match="names no lora_alpha or no r"):
        merge(encoder_of(base), base, adapter_in(result))


def test_another_base_is_refused_and_stays_as_it_is(result: Path, tmp_path: Path) -> None:
    base = base_in(tmp_path / "tiny", make=True)
    weights = base.folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    model = encoder_of(base)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    with pytest.raises(ModelError, match=r"model\.safetensors differs from the one it was trained on"):
        merge(model, base, adapter_in(result))
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())
