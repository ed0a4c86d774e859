"""The arithmetic over token states that scores are made of: means, unit vectors, the segment head. Knows no model.

The same lines rank with NumPy's arrays and train with torch's tensors, through which gradients flow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Array = TypeVar("Array", NDArray[np.float32], "torch.Tensor")

TINY = 1e-24  # keeps a vector of zeros, and its gradient, finite


def pooled(states: Array, mask: Array) -> Array:
    """Return the means of the states under a mask, (texts, width), of (texts, tokens, width); both fp32."""
    means: Array = (states * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
    return means


def unit(vectors: Array) -> Array:
    """Return the vectors, which lie on the last axis, at length 1."""
    ones: Array = vectors / ((vectors * vectors).sum(-1)[..., None] + TINY) ** 0.5
    return ones


def segment_logits(
    states: Array, first: Array, second: Array, *, scale: Array | float, bias: Array | float, mapping: Array | None
) -> Array:
    """Return scale * cos(mean of the query's states, mean of the passage's) + bias, (pairs,).

    Args:
        states: of `[CLS] query [SEP] passage [SEP]`, (pairs, tokens, width), fp32.
        first: the mask of `[CLS] query [SEP]`, (pairs, tokens), fp32.
        second: the mask of `passage [SEP]`.
        scale: the head's.
        bias: the head's.
        mapping: the head's matrix, (width, width), applied to both means; None: there is none.
    """
    query, passage = pooled(states, first), pooled(states, second)
    if mapping is not None:
        query, passage = query @ mapping.T, passage @ mapping.T
    logits: Array = (unit(query) * unit(passage)).sum(-1) * scale + bias
    return logits
