"""What a file's import has stored and not yet made records of: parsed while that fits in memory, else by number.

Knows primary keys and sizes, nothing of FHIR; what it does not hold it has loaded by whoever asks.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from emr_rerank.pipeline.importing.leads import Held

AT_ONCE = 500
HELD_BYTES = 24_000_000
"""How much JSON stays parsed (about eight times that in memory); what goes beyond is read back from the store."""

Load = Callable[[Sequence[int]], list[Held]]


class Written:
    """The resources one import added or changed, in portions.

    `first_pk` is the first that the import may add; `hold` bounds, in bytes of JSON, what stays parsed.
    """

    def __init__(self, first_pk: int, hold: int = HELD_BYTES) -> None:
        self._hold = hold
        self.held: dict[int, Held] = {}
        self._first_pk = first_pk
        self._bytes = 0
        self._settled = array("q")
        self._open = array("q")
        self._scopes: dict[int, str] = {}
        self._changed: set[int] = set()  # of earlier imports
        self._again: set[int] = set()  # met more than once and not held: listed more than once, too

    def add(self, holder: Held, size: int) -> None:
        """Note a resource that is in the store now; `size` is its JSON's."""
        met = holder.pk in self._changed or (holder.pk >= self._first_pk and not holder.fresh)
        holder.fresh = holder.pk >= self._first_pk
        if not holder.fresh:
            self._changed.add(holder.pk)
        if holder.pk in self.held or (not met and self._bytes < self._hold):
            self._bytes += size
            self.held[holder.pk] = holder
            return
        if met:
            self._again.add(holder.pk)
        if holder.scope:
            self._scopes[holder.pk] = holder.scope
        (self._settled if holder.settled and not met else self._open).append(holder.pk)

    def numbers(self) -> Iterator[list[int]]:
        """Yield all primary keys, in portions."""
        for numbers in (list(self.held), self._settled, self._open):
            for start in range(0, len(numbers), AT_ONCE):
                yield list(numbers[start : start + AT_ONCE])

    def without_owner(self, load: Load) -> Iterator[list[Held]]:
        """Yield those whose patient is to be found out, in portions."""
        still_open = (holder for holder in self.held.values() if not holder.settled)
        while portion := list(islice(still_open, AT_ONCE)):
            yield portion
        yield from self._loaded(self._open, load, settled=False)

    def everything(self, load: Load) -> Iterator[list[Held]]:
        """Yield all of them, in portions; `settled` is False where it is not known."""
        held = iter(self.held.values())
        while portion := list(islice(held, AT_ONCE)):
            yield portion
        yield from self._loaded(self._settled, load, settled=True)
        yield from self._loaded(self._open, load, settled=False)

    def __contains__(self, pk: int) -> bool:
        """Whether this import added or changed a resource."""
        return pk >= self._first_pk or pk in self._changed

    def _loaded(self, numbers: array[int], load: Load, *, settled: bool) -> Iterator[list[Held]]:
        for start in range(0, len(numbers), AT_ONCE):
            portion = load(list(numbers[start : start + AT_ONCE]))
            for holder in portion:
                holder.scope = self._scopes.get(holder.pk, "")
                holder.fresh = holder.pk >= self._first_pk and holder.pk not in self._again
                holder.settled = settled
            yield portion
