"""The fast scorer: all lines in one stream without padding, the query's keys and values shared and remembered.

Agrees with the oracle in `naive`. Knows pairs and weights, no text.
"""

from __future__ import annotations

import hashlib
import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import torch

from emr_rerank.engine.attention import Spans
from emr_rerank.engine.budget import TokenBudget
from emr_rerank.engine.gemma.stack import KeyValues, Seen, Stack
from emr_rerank.engine.pairs import Pair

REMEMBERED = 16_384  # prefix tokens; some 300 MB of a 2.5 B Gemma's keys and values in bf16


@dataclass(slots=True)
class PrefixCache:
    """Each layer's keys and values of the prefixes met last, by the hash of their tokens; the oldest go first."""

    capacity: int = REMEMBERED  # tokens
    kept: OrderedDict[bytes, list[KeyValues]] = field(default_factory=OrderedDict)
    tokens: int = 0

    def get(self, prefix: tuple[int, ...]) -> list[KeyValues] | None:
        """Return what is known of a prefix."""
        key = _key(prefix)
        known = self.kept.get(key)
        if known is not None:
            self.kept.move_to_end(key)
        return known

    def put(self, prefix: tuple[int, ...], states: list[KeyValues]) -> None:
        """Keep a prefix that is not kept yet."""
        self.kept[_key(prefix)] = states
        self.tokens += len(prefix)
        while self.tokens > self.capacity:
            _, oldest = self.kept.popitem(last=False)
            self.tokens -= len(oldest[0][0])

    def clear(self) -> None:
        """Forget everything."""
        self.kept.clear()
        self.tokens = 0


def _key(prefix: tuple[int, ...]) -> bytes:
    return hashlib.sha256(array("q", prefix).tobytes()).digest()


@dataclass(frozen=True, slots=True)
class PackedScorer:
    """A Gemma's logit of the answer after each pair. Safe to call from several threads: one computes at a time."""

    stack: Stack
    budget: TokenBudget
    prefixes: PrefixCache = field(default_factory=PrefixCache)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return one fp32 logit per pair, in the order given; pairs of several requests may be mixed.

        Raises:
            ModelError: the device's memory does not hold a single pair.
        """
        places = {prefix: place for place, prefix in enumerate(dict.fromkeys(pair.prefix for pair in pairs))}
        order = sorted(range(len(pairs)), key=lambda index: (places[pairs[index].prefix], len(pairs[index].own)))
        scores = [0.0] * len(pairs)
        with self._turn, torch.inference_mode():
            costed = list(_costs(pairs[index] for index in order))
            packs = self.budget.run(costed, itemgetter(1), self._pack, make_room=self.prefixes.clear)
            # One copy from the device, at the end: until then it computes while the next pack is laid out.
            answers = torch.cat(packs).tolist() if packs else []
        for index, score in zip(order, answers, strict=True):
            scores[index] = score
        return scores

    def _pack(self, costed: Sequence[tuple[Pair, int]]) -> torch.Tensor:
        """Return the logits of pairs that stand together by prefix."""
        pairs = [pair for pair, _ in costed]
        sharing: dict[tuple[int, ...], int] = {}
        for pair in pairs:
            sharing[pair.prefix] = sharing.get(pair.prefix, 0) + 1
        device = self.stack.device
        own = Spans(tuple(len(pair.own) for pair in pairs))
        known = self._known(list(sharing))
        return self.stack.logits(
            torch.tensor([token for pair in pairs for token in pair.own], device=device),
            own,
            [len(pair.prefix) for pair in pairs],
            Seen.of(own, Spans(tuple(map(len, sharing))), list(sharing.values()), device),
            [_together(layers) for layers in zip(*known, strict=True)],
        )

    def _known(self, prefixes: Sequence[tuple[int, ...]]) -> list[list[KeyValues]]:
        """Return each prefix's keys and values, layer by layer, reading those not met before."""
        found = {prefix: self.prefixes.get(prefix) for prefix in prefixes}
        new = [prefix for prefix, states in found.items() if states is None]
        if new:
            spans = Spans(tuple(map(len, new)))
            ids = torch.tensor([token for prefix in new for token in prefix], device=self.stack.device)
            read = self.stack.read(ids, spans)
            for prefix, start, end in zip(new, spans.offsets, spans.offsets[1:], strict=False):
                # Copied, so that a kept prefix does not hold the whole stream it was read in.
                states = [(keys[start:end].clone(), values[start:end].clone()) for keys, values in read]
                found[prefix] = states
                self.prefixes.put(prefix, states)
        return [states for states in found.values() if states is not None]


def _costs(pairs: Iterable[Pair]) -> Iterator[tuple[Pair, int]]:
    """Yield each pair with the tokens it makes the device read: its own, and for the first of a prefix that, too."""
    met: set[tuple[int, ...]] = set()
    for pair in pairs:
        yield pair, len(pair.own) if pair.prefix in met else len(pair)
        met.add(pair.prefix)


def _together(layers: Sequence[KeyValues]) -> KeyValues:
    """Return several prefixes' keys and values of one layer as one stream."""
    if len(layers) == 1:
        return layers[0]
    return torch.cat([keys for keys, _ in layers]), torch.cat([values for _, values in layers])
