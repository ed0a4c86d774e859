"""Texts in, unit vectors out, with gradients: the tokens, pooling and normalisation of `emr_rerank.engine.minilm`.

One difference: a text longer than it may be is cut, not read in pieces. Knows no loss.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from training.finetune.encoders import Special, special_of

CPU_PIECE = 16  # texts of like length that are computed together on a processor, where padding costs most


class Tower(nn.Module):
    """An encoder of texts."""

    def __init__(self, model: nn.Module, tokenizer: Tokenizer) -> None:
        """Hold an encoder and its tokenizer."""
        super().__init__()
        self.model = model
        self.tokenizer = tokenizer
        self.special = special_of(tokenizer)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return unit vectors, shape (texts, width), of token ids and their mask, both (texts, tokens)."""
        states: Tensor = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        return unit(pooled(states, mask))

    def vectors(self, texts: Sequence[str], tokens: int, chunk: int = 0) -> Tensor:
        """Return one unit vector per text, shape (texts, width), in the order given.

        Args:
            texts: not empty.
            tokens: of a text at most, the special ones included; the rest is cut off.
            chunk: texts whose activations are held at once, and computed again for the gradient; 0: all.
        """
        device = next(self.parameters()).device
        pieces = _pieces(self.tokenizer, texts, tokens - 2)
        order = sorted(range(len(texts)), key=lambda place: len(pieces[place]))
        size = chunk or (CPU_PIECE if device.type == "cpu" else len(texts))
        found = []
        for start in range(0, len(order), size):
            ids, mask = padded([pieces[place] for place in order[start : start + size]], self.special, device)
            if chunk and torch.is_grad_enabled():
                found.append(checkpoint(self, ids, mask, use_reentrant=False))
            else:
                found.append(self(ids, mask))
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(found)[back.to(device)]


def _pieces(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> list[list[int]]:
    return [encoding.ids[:longest] for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def padded(pieces: Sequence[Sequence[int]], special: Special, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return the ids of `[CLS] piece [SEP]`, padded, and their mask; both (pieces, tokens)."""
    width = max(len(piece) for piece in pieces) + 2
    ids = torch.full((len(pieces), width), special.padding, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, piece in enumerate(pieces):
        ids[row, : len(piece) + 2] = torch.tensor([special.first, *piece, special.last])
        mask[row, : len(piece) + 2] = 1
    return ids.to(device), mask.to(device)


def pooled(states: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of the states under a mask, (texts, width), in fp32, of (texts, tokens, width)."""
    weights = mask.float()
    return (states.float() * weights[:, :, None]).sum(dim=1) / weights.sum(dim=1, keepdim=True)


def unit(vectors: Tensor) -> Tensor:
    """Return the vectors at length 1."""
    return nn.functional.normalize(vectors, dim=-1)
