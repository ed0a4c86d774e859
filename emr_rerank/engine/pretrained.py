"""Weights and tokenizer of a checkpoint, through transformers, whole or not at all. Knows no architecture.

What transformers does silently is refused here: weights it lacks are filled with random numbers, a tokenizer it does
not find is made up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

SHOWN = 200  # characters of another library's message


def pretrained(
    checkpoint: Checkpoint, task: str, dtype: torch.dtype
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return a checkpoint's model, in eval mode and on the processor, and its tokenizer.

    Args:
        checkpoint: whose.
        task: transformers' name of what the model is for: "CausalLM", "SequenceClassification".
        dtype: the precision of the weights.

    Raises:
        ModelError: it is no such model, weights are missing, or the tokenizer is not the model's.
    """
    # Seconds of import time that only loaders need.
    import transformers  # noqa: PLC0415
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

    disable_progress_bar()  # a bar would land in the middle of a command's own output
    auto: Any = getattr(transformers, f"AutoModelFor{task}")
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            checkpoint.folder, local_files_only=True, trust_remote_code=False
        )
        model, report = auto.from_pretrained(
            checkpoint.folder,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)[:SHOWN]
        raise ModelError(f"{checkpoint.name}: cannot be loaded for {task} ({reason})") from None
    if report["missing_keys"]:
        raise ModelError(
            f"{checkpoint.name}: lacks weights, e.g. {min(report['missing_keys'])}; fetch it again, "
            "or name a model trained as a reranker"
        )
    _check_words(checkpoint, tokenizer, model.config.vocab_size)
    return model.eval(), tokenizer


def _check_words(checkpoint: Checkpoint, tokenizer: PreTrainedTokenizerBase, known: int) -> None:
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise ModelError(f"{checkpoint.name}: no tokenizer with words; put the model's own tokenizer.json beside it")
    if len(tokenizer) > known:
        raise ModelError(
            f"{checkpoint.name}: its tokenizer has {len(tokenizer)} tokens, the model knows {known}; "
            "put the model's own tokenizer.json beside it"
        )
