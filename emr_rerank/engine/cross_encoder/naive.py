"""The oracle: padded batches through the library's own forward pass. Written to be read; serves every architecture.

Every other scorer must agree with it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emr_rerank.engine.pairs import Pair

if TYPE_CHECKING:
    from transformers import PreTrainedModel

BATCH = 32


@dataclass(frozen=True, slots=True)
class NaiveScorer:
    """A sequence classifier's one logit per pair. Safe to call from several threads: one computes at a time."""

    model: PreTrainedModel
    typed: bool  # whether the tokenizer tells the passage's tokens apart by type 1
    padding: int = 0  # the token; some models count positions by it
    batch: int = BATCH
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return one fp32 logit per pair, in the order given; similar lengths share a batch."""
        import torch  # noqa: PLC0415  (seconds of import time)

        order = sorted(range(len(pairs)), key=lambda index: len(pairs[index]))
        scores = [0.0] * len(pairs)
        for start in range(0, len(order), self.batch):
            batch = [pairs[index] for index in order[start : start + self.batch]]
            width = len(batch[-1])
            ids = torch.tensor([[*pair.ids, *[self.padding] * (width - len(pair))] for pair in batch])
            places = torch.arange(width)[None, :]
            real = places < torch.tensor([len(pair) for pair in batch])[:, None]
            passage = real & (places >= torch.tensor([len(pair.prefix) for pair in batch])[:, None])
            inputs = {"input_ids": ids, "attention_mask": real.long()}
            if self.typed:
                inputs["token_type_ids"] = passage.long()
            with self._turn, torch.inference_mode():
                answers = self.model(**{name: tensor.to(self.model.device) for name, tensor in inputs.items()})
                logits = answers.logits[:, 0].float().tolist()
            for index, score in zip(order[start : start + self.batch], logits, strict=True):
                scores[index] = score
        return scores
