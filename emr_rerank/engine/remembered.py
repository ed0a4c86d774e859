"""Scores that were computed before, by the hash of what they are of. Knows no text: only token ids pass through."""

from __future__ import annotations

import hashlib
import threading
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite

from emr_rerank.engine.pairs import Pair, PairScorer

CAPACITY = 200_000  # scores; some 40 MB


@dataclass(frozen=True, slots=True)
class RememberedScores:
    """A scorer that computes each pair once; equal pairs of one request are computed once, too. The oldest go first."""

    scorer: PairScorer
    key: str  # model, adapter, precision and prompt: a score is only ever given again under the same
    capacity: int = CAPACITY
    _kept: OrderedDict[bytes, float] = field(default_factory=OrderedDict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return one logit per pair, in the order given."""
        keys = self._keys(pairs)
        known = self.known(keys)
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
        if new:
            computed = dict(zip(new, self.scorer.logits(list(new.values())), strict=True))
            known |= computed
            with self._turn:
                # What is no number may be one the next time.
                self._kept.update({key: score for key, score in computed.items() if isfinite(score)})
                while len(self._kept) > self.capacity:
                    self._kept.popitem(last=False)
        return [known[key] for key in keys]

    def known(self, keys: Sequence[bytes]) -> dict[bytes, float]:
        """Return the scores known under these keys."""
        with self._turn:
            found = {key: self._kept[key] for key in dict.fromkeys(keys) if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        return found

    def _keys(self, pairs: Sequence[Pair]) -> list[bytes]:
        # The digest of a prefix is worked out once for all the lines that share it.
        prefixes = {}
        for pair in pairs:
            if pair.prefix not in prefixes:
                prefixes[pair.prefix] = hashlib.sha256(
                    self.key.encode() + array("q", [len(pair.prefix), *pair.prefix]).tobytes()
                )
        keys = []
        for pair in pairs:
            digest = prefixes[pair.prefix].copy()
            digest.update(array("q", pair.own).tobytes())
            keys.append(digest.digest())
        return keys
