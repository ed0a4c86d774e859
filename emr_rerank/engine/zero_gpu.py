"""Hugging Face's ZeroGPU: a GPU lent for one call at a time. Knows a scorer, no model.

On such a Space the weights are "on cuda" from the start, and a function marked with `spaces.GPU` runs in a process of
its own that has the device. What that process remembers is gone with it, so scores are remembered outside.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emr_rerank.engine.pairs import Pair, PairScorer

SECONDS = 30  # asked for per call; a history takes less than one


def is_zero_gpu() -> bool:
    """Return whether this process runs on such a Space."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in {"1", "true"}


@dataclass(frozen=True, slots=True)
class LentGpu:
    """A scorer each of whose calls runs where the GPU is."""

    logits: Callable[[Sequence[Pair]], list[float]]


def on_lent_gpu(scorer: PairScorer) -> LentGpu:
    """Return the scorer marked for the GPU."""
    import spaces  # noqa: PLC0415  (only on a Space, which has it installed)

    def logits(pairs: Sequence[Pair]) -> list[float]:
        return scorer.logits(pairs)

    return LentGpu(spaces.GPU(duration=SECONDS)(logits))
