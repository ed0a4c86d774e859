"""What makes two texts the same, and 64-bit keys of texts. Knows no source and no split.

Keys are of the words alone: letter case, punctuation and spacing tell nothing apart. Two of a hundred million texts
share a key by chance about once in four thousand runs, and all it does then is join two groups or drop one negative.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

WORD = re.compile(r"\w+")
RANGE = 2**64  # of a key


def normalised(text: str) -> str:
    """Return the words of a text in lower case, one space between them; "" where it has none."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def key_of(*parts: str | int) -> int:
    """Return a key of these parts as they stand, in their order."""
    joined = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(joined, digest_size=8).digest(), "big")


def text_key(text: str) -> int:
    """Return the key of a text's words."""
    return key_of(normalised(text))


def share_of(*parts: str | int) -> float:
    """Return a number in [0, 1) that looks drawn at random and is always the same for the same parts."""
    return key_of(*parts) / RANGE


def about(topic: str) -> str:
    """Return the group of everything that asks about this disease, medicine or test, whichever source it is from."""
    return f"about:{normalised(topic)}"


def worded(wordings: Sequence[str], *parts: str) -> str:
    """Return one of the wordings, always the same for the same parts."""
    return wordings[key_of(*parts) % len(wordings)]
