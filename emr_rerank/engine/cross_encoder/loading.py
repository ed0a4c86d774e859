"""A classifier's checkpoint as a reranker: weights, tokenizer, the faster scorer for its architecture and device.

Serves every sequence classifier with one label that transformers knows; BERT without padding.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.cross_encoder.encoder import TextPairEncoder
from emr_rerank.engine.cross_encoder.naive import NaiveScorer
from emr_rerank.engine.pairs import PairScorer
from emr_rerank.engine.pretrained import pretrained
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.engine.reranker import Reranker
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

# Where the packed scorer was measured to win (LOG.md), and how many tokens a batch has there.
PACKED: Mapping[str, int] = {"cpu": 4096}
LONGEST = 8192  # tokens, where neither tokenizer nor model names a limit


def load_cross_encoder(checkpoint: Checkpoint, device: torch.device, dtype: torch.dtype) -> Reranker:
    """Load a classifier of text pairs as a reranker.

    Raises:
        ModelError: it is incomplete, or no classifier of text pairs with one label.
    """
    model, tokenizer = pretrained(checkpoint, "SequenceClassification", dtype)
    if model.config.num_labels != 1:
        raise ModelError(
            f"{checkpoint.name}: has {model.config.num_labels} labels; name a model trained as a reranker, with one"
        )
    encoder = TextPairEncoder(
        _backend(checkpoint, tokenizer),
        max_length=min(tokenizer.model_max_length, _positions(model.config)),
        direction=tokenizer.truncation_side,
    )
    model.to(device)  # type: ignore[arg-type]  # transformers declares `to` as taking no device
    typed = (
        encoder.typed
        and "token_type_ids" in tokenizer.model_input_names
        and "token_type_ids" in inspect.signature(model.forward).parameters
    )
    key = f"{checkpoint.key}@{dtype}/{encoder.key}"
    return Reranker(
        name="cross-encoder",
        title=checkpoint.title,
        key=key,
        encoder=encoder,
        scorer=RememberedScores(_scorer(model, tokenizer.pad_token_id or 0, device, typed=typed), key),
        device=str(device),
        dtype=str(dtype).removeprefix("torch."),
    )


def _scorer(model: PreTrainedModel, padding: int, device: torch.device, *, typed: bool) -> PairScorer:
    config: Any = model.config
    known = config.model_type == "bert" and config.hidden_act == "gelu" and not config.is_decoder
    if not known or device.type not in PACKED:
        return NaiveScorer(model, typed, padding)

    from emr_rerank.engine.budget import TokenBudget  # noqa: PLC0415  (these import torch)
    from emr_rerank.engine.cross_encoder.packed import PackedScorer  # noqa: PLC0415
    from emr_rerank.engine.cross_encoder.stack import stack_of  # noqa: PLC0415

    return PackedScorer(stack_of(model), TokenBudget(PACKED[device.type]), typed)


def _backend(checkpoint: Checkpoint, tokenizer: PreTrainedTokenizerBase) -> Tokenizer:
    backend: Tokenizer | None = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ModelError(f"{checkpoint.name}: no fast tokenizer; put the model's tokenizer.json beside it")
    return backend


def _positions(config: PreTrainedConfig) -> int:
    positions = getattr(config, "max_position_embeddings", None)
    return positions if positions and positions > 0 else LONGEST
