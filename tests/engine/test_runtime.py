"""What computes states: each runtime against torch in fp32, from several threads, without a word to anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

from emr_rerank.engine.compiled import compiled
from emr_rerank.engine.runtime import Precision, Runtime, Tokens, runtime_of
from emr_rerank.errors import ModelError
from tests.conftest import REPOSITORY
from tests.tiny import BertSizes, bert

VOCABULARY = 240

# Loads and runs a tiny encoder, and tells what it met on the way.
SILENT = """
import sys
met = []
sys.addaudithook(lambda event, _: met.append(event) if event.startswith(("socket.connect", "socket.getaddr")) else None)
import numpy as np
from emr_rerank.engine.runtime import runtime_of
from tests.tiny import bert
runtime = runtime_of(bert(240).bert, "openvino", None)
ids = np.array([[5, 6, 7]])
assert runtime.states(ids, ids * 0, ids * 0 + 1).shape == (1, 3, 48)
assert "openvino" in sys.modules
print(met, [name for name, module in sys.modules.items() if module and "openvino_telemetry" in name])
"""


@pytest.fixture(scope="module")
def model() -> nn.Module:
    encoder: nn.Module = bert(VOCABULARY, BertSizes(layers=2)).bert
    return encoder


@pytest.fixture(scope="module")
def oracle(model: nn.Module) -> Runtime:
    return runtime_of(model, "torch", None)


def openvino(model: nn.Module, precision: Precision | None) -> Runtime:
    """Return the compiled encoder, if this processor can have it."""
    try:
        return runtime_of(model, "openvino", precision)
    except ModelError as error:
        if "does not compute in bf16" in str(error):
            pytest.skip("this processor does not compute in bf16; one of AVX-512 BF16 or AMX does")
        raise


@pytest.fixture(scope="module")
def exact(model: nn.Module) -> Runtime:
    return openvino(model, "fp32")


@pytest.fixture(scope="module")
def fast(model: nn.Module) -> Runtime:
    return openvino(model, "bf16")


def batch(lengths: Sequence[int], seed: int = 0) -> tuple[Tokens, Tokens, Tokens]:
    """Return ids, types and mask of sequences of these lengths, padded; the second half of each is of type 1."""
    random = np.random.default_rng(seed)
    ids = random.integers(5, VOCABULARY, (len(lengths), max(lengths)))
    places = np.arange(max(lengths))[None, :]
    real = places < np.array(lengths)[:, None]
    second = real & (places >= np.array(lengths)[:, None] // 2)
    return np.where(real, ids, 0), second.astype(np.int64), real.astype(np.int64)


def real_states(runtime: Runtime, given_batch: tuple[Tokens, Tokens, Tokens]) -> NDArray[np.float32]:
    """Return the states of the tokens that are no padding."""
    states: NDArray[np.float32] = runtime.states(*given_batch)[given_batch[2] == 1]
    return states


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(2, 40), min_size=1, max_size=6), st.integers(0, 99))
def test_compiled_states_are_those_of_torch_for_any_shape(
    oracle: Runtime, exact: Runtime, lengths: list[int], seed: int
) -> None:
    given_batch = batch(lengths, seed)
    found, expected = (real_states(runtime, given_batch) for runtime in (exact, oracle))
    assert found.dtype == expected.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_bf16_is_near(oracle: Runtime, fast: Runtime) -> None:
    given_batch = batch([512, 30, 7, 2])
    found, expected = (real_states(runtime, given_batch) for runtime in (fast, oracle))
    assert found.dtype == np.float32
    cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines.min() > 0.999
    assert np.abs(found - expected).max() > 1e-4  # it is bf16


def test_a_runtime_says_what_it_is(oracle: Runtime, exact: Runtime, fast: Runtime) -> None:
    titles = [(one.title, one.precision) for one in (oracle, exact, fast)]
    assert titles == [("torch fp32", "fp32"), ("OpenVINO fp32", "fp32"), ("OpenVINO bf16", "bf16")]


def test_the_fastest_there_is_is_taken(model: nn.Module, fast: Runtime) -> None:
    assert runtime_of(model, None, None).title == fast.title
    assert runtime_of(model, None, "fp32").title == "OpenVINO fp32"


def test_several_threads_get_each_their_own_states(exact: Runtime) -> None:
    batches = [batch([place % 5 + 2, 9], seed=place) for place in range(40)]
    alone = [exact.states(*one) for one in batches]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda one: exact.states(*one), batches))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_computes_with_as_many_threads_as_torch_has(model: nn.Module) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        _, request = compiled(model, "fp32")
    finally:
        torch.set_num_threads(before)
    assert request.get_compiled_model().get_property("INFERENCE_NUM_THREADS") == 1


def test_without_openvino_torch_computes_unless_it_was_asked_for(
    model: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)  # as where it is not installed
    assert runtime_of(model, None, None).title == "torch fp32"
    with pytest.raises(ModelError, match=r"^OpenVINO is not installed; run: pip install openvino$"):
        runtime_of(model, "openvino", None)
    with pytest.raises(ModelError, match=r"^OpenVINO is not installed; run: pip install openvino$"):
        runtime_of(model, None, "bf16")
    with pytest.raises(ModelError, match=r"^torch computes in fp32 here"):
        runtime_of(model, "torch", "bf16")


def test_a_model_that_cannot_be_compiled_is_one_line_or_torch_s() -> None:
    with pytest.raises(ModelError, match=r"^OpenVINO failed at the model \(.*\); set EMR_RERANK_RUNTIME=torch$"):
        runtime_of(nn.Identity(), "openvino", None)
    assert runtime_of(nn.Identity(), None, None).title == "torch fp32"


def test_nothing_is_reported_to_anybody(tmp_path: Path, exact: Runtime) -> None:
    """Not even on a machine that is no CI's: a home without the reporter's files stays without them."""
    assert exact.title == "OpenVINO fp32"
    place = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    spoken = subprocess.run(
        [sys.executable, "-c", SILENT], env={"PATH": os.environ["PATH"], **place}, capture_output=True, check=True
    )
    assert spoken.stdout.decode().strip() == "[] []"
    assert [path.name for path in tmp_path.rglob("*") if "openvino" in path.name] == []
