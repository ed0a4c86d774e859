"""Mixing is exact: held to dense sums of the weights, on tiny models with PEFT's own adapters."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

from emr_rerank.engine import ModelSource, load_reranker
from emr_rerank.engine.checkpoint import find, remember_base
from emr_rerank.errors import ModelError, RequestError
from tests.tiny import BertSizes, save_bert, save_gemma
from tests.tiny import bert as tiny_bert
from training.merging import Part, combine, interpolate, options, sweep

IDS = torch.tensor([[5, 9, 21, 40, 7]])
TARGETS = {"gemma": ["q_proj", "v_proj"], "bert": ["query", "value"]}


def adapter(folder: Path, base: Path, seed: int, **options: object) -> Path:
    """Write a PEFT adapter with random factors, that says which base it is of."""
    kind = "gemma" if "gemma" in base.name else "bert"
    auto = AutoModelForCausalLM if kind == "gemma" else AutoModelForSequenceClassification
    given = {"r": 4, "lora_alpha": 8, "target_modules": TARGETS[kind], **options}
    model = get_peft_model(auto.from_pretrained(base), LoraConfig(**given))  # type: ignore[arg-type]
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "lora_" in name or "modules_to_save" in name:
                weights.normal_(0.0, 0.3)
    model.save_pretrained(str(folder))
    remember_base(folder, find(str(base)))
    return folder


def dense(base: Path, folder: Path) -> dict[str, torch.Tensor]:
    """Return every weight of the base with the adapter merged into it."""
    kind = AutoModelForCausalLM if "gemma" in base.name else AutoModelForSequenceClassification
    model = PeftModel.from_pretrained(kind.from_pretrained(base), folder).merge_and_unload()
    return {name: weights.double() for name, weights in model.state_dict().items()}


def assert_sum(base: Path, parts: list[Part], out: Path) -> None:
    own = dense(base, parts[0].adapter).keys()
    plain = {name: weights.double() for name, weights in load_file(base / "model.safetensors").items()}
    whole = [dense(base, part.adapter) for part in parts]
    found = dense(base, out)
    for name in own & plain.keys():
        expected = plain[name] + sum(
            part.weight * (each[name] - plain[name]) for part, each in zip(parts, whole, strict=True)
        )
        torch.testing.assert_close(found[name], expected, rtol=0, atol=2e-6)
    assert any(not torch.equal(found[name], plain[name]) for name in own & plain.keys())


@pytest.fixture(scope="module")
def gemma(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tiny Gemma's folder."""
    return save_gemma(tmp_path_factory.mktemp("base") / "tiny-gemma")


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tiny BERT classifier's folder."""
    return save_bert(tmp_path_factory.mktemp("base") / "tiny-bert")


def test_one_adapter_scaled_is_the_base_and_a_share_of_what_was_learnt(gemma: Path, tmp_path: Path) -> None:
    part = Part(adapter(tmp_path / "a", gemma, 1), 0.3)
    combine([part], tmp_path / "out")
    assert_sum(gemma, [part], tmp_path / "out")


def test_several_adapters_are_the_dense_sum_whatever_their_ranks_scales_and_modules(
    gemma: Path, tmp_path: Path
) -> None:
    parts = [
        Part(adapter(tmp_path / "a", gemma, 1), 0.7),
        Part(adapter(tmp_path / "b", gemma, 2, r=2, lora_alpha=3, target_modules=["q_proj", "up_proj"]), -0.4),
        Part(adapter(tmp_path / "c", gemma, 3, r=3, lora_alpha=5, use_rslora=True), 1.0),
        Part(adapter(tmp_path / "d", gemma, 4, rank_pattern={"q_proj": 6}), 0.5),
    ]
    combine(parts, tmp_path / "out")
    assert_sum(gemma, parts, tmp_path / "out")


def test_no_weight_is_the_base(gemma: Path, tmp_path: Path) -> None:
    combine([Part(adapter(tmp_path / "a", gemma, 1), 0.0)], tmp_path / "out")
    found, plain = dense(gemma, tmp_path / "out"), load_file(gemma / "model.safetensors")
    assert all(torch.equal(found[name].float(), weights) for name, weights in plain.items())


def test_a_combined_adapter_serves_as_any_other(gemma: Path, tmp_path: Path) -> None:
    combine([Part(adapter(tmp_path / "a", gemma, 1), 1.0)], tmp_path / "out")
    texts = ["Warfarin 5 mg tablet", "Asthma"]
    first, again = (
        load_reranker(ModelSource(str(gemma), adapter=str(tmp_path / name), device="cpu", dtype="fp32"))
        for name in ("a", "out")
    )
    assert again.score("cough", texts) == pytest.approx(first.score("cough", texts), abs=1e-4)


def test_a_head_that_was_trained_whole_is_mixed_with_the_bases(bert: Path, tmp_path: Path) -> None:
    part = Part(adapter(tmp_path / "a", bert, 1, modules_to_save=["classifier"], task_type="SEQ_CLS"), 0.25)
    combine([part], tmp_path / "out", bert)
    plain = load_file(bert / "model.safetensors")["classifier.weight"]
    learnt = load_file(tmp_path / "a" / "adapter_model.safetensors")["base_model.model.classifier.weight"]
    found = load_file(tmp_path / "out" / "adapter_model.safetensors")["base_model.model.classifier.weight"]
    torch.testing.assert_close(found, 0.75 * plain + 0.25 * learnt)
    assert_sum(bert, [part], tmp_path / "out")


def test_what_stands_beside_an_adapter_stays_and_its_manifest_fits(bert: Path, tmp_path: Path) -> None:
    from training.finetune.checkpoints import MANIFEST, is_whole  # noqa: PLC0415  (beside what it is for)

    parts = [
        Part(adapter(tmp_path / name, bert, seed), weight)
        for seed, (name, weight) in enumerate({"a": 3, "b": 1}.items())
    ]
    for value, part in enumerate(parts):
        save_file({"scale": torch.tensor([float(value)])}, part.adapter / "head.safetensors")
        (part.adapter / "scoring.json").write_text(json.dumps({"head": "segment"}))
        (part.adapter / MANIFEST).write_text("{}")
    combine(parts, tmp_path / "out")
    assert load_file(tmp_path / "out" / "head.safetensors")["scale"].item() == 0.25
    assert json.loads((tmp_path / "out" / "scoring.json").read_text()) == {"head": "segment"}
    assert is_whole(tmp_path / "out")


@pytest.mark.parametrize("weight", [0.0, 0.35, 1.0])
def test_whole_models_are_mixed_tensor_by_tensor_across_files(bert: Path, tmp_path: Path, weight: float) -> None:
    other = tmp_path / "tuned"
    shutil.copytree(bert, other)
    tiny_bert(json.loads((bert / "config.json").read_text())["vocab_size"], seed=7).save_pretrained(other)
    weights = load_file(other / "model.safetensors")
    names = sorted(weights)
    (other / "model.safetensors").unlink()
    parts = {f"model-{part + 1:05}-of-00002.safetensors": names[part::2] for part in range(2)}
    for file, held in parts.items():
        save_file({name: weights[name] for name in held}, other / file, metadata={"format": "pt"})
    index = {"metadata": {}, "weight_map": {name: file for file, held in parts.items() for name in held}}
    (other / "model.safetensors.index.json").write_text(json.dumps(index))
    interpolate(bert, other, weight, tmp_path / "out")
    plain = load_file(bert / "model.safetensors")
    found = AutoModelForSequenceClassification.from_pretrained(tmp_path / "out").state_dict()
    for name in names:
        expected = (1 - weight) * plain[name].double() + weight * weights[name].double()
        assert torch.equal(found[name], expected.float())
    assert load_reranker(ModelSource(str(tmp_path / "out"), device="cpu")).score("cough", ["Asthma"])


def test_models_of_other_shapes_and_adapters_of_other_bases_are_refused(
    bert: Path, gemma: Path, tmp_path: Path
) -> None:
    wider = save_bert(tmp_path / "wider", BertSizes(width=64))
    with pytest.raises(ModelError, match="is \\("):
        interpolate(bert, wider, 0.5, tmp_path / "out")
    one, other = adapter(tmp_path / "a", bert, 1), adapter(tmp_path / "b", wider, 1)
    with pytest.raises(ModelError, match="another base"):
        combine([Part(one, 1), Part(other, 1)], tmp_path / "out")
    with pytest.raises(ModelError, match="use_dora"):
        combine([Part(adapter(tmp_path / "c", gemma, 1, use_dora=True), 1)], tmp_path / "out")
    with pytest.raises(ModelError, match="name a whole model"):
        interpolate(one, bert, 0.5, tmp_path / "out")
    with pytest.raises(ModelError, match="name an adapter"):
        combine([Part(bert, 1)], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_else_is_replaced(bert: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(RequestError, match="would be replaced"):
        interpolate(bert, bert, 0.5, tmp_path / "out")


def test_the_sweep_takes_the_best_mean_over_sources_and_the_least_of_equals() -> None:
    found: dict[tuple[float, ...], dict[str, float]] = {
        (0.0,): {"a": 0.5, "b": 0.5},
        (0.4,): {"a": 0.9, "b": 0.3},
        (0.6,): {"a": 0.3, "b": 0.9},
        (1.0,): {"a": 1.0, "b": 0.0},
    }
    choice = sweep([(1.0,), (0.6,), (0.0,), (0.4,)], found.__getitem__)
    assert choice.weights == (0.4,)
    assert choice.tried == found


def test_weights_of_several_models_leave_the_rest_to_the_base() -> None:
    assert options([0.0, 0.5, 1.0], 1) == [(0.0,), (0.5,), (1.0,)]
    assert options([0.5, 0.0, 1.0], 2) == [(0.0, 0.0), (0.0, 0.5), (0.0, 1.0), (0.5, 0.0), (0.5, 0.5), (1.0, 0.0)]
    assert (0.1, 0.2, 0.7) in options([0.1, 0.2, 0.7], 3)
