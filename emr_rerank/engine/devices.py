"""Which device and precision a model runs in, and how much memory is free there. Knows no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emr_rerank.engine.zero_gpu import is_zero_gpu
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    import torch

DTYPES = {
    "fp32": "float32",
    "float32": "float32",
    "bf16": "bfloat16",
    "bfloat16": "bfloat16",
    "fp16": "float16",
    "float16": "float16",
}


def device_named(name: str | None) -> torch.device:
    """Return the device asked for, else the best there is: CUDA (ROCm calls itself so), Apple's MPS, the processor.

    Raises:
        ModelError: there is no such device.
    """
    import torch  # noqa: PLC0415  (seconds of import time)

    if name is None:
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device).tolist()  # "meta" has no memory to read
    except (RuntimeError, AssertionError, NotImplementedError):
        raise ModelError(f"no device {name!r} here; choose cpu, cuda, cuda:1, mps, or leave it out") from None
    return device


def dtype_named(name: str | None, device: torch.device) -> torch.dtype:
    """Return the precision asked for, else bf16 on a CUDA device that computes in it and fp32 anywhere else.

    Not fp16 by itself: Gemma's activations overflow it.

    Raises:
        ModelError: there is no such precision.
    """
    import torch  # noqa: PLC0415  (seconds of import time)

    if name is None:
        return torch.bfloat16 if device.type == "cuda" and torch.cuda.is_bf16_supported() else torch.float32
    if name not in DTYPES:
        raise ModelError(f"no precision is called {name!r}; choose bf16, fp16 or fp32")
    dtype: torch.dtype = getattr(torch, DTYPES[name])
    return dtype


def free_bytes(device: torch.device) -> int | None:
    """Return the memory that is free on a device; None where it is the processor's own or the device is lent."""
    import torch  # noqa: PLC0415  (seconds of import time)

    if device.type == "cuda" and not is_zero_gpu():
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return None
