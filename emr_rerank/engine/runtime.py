"""What computes an encoder's token states: OpenVINO where it is installed, else torch. Knows no text and no score.

OpenVINO in bf16 reads about twice as many lines a second as torch in fp32, and keeps the order. Dynamic int8 is not
offered: it does not keep it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from emr_rerank.errors import EngineUnavailableError, ModelError

if TYPE_CHECKING:
    from torch import nn

Name = Literal["openvino", "torch"]
Precision = Literal["bf16", "fp32"]

Tokens = NDArray[np.int64]  # (texts, tokens)

# Token ids, their types and their mask -> states (texts, tokens, width). From any thread.
States = Callable[[Tokens, Tokens, Tokens], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Runtime:
    """A loaded encoder's forward pass."""

    title: str  # "OpenVINO bf16", for people
    precision: Precision  # what the weights are multiplied in; the states are fp32
    states: States


def _openvino(model: nn.Module, precision: Precision | None) -> Runtime:
    from emr_rerank.engine.compiled import compiled  # noqa: PLC0415  (imports torch)

    chosen, request = compiled(model, precision)
    turn = threading.Lock()

    def states(ids: Tokens, types: Tokens, mask: Tokens) -> NDArray[np.float32]:
        try:
            with turn:
                # a copy: the next caller writes there
                found: NDArray[np.float32] = request.infer([ids, types, mask])[0]
        except RuntimeError as error:  # OpenVINO's own
            raise EngineUnavailableError(
                f"OpenVINO failed while it computed ({type(error).__name__}); set EMR_RERANK_RUNTIME=torch"
            ) from None
        return found

    return Runtime(f"OpenVINO {chosen}", chosen, states)


def _torch(model: nn.Module, precision: Precision | None) -> Runtime:
    if precision == "bf16":
        raise ModelError("torch computes in fp32 here; install openvino for bf16, or unset EMR_RERANK_PRECISION")
    import torch  # noqa: PLC0415  (seconds of import time)

    def states(ids: Tokens, types: Tokens, mask: Tokens) -> NDArray[np.float32]:
        given = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        with torch.inference_mode():
            output = model(**{name: torch.from_numpy(array) for name, array in given.items()})
        found: NDArray[np.float32] = output.last_hidden_state.numpy()
        return found

    return Runtime("torch fp32", "fp32", states)


# The best first: what is asked for by no name is the first that can be had.
RUNTIMES: Mapping[Name, Callable[[nn.Module, Precision | None], Runtime]] = {"openvino": _openvino, "torch": _torch}


def runtime_of(model: nn.Module, name: Name | None, precision: Precision | None) -> Runtime:
    """Return what computes the states of an encoder of transformers' BERT kind, in fp32 and in eval mode.

    Args:
        model: the encoder, which must not change afterwards.
        name: which runtime; None: the best there is.
        precision: which precision; None: the fastest that keeps the order.

    Raises:
        ModelError: the runtime is not installed, fails at the model, or has not this precision.
    """
    *better, last = RUNTIMES if name is None else [name]
    for one in better:
        try:
            return RUNTIMES[one](model, precision)
        except ModelError:
            if precision == "bf16":  # which the others do not have
                raise
    return RUNTIMES[last](model, precision)
