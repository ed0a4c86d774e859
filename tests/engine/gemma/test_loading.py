from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import (
    AutoModelForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    GemmaForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
)

from emr_rerank.engine import ModelSource, load_reranker
from emr_rerank.engine.checkpoint import find, remember_base
from emr_rerank.engine.gemma.naive import NaiveScorer
from emr_rerank.engine.gemma.packed import PackedScorer
from emr_rerank.engine.gemma.prefix import PrefixScorer
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.errors import ModelError
from tests.tiny import Sizes, bpe_tokenizer, save_gemma

LINES = ["Warfarin 3 mg", "Asthma", "", "Fracture of the left knee, two months"]


@pytest.fixture(scope="module")
def lora(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter of the tiny Gemma that changes its answers."""
    torch.manual_seed(5)
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(folder),
        LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "down_proj"], init_lora_weights=False),
    )
    target = tmp_path_factory.mktemp("adapters") / "lora"
    model.save_pretrained(str(target))
    return target


def test_a_models_folder_is_loaded_packed(folder: Path, model: GemmaForCausalLM) -> None:
    reranker = load_reranker(ModelSource(str(folder)))
    expected = NaiveScorer(model, 272).logits(reranker.encoder.encode("dizzy", LINES).pairs)
    assert reranker.score("dizzy", LINES) == pytest.approx(expected, abs=1e-5)
    assert reranker.score("dizzy", []) == []
    assert (reranker.title, reranker.name, reranker.dtype) == ("tiny-gemma", "gemma", "float32")
    assert reranker.read("dizzy", ["a", "knee " * 600]).cut == [False, True]
    assert isinstance(reranker.scorer, RememberedScores)
    assert isinstance(reranker.scorer.scorer, PackedScorer)


def test_a_source_is_loaded_once(folder: Path) -> None:
    assert load_reranker(ModelSource(str(folder))) is load_reranker(ModelSource(str(folder)))


def test_an_adapter_and_the_model_merged_with_it_score_alike(folder: Path, lora: Path, tmp_path: Path) -> None:
    from peft import PeftModel  # noqa: PLC0415

    merged = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(folder), lora).merge_and_unload()
    merged.save_pretrained(tmp_path / "merged")
    bpe_tokenizer().save_pretrained(tmp_path / "merged")
    adapted = load_reranker(ModelSource(str(folder), adapter=str(lora)))
    scores = adapted.score("dizzy", LINES)
    assert scores == pytest.approx(load_reranker(ModelSource(str(tmp_path / "merged"))).score("dizzy", LINES), abs=1e-5)
    plain = load_reranker(ModelSource(str(folder)))
    assert max(abs(one - other) for one, other in zip(scores, plain.score("dizzy", LINES), strict=True)) > 1e-3
    assert adapted.title == "tiny-gemma + lora"
    assert adapted.key != plain.key


def test_an_adapter_brings_its_base_along(folder: Path, lora: Path) -> None:
    alone = load_reranker(ModelSource(str(lora)))  # its settings name the base's folder
    assert alone.score("dizzy", LINES) == load_reranker(ModelSource(str(folder), str(lora))).score("dizzy", LINES)


def test_an_adapter_of_another_base_is_refused_by_name(folder: Path, lora: Path, tmp_path: Path) -> None:
    wide = save_gemma(tmp_path / "wide-gemma", Sizes(width=96))
    with pytest.raises(ModelError, match=r"an adapter of '.*tiny-gemma', not of '.*wide-gemma' \(whose .* shape\)"):
        load_reranker(ModelSource(str(wide), str(lora)))
    other = save_gemma(tmp_path / "tiny-gemma", seed=9)
    shutil.copytree(lora, tmp_path / "lora")
    remember_base(tmp_path / "lora", find(str(folder)))
    with pytest.raises(ModelError, match=r"model.safetensors differs from the one it was trained on"):
        load_reranker(ModelSource(str(other), str(tmp_path / "lora")))


def test_a_model_in_place_of_an_adapter_and_the_reverse_are_told(folder: Path, lora: Path) -> None:
    with pytest.raises(ModelError, match=r"a whole model, no adapter; name it with --model alone"):
        load_reranker(ModelSource(str(folder), adapter=str(folder)))
    with pytest.raises(ModelError, match=r"an adapter, as is .*; name its base with --model"):
        load_reranker(ModelSource(str(lora), adapter=str(lora)))


def test_another_causal_architecture_is_served_with_a_shared_prefix(tmp_path: Path) -> None:
    torch.manual_seed(0)
    shape = LlamaConfig(
        vocab_size=640, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4
    )
    llama = LlamaForCausalLM(shape).eval()
    llama.save_pretrained(tmp_path / "llama")
    bpe_tokenizer().save_pretrained(tmp_path / "llama")
    reranker = load_reranker(ModelSource(str(tmp_path / "llama")))
    assert isinstance(reranker.scorer, RememberedScores)
    assert isinstance(reranker.scorer.scorer, PrefixScorer)
    pairs = reranker.encoder.encode("dizzy", LINES).pairs
    assert reranker.score("dizzy", LINES) == pytest.approx(NaiveScorer(llama, 272).logits(pairs), abs=1e-5)


def test_a_model_that_lacks_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "short")
    weights = load_file(tmp_path / "short" / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, tmp_path / "short" / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"lacks weights, e.g. model.layers.1.mlp.up_proj.weight; fetch it again"):
        load_reranker(ModelSource(str(tmp_path / "short")))


def test_a_model_of_an_unknown_kind_is_one_line(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "odd")
    said = {"architectures": ["XForCausalLM"], "model_type": "of-tomorrow", "auto_map": {"AutoConfig": "x.Y"}}
    (tmp_path / "odd" / "config.json").write_text(json.dumps(said))
    (tmp_path / "odd" / "x.py").write_text("raise SystemExit('code of a model was run')")
    with pytest.raises(ModelError, match="cannot be loaded for CausalLM") as raised:
        load_reranker(ModelSource(str(tmp_path / "odd")))
    assert "\n" not in str(raised.value)


def test_a_lower_precision_and_another_prompt_have_keys_of_their_own(folder: Path) -> None:
    sources = [
        ModelSource(str(folder)),
        ModelSource(str(folder), dtype="bf16"),
        ModelSource(str(folder), prompt="instruction_first"),
    ]
    assert len({load_reranker(source).key for source in sources}) == 3
    assert load_reranker(sources[1]).dtype == "bfloat16"


@pytest.mark.parametrize(("named", "told"), [(["GemmaModel"], "GemmaModel"), ([], "no architecture")])
def test_a_model_of_another_kind_is_refused(folder: Path, tmp_path: Path, named: list[str], told: str) -> None:
    shutil.copytree(folder, tmp_path / "other")
    (tmp_path / "other" / "config.json").write_text(json.dumps({"model_type": "gemma", "architectures": named}))
    with pytest.raises(ModelError, match=f"{told} is no reranker; name a model that ends in ForCausalLM or ForSeq"):
        load_reranker(ModelSource(str(tmp_path / "other")))


def changed(folder: Path, target: Path, file: str, **said: object) -> str:
    """Copy a model or an adapter with other settings."""
    shutil.copytree(folder, target)
    content = json.loads((target / file).read_text())
    (target / file).write_text(json.dumps(content | said))
    return str(target)


def test_an_adapter_whose_settings_name_other_modules_is_refused(folder: Path, lora: Path, tmp_path: Path) -> None:
    other = changed(lora, tmp_path / "lora", "adapter_config.json", target_modules=["q_proj", "o_proj"])
    with pytest.raises(ModelError, match="its weights are not those its settings name; save it again with PEFT"):
        load_reranker(ModelSource(str(folder), other))


def test_an_adapter_of_another_rank_than_its_settings_say_is_one_line(folder: Path, lora: Path, tmp_path: Path) -> None:
    other = changed(lora, tmp_path / "lora", "adapter_config.json", r=3)
    with pytest.raises(
        ModelError, match=r"lora: cannot be applied \(RuntimeError: .*\); save it again with PEFT"
    ) as told:
        load_reranker(ModelSource(str(folder), other))
    assert "\n" not in str(told.value)


def test_a_gemma_with_another_activation_is_served_by_the_librarys_layers(folder: Path, tmp_path: Path) -> None:
    reranker = load_reranker(ModelSource(changed(folder, tmp_path / "silu", "config.json", hidden_act="silu")))
    assert isinstance(reranker.scorer, RememberedScores)
    assert isinstance(reranker.scorer.scorer, PrefixScorer)
    library = AutoModelForCausalLM.from_pretrained(tmp_path / "silu").eval()
    pair = reranker.encoder.encode("dizzy", ["Asthma"]).pairs[0]
    with torch.inference_mode():
        expected = library(input_ids=torch.tensor([pair.ids])).logits[0, -1, 272]
    assert reranker.score("dizzy", ["Asthma"]) == pytest.approx([float(expected)], abs=1e-5)


def test_an_architecture_that_answers_in_another_way_is_refused(tmp_path: Path) -> None:
    torch.manual_seed(0)
    shape = Gemma2Config(
        vocab_size=640,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=1,
        head_dim=16,
        final_logit_softcapping=0.1,
    )
    Gemma2ForCausalLM(shape).save_pretrained(tmp_path / "capped")
    bpe_tokenizer().save_pretrained(tmp_path / "capped")
    with pytest.raises(ModelError, match="a model of type 'gemma2' answers in a way not known here"):
        load_reranker(ModelSource(str(tmp_path / "capped")))


def test_a_model_that_reads_both_ways_is_refused(folder: Path, tmp_path: Path) -> None:
    both = changed(folder, tmp_path / "both", "config.json", use_bidirectional_attention=True)
    with pytest.raises(ModelError, match="reads both ways; name a causal model"):
        load_reranker(ModelSource(both))


def test_weights_that_the_settings_leave_out_are_refused(folder: Path, tmp_path: Path) -> None:
    short = changed(folder, tmp_path / "short", "config.json", num_hidden_layers=1)
    with pytest.raises(ModelError, match=r"has weights that its settings do not, e.g. model.layers.1"):
        load_reranker(ModelSource(short))


def test_a_tokenizer_with_other_special_tokens_is_refused(folder: Path, tmp_path: Path) -> None:
    other = changed(folder, tmp_path / "other", "config.json", bos_token_id=7)
    with pytest.raises(ModelError, match="bos_token_id is 2 in its tokenizer and 7 in its settings"):
        load_reranker(ModelSource(other))


@pytest.mark.parametrize("content", [b"", b"{}" * 40, b"\x00" * 8], ids=["empty", "text", "zeros"])
def test_a_broken_file_of_weights_is_one_line(
    folder: Path, tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folder, tmp_path / "broken")
    (tmp_path / "broken" / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=r"broken: cannot be loaded for CausalLM \(.*\); fetch it again") as told:
        load_reranker(ModelSource(str(tmp_path / "broken")))
    assert "\n" not in str(told.value)
    assert capfd.readouterr() == ("", "")
