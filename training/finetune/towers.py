"""Texts in, unit vectors out, with gradients: the tokens, pooling and normalisation of `emr_rerank.engine.minilm`.

One difference: a text longer than it may be is cut, not read in pieces. Knows no loss.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from emr_rerank.engine.pooling import pooled, unit
from training.finetune.encoders import Special, special_of

CPU_PIECE = 32  # texts of like length that are computed together on a processor, where padding costs most


class Tower(nn.Module):
    """An encoder of texts."""

    def __init__(self, model: nn.Module, tokenizer: Tokenizer) -> None:
        """Hold an encoder and its tokenizer."""
        super().__init__()
        self.model = model
        self.tokenizer = tokenizer
        self.special = special_of(tokenizer)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the states, (texts, tokens, width), of token ids and their mask, both (texts, tokens)."""
        states: Tensor = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        return states

    def vectors(self, texts: Sequence[str], tokens: int, chunk: int = 0) -> Tensor:
        """Return one unit vector per text, shape (texts, width), in the order given.

        Args:
            texts: not empty.
            tokens: of a text at most, the special ones included; the rest is cut off.
            chunk: texts whose activations are held at once, and computed again for the gradient; 0: all.
        """
        return torch.cat(
            self._computed(texts, tokens, chunk, lambda states, mask: unit(pooled(states.float(), mask.float())))
        )

    def states(self, texts: Sequence[str], tokens: int, chunk: int = 0) -> tuple[Tensor, Tensor]:
        """Return each token's state at length 1, (texts, tokens, width), and their mask, in the order given."""
        found = self._computed(texts, tokens, chunk, lambda states, mask: unit(states.float()) * mask[:, :, None])
        rows = nn.utils.rnn.pad_sequence([row for part in found for row in part], batch_first=True)
        return rows, rows.detach().abs().sum(dim=2) > 0

    def _computed(
        self, texts: Sequence[str], tokens: int, chunk: int, finish: Callable[[Tensor, Tensor], Tensor]
    ) -> list[Tensor]:
        """Return what is made of each text's states, one row per text, computed with texts of like length."""
        device = next(self.parameters()).device
        pieces = _pieces(self.tokenizer, texts, tokens - 2)
        order = sorted(range(len(texts)), key=lambda place: len(pieces[place]))
        size = chunk or (CPU_PIECE if device.type == "cpu" else len(texts))

        def one(ids: Tensor, mask: Tensor) -> Tensor:
            return finish(self(ids, mask), mask)

        rows: dict[int, Tensor] = {}
        for start in range(0, len(order), size):
            places = order[start : start + size]
            ids, mask = padded([pieces[place] for place in places], self.special, device)
            again = chunk and torch.is_grad_enabled()
            found = checkpoint(one, ids, mask, use_reentrant=False) if again else one(ids, mask)
            rows.update(zip(places, found.split(1), strict=True))
        return [rows[place] for place in range(len(texts))]


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


def late_interaction(queries: Tensor, asked: Tensor, passages: Tensor, found: Tensor) -> Tensor:
    """Return the mean over a query's tokens of the greatest cosine with any of a passage's: (queries, passages).

    Args:
        queries: unit states, (queries, tokens, width).
        asked: their mask.
        passages: unit states, (passages, tokens, width).
        found: their mask.
    """
    rows = []
    for states, mask in zip(queries, asked, strict=True):
        cosines = torch.einsum("id,pjd->pij", states[mask], passages)
        rows.append(cosines.masked_fill(~found[:, None, :], -2.0).amax(dim=2).mean(dim=1))
    return torch.stack(rows)
