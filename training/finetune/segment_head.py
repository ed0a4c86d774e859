"""Heads: the states of a joint encoding in, one logit per pair out. Know no encoder.

A joint encoding is `[CLS] query [SEP] passage [SEP]`, its first part up to and with the first [SEP].
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from emr_rerank.engine.pooling import segment_logits
from training.finetune.settings import HeadSettings

SPREAD = 0.02  # of a fresh weight, as BERT's own


class Head(Protocol):
    """Makes a logit of a pair's states."""

    def __call__(self, states: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """Return one logit per pair, (pairs,), of (pairs, tokens, width) and the masks of either part."""


class SegmentHead(nn.Module):
    """scale * cos(mean of the query's states, mean of the passage's) + bias, each with its special tokens.

    It starts from the retriever's own geometry: untrained, it orders as that cosine does. The optional map is applied
    to both means, and is the identity at the start.
    """

    def __init__(self, settings: HeadSettings, width: int) -> None:
        """Start with these settings."""
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(settings.scale))
        self.bias = nn.Parameter(torch.tensor(settings.bias))
        self.map = nn.Parameter(torch.eye(width)) if settings.mapped else None

    def forward(self, states: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """Return one logit per pair."""
        masks = first.float(), second.float()
        return segment_logits(states.float(), *masks, scale=self.scale, bias=self.bias, mapping=self.map)


class FirstHead(nn.Module):
    """BERT's own classification head: the state of [CLS] through the pooler, a tanh, and one linear row."""

    def __init__(self, width: int, pooler: nn.Linear | None) -> None:
        """Start from the base's pooler, where it has one, and a fresh row."""
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.out = nn.Linear(width, 1)
        with torch.no_grad():
            for part in (self.dense, self.out):
                part.weight.normal_(0.0, SPREAD)
                part.bias.zero_()
            if pooler is not None:
                self.dense.load_state_dict(pooler.state_dict())

    def forward(self, states: Tensor, first: Tensor, second: Tensor) -> Tensor:  # noqa: ARG002  (the protocol's)
        """Return one logit per pair."""
        logits: Tensor = self.out(torch.tanh(self.dense(states[:, 0]))).squeeze(1)
        return logits
