"""What scores lose against what they should be. Tensors in, a number out; knows no model and no text."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

NEVER = float("-inf")
TINY = 1e-9


def contest(scores: Tensor, worth: Tensor, there: Tensor) -> Tensor:
    """Return the cross-entropy of each row's softmax against its worth, shared out to sum to 1; the mean over rows.

    Args:
        scores: shape (queries, passages), scaled.
        worth: the same shape, at least 0; a row of zeros loses nothing.
        there: the same shape, which passages compete in each row; worth is 0 where they do not.
    """
    chances = functional.log_softmax(scores.float().masked_fill(~there, NEVER), dim=1)
    target = worth / worth.sum(dim=1, keepdim=True).clamp_min(TINY)
    return -(target * chances.masked_fill(~there, 0.0)).sum(dim=1).mean()


def each(scores: Tensor, worth: Tensor, there: Tensor) -> Tensor:
    """Return the binary cross-entropy of every passage's score, as a logit, against its worth; the mean over all."""
    losses = functional.binary_cross_entropy_with_logits(scores.float(), worth, reduction="none")
    return losses.masked_fill(~there, 0.0).sum() / there.sum()


def distilled(scores: Tensor, teacher: Tensor, there: Tensor) -> Tensor:
    """Return the divergence (KL) of each row's softmax from its teacher's; the mean over rows. Both are scaled."""
    said = functional.log_softmax(scores.float().masked_fill(~there, NEVER), dim=1).masked_fill(~there, 0.0)
    taught = functional.log_softmax(teacher.float().masked_fill(~there, NEVER), dim=1)
    shares = taught.exp()
    return (shares * (taught.masked_fill(~there, 0.0) - said)).sum(dim=1).mean()


def stayed(cosines: Tensor, before: Tensor) -> Tensor:
    """Return the mean square of how far cosines went from what they were."""
    return functional.mse_loss(cosines.float(), before.float())


def parts(scores: Tensor, sizes: list[int]) -> list[Tensor]:
    """Return scores that stand one after another as parts of these sizes."""
    return list(scores.split(sizes))  # type: ignore[no-untyped-call]


def lists(scores: Tensor, sizes: list[int], padding: float = 0.0) -> tuple[Tensor, Tensor]:
    """Return scores that stand one after another as rows of these sizes, padded, and which of them are there."""
    rows = torch.nn.utils.rnn.pad_sequence(parts(scores, sizes), batch_first=True, padding_value=padding)
    places = torch.arange(rows.shape[1], device=scores.device)
    return rows, places[None, :] < torch.tensor(sizes, device=scores.device)[:, None]
