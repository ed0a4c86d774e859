"""The fast scorer: all pairs in one stream without padding. Agrees with the oracle in `naive`. Knows no text."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from emr_rerank.engine.attention import Spans
from emr_rerank.engine.budget import TokenBudget
from emr_rerank.engine.cross_encoder.stack import Stack
from emr_rerank.engine.pairs import Pair


@dataclass(frozen=True, slots=True)
class PackedScorer:
    """A BERT's one logit per pair. Safe to call from several threads: one computes at a time."""

    stack: Stack
    budget: TokenBudget
    typed: bool = True  # whether the passage's tokens are of type 1
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return one fp32 logit per pair, in the order given; pairs of several requests may be mixed.

        Raises:
            ModelError: the device's memory does not hold a single pair.
        """
        order = sorted(range(len(pairs)), key=lambda index: len(pairs[index]))
        scores = [0.0] * len(pairs)
        with self._turn, torch.inference_mode():
            packs = self.budget.run([pairs[index] for index in order], len, self._pack)
            # One copy from the device, at the end: until then it computes while the next pack is laid out.
            answers = torch.cat(packs).tolist() if packs else []
        for index, score in zip(order, answers, strict=True):
            scores[index] = score
        return scores

    def _pack(self, pairs: Sequence[Pair]) -> torch.Tensor:
        ids, positions, types = torch.tensor(
            [
                [token for pair in pairs for token in pair.ids],
                [place for pair in pairs for place in range(len(pair))],
                [int(self.typed and place >= len(pair.prefix)) for pair in pairs for place in range(len(pair))],
            ],
            device=self.stack.device,
        )
        return self.stack.logits(ids, positions, types, Spans(tuple(map(len, pairs))))
