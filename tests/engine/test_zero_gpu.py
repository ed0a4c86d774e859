from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from emr_rerank.engine.loading import ModelSource, load_reranker
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.engine.zero_gpu import LentGpu, is_zero_gpu
from tests.tiny import save_gemma


class Spaces(ModuleType):
    """Hugging Face's `spaces`, which is only to be had there: lends the GPU and counts how often."""

    def __init__(self) -> None:
        super().__init__("spaces")
        self.lent: list[int] = []

    def GPU(self, duration: int) -> Callable[[Callable[..., list[float]]], Callable[..., list[float]]]:  # noqa: N802
        """Mark a function as the real decorator does."""

        def mark(function: Callable[..., list[float]]) -> Callable[..., list[float]]:
            def lent(pairs: Sequence[object]) -> list[float]:
                self.lent.append(duration)
                return function(pairs)

            return lent

        return mark


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("1", True), ("", False), ("false", False)])
def test_a_space_with_a_lent_gpu_says_so(monkeypatch: pytest.MonkeyPatch, value: str, *, expected: bool) -> None:
    monkeypatch.setenv("SPACES_ZERO_GPU", value)
    assert is_zero_gpu() is expected


def test_on_such_a_space_each_computation_runs_on_the_lent_gpu_and_is_remembered_outside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spaces = Spaces()
    monkeypatch.setitem(sys.modules, "spaces", spaces)
    folder = save_gemma(tmp_path / "tiny-gemma")
    expected = load_reranker(ModelSource(str(folder))).score("dizzy", ["Asthma", "Warfarin"])
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    reranker = load_reranker(ModelSource(str(folder), device="cpu"))
    assert isinstance(reranker.scorer, RememberedScores)
    assert isinstance(reranker.scorer.scorer, LentGpu)
    assert reranker.score("dizzy", ["Asthma", "Warfarin"]) == expected
    assert reranker.score("dizzy", ["Warfarin"]) == expected[1:]
    assert spaces.lent == [30]
