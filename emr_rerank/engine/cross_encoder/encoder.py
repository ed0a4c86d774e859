"""A query and a passage as one sequence of tokens: `[CLS] query [SEP] passage [SEP]`. Knows no model.

The tokenizer's own pair template and truncation are used as they are, so the tokens are those that
sentence-transformers' CrossEncoder reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emr_rerank.engine.pairs import Encoded, Pair
from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

PASSAGE = 1  # what a tokenizer calls the second of two sequences


@dataclass(frozen=True, slots=True)
class TextPairEncoder:
    """Pairs whose prefix is `[CLS] query [SEP]` and whose own part is `passage [SEP]`.

    What is longer than `max_length` loses tokens from its longer side, then from both, as the tokenizer's
    `longest_first` has it: a long query may differ in its end from pair to pair.
    """

    tokenizer: Tokenizer  # its truncation and padding are set here, once: it must be nobody else's
    max_length: int  # tokens, the special ones included
    direction: str = "right"  # the side that is cut
    typed: bool = field(init=False)  # whether the tokenizer tells the passage's tokens apart by type 1
    key: str = field(init=False)  # 12 hex digits of the SHA-256 of the tokenizer with its truncation
    _closing: int = field(init=False)  # how many special tokens stand after the passage

    def __post_init__(self) -> None:
        """Set truncation and padding, and learn where a passage ends.

        Raises:
            ModelError: the tokenizer does not join two texts with the first before the second.
        """
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.max_length, strategy="longest_first", direction=self.direction)
        probe = self.tokenizer.encode("1", "2")
        own = probe.sequence_ids.index(PASSAGE) if PASSAGE in probe.sequence_ids else 0
        split = [0] * own + [1] * (len(probe) - own)
        if 0 not in probe.sequence_ids[:own] or probe.type_ids not in (split, [0] * len(probe)):
            raise ModelError("the tokenizer does not join a query and a passage; use the one the model came with")
        object.__setattr__(self, "typed", probe.type_ids == split)
        object.__setattr__(self, "_closing", probe.sequence_ids[::-1].index(PASSAGE))
        object.__setattr__(self, "key", hashlib.sha256(self.tokenizer.to_str().encode()).hexdigest()[:12])

    def encode(self, query: str, texts: Sequence[str]) -> Encoded:
        """Return one pair per text, in the order given."""
        encodings = self.tokenizer.encode_batch([(query, text) for text in texts])
        return Encoded(
            tuple(self._pair(encoding) for encoding in encodings),
            tuple(bool(encoding.overflowing) for encoding in encodings),
        )

    def _pair(self, encoding: Encoding) -> Pair:
        ids = encoding.ids
        own = len(ids) - self._closing - encoding.sequence_ids.count(PASSAGE)
        return Pair(tuple(ids[:own]), tuple(ids[own:]))
