"""A causal model's logit of one answer after each of several lines, with gradients, their query read once a group.

A group stands in one sequence, its prefix and then every line; a mask lets a line see the prefix and itself, and each
line's positions go on from the prefix's end. The same logits and gradients as whole sequences one by one. Knows token
ids, no text and no loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from emr_rerank.engine.pairs import Pair

PREFIX = 0  # the line that all others of a group see
PADDING = -1  # and the one that none does
FEW = 16  # lines of a sequence: attention grows with the square of its length, and a prefix is soon paid for


@dataclass(frozen=True, slots=True)
class Grouped:
    """Groups as sequences, padded on the right."""

    ids: Tensor  # (groups, tokens)
    positions: Tensor  # (groups, tokens): each token's place in its own pair
    sees: Tensor  # (groups, 1, tokens, tokens), boolean: which token, row by row, sees which
    rows: Tensor  # (lines,): the sequence each line stands in
    ends: Tensor  # (lines,): where in it the line's last token is


def grouped(groups: Sequence[Sequence[Pair]], device: torch.device) -> Grouped:
    """Lay groups out, each the pairs of one prefix."""
    width = max(_length(group) for group in groups)
    ids = torch.zeros((len(groups), width), dtype=torch.long)
    positions = torch.zeros_like(ids)
    lines = torch.full_like(ids, PADDING)
    rows: list[int] = []
    ends: list[int] = []
    for row, group in enumerate(groups):
        before = len(group[0].prefix)
        end = 0
        for line, (part, begins) in enumerate([(group[0].prefix, 0), *((pair.own, before) for pair in group)]):
            start, end = end, end + len(part)
            ids[row, start:end] = torch.tensor(part)
            positions[row, start:end] = torch.arange(begins, begins + len(part))
            lines[row, start:end] = line
            if line != PREFIX:
                rows.append(row)
                ends.append(end - 1)
    lines = lines.to(device)
    # Padding sees the prefix: a token that saw nothing would make every gradient not a number.
    sees = (lines[:, None, :] == PREFIX) | (lines[:, None, :] == lines[:, :, None])
    sees &= torch.ones((width, width), dtype=torch.bool, device=device).tril()
    return Grouped(
        ids.to(device), positions.to(device), sees[:, None], torch.tensor(rows, device=device),
        torch.tensor(ends, device=device),
    )  # fmt: skip


def _length(group: Sequence[Pair]) -> int:
    return len(group[0].prefix) + sum(len(pair.own) for pair in group)


class Answers(nn.Module):
    """A causal language model with low-rank matrices, and the one row of its vocabulary that is the score."""

    def __init__(self, model: nn.Module, answer_id: int) -> None:
        """Hold a PEFT model whose attention is torch's own, which takes a mask of its own shape."""
        super().__init__()
        self.model = model
        self.answer_id = answer_id

    @property
    def whole(self) -> Any:  # noqa: ANN401  (transformers' modules are untyped)
        """The language model inside, low-rank matrices and all."""
        return self.model.get_base_model()  # type: ignore[operator]  # PEFT's own

    def forward(self, laid: Grouped) -> Tensor:
        """Return one fp32 logit per line, (lines,)."""
        whole = self.whole
        states = whole.base_model(
            input_ids=laid.ids, attention_mask=laid.sees, position_ids=laid.positions, use_cache=False
        ).last_hidden_state
        last = states[laid.rows, laid.ends].float()
        answer = whole.get_output_embeddings().weight[self.answer_id].float()
        logits: Tensor = (last * answer).sum(dim=-1)  # a product of matrices would be taken in half precision
        return logits

    def logits(self, groups: Sequence[Sequence[Pair]]) -> Tensor:
        """Return one logit per pair, group by group; the pairs of a group share their prefix. On the model's device."""
        pieces = [group[start : start + FEW] for group in groups for start in range(0, len(group), FEW)]
        logits: Tensor = self(grouped(pieces, next(self.parameters()).device))
        return logits
