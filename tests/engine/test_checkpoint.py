from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import torch
from safetensors.torch import save_file

from emr_rerank.engine.checkpoint import BASE, base_of, check_base, find, remember_base
from emr_rerank.errors import ModelError

WEIGHT = "model.layers.0.self_attn.q_proj.weight"


def model(folder: Path, rows: int = 8, columns: int = 4, fill: float = 0.0) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "gemma"}')
    save_file({WEIGHT: torch.full((rows, columns), fill)}, folder / "model.safetensors")
    return folder


def adapter(folder: Path, base: str, rows: int = 8, columns: int = 4) -> Path:
    folder.mkdir()
    (folder / "adapter_config.json").write_bytes(orjson.dumps({"base_model_name_or_path": base, "peft_type": "LORA"}))
    name = f"base_model.model.{WEIGHT.removesuffix('.weight')}"
    low = {f"{name}.lora_A.weight": torch.zeros(2, columns), f"{name}.lora_B.weight": torch.zeros(rows, 2)}
    save_file(low, folder / "adapter_model.safetensors")
    return folder


def test_a_model_and_an_adapter_are_told_apart_by_their_files(tmp_path: Path) -> None:
    assert find(str(model(tmp_path / "base"))).kind == "model"
    assert find(str(adapter(tmp_path / "lora", "base"))).kind == "adapter"
    assert base_of(find(str(tmp_path / "lora"))) == "base"
    assert find(str(tmp_path / "base")).title == "base"


def test_the_key_changes_with_the_files(tmp_path: Path) -> None:
    keys = {find(str(model(tmp_path / name, columns=columns))).key for name, columns in (("one", 4), ("two", 5))}
    (tmp_path / "one" / "config.json").write_text('{"model_type": "llama"}')
    assert len(keys | {find(str(tmp_path / "one")).key}) == 3
    assert find(str(tmp_path / "two")).key in keys


def test_what_is_no_model_is_one_line_that_names_the_remedy(tmp_path: Path) -> None:
    empty, file, broken = tmp_path / "empty", tmp_path / "file", model(tmp_path / "broken")
    empty.mkdir()
    file.touch()
    (broken / "config.json").write_text("{")
    faults = {
        str(empty): r"no model \(config.json and \*.safetensors\) and no adapter",
        str(file): "a file; name the folder of the model",
        str(tmp_path / "absent"): "no such folder; name a model's folder or a Hugging Face id",
    }
    for name, message in faults.items():
        with pytest.raises(ModelError, match=message) as raised:
            find(name)
        assert "\n" not in str(raised.value)
    with pytest.raises(ModelError, match=r"config.json: not a JSON object; fetch it again"):
        find(str(broken)).config()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "adapter_model.bin"])
def test_pickled_weights_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "adapter_config.json").write_text("{}")
    (tmp_path / name).touch()
    with pytest.raises(ModelError, match=f"{name} can run code when it is opened; convert it to safetensors"):
        find(str(tmp_path))


def test_a_model_with_an_adapter_beside_it_is_refused(tmp_path: Path) -> None:
    folder = model(tmp_path / "both")
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelError, match="holds a model and an adapter; put them in folders of their own"):
        find(str(folder))


def test_a_missing_part_of_the_weights_is_named(tmp_path: Path) -> None:
    folder = model(tmp_path / "parts")
    index = {"weight_map": {WEIGHT: "model.safetensors", "lm_head.weight": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_bytes(orjson.dumps(index))
    with pytest.raises(ModelError, match=r"1 parts of the model are missing, e.g. model-00002-of-00002.safetensors"):
        find(str(folder))


def test_a_file_that_is_cut_off_is_named(tmp_path: Path) -> None:
    folder = model(tmp_path / "cut")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:20])
    with pytest.raises(ModelError, match=r"not a whole safetensors file .*; fetch it again"):
        find(str(folder)).shapes()


def test_an_adapter_of_this_base_is_accepted(tmp_path: Path) -> None:
    check_base(find(str(adapter(tmp_path / "lora", "someone/base"))), find(str(model(tmp_path / "base"))))


def test_an_adapter_of_another_shape_is_refused_by_name(tmp_path: Path) -> None:
    base = find(str(model(tmp_path / "base")))
    for name, rows, columns in (("wide", 8, 5), ("tall", 9, 4)):
        other = find(str(adapter(tmp_path / name, "someone/base", rows, columns)))
        with pytest.raises(ModelError, match=r"an adapter of 'someone/base', not of '.*base' \(whose .*q_proj has"):
            check_base(other, base)


def test_an_adapter_of_a_base_of_another_name_is_refused(tmp_path: Path) -> None:
    other = find(str(adapter(tmp_path / "lora", "someone/other")))
    with pytest.raises(ModelError, match=r"an adapter of 'someone/other', not of '.*base' \(by name; .* that name\)"):
        check_base(other, find(str(model(tmp_path / "base"))))


def test_an_adapter_that_remembers_its_base_is_held_to_its_hash_whatever_its_name(tmp_path: Path) -> None:
    trained_on, copy = find(str(model(tmp_path / "base"))), find(str(model(tmp_path / "copy")))
    other = find(str(model(tmp_path / "other", fill=1.0)))
    lora = find(str(adapter(tmp_path / "lora", "someone/base")))
    remember_base(lora.folder, trained_on)
    check_base(lora, copy)
    with pytest.raises(ModelError, match=r"not of '.*other' \(model.safetensors differs from the one it was trained"):
        check_base(lora, other)
    (lora.folder / BASE).write_text("{}")
    with pytest.raises(ModelError, match=r"base.json differs"):
        check_base(lora, copy)


def test_an_adapter_that_names_no_base_says_so(tmp_path: Path) -> None:
    folder = adapter(tmp_path / "lora", "base")
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelError, match="names no base model; give it with --model"):
        base_of(find(str(folder)))


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({}, r"lacks weights \(it has none\); fetch it again"),
        ({"base_model.model.{m}.lora_A.weight": (2, 4)}, r"lacks weights \(.*q_proj\)"),
        ({"{m}.lora_A.weight": (2, 4), "{m}.lora_B.weight": (8, 2)}, "is no tensor of a LoRA adapter"),
        ({"base_model.model.{m}.ia3_l": (8, 1)}, "is no tensor of a LoRA adapter"),
    ],
    ids=["none", "half", "another prefix", "another kind"],
)
def test_an_adapter_that_is_not_whole_is_refused(
    tmp_path: Path, tensors: dict[str, tuple[int, ...]], message: str
) -> None:
    base, lora = find(str(model(tmp_path / "base"))), find(str(adapter(tmp_path / "lora", "someone/base")))
    module = WEIGHT.removesuffix(".weight")
    torn = {name.replace("{m}", module): torch.zeros(shape) for name, shape in tensors.items()}
    save_file(torn, lora.folder / "adapter_model.safetensors")
    with pytest.raises(ModelError, match=message):
        check_base(lora, base)


def test_an_adapter_of_another_kind_is_refused(tmp_path: Path) -> None:
    base, lora = find(str(model(tmp_path / "base"))), find(str(adapter(tmp_path / "lora", "someone/base")))
    (lora.folder / "adapter_config.json").write_text('{"base_model_name_or_path": "base", "peft_type": "IA3"}')
    with pytest.raises(ModelError, match="an adapter of the kind 'IA3'; only LoRA is read"):
        check_base(lora, base)


def test_another_tokenizer_is_another_key(tmp_path: Path) -> None:
    folder = model(tmp_path / "base")
    before = find(str(folder)).key
    (folder / "tokenizer.json").write_text("{}")
    assert find(str(folder)).key != before
