"""What the model server counts, for Prometheus: numbers, routes and statuses. Knows no text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
TOKENS = (64, 256, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536)


@dataclass(frozen=True, slots=True)
class Metrics:
    """One server's figures, in a registry of their own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    pairs: Counter = field(init=False)
    tokens: Counter = field(init=False)
    batch_tokens: Histogram = field(init=False)
    failed_batches: Counter = field(init=False)
    truncated: Counter = field(init=False)

    def __post_init__(self) -> None:
        """Register them."""
        made: dict[str, Counter | Histogram] = {
            "requests": Counter(
                "emr_rerank_requests",
                "Requests answered; status 499 is a client that left.",
                ["route", "status"],
                registry=self.registry,
            ),
            "seconds": Histogram(
                "emr_rerank_request_seconds",
                "From a request's headers to its answer's last byte.",
                ["route"],
                buckets=SECONDS,
                registry=self.registry,
            ),
            "pairs": Counter("emr_rerank_pairs", "Pairs the model was given.", registry=self.registry),
            "tokens": Counter("emr_rerank_tokens", "Tokens of their lines, without queries.", registry=self.registry),
            "batch_tokens": Histogram(
                "emr_rerank_batch_tokens", "Tokens of one batch's lines.", buckets=TOKENS, registry=self.registry
            ),
            "failed_batches": Counter(
                "emr_rerank_failed_batches", "Batches the model failed on.", registry=self.registry
            ),
            "truncated": Counter(
                "emr_rerank_truncated_pairs", "Pairs of which part was cut off.", registry=self.registry
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)

    def batch(self, pairs: int, tokens: int, failed: bool) -> None:  # noqa: FBT001 (what a batcher calls)
        """Count a batch."""
        self.pairs.inc(pairs)
        self.tokens.inc(tokens)
        self.batch_tokens.observe(tokens)
        self.failed_batches.inc(failed)

    def watch_queue(self, waiting: Callable[[], tuple[int, int]]) -> None:
        """Show what waits, pairs and tokens, from now on."""
        pairs = Gauge("emr_rerank_waiting_pairs", "Pairs in the queue.", registry=self.registry)
        tokens = Gauge("emr_rerank_waiting_tokens", "Tokens of their lines.", registry=self.registry)
        pairs.set_function(lambda: waiting()[0])
        tokens.set_function(lambda: waiting()[1])

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self.registry)
