"""From a model's name to a loaded cross-encoder: files, tokenizer, device, precision, the faster scorer for it.

Knows no request. Serves every sequence classifier with one label that transformers knows; BERT without padding.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emr_rerank.engine.checkpoint import Checkpoint, find
from emr_rerank.engine.cross_encoder.encoder import TextPairEncoder
from emr_rerank.engine.cross_encoder.naive import NaiveScorer
from emr_rerank.engine.devices import device_named, dtype_named
from emr_rerank.engine.pairs import PairScorer
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

_loading = threading.Lock()


def load_cross_encoder(model: str, device: str | None = None, dtype: str | None = None) -> Reranker:
    """Load a cross-encoder once per process, however many threads ask at once.

    Args:
        model: a folder or a Hugging Face id.
        device: "cuda:0", "mps", "cpu"; None: the best there is.
        dtype: "bf16", "fp16", "fp32"; None: what suits the device.

    Raises:
        ModelError: it is absent, incomplete, pickled, or no classifier of text pairs with one label.
    """
    with _loading:
        return _load(model, device, dtype)


@functools.cache
def _load(name: str, device_name: str | None, dtype_name: str | None) -> Reranker:
    checkpoint = find(name)
    if checkpoint.kind != "model":
        raise ModelError(f"{name}: an adapter; merge it with its base, and name the merged model's folder")
    device = device_named(device_name)
    dtype = dtype_named(dtype_name, device)
    model, tokenizer = _loaded(checkpoint, dtype)
    encoder = TextPairEncoder(
        _backend(checkpoint, tokenizer, model.config.vocab_size),
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


def _loaded(checkpoint: Checkpoint, dtype: torch.dtype) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    # Seconds of import time that only this loader needs.
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

    disable_progress_bar()  # a bar would land in the middle of a command's own output
    try:
        tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder, local_files_only=True, trust_remote_code=False)
        loaded: Any = AutoModelForSequenceClassification.from_pretrained(
            checkpoint.folder,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise ModelError(f"{checkpoint.name}: cannot be loaded as a sequence classifier ({reason})") from None
    model, report = loaded
    if report["missing_keys"]:  # transformers fills them with random numbers, and goes on
        raise ModelError(
            f"{checkpoint.name}: lacks weights, e.g. {min(report['missing_keys'])}; name a model trained as a reranker"
        )
    if model.config.num_labels != 1:
        raise ModelError(
            f"{checkpoint.name}: has {model.config.num_labels} labels; name a model trained as a reranker, with one"
        )
    return model.eval(), tokenizer


def _backend(checkpoint: Checkpoint, tokenizer: PreTrainedTokenizerBase, known: int) -> Tokenizer:
    """Return the tokenizer proper; one without words is what transformers makes up where the files are missing."""
    backend: Tokenizer | None = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None or len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise ModelError(f"{checkpoint.name}: no tokenizer with words; put the model's own tokenizer.json beside it")
    if len(tokenizer) > known:
        raise ModelError(
            f"{checkpoint.name}: its tokenizer has {len(tokenizer)} tokens, the model knows {known}; "
            "put the model's own tokenizer.json beside it"
        )
    return backend


def _positions(config: PreTrainedConfig) -> int:
    positions = getattr(config, "max_position_embeddings", None)
    return positions if positions and positions > 0 else LONGEST
