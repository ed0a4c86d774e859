"""The benchmarks' own arithmetic, and that they run on tiny models; no speed is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from tests.bench import engine, gpu
from tests.bench.contenders import Texts
from tests.tiny import Sizes

TINY = Sizes(layers=2, width=32, inner=64, heads=2, head_size=16, vocabulary=32_000)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.from_facts()


def test_a_history_has_the_lengths_it_is_asked_for(texts: Texts) -> None:
    history = texts.history(40, seed=3)
    lengths = [len(texts.tokenizer(line)["input_ids"]) for line in history.lines]
    assert 18 <= min(lengths) < 30
    assert 50 < max(lengths) <= 62
    assert abs(len(texts.tokenizer(history.query)["input_ids"]) - 300) <= 3
    assert history == texts.history(40, seed=3) != texts.history(40, seed=4)


def test_the_prompt_is_as_long_as_the_real_one_and_its_answer_one_token(texts: Texts) -> None:
    spec = texts.encoder.spec
    instruction, answer = texts.tokenizer([spec.instruction, spec.answer])["input_ids"]
    assert 30 <= len(instruction) <= 40
    assert len(answer) == 1


def test_the_operations_counted_are_those_of_the_products(texts: Texts) -> None:
    encoded = texts.encoder.encode("dizzy", ["Asthma"])
    one = gpu.operations(TINY, encoded)
    tokens = len(encoded.pairs[0])
    # A causal model of two layers, all tokens through both, would need this much in its linear layers alone.
    layer = TINY.width * (2 * TINY.heads + 2 * TINY.key_heads) * TINY.head_size + 3 * TINY.width * TINY.inner
    assert 0.4 * 2 * 2 * tokens * layer < one < 2 * 2 * tokens * layer * 1.5
    doubled = gpu.operations(TINY, texts.encoder.encode("dizzy", ["Asthma", "Asthma"]))
    assert one < doubled < 2 * one


def test_the_gpu_bench_runs_on_the_processor_with_a_tiny_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "CASE_LINES", 12)
    bench = gpu.Bench(TINY, torch.device("cpu"), torch.float32, histories=(3, 9), rounds=2, cases=2)
    found = json.loads(json.dumps(gpu.figures(bench)))
    assert found["packed"].keys() == {"3", "9"}
    assert found["packed"]["9"]["milliseconds"] > 0
    assert found["agreement"]["same_ten_best"] == 2
    assert found["agreement"]["max_abs_difference"] < 1e-4
    assert found["compared"]["lines"] == 9
    assert found["compared"]["flagembedding"]["milliseconds"] > 0
    assert "vllm" in found["compared"]


def test_the_engine_bench_holds_every_contender_to_the_naive_scores(tmp_path: Path) -> None:
    engine.save(tmp_path, TINY, lines=6)
    found = engine.figures(tmp_path, rounds=2)
    assert found["lines"] == 6
    assert found["max_abs_difference"] < 1e-4
    assert found["same_order"]
    assert found["milliseconds"].keys() == found["peak_megabytes"].keys() == engine.CONTENDERS.keys()
    for ratio in ("ratio_vs_flagembedding", "ratio_vs_naive"):
        assert found[ratio] > 0
    engine.plot(found, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 5000
