"""A decoder's checkpoint as a reranker: weights, adapter, prompt, the fastest scorer for its architecture and device.

To serve another architecture packed, write its stack and add a row to STACKS; until then it has a shared prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.devices import free_bytes
from emr_rerank.engine.gemma.prompt import Order, PromptEncoder, PromptSpec
from emr_rerank.engine.pairs import PairScorer
from emr_rerank.engine.pretrained import pretrained
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.engine.reranker import Reranker
from emr_rerank.engine.zero_gpu import is_zero_gpu, on_lent_gpu

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from emr_rerank.engine.gemma.packed import PackedScorer

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


# Model types with a scorer faster than the shared prefix.
STACKS: Mapping[str, Callable[[PreTrainedModel, int, torch.device], PairScorer]] = {"gemma": packed_scorer}


def load_decoder(
    base: Checkpoint, adapter: Checkpoint | None, device: torch.device, dtype: torch.dtype, order: Order
) -> Reranker:
    """Load a causal language model, with an adapter merged into it, as a reranker.

    Raises:
        ModelError: it is no such model, or incomplete.
    """
    model, tokenizer = pretrained(base, "CausalLM", dtype)
    if adapter:
        from peft import PeftModel  # noqa: PLC0415  (seconds of import time)

        model = PeftModel.from_pretrained(model, adapter.folder).merge_and_unload(safe_merge=True).eval()
    encoder = PromptEncoder(PromptSpec(order=order), tokenizer)
    model.to(device)  # type: ignore[arg-type]  # transformers declares `to` as taking no device
    scorer = STACKS.get(model.config.model_type, _with_prefix)(model, encoder.answer_id, device)
    if is_zero_gpu():
        scorer = on_lent_gpu(scorer)
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
