"""How many tokens an engine computes at once: as many as memory holds, fewer after it ran out. Knows no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from emr_rerank.errors import EngineUnavailableError

Item = TypeVar("Item")
Answer = TypeVar("Answer")

LARGEST = 32_768  # tokens; matrix products are no faster beyond it
SMALLEST = 256
SHARE = 0.8  # of the free memory


@dataclass(slots=True)
class TokenBudget:
    """The most tokens of one batch: fewer after memory ran out, and again more while it does not."""

    tokens: int
    most: int = field(init=False)

    def __post_init__(self) -> None:
        """Remember what it began with."""
        self.most = self.tokens

    @classmethod
    def of_memory(cls, free: int, per_token: int) -> TokenBudget:
        """Return what `free` bytes hold, at `per_token` bytes a token."""
        return cls(max(SMALLEST, min(LARGEST, int(SHARE * free) // per_token)))

    def run(
        self,
        items: Sequence[Item],
        size: Callable[[Item], int],
        compute: Callable[[Sequence[Item]], Answer],
        make_room: Callable[[], None] = lambda: None,
    ) -> list[Answer]:
        """Compute all items in batches within the budget, in order; one that is larger alone is a batch by itself.

        Where memory runs out, room is made, the budget halved and the batch tried again; after each call in which it
        did not, the budget grows by a quarter towards what it began with, since others' memory comes and goes.

        Raises:
            EngineUnavailableError: memory does not hold a single item.
        """
        import torch  # noqa: PLC0415  (seconds of import time)

        answers: list[Answer] = []
        start, ran_out, tried_alone = 0, False, False
        while start < len(items):
            end = self._end(items, size, start)
            try:
                answers.append(compute(items[start:end]))
            except torch.OutOfMemoryError:
                # Leave the handler before trying again: its traceback holds the tensors that filled the memory.
                pass
            else:
                start, tried_alone = end, False
                continue
            if tried_alone:
                raise EngineUnavailableError(
                    f"the device's memory does not hold one text of {size(items[start])} tokens; free some of it"
                )
            ran_out, tried_alone = True, end == start + 1
            self.tokens = max(1, sum(map(size, items[start:end])) // 2)
            make_room()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
        if not ran_out:
            self.tokens = min(self.most, self.tokens + self.tokens // 4 + 1)
        return answers

    def _end(self, items: Sequence[Item], size: Callable[[Item], int], start: int) -> int:
        end, tokens = start + 1, size(items[start])
        while end < len(items) and tokens + size(items[end]) <= self.tokens:
            tokens += size(items[end])
            end += 1
        return end
