"""Pairs in, one logit each out, with gradients: the tokens of `emr_rerank.engine.cross_encoder`. Knows no loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from emr_rerank.engine.cross_encoder.encoder import TextPairEncoder
from emr_rerank.engine.pairs import Pair

CPU_PIECE = 32  # pairs of like length that are computed together on a processor, where padding costs most


@dataclass(frozen=True, slots=True)
class Padded:
    """A batch of pairs, padded; each tensor is (pairs, tokens)."""

    ids: Tensor
    types: Tensor
    first: Tensor  # the mask of `[CLS] query [SEP]`
    second: Tensor  # the mask of `passage [SEP]`


def padded(pairs: Sequence[Pair], padding: int, device: torch.device, *, typed: bool) -> Padded:
    """Return pairs as tensors; untyped, every token is of type 0."""
    shape = (len(pairs), max(map(len, pairs)))
    ids = torch.full(shape, padding, dtype=torch.long)
    first, second = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair)] = torch.tensor([*pair.prefix, *pair.own])
        first[row, : len(pair.prefix)] = 1
        second[row, len(pair.prefix) : len(pair)] = 1
    types = second.clone() if typed else torch.zeros_like(second)
    return Padded(ids.to(device), types.to(device), first.to(device), second.to(device))


class JointEncoder(nn.Module):
    """An encoder and a head."""

    def __init__(self, model: nn.Module, head: nn.Module, tokenizer: Tokenizer, tokens: int, *, typed: bool) -> None:
        """Hold an encoder, a head and a tokenizer of their own, for pairs of at most so many tokens."""
        super().__init__()
        self.model = model
        self.head = head
        self.typed = typed
        self.padding = tokenizer.token_to_id("[PAD]") or 0
        self.encoder = TextPairEncoder(tokenizer, tokens)

    def forward(self, batch: Padded) -> Tensor:
        """Return one logit per pair, (pairs,)."""
        mask = batch.first + batch.second
        states = self.model(input_ids=batch.ids, attention_mask=mask, token_type_ids=batch.types).last_hidden_state
        logits: Tensor = self.head(states, batch.first, batch.second)
        return logits.float()

    def logits(self, asked: Sequence[tuple[str, Sequence[str]]]) -> Tensor:
        """Return one logit per passage of each query, one query after another, on the encoder's device."""
        pairs = [pair for query, texts in asked for pair in self.encoder.encode(query, texts).pairs]
        device = next(self.parameters()).device
        order = sorted(range(len(pairs)), key=lambda place: len(pairs[place]))
        size = CPU_PIECE if device.type == "cpu" else len(pairs)
        found = [
            self(
                padded([pairs[place] for place in order[start : start + size]], self.padding, device, typed=self.typed)
            )
            for start in range(0, len(order), size)
        ]
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(found)[back.to(device)]
