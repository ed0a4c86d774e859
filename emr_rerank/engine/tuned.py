"""The embedded encoder with what was learnt: the engine `tuned`. Knows no chart.

It reads texts as the embedded encoder does, whole; in training they were cut.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emr_rerank.engine import runtime
from emr_rerank.engine.minilm import MiniLm
from emr_rerank.engine.result import embedded, folder_of, once, read_result
from emr_rerank.errors import ModelError
from emr_rerank.settings import read_settings


def read_tuned(folder: Path, name: runtime.Name | None = None, precision: runtime.Precision | None = None) -> MiniLm:
    """Load a result as an encoder of texts.

    Raises:
        ModelError: it is none, or the runtime cannot be had.
    """
    result = read_result(folder, embedded(), name, precision)
    scoring, towers = result.said.get("scoring"), result.said.get("towers")
    if (scoring, towers) != ("cosine", "shared"):
        raise ModelError(f"{folder}: scores by {scoring!r} of {towers!r} towers; name a bi-encoder with a shared one")

    def forward(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        return result.runtime.states(ids, np.zeros_like(ids), mask)

    return MiniLm(result.key, result.tokenizer, forward, result.title)


_load = once(read_tuned)


def load_tuned() -> MiniLm:
    """Return the encoder that EMR_RERANK_TUNED_ADAPTER names, else the shipped one; loaded once per process.

    Raises:
        ModelError: there is none, it is no bi-encoder over the embedded encoder, or the runtime cannot be had.
    """
    return _load(folder_of("bi_encoder", read_settings().tuned_adapter, "EMR_RERANK_TUNED_ADAPTER"))
