"""Mixes a base with what was fine-tuned from it (LM-Cocktail): whole models by interpolation, LoRA by scaling.

A LoRA's share of the weights is linear in its B factor, so a weight scales B, and several adapters stand side by side
in one of their ranks' sum: both are exact. What is written appears as a whole or not at all. Knows no ranking: which
weight is best is the caller's to measure.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import orjson

from emr_rerank.engine.checkpoint import ADAPTER_CONFIG, ADAPTER_WEIGHTS, BASE, CONFIG, Checkpoint, base_of, find
from emr_rerank.errors import ModelError
from training.finetune.checkpoints import MANIFEST
from training.folders import replaced

if TYPE_CHECKING:
    import torch

FACTORS = {"lora_A": 0, "lora_embedding_A": 0, "lora_B": 1, "lora_embedding_B": 1}  # the axis that is the rank
ONE_RANK = (
    "alpha_pattern",
    "use_dora",
    "layer_replication",
    "trainable_token_indices",
)  # not linear, or not known here

ROUNDING = 1e-9  # of weights that are written as decimals

Tensors = dict[str, "torch.Tensor"]
Weights = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The weights of the best mean over sources, and what all that were tried came to, by source."""

    weights: Weights
    tried: Mapping[Weights, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Part:
    """One adapter and how much of it goes in."""

    adapter: Path
    weight: float


def options(steps: Sequence[float], models: int) -> list[Weights]:
    """Return every way to give each of some fine-tuned models one of these weights, 1 in all at most."""
    return [found for found in product(sorted(steps), repeat=models) if sum(found) <= 1 + ROUNDING]


def sweep(tried: Sequence[Weights], quality: Callable[[Weights], Mapping[str, float]]) -> Choice:
    """Try them all and choose; of equals the least in sum, which stays nearest to the base.

    Args:
        tried: weights of what was fine-tuned, one for each model; what is left to 1 is the base's.
        quality: their nDCG by source, each source counting alike.
    """
    found = {weights: quality(weights) for weights in sorted(tried, key=lambda one: (sum(one), one))}
    return Choice(max(found, key=lambda weights: fmean(found[weights].values())), found)


def interpolate(base: Path, tuned: Path, weight: float, out: Path) -> None:
    """Write the model (1 - weight) * base + weight * tuned, file by file: one file's tensors are in memory at a time.

    Everything but weights (settings, tokenizer) is the fine-tuned model's, and so is a tensor that the base lacks (a
    trained head). At 0 and 1 every bit is one of theirs.

    Raises:
        ModelError: the fine-tuned model lacks a tensor of the base or has it in another shape, or something else than
            a model would be replaced.
    """
    one, other = _model(base), _model(tuned)
    _check_alike(one, other)
    with ExitStack() as stack:
        folder = stack.enter_context(replaced(out, CONFIG))
        _copy_rest(other, folder)
        opened = [stack.enter_context(_open(path)) for path in one.weights()]
        where = {name: file for file in opened for name in file.keys()}  # noqa: SIM118  (no mapping)
        for path in other.weights():
            with _open(path) as file:
                mixed = {
                    name: _mixed(where[name].get_tensor(name), file.get_tensor(name), weight)
                    if name in where
                    else file.get_tensor(name)
                    for name in file.keys()  # noqa: SIM118
                }
                _save(mixed, folder / path.name)
        _sign(other, folder)


def combine(parts: Sequence[Part], out: Path, base: Path | None = None) -> None:
    """Write one adapter whose share of the weights is the weighted sum of the parts'.

    What stands beside the first adapter stays beside the new one; a head there is the mean of the parts', by weight.

    Args:
        parts: at least one; all of the same base.
        out: the folder to write.
        base: the base's folder; needed where adapters bring whole tensors along (PEFT's modules_to_save), which are
            mixed with the base's own. A tensor that the base lacks is the mean of the parts', by weight.

    Raises:
        ModelError: an adapter is none, is not linear (DoRA), or belongs to another base.
    """
    adapters = [_adapter(part.adapter) for part in parts]
    _check_one_base(adapters)
    weights = [part.weight for part in parts]
    given = [_tensors(adapter.weights()) for adapter in adapters]
    ranks = [_ranks(tensors) for tensors in given]
    modules = {module for each in ranks for module in each}
    rank = max((sum(each.get(module, 0) for each in ranks) for module in modules), default=1)
    scales = [_scales(adapter, each) for adapter, each in zip(adapters, ranks, strict=True)]
    names = sorted({name for tensors in given for name in tensors})
    whole = [name for name in names if not _factor(name)]
    own = _own(_model(base), whole) if base and whole else {}
    mixed = {
        name: _side_by_side(name, given, weights, scales, rank) if _factor(name) else _whole(name, given, weights, own)
        for name in names
    }
    with replaced(out, ADAPTER_CONFIG) as folder:
        _copy_rest(adapters[0], folder)
        config = {**adapters[0].config(), "r": rank, "lora_alpha": rank, "use_rslora": False, "rank_pattern": {}}
        config["target_modules"] = _targets(adapters)
        (folder / ADAPTER_CONFIG).write_bytes(orjson.dumps(config, option=orjson.OPT_INDENT_2))
        _save(mixed, folder / ADAPTER_WEIGHTS)
        for path in folder.glob("*.safetensors"):
            if path.name != ADAPTER_WEIGHTS:
                heads = [_tensors([adapter.folder / path.name]) for adapter in adapters]
                _save({name: _whole(name, heads, weights, {}) for name in heads[0]}, path)
        _sign(adapters[0], folder)


def _model(folder: Path) -> Checkpoint:
    found = find(str(folder))
    if found.kind != "model":
        raise ModelError(f"{folder}: an adapter; name a whole model, or combine adapters")
    return found


def _adapter(folder: Path) -> Checkpoint:
    found = find(str(folder))
    if found.kind != "adapter":
        raise ModelError(f"{folder}: a whole model; name an adapter, or interpolate models")
    config = found.config()
    if nonlinear := next((key for key in ONE_RANK if config.get(key)), None):
        raise ModelError(f"{folder}: {nonlinear} cannot be mixed exactly; merge the adapter with its base first")
    return found


def _check_alike(base: Checkpoint, tuned: Checkpoint) -> None:
    """Hold every weight of the base to the fine-tuned model's; counters such as position ids may be left out there."""
    shapes = tuned.shapes()
    for path in base.weights():
        with _open(path) as file:
            for name in sorted(file.keys()):
                own = file.get_slice(name)
                shape = tuple(own.get_shape())
                if shapes.get(name, shape) != shape or (name not in shapes and "F" in own.get_dtype()):
                    raise ModelError(f"{tuned.name}: {name} is {shapes.get(name, 'absent')}, in {base.name} {shape}")


def _check_one_base(adapters: Sequence[Checkpoint]) -> None:
    first = _base_of(adapters[0])
    for adapter in adapters[1:]:
        if _base_of(adapter) != first:
            raise ModelError(f"{adapter.name}: belongs to another base than {adapters[0].name}; train both on one")


def _base_of(adapter: Checkpoint) -> object:
    """Return what tells one base from another: its files' hashes where they were remembered, else its name's end."""
    remembered = adapter.folder / BASE
    if remembered.is_file():
        return orjson.loads(remembered.read_bytes()).get("sha256")
    return base_of(adapter).rstrip("/").rsplit("/", 1)[-1].lower()


def _open(path: Path) -> Any:  # noqa: ANN401  (safetensors declares no type)
    from safetensors import safe_open  # noqa: PLC0415  (imports torch)

    return safe_open(path, framework="pt")


def _save(tensors: Tensors, path: Path) -> None:
    from safetensors.torch import save_file  # noqa: PLC0415  (imports torch)

    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path, metadata={"format": "pt"})


def _copy_rest(checkpoint: Checkpoint, folder: Path) -> None:
    weights = set(checkpoint.weights())
    for path in checkpoint.folder.iterdir():
        if path.is_file() and path not in weights:
            shutil.copy(path, folder / path.name)


def _sign(source: Checkpoint, folder: Path) -> None:
    """Write a manifest of the new files where the source has one of its own."""
    if (source.folder / MANIFEST).is_file():
        files = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        (folder / MANIFEST).write_bytes(orjson.dumps(hashes, option=orjson.OPT_INDENT_2))


def _mixed(base: torch.Tensor, tuned: torch.Tensor, weight: float) -> torch.Tensor:
    if not tuned.is_floating_point() or weight == 1:
        return tuned
    return _sum([(1 - weight, base), (weight, tuned)])


def _sum(parts: Sequence[tuple[float, torch.Tensor]]) -> torch.Tensor:
    """Return the weighted sum, in double precision until it is stored in the widest of the parts' types."""
    import torch  # noqa: PLC0415  (seconds of import time)

    kind = parts[0][1].dtype
    for _, tensor in parts[1:]:
        kind = torch.promote_types(kind, tensor.dtype)
    total = sum((weight * tensor.double() for weight, tensor in parts if weight), torch.zeros((), dtype=torch.float64))
    return torch.as_tensor(total).expand(parts[0][1].shape).to(kind)


def _tensors(paths: Sequence[Path]) -> Tensors:
    found: Tensors = {}
    for path in paths:
        with _open(path) as file:
            found |= {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (no mapping)
    return found


def _own(base: Checkpoint, names: Sequence[str]) -> Tensors:
    """Return the base's own tensors for these of an adapter, under the adapter's names."""
    found: Tensors = {}
    wanted = {_plain(name): name for name in names}
    for path in base.weights():
        with _open(path) as file:
            found |= {wanted[own]: file.get_tensor(own) for own in file.keys() if own in wanted}  # noqa: SIM118
    return found


def _plain(name: str) -> str:
    return name.removeprefix("base_model.model.").replace(".modules_to_save.", ".")


def _factor(name: str) -> str:
    return next((part for part in name.split(".") if part in FACTORS), "")


def _module(name: str) -> str:
    return name.partition(".lora_")[0]


def _ranks(tensors: Tensors) -> dict[str, int]:
    """Return each module's rank, from its factors' shapes."""
    return {_module(name): tensor.shape[FACTORS[part]] for name, tensor in tensors.items() if (part := _factor(name))}


def _scales(adapter: Checkpoint, ranks: Mapping[str, int]) -> dict[str, float]:
    config = adapter.config()
    alpha, rooted = float(config["lora_alpha"]), bool(config.get("use_rslora"))
    return {module: alpha / (rank**0.5 if rooted else rank) for module, rank in ranks.items()}


def _side_by_side(
    name: str,
    given: Sequence[Tensors],
    weights: Sequence[float],
    scales: Sequence[Mapping[str, float]],
    rank: int,
) -> torch.Tensor:
    """Return one factor of all parts, joined along the rank; what is left of the rank is 0."""
    import torch  # noqa: PLC0415  (seconds of import time)

    axis = FACTORS[_factor(name)]
    joined: list[torch.Tensor] = []
    for tensors, weight, scale in zip(given, weights, scales, strict=True):
        if name not in tensors:
            continue
        if tensors[name].ndim != 2:
            raise ModelError(f"{name}: a factor of {tensors[name].ndim} dimensions; only linear layers can be combined")
        times = weight * scale[_module(name)] if axis else 1.0
        joined.append((tensors[name].double() * times).float())
    used = sum(tensor.shape[axis] for tensor in joined)
    shape = list(joined[0].shape)
    shape[axis] = rank - used
    return torch.cat([*joined, torch.zeros(shape)], dim=axis)


def _whole(name: str, given: Sequence[Tensors], weights: Sequence[float], own: Tensors) -> torch.Tensor:
    there = [(weight, tensors[name]) for tensors, weight in zip(given, weights, strict=True) if name in tensors]
    total = sum(weight for weight, _ in there)
    if name in own:
        return _sum([(1 - total, own[name]), *there])
    return _sum([(weight / total, tensor) for weight, tensor in there]) if total else there[0][1]


def _targets(adapters: Sequence[Checkpoint]) -> object:
    """Return what the joined adapter targets: the names of all, or the one expression they share."""
    targets = [adapter.config().get("target_modules") for adapter in adapters]
    if all(isinstance(one, list) for one in targets):
        return sorted({name for one in targets if isinstance(one, list) for name in one})
    if any(one != targets[0] for one in targets):
        raise ModelError(f"{adapters[0].name}: adapters that target modules by different expressions; list the modules")
    return targets[0]
