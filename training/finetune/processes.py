"""Processes that train one model together, as `accelerate launch` starts them: what they share out and add up.

Each computes its share of a batch's rows and tells the others what came of them, so that each has the loss of the whole
batch, in-batch negatives and all. Its gradient is that of its own rows; their sum is the batch's. So several processes
do what one does. In a process of its own everything here leaves things as they are. Knows no task.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn

from emr_rerank.engine.devices import device_named
from emr_rerank.errors import EmrRerankError, RequestError

SHARDED = "ACCELERATE_USE_FSDP"  # what `accelerate launch --use_fsdp` sets

T = TypeVar("T")


def join(device: str | None) -> None:
    """Meet the other processes, where there are any.

    Args:
        device: "cpu", or "cuda" or None: each process is given a GPU of its own.

    Raises:
        RequestError: there are others, and no way for them to meet.
    """
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if started == 1 or distributed.is_initialized():
        return
    try:
        from accelerate import PartialState  # noqa: PLC0415  (optional, and a second of import time)
    except ImportError:
        raise RequestError("several processes need accelerate; install emr-rerank[training]") from None

    if device not in {None, "cpu", "cuda"}:
        raise RequestError(f"train.device: {device} for {started} processes; leave it null: each is given its own")
    found = PartialState(cpu=device_named(device).type == "cpu").num_processes
    if found != started:
        raise RequestError(f"train.device: {started} processes cannot meet on this kind of device; take cpu or cuda")


def leave() -> None:
    """Part from the others, in the end."""
    if distributed.is_initialized():
        distributed.destroy_process_group()


def count() -> int:
    """Return how many processes there are."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Return which of them this is."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def first() -> bool:
    """Return whether this one writes what is written, and says what is said."""
    return rank() == 0


def wait() -> None:
    """Go on when all are here: what the first wrote before is there."""
    if count() > 1:
        distributed.barrier()


def agreed(value: T) -> T:
    """Return the first process's value."""
    values = [value]
    if count() > 1:
        distributed.broadcast_object_list(values)
    return values[0]


def on_first(do: Callable[[], None]) -> None:
    """Let the first process do something while the others wait; its fault is everyone's."""
    fault: EmrRerankError | None = None
    if first():
        try:
            do()
        except EmrRerankError as raised:
            fault = raised
    fault = agreed(fault)
    if fault is not None:
        raise fault


def shared(items: Sequence[T], compute: Callable[[Sequence[T]], Tensor], sizes: Sequence[int] = ()) -> Tensor:
    """Return `compute(items)`, of which each process computes a share; a gradient goes through its own rows alone.

    Args:
        items: the same in every process, at least one.
        compute: some of the items to their rows, (rows, ...), on the device of all.
        sizes: how many rows each item has; one where nothing is given.
    """
    if count() == 1:
        return compute(items)
    sizes = sizes or [1] * len(items)
    shares = [range(start, len(items), count()) for start in range(count())]
    rows = [sum(sizes[place] for place in share) for share in shares]
    mine = [items[place] for place in shares[rank()]]
    # One without a share computes along, for nothing: weights that are sharded come together in all or in none.
    own = compute(mine or items[:1])[: rows[rank()]]
    sent = own.new_zeros((max(rows), *own.shape[1:]))
    sent[: len(own)] = own.detach()
    heard = [torch.empty_like(sent) for _ in shares]
    distributed.all_gather(heard, sent)
    parts = [part[:length] for part, length in zip(heard, rows, strict=True)]
    parts[rank()] = own
    return torch.cat(parts)[_back(shares, sizes).to(own.device)]


def _back(shares: Sequence[Sequence[int]], sizes: Sequence[int]) -> Tensor:
    """Return where each row of the items, in their order, stands among the rows of the shares."""
    order = [place for share in shares for place in share]
    starts = dict(zip(order, accumulate((sizes[place] for place in order), initial=0), strict=False))
    return torch.tensor([starts[place] + row for place in sorted(order) for row in range(sizes[place])])


def add_up(weights: Iterable[nn.Parameter]) -> None:
    """Give each weight the sum of its gradients in all processes, in each of them."""
    moved = [weight for weight in weights if weight.grad is not None]
    if count() == 1 or not moved:
        return
    whole = torch.cat([weight.grad.reshape(-1) for weight in moved if weight.grad is not None])
    distributed.all_reduce(whole)
    parts: Sequence[Tensor] = whole.split([weight.numel() for weight in moved])  # type: ignore[no-untyped-call]
    for weight, part in zip(moved, parts, strict=True):
        weight.grad = part.view_as(weight)


def sharded() -> bool:
    """Return whether each process is to hold a share of the weights only."""
    return count() > 1 and os.environ.get(SHARDED, "").lower() in {"1", "true"}


def shard(whole: nn.Module, layers: Iterable[nn.Module], device: torch.device) -> None:
    """Leave each process its share of the weights that are not trained, on the device; a layer's come together for it.

    What is trained is small and stays whole everywhere: its checkpoints are those of one process.
    """
    from torch.distributed.device_mesh import init_device_mesh  # noqa: PLC0415  (only this needs it)
    from torch.distributed.fsdp import fully_shard  # noqa: PLC0415

    mesh = init_device_mesh(device.type, (count(),))
    trained = {weight for weight in whole.parameters() if weight.requires_grad}
    for part in (*layers, whole):
        fully_shard(part, mesh=mesh, ignored_params=trained)
