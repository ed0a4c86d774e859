"""The merge command on results of tiny fine-tuned models: what it tries, what it keeps, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file

from emr_rerank.engine import MemoryVectors, ModelSource
from emr_rerank.engine.checkpoint import find
from emr_rerank.engine.gemma.naive import NaiveScorer
from emr_rerank.engine.gemma.prompt import Order, PromptEncoder, PromptSpec
from emr_rerank.engine.pretrained import pretrained
from emr_rerank.errors import ModelError, RequestError
from tests.tiny import Sizes, save_bert, save_gemma
from training.configuration import configured
from training.evaluation.results import is_result
from training.evaluation.scorers import scorer_named
from training.finetune.adapters import save
from training.finetune.encoders import encoder_of, tokenizer_of
from training.finetune.joint import JointEncoder
from training.finetune.segment_head import SegmentHead
from training.finetune.settings import HeadSettings
from training.finetune.towers import Tower, late_interaction
from training.merge import Config, merge

TEXTS = ["Medication active Warfarin 5 mg tablet", "Condition Asthma", "Observation potassium low", "knee pain left"]
ROWS = [
    {"query": "dizzy on standing", "pos": [TEXTS[0]], "neg": TEXTS[1:], "source": "one"},
    {"query": "breathless on stairs", "pos": [TEXTS[1]], "neg": TEXTS[2:], "source": "two"},
]


def save_encoder(folder: Path, seed: int = 0) -> Path:
    """Write a tiny BERT without a classifier."""
    whole = save_bert(folder.with_name(f"{folder.name}-whole"), seed=seed)
    encoder_of(find(str(whole))).save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((whole / "tokenizer.json").read_bytes())
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a tiny encoder's folder."""
    return save_encoder(tmp_path / "tiny-bert")


def changed(base: Path, seed: int, *, lora: bool) -> torch.nn.Module:
    """Return the base's encoder with something learnt at random."""
    model: torch.nn.Module = encoder_of(find(str(base)))
    if lora:
        model = get_peft_model(model, LoraConfig(r=2, lora_alpha=4, target_modules=["query", "value"]))
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if not lora or "lora_" in name:
                weights.add_(torch.randn_like(weights) * 0.3)
    return model.eval()


def bi_encoder(base: Path, folder: Path, *, lora: bool = True, seed: int = 1, scoring: str = "cosine") -> Tower:
    """Write a result as a bi-encoder's run does; return what it was made of."""
    model = changed(base, seed, lora=lora)
    said = {"scoring": scoring, "towers": "shared", "query_tokens": 32, "passage_tokens": 64}
    save(model, folder, find(str(base)), said)
    return Tower(model, tokenizer_of(find(str(base))))


def expected(tower: Tower, query: str, texts: Sequence[str]) -> list[float]:
    with torch.inference_mode():
        found: list[float] = (tower.vectors(texts, 64) @ tower.vectors([query], 32)[0]).tolist()
    return found


def config(folder: Path, base: Path, *tuned: Path, **more: str) -> Config:
    rows = folder / "validation.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    names = ",".join(map(str, tuned))
    given = {"base": str(base), "output": str(folder / "merged"), "validation": str(rows), "device": "cpu", **more}
    return configured("merge", [f"tuned=[{names}]", *(f"{key}={value}" for key, value in given.items())], Config)


def decoder(base: Path, folder: Path, seed: int = 1, prompt: Order = "instruction_first") -> list[float]:
    """Write a result as a decoder's run does; return what it makes of the texts, read one by one."""
    model, tokenizer = pretrained(find(str(base)), "CausalLM", torch.float32)
    adapted = get_peft_model(model, LoraConfig(r=2, lora_alpha=8, target_modules=["q_proj", "v_proj"]))
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, weights in adapted.named_parameters():
            if "lora_" in name:
                weights.normal_(0.0, 0.5)
    save(adapted, folder, find(str(base)), {"scoring": "answer", "prompt": prompt})
    encoder = PromptEncoder(PromptSpec(order=prompt), tokenizer)
    return NaiveScorer(model.eval(), encoder.answer_id).logits(encoder.encode("dizzy", TEXTS).pairs)


def source(base: Path, folder: Path) -> ModelSource:
    return ModelSource(str(base), adapter=str(folder), device="cpu")


def test_a_bi_encoders_result_scores_as_it_did_in_training(base: Path, tmp_path: Path) -> None:
    tower = bi_encoder(base, tmp_path / "tuned")
    assert is_result(tmp_path / "tuned")
    vectors = MemoryVectors()
    scorer = scorer_named(source(base, tmp_path / "tuned"), vectors)
    for _ in range(2):  # the second time from kept vectors
        assert scorer.score("dizzy", TEXTS) == pytest.approx(expected(tower, "dizzy", TEXTS), abs=1e-5)
    assert scorer.read("dizzy", ["knee " * 70, "knee"]).cut == [True, False]
    assert scorer.score("dizzy", []) == []


def test_late_interactions_result_scores_as_it_did_in_training_and_is_merged(base: Path, tmp_path: Path) -> None:
    tower = bi_encoder(base, tmp_path / "tuned", scoring="maxsim")
    texts = TEXTS * 20  # more than are computed together
    with torch.inference_mode():
        plain = late_interaction(*tower.states(["dizzy"], 32), *tower.states(TEXTS, 64))[0].tolist()
    scorer = scorer_named(source(base, tmp_path / "tuned"), MemoryVectors())
    assert scorer.score("dizzy", texts) == pytest.approx(plain * 20, abs=1e-5)
    assert scorer.read("dizzy", ["knee " * 70, "knee"]).cut == [True, False]
    assert scorer.score("dizzy", []) == []
    given = config(tmp_path, base, tmp_path / "tuned", weights="[1.0]")
    merge(given)
    again = scorer_named(source(base, given.output), MemoryVectors())
    assert again.score("dizzy", TEXTS) == pytest.approx(plain, abs=1e-5)


def test_towers_of_their_own_encode_queries_and_passages(base: Path, tmp_path: Path) -> None:
    towers = [bi_encoder(base, tmp_path / "tuned" / name, seed=seed) for seed, name in enumerate(("query", "passage"))]
    for name in ("query", "passage"):
        place = tmp_path / "tuned" / name / "scoring.json"
        place.write_text(json.dumps({**json.loads(place.read_text()), "towers": "both"}))
    scorer = scorer_named(source(base, tmp_path / "tuned"), MemoryVectors())
    with torch.inference_mode():
        plain = (towers[1].vectors(TEXTS, 64) @ towers[0].vectors(["dizzy"], 32)[0]).tolist()
    assert scorer.score("dizzy", TEXTS) == pytest.approx(plain, abs=1e-5)


def test_a_joint_encoders_result_scores_as_it_did_in_training(base: Path, tmp_path: Path) -> None:
    model, checkpoint = changed(base, 3, lora=True), find(str(base))
    head = SegmentHead(HeadSettings(scale=7.0, bias=-1.0), 48)
    save(
        model,
        tmp_path / "tuned",
        checkpoint,
        {"scoring": "segments", "typed": True, "max_tokens": 64},
        head.state_dict(),
    )
    joint = JointEncoder(model, head, tokenizer_of(checkpoint), 64, typed=True)
    with torch.inference_mode():
        plain = joint.logits([("dizzy", TEXTS)]).tolist()
    scorer = scorer_named(source(base, tmp_path / "tuned"), MemoryVectors())
    assert scorer.score("dizzy", TEXTS) == pytest.approx(plain, abs=1e-5)
    assert scorer.read("dizzy", ["knee " * 70, "knee"]).cut == [True, False]


def test_a_result_of_another_base_is_refused(base: Path, tmp_path: Path) -> None:
    bi_encoder(base, tmp_path / "tuned")
    other = save_encoder(tmp_path / "other", seed=5)
    with pytest.raises(ModelError, match="not of"):
        scorer_named(source(other, tmp_path / "tuned"), MemoryVectors())


def test_the_kept_mix_is_the_best_of_those_tried_and_says_what_each_came_to(base: Path, tmp_path: Path) -> None:
    bi_encoder(base, tmp_path / "one")
    bi_encoder(base, tmp_path / "two", seed=2)
    given = config(tmp_path, base, tmp_path / "one", tmp_path / "two", weights="[0.0,0.5,1.0]")
    choice = merge(given)
    assert len(choice.tried) == 6
    best = max(sum(values.values()) for values in choice.tried.values())
    assert sum(choice.tried[choice.weights].values()) == best
    said = json.loads((given.output / "merging.json").read_text())
    assert tuple(said["weights"]) == choice.weights
    assert {tuple(sorted(one["nDCG@10"])) for one in said["tried"]} == {("one", "two")}
    assert scorer_named(source(base, given.output), MemoryVectors()).score("dizzy", TEXTS)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    merge(given)  # its own output may be replaced


def test_a_decoders_result_scores_as_it_did_in_training_and_is_mixed_with_another(tmp_path: Path) -> None:
    """In the prompt it was trained with, and in shares of its low-rank matrices."""
    base = save_gemma(tmp_path / "tiny-gemma", Sizes(layers=2, width=32, inner=64, heads=2))
    plain = decoder(base, tmp_path / "one")
    decoder(base, tmp_path / "two", seed=2)
    found = scorer_named(source(base, tmp_path / "one"), MemoryVectors())
    assert found.score("dizzy", TEXTS) == pytest.approx(plain, abs=1e-4)
    assert found.read("dizzy", ["knee " * 700, "knee"]).cut == [True, False]
    given = config(tmp_path, base, tmp_path / "one", tmp_path / "two", weights="[0.0,1.0]")
    choice = merge(given)
    assert set(choice.tried) == {(0.0, 0.0), (0.0, 1.0), (1.0, 0.0)}
    assert is_result(given.output)
    alone = config(tmp_path, base, tmp_path / "one", weights="[1.0]", output=str(tmp_path / "alone"))
    merge(alone)
    again = scorer_named(source(base, alone.output), MemoryVectors())
    assert again.score("dizzy", TEXTS) == pytest.approx(plain, abs=1e-4)


def test_a_whole_model_is_mixed_with_its_base_and_keeps_its_head(base: Path, tmp_path: Path) -> None:
    bi_encoder(base, tmp_path / "one", lora=False)
    save_file({"scale": torch.tensor(3.0)}, tmp_path / "one" / "head.safetensors")
    given = config(tmp_path, base, tmp_path / "one", weights="[0.5]")
    merge(given)
    name = "encoder.layer.0.attention.self.query.weight"
    plain, tuned, found = (
        load_file(folder / "model.safetensors")[name] for folder in (base, tmp_path / "one", given.output)
    )
    torch.testing.assert_close(found, (plain + tuned) / 2)
    assert load_file(given.output / "head.safetensors")["scale"].item() == 3.0


def test_what_cannot_be_mixed_is_one_line(base: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RequestError, match="holds neither"):
        merge(config(tmp_path, base, tmp_path / "empty"))
    with pytest.raises(RequestError, match="one at a time"):
        merge(config(tmp_path, base, base, base))
    with pytest.raises(RequestError, match="tuned"):
        config(tmp_path, base)
