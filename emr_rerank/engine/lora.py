"""A LoRA adapter put into its base's weights: W + alpha / r * B A, in fp32 and in memory. Knows no architecture.

PEFT does the same, and takes seconds to import.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emr_rerank.engine.checkpoint import ADAPTER_CONFIG, FACTOR, Checkpoint, check_base
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    import torch
    from torch import nn

# Settings of an adapter that say how it was trained, not what its matrices mean.
TOLD = frozenset(
    "auto_mapping base_model_name_or_path exclude_modules inference_mode layers_pattern layers_to_transform lora_alpha "
    "lora_dropout peft_type peft_version r revision target_modules task_type".split()
)
# Every other setting changes the arithmetic, unless it is off or the value that PEFT writes by itself.
PLAIN: Mapping[str, Any] = {
    "bias": "none",
    "init_lora_weights": True,  # "pissa" and its like change the base, too
    "megatron_core": "megatron.core",
    "qalora_group_size": 16,
}
OFF: tuple[object, ...] = (None, False, {}, [])


def merge(model: nn.Module, base: Checkpoint, adapter: Checkpoint) -> None:
    """Add what an adapter learnt to the weights of a model, in place; its weights may be fp16, bf16 or fp32.

    Args:
        model: the base, loaded in fp32.
        base: where it was loaded from.
        adapter: which must have been trained on it.

    Raises:
        ModelError: the base is another one, or the adapter is more than two matrices beside a weight.
    """
    import torch  # noqa: PLC0415  (seconds of import time)
    from safetensors.torch import load_file  # noqa: PLC0415

    check_base(adapter, base)
    alpha, rank = _scaling(adapter)
    factors: dict[str, dict[str, torch.Tensor]] = {}
    for path in adapter.weights():
        for name, matrix in load_file(path).items():
            found = FACTOR.fullmatch(name)
            if found:  # as all are: the base's check refuses an adapter with any other
                factors.setdefault(found["module"], {})[found["factor"]] = matrix.float()
    with torch.no_grad():
        for module, matrices in factors.items():
            if len(matrices["A"]) != rank:
                raise ModelError(f"{adapter.name}: {module} is not of the rank {rank} that {ADAPTER_CONFIG} names")
            model.get_parameter(f"{module}.weight").add_(matrices["B"] @ matrices["A"] * (alpha / rank))


def _scaling(adapter: Checkpoint) -> tuple[float, int]:
    """Return alpha and rank."""
    config = adapter.config()
    for name, value in sorted(config.items()):
        if name not in TOLD and value not in OFF and value != PLAIN.get(name):
            raise ModelError(
                f"{adapter.name}: {name} is set, which is not read here; merge the adapter with PEFT first"
            )
    alpha, rank = config.get("lora_alpha"), config.get("r")
    if not isinstance(alpha, int | float) or not isinstance(rank, int) or rank < 1:
        raise ModelError(f"{adapter.name}: {ADAPTER_CONFIG} names no lora_alpha or no r; fetch it again")
    return alpha, rank
