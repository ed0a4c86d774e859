"""How many tokens an engine computes at once: as many as memory holds, fewer after it ran out. Knows no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from emr_rerank.errors import EngineUnavailableError

Item = TypeVar("Item")
Answer = TypeVar("Answer")

LARGEST = 32_768  # tokens; matrix products are no faster beyond it
SMALLEST = 256
SHARE = 0.8  # of the free memory


@dataclass(slots=True)
class TokenBudget:
    """The most tokens of one batch; it only ever shrinks."""

    tokens: int

    @classmethod
    def of_memory(cls, free: int, per_token: int) -> TokenBudget:
        """Return what `free` bytes hold, at `per_token` bytes a token."""
        return cls(max(SMALLEST, min(LARGEST, int(SHARE * free) // per_token)))

    def run(
        self, items: Sequence[Item], size: Callable[[Item], int], compute: Callable[[Sequence[Item]], Answer]
    ) -> list[Answer]:
        """Compute all items in batches within the budget, in order; one that is larger alone is a batch by itself.

        Where memory runs out, the budget is halved and the batch tried again.

        Raises:
            EngineUnavailableError: memory does not hold a single item.
        """
        import torch  # noqa: PLC0415  (seconds of import time)

        answers: list[Answer] = []
        start = 0
        while start < len(items):
            end = self._end(items, size, start)
            try:
                answers.append(compute(items[start:end]))
            except torch.OutOfMemoryError:
                # Leave the handler before trying again: its traceback holds the tensors that filled the memory.
                pass
            else:
                start = end
                continue
            if end == start + 1:
                raise EngineUnavailableError(
                    f"the device's memory does not hold one text of {size(items[start])} tokens; free some of it"
                )
            self.tokens = max(1, sum(map(size, items[start:end])) // 2)
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
        return answers

    def _end(self, items: Sequence[Item], size: Callable[[Item], int], start: int) -> int:
        end, tokens = start + 1, size(items[start])
        while end < len(items) and tokens + size(items[end]) <= self.tokens:
            tokens += size(items[end])
            end += 1
        return end
