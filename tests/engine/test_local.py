from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from emr_rerank.engine import MemoryVectors, load_scorer
from emr_rerank.engine.local import LocalGemma, load_gemma
from emr_rerank.engine.pairs import Pair
from emr_rerank.errors import EngineUnavailableError, ModelError
from tests.tiny import save_gemma


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a tiny model in the settings."""
    folder = save_gemma(tmp_path / "tiny")
    monkeypatch.setenv("EMR_RERANK_GEMMA_MODEL", str(folder))
    monkeypatch.setenv("EMR_RERANK_GEMMA_DEVICE", "cpu")
    return folder


@pytest.mark.usefixtures("named")
def test_the_model_that_the_settings_name_scores() -> None:
    scorer = load_scorer("gemma", MemoryVectors())
    first, second, same = scorer.score("dry cough", ["Amiodarone 200 mg", "Asthma", "Amiodarone 200 mg"])
    assert first == same != second
    assert scorer.read("dry cough", ["Asthma", "Asthma " * 600]).cut == [False, True]


@pytest.mark.usefixtures("named")
def test_the_settings_choose_the_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    last = load_gemma().score("cough", ["Asthma"])
    monkeypatch.setenv("EMR_RERANK_GEMMA_PROMPT", "instruction_first")
    assert load_gemma().score("cough", ["Asthma"]) != last


def test_a_model_that_is_not_there_is_a_setting_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMR_RERANK_GEMMA_MODEL", str(tmp_path / "absent"))
    with pytest.raises(ModelError) as told:
        load_gemma()
    assert not isinstance(told.value, EngineUnavailableError)
    assert "\n" not in str(told.value)


@dataclass
class Full:
    """A device without memory."""

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        raise torch.OutOfMemoryError(f"CUDA out of memory of {len(pairs)} texts: confidential cough")


@pytest.mark.usefixtures("named")
def test_a_device_that_fails_is_told_apart_from_a_wrong_setting() -> None:
    scorer = LocalGemma(replace(load_gemma().reranker, scorer=Full()))
    with pytest.raises(EngineUnavailableError, match=r"^gemma failed on cpu \(OutOfMemoryError\)") as told:
        scorer.score("confidential cough", ["Asthma"])
    assert "confidential" not in str(told.value)
