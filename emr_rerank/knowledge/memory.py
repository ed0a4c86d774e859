"""Remembers what was read of a text, not the text: a patient who is forgotten leaves no line in a program that runs on.

Knows no meaning. A text is known again by its length and its hash, which Python salts anew in each process.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Generic, TypeVar

CHARACTERS = 10_000_000  # of text read, at most, since the memory was last emptied: answers grow with their texts
ENTRY = 100  # what the shortest text counts for, too


K = TypeVar("K", bound=str | tuple[Sized, ...])  # a text, or the texts and lists of texts that an answer depends on
V = TypeVar("V")
_Mark = tuple[int, ...]


class Remembered(Generic[K, V]):
    """A function of a text, or of several in a tuple, that answers from memory what it was asked before."""

    def __init__(self, read: Callable[[K], V]) -> None:
        self._read = read
        self._known: dict[_Mark, V] = {}
        self._size = 0

    def __call__(self, text: K) -> V:
        """Return what the function says of `text`."""
        mark = (len(text), hash(text)) if isinstance(text, str) else tuple(map(hash, text))
        try:
            return self._known[mark]
        except KeyError:
            found = self._read(text)
        if self._size > CHARACTERS:
            self._known.clear()
            self._size = 0
        self._size += ENTRY + (len(text) if isinstance(text, str) else sum(map(len, text)))
        self._known[mark] = found
        return found
