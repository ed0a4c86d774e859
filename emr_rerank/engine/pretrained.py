"""Weights and tokenizer of a checkpoint, through transformers, whole or not at all. Knows no architecture.

What transformers does silently is refused here: weights it lacks are filled with random numbers, a tokenizer it does
not find is made up.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

SHOWN = 160  # characters of another library's message
KNOWN_TO_BE_LEFT = ("inv_freq", "position_ids", "lm_head.weight")  # computed anew, or tied to the embedding


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
    import torch  # noqa: PLC0415
    import transformers  # noqa: PLC0415

    auto: Any = getattr(transformers, f"AutoModelFor{task}")
    try:
        with quiet():
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
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # of four libraries, which share no type; a model's files may hold anything
        raise ModelError(f"{checkpoint.name}: cannot be loaded for {task} ({reason(error)}); fetch it again") from None
    more = {name for name in report["unexpected_keys"] if not name.endswith(KNOWN_TO_BE_LEFT)}
    for fault, names in (("lacks weights", report["missing_keys"]), ("has weights that its settings do not", more)):
        if names:  # transformers makes the first up from random numbers, and leaves the second out
            raise ModelError(
                f"{checkpoint.name}: {fault}, e.g. {min(names)}; fetch it again, or name a model trained as a reranker"
            )
    _check_words(checkpoint, tokenizer, model.config.vocab_size)
    return model.eval(), tokenizer


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' and PEFT's own remarks from a command's output: what matters of them is an error here."""
    from transformers.utils import logging  # noqa: PLC0415  (seconds of import time)

    before = logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(before)


def reason(error: Exception) -> str:
    """Return another library's error in one short line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:SHOWN]}"


def _check_words(checkpoint: Checkpoint, tokenizer: PreTrainedTokenizerBase, known: int) -> None:
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise ModelError(f"{checkpoint.name}: no tokenizer with words; put the model's own tokenizer.json beside it")
    if len(tokenizer) > known:
        raise ModelError(
            f"{checkpoint.name}: its tokenizer has {len(tokenizer)} tokens, the model knows {known}; "
            "put the model's own tokenizer.json beside it"
        )
