"""Keeps each visitor's things in memory for a while, few at a time. Knows nothing of what it keeps."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Things under unguessable names: at most `places`, each for `seconds` after its last use.

    A name is the only way to a thing, so a visitor reaches what was put there for them and nothing else.
    `drop` is told each thing that leaves, whatever the reason.
    """

    def __init__(
        self,
        places: int,
        seconds: float,
        drop: Callable[[T], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = places
        self._seconds = seconds
        self._drop = drop
        self._clock = clock
        self._things: OrderedDict[str, tuple[float, T]] = OrderedDict()  # longest unused first
        self._lock = threading.Lock()

    def put(self, thing: T) -> str:
        """Keep the thing and return its name; the longest unused one makes place for it."""
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._things[name] = (self._clock(), thing)
            gone = self._expired()
            while len(self._things) > self._places:
                gone.append(self._things.popitem(last=False)[1][1])
        self._let_go(gone)
        return name

    def get(self, name: str) -> T | None:
        """Return the thing of that name, or None if it has left or never was."""
        with self._lock:
            gone = self._expired()
            found = self._things.get(name)
            if found:
                self._things[name] = (self._clock(), found[1])
                self._things.move_to_end(name)
        self._let_go(gone)
        return found[1] if found else None

    def take(self, name: str) -> None:
        """Let the thing of that name go, if it is here."""
        with self._lock:
            found = self._things.pop(name, None)
        self._let_go([found[1]] if found else [])

    def clear(self) -> None:
        """Let everything go."""
        with self._lock:
            gone = [thing for _, thing in self._things.values()]
            self._things.clear()
        self._let_go(gone)

    def _expired(self) -> list[T]:
        limit = self._clock() - self._seconds
        old = [name for name, (used, _) in self._things.items() if used < limit]
        return [self._things.pop(name)[1] for name in old]

    def _let_go(self, gone: list[T]) -> None:
        for thing in gone:  # outside the lock: dropping may close a database
            self._drop(thing)
