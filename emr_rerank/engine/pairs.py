"""What every GPU engine scores: a query and a passage as one token sequence. Knows no model and no text.

Pairs of one request share their `prefix`, which a scorer may compute once; `own` is what each passage adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Pair:
    """The model reads `prefix` and then `own`, and its answer stands at the last token of `own`."""

    prefix: tuple[int, ...]  # never empty, as `own`
    own: tuple[int, ...]

    def __len__(self) -> int:
        """The tokens a scorer without a shared prefix reads."""
        return len(self.prefix) + len(self.own)

    @property
    def ids(self) -> tuple[int, ...]:
        """The whole sequence."""
        return self.prefix + self.own


@dataclass(frozen=True, slots=True)
class Encoded:
    """A request in tokens; for each text its pair, and whether part of it or of the query was cut off."""

    pairs: tuple[Pair, ...]
    truncated: tuple[bool, ...]


class PairEncoder(Protocol):
    """Turns text into pairs."""

    @property
    def key(self) -> str:
        """What names this way of encoding: scores are comparable, and cacheable, only under the same key."""

    def encode(self, query: str, texts: Sequence[str]) -> Encoded:
        """Return one pair per text, in the order given."""


class PairScorer(Protocol):
    """A model that scores pairs, of one request or of several at once."""

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return one finite fp32 logit per pair, in the order given."""
