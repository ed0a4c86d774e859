"""The oracle: whole sequences through the library's own forward pass, one after another. Written to be read.

Every other scorer must agree with it. It reads the query anew for every line, as the reference implementation does;
it already computes only the one row of the vocabulary that is the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emr_rerank.engine.pairs import Pair

if TYPE_CHECKING:
    from transformers import PreTrainedModel

BATCH = 32


@dataclass(frozen=True, slots=True)
class NaiveScorer:
    """A causal language model's logit of the answer's first token after each pair."""

    model: PreTrainedModel
    answer_id: int
    batch: int = BATCH

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return one fp32 logit per pair, in the order given; similar lengths share a batch."""
        import torch  # noqa: PLC0415  (seconds of import time)

        answer = self.model.get_output_embeddings().weight[self.answer_id]
        order = sorted(range(len(pairs)), key=lambda index: len(pairs[index]))
        scores = [0.0] * len(pairs)
        for start in range(0, len(order), self.batch):
            batch = order[start : start + self.batch]
            width = len(pairs[batch[-1]])
            ids = torch.tensor([[*pairs[index].ids, *[0] * (width - len(pairs[index]))] for index in batch])
            lengths = torch.tensor([len(pairs[index]) for index in batch])
            # Padding stands on the right, where a causal model's answers do not see it.
            mask = torch.arange(width)[None, :] < lengths[:, None]
            with torch.inference_mode():
                states = self.model.base_model(
                    input_ids=ids.to(answer.device), attention_mask=mask.long().to(answer.device), use_cache=False
                ).last_hidden_state
                last = states[torch.arange(len(batch)), lengths - 1]
                answers = (last.float() @ answer.float()).tolist()
            for index, score in zip(batch, answers, strict=True):
                scores[index] = score
        return scores
