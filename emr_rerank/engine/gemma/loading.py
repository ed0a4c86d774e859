"""From a model's name to a loaded reranker: files, base and adapter, device, precision, the fastest scorer for it.

Knows no request. To serve another decoder architecture packed, write its stack and add a row to STACKS; until then it
is served with a shared prefix.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emr_rerank.engine.checkpoint import Checkpoint, base_of, check_base, find
from emr_rerank.engine.devices import device_named, dtype_named, free_bytes
from emr_rerank.engine.gemma.prompt import Order, PromptEncoder, PromptSpec
from emr_rerank.engine.pairs import PairScorer
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.engine.reranker import Reranker
from emr_rerank.engine.zero_gpu import is_zero_gpu, on_lent_gpu
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from emr_rerank.engine.gemma.packed import PackedScorer

CPU_TOKENS = 2048  # of a batch on the processor, whose caches hold no more, and where free memory is not known


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Which model to load, and how. `model` and `adapter` are folders or Hugging Face ids."""

    model: str
    adapter: str | None = None
    dtype: str | None = None  # "bf16", "fp16", "fp32"; None: what suits the device
    device: str | None = None  # "cuda:0", "mps", "cpu"; None: the best there is
    prompt: Order = "instruction_last"


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


# Model types with a scorer faster than the shared prefix.
STACKS: Mapping[str, Callable[[PreTrainedModel, int, torch.device], PairScorer]] = {"gemma": packed_scorer}

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
    base, adapter = _parts(source)
    if adapter:
        check_base(adapter, base)
    device = device_named(source.device)
    dtype = dtype_named(source.dtype, device)
    model, tokenizer = _loaded(base, adapter, dtype)
    encoder = PromptEncoder(PromptSpec(order=source.prompt), tokenizer)
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


def _with_prefix(model: PreTrainedModel, answer_id: int, _: torch.device) -> PairScorer:
    from emr_rerank.engine.gemma.prefix import PrefixScorer  # noqa: PLC0415  (imports torch)

    return PrefixScorer(model, answer_id)


def _parts(source: ModelSource) -> tuple[Checkpoint, Checkpoint | None]:
    """Return the base and the adapter; a model that is itself an adapter brings its base's name along."""
    named = find(source.model)
    if named.kind == "adapter":
        if source.adapter:
            raise ModelError(f"{source.model}: an adapter, as is {source.adapter}; name its base with --model")
        return _base(find(base_of(named)), source.model), named
    if source.adapter is None:
        return named, None
    adapter = find(source.adapter)
    if adapter.kind != "adapter":
        raise ModelError(f"{source.adapter}: a whole model, no adapter; name it with --model alone")
    return named, adapter


def _base(base: Checkpoint, adapter: str) -> Checkpoint:
    if base.kind != "model":
        raise ModelError(f"{adapter}: its base {base.name!r} is an adapter, too; merge them first")
    return base


def _loaded(
    base: Checkpoint, adapter: Checkpoint | None, dtype: torch.dtype
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    # Seconds of import time that only this loader needs.
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

    disable_progress_bar()  # a bar would land in the middle of a command's own output
    try:
        tokenizer = AutoTokenizer.from_pretrained(base.folder, local_files_only=True, trust_remote_code=False)
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            base.folder,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise ModelError(f"{base.name}: cannot be loaded as a causal language model ({reason})") from None
    model, report = loaded
    if report["missing_keys"]:  # transformers fills them with random numbers, and goes on
        raise ModelError(f"{base.name}: lacks weights, e.g. {min(report['missing_keys'])}; fetch it again")
    if adapter:
        from peft import PeftModel  # noqa: PLC0415  (seconds of import time)

        model = PeftModel.from_pretrained(model, adapter.folder).merge_and_unload(safe_merge=True)
    return model.eval(), tokenizer
