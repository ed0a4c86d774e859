"""The fine-tuned embedding: the vectors it was trained to give, from wherever it is loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pytest
import torch

from emr_rerank.engine import MemoryVectors, load_scorer
from emr_rerank.engine.embedding import EmbeddingScorer
from emr_rerank.engine.minilm import MiniLm, load_minilm
from emr_rerank.engine.result import MANIFEST, SCORING, folder_of
from emr_rerank.engine.tuned import read_tuned
from emr_rerank.errors import ModelError, RequestError
from tests.engine.results import save_bi_encoder
from training.finetune.towers import Tower

ADAPTER = "EMR_RERANK_TUNED_ADAPTER"
LINES = ["Metformin 500 mg", "dizzy on standing, two months", "", "x", "knee " * 40, "é语\u0000", "Type 2 diabetes"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tuned") / "result"


@pytest.fixture(scope="module")
def tower(folder: Path) -> Tower:
    return save_bi_encoder(folder)


@pytest.fixture(scope="module")
def exact(folder: Path, tower: Tower) -> MiniLm:
    assert tower
    return read_tuned(folder, "torch", "fp32")


@pytest.fixture(scope="module")
def fastest(folder: Path, tower: Tower) -> MiniLm:
    assert tower
    return read_tuned(folder)


def test_its_vectors_are_those_of_training(tower: Tower, exact: MiniLm, fastest: MiniLm) -> None:
    with torch.inference_mode():
        expected = tower.vectors(LINES, tokens=128).numpy()
    np.testing.assert_allclose(exact.encode(LINES), expected, atol=1e-5)
    assert (fastest.encode(LINES) * expected).sum(axis=1).min() > 0.998
    assert np.abs(load_minilm().encode(LINES) - expected).max() > 1e-2


def test_equal_lines_are_equal_in_any_precision_and_company(fastest: MiniLm) -> None:
    """In whichever batch of others they were computed, with a cache that keeps nothing."""
    company = [f"Observation: potassium {place} mmol/L{', high' * (place % 7)}" for place in range(70)]
    lines = [line for other in company for line in (other, "Condition: Asthma")] + ["condition:  ASTHMA"]
    scores = EmbeddingScorer(fastest, MemoryVectors(capacity=0), "tuned").score("wheeze", lines)
    assert len({score for score, line in zip(scores, lines, strict=True) if "sthma" in line.lower()}) == 1
    assert len(set(scores)) > 60


def test_a_key_names_base_adapter_and_precision(exact: MiniLm, folder: Path, tmp_path: Path) -> None:
    base, _, precision = exact.key.partition("+")
    assert base == load_minilm().key
    assert precision.endswith("@fp32")
    assert read_tuned(folder, "torch").key == exact.key
    save_bi_encoder(tmp_path / "result", seed=1)
    assert read_tuned(tmp_path / "result", "torch").key != exact.key
    assert read_tuned(folder, "openvino", "fp32").key == exact.key
    assert exact.title == "all-MiniLM-L6-v2 + result (torch fp32)"


def test_the_engine_is_what_the_settings_name(folder: Path, exact: MiniLm, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ((ADAPTER, str(folder)), ("EMR_RERANK_RUNTIME", "torch"), ("EMR_RERANK_PRECISION", "fp32")):
        monkeypatch.setenv(name, value)
    scorer = load_scorer("tuned", MemoryVectors())
    assert scorer.name == "tuned"
    assert scorer.score("dizzy", LINES) == EmbeddingScorer(exact, MemoryVectors()).score("dizzy", LINES)
    assert scorer.read("dizzy", ["long " * 2000]).cut == [False]
    again = load_scorer("tuned", MemoryVectors())
    assert isinstance(scorer, EmbeddingScorer)
    assert isinstance(again, EmbeddingScorer)
    assert again.encoder is scorer.encoder


def test_a_folder_that_is_not_there_names_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ADAPTER, str(tmp_path / "absent"))
    with pytest.raises(RequestError, match=f"^{ADAPTER}: "):
        load_scorer("tuned", MemoryVectors())
    monkeypatch.setenv(ADAPTER, str(tmp_path))
    with pytest.raises(ModelError, match=rf"no scoring\.json; name the result folder .* with {ADAPTER}$"):
        load_scorer("tuned", MemoryVectors())
    with pytest.raises(
        ModelError, match=rf"^no fine-tuned bi_encoder comes with this installation; .* with {ADAPTER}$"
    ):
        folder_of("bi_encoder", None, ADAPTER, models=tmp_path)


def test_what_comes_with_the_package_is_taken_where_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "bi_encoder").mkdir()
    (tmp_path / "bi_encoder" / SCORING).write_text("{}")
    assert folder_of("bi_encoder", None, ADAPTER, models=tmp_path) == tmp_path / "bi_encoder"
    (tmp_path / SCORING).write_text("{}")
    assert folder_of("bi_encoder", tmp_path, ADAPTER, models=tmp_path) == tmp_path


@pytest.mark.parametrize("said", [{"scoring": "segments"}, {"scoring": "cosine", "towers": "query"}, [], {}])
def test_what_scores_otherwise_is_refused(folder: Path, tower: Tower, tmp_path: Path, said: object) -> None:
    assert tower
    for path in folder.iterdir():
        if path.name != MANIFEST:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / SCORING).write_bytes(orjson.dumps(said))
    with pytest.raises(ModelError, match="name a bi-encoder with a shared one" if said != [] else "not a JSON object"):
        read_tuned(tmp_path, "torch")
