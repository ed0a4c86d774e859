"""From a model's name to a loaded reranker, whichever kind it is. Knows kinds of model by their settings' files.

To add a kind, write its loader and a row in KINDS.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emr_rerank.engine.checkpoint import Checkpoint, base_of, check_base, find
from emr_rerank.engine.cross_encoder.loading import load_cross_encoder
from emr_rerank.engine.devices import device_named, dtype_named
from emr_rerank.engine.gemma.loading import load_decoder
from emr_rerank.engine.gemma.prompt import Order
from emr_rerank.engine.reranker import Reranker
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Which model to load, and how. `model` and `adapter` are folders or Hugging Face ids."""

    model: str
    adapter: str | None = None
    dtype: str | None = None  # "bf16", "fp16", "fp32"; None: what suits the device
    device: str | None = None  # "cuda:0", "mps", "cpu"; None: the best there is
    prompt: Order = "instruction_last"  # of a decoder


@dataclass(frozen=True, slots=True)
class Parts:
    """What a source names, found and checked."""

    base: Checkpoint
    adapter: Checkpoint | None
    device: torch.device
    dtype: torch.dtype
    prompt: Order


def _decoder(parts: Parts) -> Reranker:
    return load_decoder(parts.base, parts.adapter, parts.device, parts.dtype, parts.prompt)


def _cross_encoder(parts: Parts) -> Reranker:
    if parts.adapter:
        raise ModelError(f"{parts.adapter.name}: an adapter of a classifier; merge it with {parts.base.name!r} first")
    return load_cross_encoder(parts.base, parts.device, parts.dtype)


# By the end of the architecture that a model's settings name.
KINDS: Mapping[str, Callable[[Parts], Reranker]] = {
    "ForCausalLM": _decoder,
    "ForSequenceClassification": _cross_encoder,
}

_loading = threading.Lock()


def load_reranker(source: ModelSource) -> Reranker:
    """Load a model once per process and source, however many threads ask at once.

    Raises:
        ModelError: it is absent, incomplete, pickled, no reranker, or the adapter belongs to another base.
    """
    with _loading:
        return _load(source)


@functools.cache
def _load(source: ModelSource) -> Reranker:
    return read_reranker(source)


def read_reranker(source: ModelSource) -> Reranker:
    """Load a model that is gone when its caller lets go of it, for programs that try many.

    Raises:
        ModelError: as `load_reranker`.
    """
    base, adapter = _named(source)
    if adapter:
        check_base(adapter, base)
    device = device_named(source.device)
    parts = Parts(base, adapter, device, dtype_named(source.dtype, device), source.prompt)
    named = base.config().get("architectures")
    architecture = str(named[0]) if isinstance(named, list) and named else "no architecture"
    for ending, load in KINDS.items():
        if architecture.endswith(ending):
            return load(parts)
    raise ModelError(f"{base.name}: {architecture} is no reranker; name a model that ends in {' or '.join(KINDS)}")


def _named(source: ModelSource) -> tuple[Checkpoint, Checkpoint | None]:
    """Return the base and the adapter; a model that is itself an adapter brings its base's name along."""
    named = find(source.model)
    if named.kind == "adapter":
        if source.adapter:
            raise ModelError(f"{source.model}: an adapter, as is {source.adapter}; name its base with --model")
        base = find(base_of(named))
        if base.kind != "model":
            raise ModelError(f"{source.model}: its base {base.name!r} is an adapter, too; merge them first")
        return base, named
    if source.adapter is None:
        return named, None
    adapter = find(source.adapter)
    if adapter.kind != "adapter":
        raise ModelError(f"{source.adapter}: a whole model, no adapter; name it with --model alone")
    return named, adapter
