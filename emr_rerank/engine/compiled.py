"""An encoder compiled by OpenVINO for this processor, from torch's module, in memory. Opens no connection, ever.

OpenVINO reports its use to its makers as soon as it is imported, with a package of its own for that, and stays silent
where that package is missing. So it is told that it is; its converter, which reports as well, is passed by.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from emr_rerank.engine.pretrained import quiet, reason
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    from emr_rerank.engine.runtime import Precision

REPORTER = "openvino_telemetry"
DEVICE = "CPU"
PROBE = np.array([[[5, 6, 7]], [[0, 0, 1]], [[1, 1, 1]]])  # ids, types, mask: (3, texts, tokens)
HINTS = {"bf16": "bf16", "fp32": "f32"}  # our precisions, as OpenVINO calls them


class _Encoder(nn.Module):
    """The forward pass that is traced: arrays in, one array out."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        states: Tensor = self.model(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        return states


def compiled(model: nn.Module, precision: Precision | None) -> tuple[Precision, Any]:
    """Compile an encoder for batches of any shape, with as many threads as torch has now; about a second.

    Args:
        model: an encoder of transformers' BERT kind, in fp32.
        precision: which; None: bf16 where the processor has it.

    Returns:
        The precision, and OpenVINO's request: ids, types and mask in, states out, for one caller at a time.

    Raises:
        ModelError: OpenVINO is not installed or fails at the model, or the processor has not the precision.
    """
    openvino = _imported()
    try:
        core = openvino.Core()
        chosen = _precision(core.get_property(DEVICE, "OPTIMIZATION_CAPABILITIES"), precision)
        properties = {
            "INFERENCE_PRECISION_HINT": HINTS[chosen],
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "PERFORMANCE_HINT": "LATENCY",
            "ENABLE_CPU_PINNING": False,  # two processes would share one core and leave the others idle
        }
        request = core.compile_model(_converted(model), DEVICE, properties).create_infer_request()
        request.infer(list(PROBE))  # what compiles may yet fail at the first batch
    except ModelError:
        raise
    except Exception as error:  # of OpenVINO and of torch's tracer, which share no type
        raise ModelError(f"OpenVINO failed at the model ({reason(error)}); set EMR_RERANK_RUNTIME=torch") from None
    return chosen, request


def _precision(capabilities: Sequence[str], asked: Precision | None) -> Precision:
    fast = "BF16" in capabilities
    if asked == "bf16" and not fast:
        raise ModelError("this processor does not compute in bf16; unset EMR_RERANK_PRECISION")
    return asked or ("bf16" if fast else "fp32")


def _imported() -> Any:  # noqa: ANN401  (a module without types)
    sys.modules.setdefault(REPORTER, None)  # type: ignore[arg-type]  # None: importing it is an ImportError
    try:
        import openvino  # noqa: PLC0415  (a second of import time)
    except ImportError:
        raise ModelError("OpenVINO is not installed; run: pip install openvino") from None
    return openvino


def _converted(model: nn.Module) -> Any:  # noqa: ANN401  (OpenVINO's own, without types)
    from openvino.frontend import FrontEndManager  # noqa: PLC0415  (as above)
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder  # noqa: PLC0415

    # Its padding and its second type are looked at by nobody: only the operations are written down.
    ids, types, mask = torch.tensor([[[5, 6, 7], [5, 6, 0]], [[0, 0, 1], [0, 1, 0]], [[1, 1, 1], [1, 1, 0]]])
    with quiet():  # the tracer remarks on shapes, which are left open below, and touches what transformers remarks on
        decoder = TorchScriptPythonDecoder(_Encoder(model).eval(), example_input=(ids, types, mask))
        frontend = FrontEndManager().load_by_framework("pytorch")
        return frontend.convert(frontend.load(decoder))
