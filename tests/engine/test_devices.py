from __future__ import annotations

import pytest
import torch

from emr_rerank.engine.devices import device_named, dtype_named, free_bytes
from emr_rerank.errors import ModelError


def test_without_an_accelerator_the_processor_computes_in_full_precision() -> None:
    if torch.cuda.is_available() or torch.backends.mps.is_available():
        pytest.skip("this machine has an accelerator")
    assert device_named(None) == torch.device("cpu")
    assert dtype_named(None, torch.device("cpu")) is torch.float32
    assert free_bytes(torch.device("cpu")) is None


@pytest.mark.parametrize("name", ["cuda:99", "nonsense", "meta", "meta:x", ""])
def test_a_device_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(ModelError, match=f"no device '{name}' here; choose cpu, cuda, cuda:1, mps"):
        device_named(name)


def test_a_precision_has_its_short_and_its_long_name() -> None:
    cpu = torch.device("cpu")
    assert dtype_named("bf16", cpu) is dtype_named("bfloat16", cpu) is torch.bfloat16
    with pytest.raises(ModelError, match="no precision is called 'int8'; choose bf16, fp16 or fp32"):
        dtype_named("int8", cpu)
