"""Attention of many short sequences in one stream of tokens, each to its own keys only. Knows no model and no prompt.

Nothing is padded on CUDA, where flash attention reads variable lengths; elsewhere sequences of similar length are
padded together. Two partial attentions, of the shared prefix and of a line's own tokens, are joined by their
log-sum-exp (the online softmax of FlashAttention, Dao et al. 2022), so no mask over the whole stream is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from inspect import signature
from itertools import accumulate

import torch
from torch import Tensor

ALIKE = 1.2  # sequences padded together differ by at most this factor (and a few tokens)
SLACK = 8
HALVES = (torch.float16, torch.bfloat16)  # what flash attention computes in
PADDED = 1_048_576  # query-key products per head that one padded batch holds at most, unless one sequence is larger


@dataclass(frozen=True, slots=True)
class Spans:
    """Sequences that lie one after another in a stream: their lengths, in tokens."""

    lengths: tuple[int, ...]
    offsets: tuple[int, ...] = field(init=False)  # where each begins, and where the last one ends

    def __post_init__(self) -> None:
        """Sum the lengths up once."""
        object.__setattr__(self, "offsets", (0, *accumulate(self.lengths)))


@dataclass(frozen=True)  # without slots: what the kernels want to know is worked out once, when first asked for
class Sights:
    """Which keys each query sees: sequence i of `queries` sees sequence i of `keys`; `causal`: up to its own place.

    Causal sights need the same spans on both sides. One object serves every layer.
    """

    queries: Spans
    keys: Spans
    device: torch.device
    causal: bool = field(kw_only=True)

    @cached_property
    def batches(self) -> tuple[_Batch, ...]:
        """For kernels that pad: sequences of similar length together."""
        return tuple(_batches(self))

    @cached_property
    def offsets(self) -> tuple[Tensor, Tensor]:
        """For kernels that do not: where each sequence begins and ends among the queries, and among the keys."""
        return (
            torch.tensor(self.queries.offsets, dtype=torch.int32, device=self.device),
            torch.tensor(self.keys.offsets, dtype=torch.int32, device=self.device),
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """Sequences padded together: where their tokens are in the streams, and which keys are real."""

    query_index: Tensor  # (sequences, longest query)
    key_index: Tensor  # (sequences, longest key)
    query_real: Tensor  # (sequences, longest query), bool
    mask: Tensor | None  # (sequences, 1, 1, longest key) to add to the products; None where padding is never seen
    causal: bool


def _batches(sights: Sights) -> Iterator[_Batch]:
    queries, keys = sights.queries, sights.keys
    order = sorted(range(len(keys.lengths)), key=lambda one: (keys.lengths[one], queries.lengths[one]))
    for group in _alike(order, sights):
        query_index, query_real = _padded(queries, group, sights.device)
        key_index, key_real = _padded(keys, group, sights.device)
        seen = sights.causal or bool(key_real.all())  # causal queries never see the padding to their right
        mask = None if seen else torch.zeros(key_real.shape, device=sights.device).masked_fill(~key_real, -torch.inf)
        yield _Batch(
            query_index, key_index, query_real, mask if mask is None else mask[:, None, None, :], sights.causal
        )


def _alike(order: Sequence[int], sights: Sights) -> Iterator[list[int]]:
    group: list[int] = []
    for one in order:
        products = sights.queries.lengths[one] * sights.keys.lengths[one]
        if group and (
            sights.keys.lengths[one] > ALIKE * sights.keys.lengths[group[0]] + SLACK
            or sights.queries.lengths[one] > ALIKE * sights.queries.lengths[group[0]] + SLACK
            or (len(group) + 1) * products > PADDED
        ):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _padded(spans: Spans, group: Sequence[int], device: torch.device) -> tuple[Tensor, Tensor]:
    """Return where the tokens of these sequences are, shape (sequences, longest), and which of the places are real."""
    lengths = torch.tensor([spans.lengths[one] for one in group])
    starts = torch.tensor([spans.offsets[one] for one in group])
    places = torch.arange(int(lengths.max()))[None, :]
    real = places < lengths[:, None]
    return (starts[:, None] + places * real).to(device), real.to(device)


# Queries, keys and values of a padded batch, each (sequences, heads, tokens, size) -> output and log-sum-exp.
Kernel = Callable[[Tensor, Tensor, Tensor, _Batch], tuple[Tensor, Tensor]]


def _flash_on_cpu(queries: Tensor, keys: Tensor, values: Tensor, batch: _Batch) -> tuple[Tensor, Tensor]:
    mask = None if batch.mask is None else batch.mask.to(queries.dtype)
    output, sums = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
        queries, keys, values, 0.0, batch.causal, attn_mask=mask
    )
    return output, sums.view(queries.shape[:3])


def by_hand(queries: Tensor, keys: Tensor, values: Tensor, batch: _Batch) -> tuple[Tensor, Tensor]:
    """Attention as the textbook has it, in fp32: for devices without a kernel that returns its log-sum-exp."""
    products = (queries.float() @ keys.float().transpose(-1, -2)) * queries.shape[-1] ** -0.5
    if batch.mask is not None:
        products = products + batch.mask
    if batch.causal:
        later = torch.ones(products.shape[-2:], dtype=torch.bool, device=products.device).triu(1)
        products = products.masked_fill(later, -torch.inf)
    sums = products.logsumexp(dim=-1)
    weights = (products - sums[..., None]).exp()
    return (weights @ values.float()).to(queries.dtype), sums


KERNELS: Mapping[str, Kernel] = {"cpu": _flash_on_cpu}


def attend(
    queries: Tensor, keys: Tensor, values: Tensor, sights: Sights, kernels: Mapping[str, Kernel] = KERNELS
) -> tuple[Tensor, Tensor]:
    """Return each query's attention over the keys it sees, and the log-sum-exp of its products.

    Args:
        queries: shape (query tokens, heads, head size).
        keys: shape (key tokens, key heads, head size); key heads divide heads.
        values: as keys.
        sights: which keys each query sees; every query sees at least one.
        kernels: what computes on a type of device; any other computes by hand.

    Returns:
        Output, shaped and typed as `queries`, and log-sum-exp in fp32, shape (query tokens, heads).
    """
    if queries.is_cuda and queries.dtype in HALVES and _flash_takes_lengths():
        return _flash_on_cuda(queries, keys, values, sights)
    kernel = kernels.get(queries.device.type, by_hand)
    output = torch.empty_like(queries)
    sums = queries.new_empty(queries.shape[:2], dtype=torch.float32)
    repeats = queries.shape[1] // keys.shape[1]
    for batch in sights.batches:
        padded, lse = kernel(
            queries[batch.query_index].transpose(1, 2),
            _repeated(keys[batch.key_index].transpose(1, 2), repeats),
            _repeated(values[batch.key_index].transpose(1, 2), repeats),
            batch,
        )
        places = batch.query_index[batch.query_real]
        output[places] = padded.transpose(1, 2)[batch.query_real]
        sums[places] = lse.transpose(1, 2)[batch.query_real].float()
    return output, sums


def _repeated(heads: Tensor, repeats: int) -> Tensor:
    """Return each key head as many times as query heads share it, without copying where there is only one."""
    batch, count, tokens, size = heads.shape
    if count == 1:
        return heads.expand(batch, repeats, tokens, size)
    return heads.repeat_interleave(repeats, dim=1)


@cache
def _flash_takes_lengths() -> bool:
    """Return whether this torch has flash attention of variable lengths for shared key heads: 2.11 or newer."""
    try:
        from torch.nn.attention.varlen import varlen_attn  # noqa: PLC0415  (newer versions only)
    except ImportError:
        return False
    return {"enable_gqa", "window_size", "return_aux"} <= signature(varlen_attn).parameters.keys()


def _flash_on_cuda(queries: Tensor, keys: Tensor, values: Tensor, sights: Sights) -> tuple[Tensor, Tensor]:
    from torch.nn.attention.varlen import AuxRequest, varlen_attn  # noqa: PLC0415  (newer versions only)

    result = varlen_attn(
        queries.contiguous(),
        keys.contiguous(),
        values.contiguous(),
        *sights.offsets,
        max(sights.queries.lengths),
        max(sights.keys.lengths),
        return_aux=AuxRequest(lse=True),
        window_size=(-1, 0) if sights.causal else (-1, -1),
        enable_gqa=keys.shape[1] != queries.shape[1],
    )
    return result[0], result[1].T  # the kernel's sums are (heads, tokens)


def joined(one: Tensor, one_sums: Tensor, other: Tensor, other_sums: Tensor) -> Tensor:
    """Return the attention over both parts' keys together, from each part's output and log-sum-exp."""
    weight = torch.sigmoid(one_sums - other_sums)[..., None]
    return torch.lerp(other.float(), one.float(), weight).to(other.dtype)
