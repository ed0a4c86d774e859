"""A decoder's checkpoint as a reranker: weights, adapter, prompt, the fastest scorer for its architecture and device.

An architecture without a stack of its own is served by the library's layers with a shared prefix, if that gives the
library's own logits; another is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.devices import free_bytes
from emr_rerank.engine.gemma.prompt import Order, PromptEncoder, PromptSpec
from emr_rerank.engine.pairs import PairScorer
from emr_rerank.engine.pretrained import pretrained, quiet, reason
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.engine.reranker import Reranker
from emr_rerank.engine.zero_gpu import is_zero_gpu, on_lent_gpu
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

    from emr_rerank.engine.gemma.packed import PackedScorer

PROBE = "knee "  # a text of many such words is cut to the longest pair there is
TOLERANCE = {4: 1e-3, 2: 0.1}  # of a logit, by the bytes of the weights' numbers; relative where it is larger than 1
CPU_TOKENS = 2048  # of a batch on the processor, whose caches hold no more, and where free memory is not known


def packed_scorer(model: PreTrainedModel, answer_id: int, device: torch.device) -> PackedScorer:
    """Return a loaded Gemma, already on its device, with batches as large as its memory holds."""
    from emr_rerank.engine.budget import TokenBudget  # noqa: PLC0415  (these import torch)
    from emr_rerank.engine.gemma.packed import PackedScorer  # noqa: PLC0415
    from emr_rerank.engine.gemma.stack import stack_of  # noqa: PLC0415

    stack = stack_of(model, answer_id)
    free = free_bytes(device)
    if device.type == "cuda" and not is_zero_gpu():  # a lent GPU's process is gone before compiling pays
        stack = stack.compiled()
    return PackedScorer(
        stack, TokenBudget(CPU_TOKENS) if free is None else TokenBudget.of_memory(free, stack.bytes_per_token)
    )


def _with_prefix(model: PreTrainedModel, answer_id: int, _: torch.device) -> PairScorer:
    from emr_rerank.engine.gemma.prefix import PrefixScorer  # noqa: PLC0415  (imports torch)

    return PrefixScorer(model, answer_id)


# What the packed stack computes; of anything else the library's own layers are used.
UNDERSTOOD = {"model_type": "gemma", "hidden_act": "gelu_pytorch_tanh"}


def load_decoder(
    base: Checkpoint, adapter: Checkpoint | None, device: torch.device, dtype: torch.dtype, order: Order
) -> Reranker:
    """Load a causal language model, with an adapter merged into it, as a reranker.

    Raises:
        ModelError: it is no such model, incomplete, or answers in a way not known here.
    """
    model, tokenizer = pretrained(base, "CausalLM", dtype)
    if getattr(model.config, "use_bidirectional_attention", False):
        raise ModelError(f"{base.name}: reads both ways; name a causal model")
    if adapter:
        model = _merged(model, adapter)
    encoder = PromptEncoder(PromptSpec(order=order), tokenizer)
    model.to(device)  # type: ignore[arg-type]  # transformers declares `to` as taking no device
    known = UNDERSTOOD.items() <= model.config.to_dict().items()
    if known:
        _check_begins(base, tokenizer, model.config)
    scorer = (packed_scorer if known else _with_prefix)(model, encoder.answer_id, device)
    if is_zero_gpu():  # nothing can be computed there before a call lends the device
        scorer = on_lent_gpu(scorer)
    else:
        _check_exact(base, model, encoder, scorer)
    parts = [base] if adapter is None else [base, adapter]
    key = "+".join(part.key for part in parts) + f"@{dtype}/{encoder.key}"
    return Reranker(
        name="gemma",
        title=" + ".join(part.title for part in parts),
        key=key,
        encoder=encoder,
        scorer=RememberedScores(scorer, key),
        device=str(device),
        dtype=str(dtype).removeprefix("torch."),
    )


def _merged(model: PreTrainedModel, adapter: Checkpoint) -> PreTrainedModel:
    """Return the model with the adapter's weights added to its own.

    Raises:
        ModelError: the adapter does not fit its own settings, or the model.
    """
    # Seconds of import time that only adapters need.
    import torch  # noqa: PLC0415
    from peft import PeftModel, get_peft_model_state_dict  # noqa: PLC0415

    try:
        with quiet():
            adapted = PeftModel.from_pretrained(model, adapter.folder)
            # PEFT leaves what does not fit at its first random values, and goes on.
            whole = get_peft_model_state_dict(adapted).keys() == adapter.shapes().keys()
            merged: PreTrainedModel = adapted.merge_and_unload(safe_merge=True)
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # PEFT's own errors share no type; an adapter's files may hold anything
        raise ModelError(f"{adapter.name}: cannot be applied ({reason(error)}); save it again with PEFT") from None
    if not whole:
        raise ModelError(f"{adapter.name}: its weights are not those its settings name; save it again with PEFT")
    merged.eval()
    return merged


def _check_begins(base: Checkpoint, tokenizer: PreTrainedTokenizerBase, config: PreTrainedConfig) -> None:
    """Hold a tokenizer to the settings of the Gemma it should belong to: one without its bos scores far off."""
    for name in ("bos_token_id", "pad_token_id"):
        has, expected = getattr(tokenizer, name), getattr(config, name)
        if has != expected:
            raise ModelError(
                f"{base.name}: {name} is {has} in its tokenizer and {expected} in its settings; "
                "put the model's own tokenizer files beside it"
            )


def _check_exact(base: Checkpoint, model: PreTrainedModel, encoder: PromptEncoder, scorer: PairScorer) -> None:
    """Hold a scorer to the library's own logits on one pair as long as can be, which warms it up, too.

    Raises:
        ModelError: they differ: this architecture answers in a way that is not known here.
    """
    import torch  # noqa: PLC0415  (seconds of import time)

    pair = encoder.encode(PROBE * encoder.spec.max_length, [PROBE * encoder.spec.max_length]).pairs[0]
    try:
        ids = torch.tensor([pair.ids], device=model.device)
        with torch.inference_mode():
            theirs = float(model(input_ids=ids, logits_to_keep=1).logits[0, -1, encoder.answer_id])
        ours = scorer.logits([pair])[0]
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # whatever an architecture does differently
        raise ModelError(f"{base.name}: cannot be served here ({reason(error)}); name another model") from None
    if not abs(ours - theirs) <= TOLERANCE[model.dtype.itemsize] * max(1.0, abs(theirs)):
        kind = model.config.model_type
        raise ModelError(f"{base.name}: a model of type {kind!r} answers in a way not known here; name another model")
