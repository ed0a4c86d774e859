"""How much the model server takes on: of one request, at once, and for how long. Knows numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

# Tokens of one batch: enough to be computed at full speed, few enough that the next request waits only a moment.
BATCH_TOKENS: Mapping[str, int] = {"cuda": 16_384, "mps": 4_096, "cpu": 2_048}
MAX_TEXTS = 10_000  # of one request
MAX_TEXT = 1_000_000  # characters of one text; far more than a model reads, but read they must be, to be cut
MAX_QUERY = 100_000  # characters; it is tokenised once per slice of texts


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operator may set, and the bounds of memory."""

    batch_tokens: int = 0  # of lines, in one pass of the model; 0: what suits the device
    waiting_tokens: int = 2_000_000  # of lines, in the queue
    batch_wait: float = 0.002  # seconds that a nearly empty batch waits for another client's lines
    timeout: float = 60.0  # seconds from a request's first byte to its answer's last
    body: int = 32_000_000  # bytes of one request
    drain: float = 3.0  # seconds in which a server that stops still answers what is queued
    bodies: int = 256_000_000  # bytes of all requests being answered

    def on(self, device: str) -> Limits:
        """Return them with the batch that suits a device, e.g. "cuda:0", where none is set."""
        suited = BATCH_TOKENS.get(device.partition(":")[0], BATCH_TOKENS["cpu"])
        return replace(self, batch_tokens=self.batch_tokens or suited)
