"""The result folder of a fine-tuning run, ready to compute: read, held to its base, merged. Knows no score.

Two of them come with the package, as data; a setting names another folder instead. What is read is a LoRA adapter over
the embedded encoder, as `python -m training finetune` writes it.
"""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from emr_rerank.engine import runtime
from emr_rerank.engine.checkpoint import Checkpoint, digests, find
from emr_rerank.engine.lora import merge
from emr_rerank.engine.minilm import NAME, published
from emr_rerank.errors import ModelError
from emr_rerank.settings import read_settings

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SCORING = "scoring.json"  # how scores are made of it
HEAD = "head.safetensors"  # the head's weights, where there is one
MANIFEST = "manifest.json"  # the SHA-256 of every other file, written by the run
MODELS = Path(__file__).parent.parent / "models"

Shipped = Literal["bi_encoder", "cross_encoder"]
Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class Result:
    """An encoder with what was learnt, and what whoever scores with it must know."""

    key: str  # names base, adapter, head and precision: what is computed under one key is comparable
    title: str  # "all-MiniLM-L6-v2 + bi_encoder (OpenVINO bf16)"
    said: Mapping[str, Any]  # what the run says of scoring
    head: Mapping[str, NDArray[np.float32]]
    tokenizer: Tokenizer  # neither cuts nor pads; nobody else's
    runtime: runtime.Runtime


def folder_of(shipped: Shipped, own: Path | None, variable: str, models: Path = MODELS) -> Path:
    """Return the folder that an installation names, else the one that comes with the package.

    Args:
        shipped: which.
        own: what the installation names.
        variable: with which.
        models: where the package keeps its own.

    Raises:
        ModelError: there is none.
    """
    folder = own or models / shipped
    if not (folder / SCORING).is_file():
        raise ModelError(
            f"{folder}: no {SCORING}; name the result folder of a fine-tuning run with {variable}"
            if own
            else f"no fine-tuned {shipped} comes with this installation; name a result folder with {variable}"
        )
    return folder


def once(
    read: Callable[[Path, runtime.Name | None, runtime.Precision | None], Loaded],
) -> Callable[[Path], Loaded]:
    """Return what reads a result folder as the settings say, once per process, however many threads ask at once.

    Args:
        read: makes something of a folder, with a runtime and a precision.
    """
    kept, turn = functools.cache(read), threading.Lock()

    def load(folder: Path) -> Loaded:
        settings = read_settings()
        with turn:
            return kept(folder.resolve(), settings.runtime, settings.precision)

    return load


def embedded() -> Checkpoint:
    """Return the embedded encoder as a base.

    Raises:
        ModelError: its files are missing or altered.
    """
    return Checkpoint(NAME, published(), "model")


def read_result(
    folder: Path, base: Checkpoint, name: runtime.Name | None = None, precision: runtime.Precision | None = None
) -> Result:
    """Load a result over its base; a second, or two.

    Args:
        folder: whose.
        base: a BERT.
        name: which runtime; None: the best there is.
        precision: which; None: the fastest that keeps the order.

    Raises:
        ModelError: it is not whole, no LoRA adapter, or one of another base, or the runtime cannot be had.
    """
    _check_whole(folder)
    adapter = find(str(folder))
    if adapter.kind != "adapter":
        raise ModelError(f"{folder}: a whole model, not an adapter; train with model.lora to have one")
    # Seconds of import time that only loaders need.
    from safetensors.numpy import load_file  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415
    from transformers import BertModel  # noqa: PLC0415

    from emr_rerank.engine.pretrained import quiet  # noqa: PLC0415

    with quiet():
        model = BertModel.from_pretrained(base.folder, local_files_only=True, use_safetensors=True).eval()
    merge(model, base, adapter)
    computes = runtime.runtime_of(model, name, precision)
    tokenizer = Tokenizer.from_file(str(base.folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    head = folder / HEAD
    weights = digests(base)[base.weights()[0].name]
    learnt = _digest(*adapter.weights(), adapter.settings(), folder / SCORING, *([head] if head.is_file() else []))
    return Result(
        key=f"{base.name}@{weights[:12]}+{learnt}@{computes.precision}",
        title=f"{base.title} + {adapter.title} ({computes.title})",
        said=_said(folder),
        head={name: array.astype(np.float32) for name, array in load_file(head).items()} if head.is_file() else {},
        tokenizer=tokenizer,
        runtime=computes,
    )


def _check_whole(folder: Path) -> None:
    """Compare each file with the SHA-256 that the run noted, where it did."""
    noted = folder / MANIFEST
    if not noted.is_file():
        return
    try:
        expected = dict(orjson.loads(noted.read_bytes()))
    except (orjson.JSONDecodeError, TypeError, ValueError):
        raise ModelError(f"{noted}: not a JSON object; fetch it again") from None
    for name, digest in expected.items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise ModelError(f"{path}: missing or altered since the run wrote it; fetch it again")


def _said(folder: Path) -> Mapping[str, Any]:
    try:
        said = orjson.loads((folder / SCORING).read_bytes())
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise ModelError(f"{folder / SCORING}: not a JSON object; fetch it again")
    return said


def _digest(*paths: Path) -> str:
    """Return 12 hex digits that name what these files hold."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]
