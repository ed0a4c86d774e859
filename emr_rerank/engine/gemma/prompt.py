"""The prompt a decoder reranker was trained on, as token ids. One specification for training and inference.

The default order is that of FlagEmbedding's decoder-only base reranker (`BaseLLMReranker.compute_score_single_gpu`,
version 1.4.2): `[bos] "A: query" sep "B: passage" sep instruction`, each part tokenised alone. Knows tokens, no model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from emr_rerank.engine.pairs import Encoded, Pair
from emr_rerank.errors import ModelError

INSTRUCTION = (
    "Given a query A and a passage B, determine whether the passage contains an answer to the query "
    "by providing a prediction of either 'Yes' or 'No'."
)
Order = Literal["instruction_last", "instruction_first"]


class Tokenizer(Protocol):
    """What this module needs of a transformers tokenizer."""

    bos_token_id: int | None
    pad_token_id: int | None

    def __call__(self, text: Sequence[str], *, add_special_tokens: bool) -> Mapping[str, list[list[int]]]:
        """Return {"input_ids": one list per text}."""


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """The words around query and passage, their order, and where long ones are cut.

    `instruction_first` puts the instruction before the query, so that the shared prefix holds it and each passage is
    followed by `closing` only: about half the tokens per line. A model answers it well only if it was trained on it.
    """

    order: Order = "instruction_last"
    query: str = "A: "
    passage: str = "B: "
    separator: str = "\n"
    instruction: str = INSTRUCTION
    closing: str = "Your prediction:"  # of the instruction-first order; with the separator some four tokens
    answer: str = "Yes"
    max_length: int = 512

    @property
    def key(self) -> str:
        """What names this prompt: 12 hex digits of the SHA-256 of every field."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class PromptEncoder:
    """A prompt in one tokenizer's ids.

    Cut as the reference cuts: the query to 3/4 of `max_length` tokens, the passage to `max_length`, then the passage
    from the right until bos, query, separator and passage fit in `max_length` + separator + instruction. What stands
    after the passage is never cut.
    """

    spec: PromptSpec
    tokenizer: Tokenizer
    answer_id: int = field(init=False)  # the first token of the answer: the row of the vocabulary that is the score
    _bos: tuple[int, ...] = field(init=False)
    _separator: tuple[int, ...] = field(init=False)
    _instruction: tuple[int, ...] = field(init=False)
    _closing: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Tokenise the fixed parts once.

        Raises:
            ModelError: the tokenizer has no token for the answer.
        """
        spec = self.spec
        answer, separator, instruction, closing = self._ids(
            [spec.answer, spec.separator, spec.instruction, spec.closing]
        )
        if not answer:
            raise ModelError(f"the tokenizer has no token for {spec.answer!r}; use the tokenizer the model came with")
        bos = self.tokenizer.bos_token_id
        begins = bos is not None and bos != self.tokenizer.pad_token_id
        fixed = {
            "answer_id": answer[0],
            "_bos": (bos,) if begins else (),
            "_separator": tuple(separator),
            "_instruction": tuple(instruction),
            "_closing": tuple(closing),
        }
        for name, ids in fixed.items():
            object.__setattr__(self, name, ids)

    @property
    def key(self) -> str:
        """The specification's key."""
        return self.spec.key

    def encode(self, query: str, texts: Sequence[str]) -> Encoded:
        """Return one pair per text; all share one prefix."""
        spec = self.spec
        asked, *passages = self._ids([spec.query + query, *(spec.passage + text for text in texts)])
        kept = tuple(asked[: spec.max_length * 3 // 4])
        longest = min(spec.max_length, spec.max_length + len(self._instruction) - len(self._bos) - len(kept))
        if spec.order == "instruction_first":
            prefix = (*self._bos, *self._instruction, *self._separator, *kept, *self._separator)
            after = (*self._separator, *self._closing)
        else:
            prefix = (*self._bos, *kept, *self._separator)
            after = (*self._separator, *self._instruction)
        return Encoded(
            tuple(Pair(prefix, (*passage[:longest], *after)) for passage in passages),
            tuple(len(asked) > len(kept) or len(passage) > longest for passage in passages),
        )

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        return self.tokenizer(texts, add_special_tokens=False)["input_ids"]
