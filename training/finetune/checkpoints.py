"""Checkpoints that are whole or not there: what a run needs to go on bit for bit. Knows no model and no loop.

A checkpoint is written into a hidden folder, flushed to the disk with a manifest of every file's SHA-256, and only then
renamed. Whatever a kill left half written has no manifest, or one that does not fit, and is passed over. Only
safetensors and JSON are written: reading them runs no code.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import torch
from safetensors.torch import load, save

from emr_rerank.errors import SourceError

MANIFEST = "manifest.json"
WRITING = ".writing-"
WEIGHTS = "weights.safetensors"
PLACE = "step-{:08d}"

Tensors = Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that the rest of a run depends on."""

    step: int  # optimiser steps done
    weights: Tensors  # those that are trained, by name
    optimizer: Tensors  # "NUMBER.NAME" of the state it keeps for each parameter
    random: Tensors  # torch's generators
    state: Mapping[str, Any]  # as JSON: the place in the data, Python's and NumPy's generators, the best so far


def write(folder: Path, checkpoint: Checkpoint, keep: int) -> Path:
    """Write a checkpoint and delete all but the last `keep`."""
    files = {
        WEIGHTS: save(_plain(checkpoint.weights)),
        "optimizer.safetensors": save(_plain(checkpoint.optimizer)),
        "random.safetensors": save(_plain(checkpoint.random)),
        "state.json": orjson.dumps({**checkpoint.state, "step": checkpoint.step}, option=orjson.OPT_INDENT_2),
    }
    place = folder / PLACE.format(checkpoint.step)
    write_folder(place, files)
    for old in complete(folder)[:-keep]:
        shutil.rmtree(old)
    return place


def write_weights(place: Path, weights: Tensors) -> None:
    """Write weights alone, as a folder that appears whole."""
    write_folder(place, {WEIGHTS: save(_plain(weights))})


def read_weights(place: Path) -> Tensors:
    """Read the weights of a folder.

    Raises:
        SourceError: they are absent or altered.
    """
    if not is_whole(place):
        raise SourceError(f"{place}: not whole; delete it, and resume from the checkpoint before")
    return load((place / WEIGHTS).read_bytes())


def write_folder(place: Path, files: Mapping[str, bytes]) -> None:
    """Write these files as a folder that appears whole, with a manifest; one that is there is replaced."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in place.parent.glob(f"{WRITING}*"):
        shutil.rmtree(left)
    hidden = place.parent / f"{WRITING}{place.name}"
    hidden.mkdir()
    manifest = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    for name, content in {**files, MANIFEST: orjson.dumps(manifest, option=orjson.OPT_INDENT_2)}.items():
        with (hidden / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _flush(hidden)
    if place.exists():
        shutil.rmtree(place)
    hidden.rename(place)
    _flush(place.parent)


def complete(folder: Path) -> list[Path]:
    """Return the checkpoints whose every file is what its manifest says, oldest first."""
    return [place for place in sorted(folder.glob("step-*")) if is_whole(place)]


def is_whole(place: Path) -> bool:
    """Say whether every file of a folder is what its manifest says."""
    try:
        manifest = orjson.loads((place / MANIFEST).read_bytes())
        return all(hashlib.sha256((place / name).read_bytes()).hexdigest() == said for name, said in manifest.items())
    except (OSError, orjson.JSONDecodeError, AttributeError):
        return False


def latest(folder: Path) -> Checkpoint | None:
    """Return the newest whole checkpoint, or None where there is none."""
    places = complete(folder)
    return read(places[-1]) if places else None


def read(place: Path) -> Checkpoint:
    """Read a whole checkpoint.

    Raises:
        SourceError: a file of it is absent or altered.
    """
    weights = read_weights(place)
    state = orjson.loads((place / "state.json").read_bytes())
    return Checkpoint(
        state["step"],
        weights,
        load((place / "optimizer.safetensors").read_bytes()),
        load((place / "random.safetensors").read_bytes()),
        state,
    )


def dice() -> tuple[Tensors, Mapping[str, Any]]:
    """Return the state of every generator a run may draw from: torch's as tensors, the others as JSON."""
    tensors = {"cpu": torch.get_rng_state()}
    tensors |= {f"cuda:{place}": state for place, state in enumerate(_cuda_states())}
    version, words, gauss = random.getstate()
    _, keys, place, has_gauss, cached = np.random.get_state(legacy=True)  # for the libraries that draw there
    numpy = [np.asarray(keys).tolist(), place, has_gauss, cached]
    return tensors, {"python": [version, list(words), gauss], "numpy": numpy}


def throw(tensors: Tensors, state: Mapping[str, Any]) -> None:
    """Set every generator to a state that `dice` returned."""
    torch.set_rng_state(tensors["cpu"])
    for place, kept in enumerate(tensors[name] for name in sorted(tensors) if name.startswith("cuda:")):
        if place < torch.cuda.device_count():
            torch.cuda.set_rng_state(kept, place)
    version, words, gauss = state["python"]
    random.setstate((version, tuple(words), gauss))
    keys, place, has_gauss, cached = state["numpy"]
    np.random.set_state(("MT19937", np.array(keys, np.uint32), place, has_gauss, cached))


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> Tensors:
    """Return what an optimiser keeps for each parameter, as "NUMBER.NAME"."""
    kept = optimizer.state_dict()["state"]
    return {f"{number}.{name}": value for number, each in kept.items() for name, value in each.items()}


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Tensors) -> None:
    """Set what an optimiser keeps for each parameter, as `optimizer_tensors` returned it."""
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in tensors.items():
        number, _, key = name.partition(".")
        state.setdefault(int(number), {})[key] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def restore_weights(into: Mapping[str, torch.nn.Parameter], weights: Tensors) -> None:
    """Copy weights into the parameters of the same names.

    Raises:
        SourceError: they are not those of this model.
    """
    differing = sorted(into.keys() ^ weights.keys()) or [
        name for name, value in weights.items() if into[name].shape != value.shape
    ]
    if differing:
        raise SourceError(f"the checkpoint is of another model ({differing[0]} differs); name another run folder")
    with torch.no_grad():
        for name, value in weights.items():
            into[name].copy_(value)


def _plain(tensors: Tensors) -> dict[str, torch.Tensor]:
    return {name: value.detach().cpu().contiguous() for name, value in tensors.items()}


def _cuda_states() -> Sequence[torch.Tensor]:
    return torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []


def _flush(folder: Path) -> None:
    """Make a rename or a new file in a folder outlast a loss of power."""
    if os.name == "nt":  # Windows opens no folders, and has no need to
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
