"""The shared prefix computed once, through the library's own forward pass and key-value cache. Knows no packing.

Serves every causal architecture transformers knows; `packed` is faster for those it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from emr_rerank.engine.pairs import Pair

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

BATCH = 32


@dataclass(frozen=True, slots=True)
class PrefixScorer:
    """A causal language model that reads each request's prefix once, and then every pair's own tokens."""

    model: PreTrainedModel
    answer_id: int
    batch: int = BATCH

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return one fp32 logit per pair, in the order given."""
        order = sorted(range(len(pairs)), key=lambda index: (pairs[index].prefix, len(pairs[index].own)))
        scores = [0.0] * len(pairs)
        for prefix, group in groupby(order, key=lambda index: pairs[index].prefix):
            indices = list(group)
            for index, score in zip(indices, self._of_one([pairs[i].own for i in indices], prefix), strict=True):
                scores[index] = score
        return scores

    def _of_one(self, owns: Sequence[tuple[int, ...]], prefix: tuple[int, ...]) -> list[float]:
        """Return the logits of one request's pairs, shortest first."""
        import torch  # noqa: PLC0415  (seconds of import time)

        answer = self.model.get_output_embeddings().weight[self.answer_id]
        with torch.inference_mode():
            shared = self._read(prefix)
            scores: list[float] = []
            for start in range(0, len(owns), self.batch):
                batch = owns[start : start + self.batch]
                width = len(batch[-1])
                ids = torch.tensor([[*own, *[0] * (width - len(own))] for own in batch])
                lengths = torch.tensor([len(own) for own in batch])
                seen = torch.arange(width)[None, :] < lengths[:, None]
                # The mask covers the prefix's columns, too: without them the cache is silently not looked at.
                mask = torch.cat((torch.ones(len(batch), len(prefix), dtype=torch.bool), seen), dim=1)
                states = self.model.base_model(
                    input_ids=ids.to(answer.device),
                    attention_mask=mask.long().to(answer.device),
                    past_key_values=self._cache(shared, len(batch)),
                    use_cache=True,
                ).last_hidden_state
                last = states[torch.arange(len(batch)), lengths - 1]
                scores += (last.float() @ answer.float()).tolist()
        return scores

    def _read(self, prefix: tuple[int, ...]) -> list[tuple[Tensor, Tensor]]:
        """Return each layer's keys and values of the prefix, shape (1, key heads, tokens, head size)."""
        import torch  # noqa: PLC0415  (seconds of import time)

        ids = torch.tensor([prefix], device=self.model.device)
        cache = self.model.base_model(input_ids=ids, use_cache=True).past_key_values
        return [(layer.keys, layer.values) for layer in cache.layers]

    def _cache(self, shared: Sequence[tuple[Tensor, Tensor]], size: int) -> object:
        """Return a fresh cache with the prefix in every row: a forward pass grows the one it is given."""
        from transformers import DynamicCache  # noqa: PLC0415  (seconds of import time)

        cache = DynamicCache()
        for layer, (keys, values) in enumerate(shared):
            cache.update(keys.expand(size, -1, -1, -1), values.expand(size, -1, -1, -1), layer)
        return cache
