"""The cross-encoder that was tuned from the embedded encoder: the engine `joint`. Knows no chart.

Query and passage are read together; the score is the cosine of their means. It starts, untrained, from how the
embedded encoder ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emr_rerank.engine import runtime
from emr_rerank.engine.budget import TokenBudget
from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.cross_encoder.encoder import TextPairEncoder
from emr_rerank.engine.pairs import Pair
from emr_rerank.engine.pooling import segment_logits
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.engine.reranker import Reranker
from emr_rerank.engine.result import HEAD, embedded, folder_of, once, read_result
from emr_rerank.errors import ModelError
from emr_rerank.settings import read_settings

TOKENS = 4096  # of a batch
DTYPES = {"bf16": "bfloat16", "fp32": "float32"}


@dataclass(frozen=True, slots=True)
class SegmentHead:
    """What the head learnt; `mapping` is applied to both means."""

    scale: float
    bias: float
    mapping: NDArray[np.float32] | None = None  # (width, width)


@dataclass(frozen=True, slots=True)
class SegmentScorer:
    """The cosine of a pair's two means, as a logit. Safe to call from several threads.

    With the pairs it is batched with, a logit moves in its seventh digit, in bf16 in its fourth: whoever wants equal
    pairs to tie computes each once.
    """

    states: runtime.States
    head: SegmentHead
    padding: int  # the token
    typed: bool  # whether the passage's tokens are of type 1

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return one fp32 logit per pair, in the order given; similar lengths share a batch."""
        order = sorted(range(len(pairs)), key=lambda index: len(pairs[index]))
        batches = TokenBudget(TOKENS).run([pairs[index] for index in order], len, self._batch)
        scores = [0.0] * len(pairs)
        for index, score in zip(order, (score for batch in batches for score in batch), strict=True):
            scores[index] = score
        return scores

    def _batch(self, pairs: Sequence[Pair]) -> list[float]:
        width = max(map(len, pairs))
        ids = np.full((len(pairs), width), self.padding, dtype=np.int64)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair)] = pair.ids
        places = np.arange(width)[None, :]
        asked = places < np.array([len(pair.prefix) for pair in pairs])[:, None]
        real = places < np.array([len(pair) for pair in pairs])[:, None]
        passage = real & ~asked
        types = passage.astype(np.int64) if self.typed else np.zeros_like(ids)
        states = self.states(ids, types, real.astype(np.int64))
        first, second = asked.astype(np.float32), passage.astype(np.float32)
        head = self.head
        logits = segment_logits(states, first, second, scale=head.scale, bias=head.bias, mapping=head.mapping)
        found: list[float] = logits.tolist()
        return found


def read_joint(
    folder: Path, base: Checkpoint, name: runtime.Name | None = None, precision: runtime.Precision | None = None
) -> Reranker:
    """Load a result as a reranker.

    Raises:
        ModelError: it is none, or one of another base, or the runtime cannot be had.
    """
    result = read_result(folder, base, name, precision)
    scoring, tokens, typed = (result.said.get(one) for one in ("scoring", "max_tokens", "typed"))
    if scoring != "segments":
        raise ModelError(f"{folder}: scores by {scoring!r}; name a cross-encoder with the head `segments`")
    if not isinstance(tokens, int) or not isinstance(typed, bool) or not {"scale", "bias"} <= result.head.keys():
        raise ModelError(f"{folder}: max_tokens, typed or {HEAD} is missing; fetch it again")
    encoder = TextPairEncoder(result.tokenizer, tokens)
    key = f"{result.key}/{encoder.key}"
    head = SegmentHead(float(result.head["scale"]), float(result.head["bias"]), result.head.get("map"))
    padding = result.tokenizer.token_to_id("[PAD]") or 0
    return Reranker(
        name="joint",
        title=result.title,
        key=key,
        encoder=encoder,
        scorer=RememberedScores(SegmentScorer(result.runtime.states, head, padding, typed), key),
        dtype=DTYPES[result.runtime.precision],
    )


_load = once(lambda folder, name, precision: read_joint(folder, embedded(), name, precision))


def load_joint() -> Reranker:
    """Return the reranker that EMR_RERANK_JOINT_ADAPTER names, else the shipped one; loaded once per process.

    Raises:
        ModelError: there is none, it is no cross-encoder over the embedded encoder, or the runtime cannot be had.
    """
    return _load(folder_of("cross_encoder", read_settings().joint_adapter, "EMR_RERANK_JOINT_ADAPTER"))
