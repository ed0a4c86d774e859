"""Joins the pairs of many requests into batches for one scorer. Knows pairs and one thread; no text and no HTTP.

Requests take turns: each gets up to a share of the batch, then the next, so that a short request which comes after a
long one is in the next batch. What a request got in one batch stands together there.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from emr_rerank.api.hosting.limits import Limits
from emr_rerank.api.hosting.unscored import (
    BatchFailedError,
    EndingError,
    QueueFullError,
    TooLargeError,
    UnscoredError,
    told,
)
from emr_rerank.engine.pairs import Pair

SHARES = 8  # of a batch: what a request gets in one turn
NEARLY_EMPTY = 4  # a batch waits for company while its tokens are fewer than a quarter of what it may hold
LONGEST_RETRY = 60  # seconds
MEMORY = 0.8  # of the rate measured before, in the rate after a batch

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """The logits of one request's pairs from number `start` on."""

    start: int
    logits: Sequence[float]


Deliver = Callable[[Part | UnscoredError], None]


@dataclass(slots=True, eq=False)
class Job:
    """One request's pairs and where they stand; after an `UnscoredError` nothing more is delivered."""

    pairs: Sequence[Pair]
    deliver: Deliver
    taken: int = 0  # the first so many are in a batch or scored
    scored: int = 0
    over: bool = False

    def tokens(self) -> int:
        """The tokens of its lines that still wait."""
        return sum(len(pair.own) for pair in self.pairs[self.taken :])


@dataclass(slots=True)
class _Slice:
    job: Job
    start: int
    end: int

    @property
    def pairs(self) -> Sequence[Pair]:
        return self.job.pairs[self.start : self.end]


def _watch_nothing(_pairs: int, _tokens: int, _failed: bool) -> None:  # noqa: FBT001 (the shape of `watch`)
    """Observe no batch."""


@dataclass(slots=True, eq=False)
class Batcher:
    """One bounded queue and the one thread that scores what is in it, from the first request to `end`.

    `watch` is told of each batch done: its pairs, their tokens, and whether it failed.
    """

    score: Callable[[Sequence[Pair]], Sequence[float]]
    limits: Limits  # with the tokens of a batch
    watch: Callable[[int, int, bool], None] = _watch_nothing
    clock: Callable[[], float] = time.perf_counter
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)
    _waiting: deque[Job] = field(default_factory=deque, init=False)  # whoever is first has the next turn
    _computing: list[_Slice] = field(default_factory=list, init=False)
    _tokens: int = field(default=0, init=False)  # of the lines that wait
    _rate: float = field(default=0.0, init=False)  # tokens a second; 0 before the first batch
    _ended: bool = field(default=False, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._work, name="batches", daemon=True)
        self._thread.start()

    def submit(self, pairs: Sequence[Pair], deliver: Deliver) -> Job:
        """Queue a request's pairs; its parts are delivered from the batching thread, or one `UnscoredError`.

        Raises:
            UnscoredError: it is not queued: the queue is full, or never holds as much, or the server is stopping.
        """
        job = Job(pairs, deliver)
        tokens, most = job.tokens(), self.limits.waiting_tokens
        if tokens > most:
            raise TooLargeError(f"the texts are {tokens:,} tokens and the queue holds {most:,}; send them in parts")
        with self._changed:
            if self._ended:
                raise EndingError
            if self._tokens + tokens > most:
                raise self._full()
            if pairs:
                self._waiting.append(job)
                self._tokens += tokens
                self._changed.notify_all()
        return job

    def check_room(self) -> None:
        """Raise QueueFullError where nothing can be queued now, before work is put into what would be refused."""
        with self._changed:
            if self._tokens >= self.limits.waiting_tokens:
                raise self._full()

    def drop(self, job: Job) -> None:
        """Take a request's remaining pairs out of the queue; nothing more is delivered to it."""
        with self._changed:
            self._drop(job)

    def waiting(self) -> tuple[int, int]:
        """Return how many pairs wait, and their tokens."""
        with self._changed:
            return sum(len(job.pairs) - job.taken for job in self._waiting), self._tokens

    def end(self, seconds: float) -> bool:
        """Take no more, fail what is not answered yet, and wait so long for the thread; tell whether it ended."""
        with self._changed:
            self._ended = True
            unanswered = dict.fromkeys([*(part.job for part in self._computing), *self._waiting])
            unanswered = {job: None for job in unanswered if not job.over}
            for job in unanswered:
                self._drop(job)
            self._changed.notify_all()
        for job in unanswered:
            job.deliver(EndingError())
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _full(self) -> QueueFullError:
        seconds = math.ceil(self._tokens / self._rate) if self._rate else 1
        retry_after = min(max(1, seconds), LONGEST_RETRY)
        most = self.limits.waiting_tokens
        return QueueFullError(
            f"the queue is full ({self._tokens:,} of {most:,} tokens wait); try again in {retry_after} s", retry_after
        )

    def _drop(self, job: Job) -> None:
        job.over = True
        if job in self._waiting:
            self._waiting.remove(job)
            self._tokens -= job.tokens()
            self._changed.notify_all()

    def _work(self) -> None:
        while not self._ended:
            if batch := self._next():
                self._compute(batch)

    def _next(self) -> list[_Slice]:
        """Wait for pairs, and a moment for company; return them, none where they were dropped meanwhile."""
        enough = self.limits.batch_tokens // NEARLY_EMPTY
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            self._changed.wait_for(lambda: self._tokens >= enough or self._ended, self.limits.batch_wait)
            self._computing = self._filled()
            return self._computing

    def _filled(self) -> list[_Slice]:
        room, share = self.limits.batch_tokens, max(1, self.limits.batch_tokens // SHARES)
        batch: dict[Job, _Slice] = {}
        while self._waiting:
            job = self._waiting[0]
            # One pair that is larger than a share, or than a whole batch, goes nevertheless.
            first = len(job.pairs[job.taken].own)
            if first > room and batch:
                break
            used, end = first, job.taken + 1
            while end < len(job.pairs) and used + len(job.pairs[end].own) <= min(share, room):
                used += len(job.pairs[end].own)
                end += 1
            batch.setdefault(job, _Slice(job, job.taken, end)).end = end
            job.taken = end
            room -= used
            self._tokens -= used
            self._waiting.popleft()
            if end < len(job.pairs):
                self._waiting.append(job)
        return list(batch.values())

    def _compute(self, batch: Sequence[_Slice]) -> None:
        pairs = [pair for part in batch for pair in part.pairs]
        tokens = sum(len(pair.own) for pair in pairs)
        begun = self.clock()
        logits: Sequence[float] = ()
        fault = ""
        try:
            logits = self.score(pairs)
        except Exception as error:  # whatever it is: the thread lives on for the other requests
            fault = told(error)
        else:
            if len(logits) != len(pairs):
                fault = "a score is missing"
        rate = 0.0 if fault else tokens / max(self.clock() - begun, 1e-9)
        faults = [fault] * len(batch) if fault else _not_finite(batch, logits)
        if failed := list(filter(None, faults)):
            _log.error(
                "a batch of %d pairs failed %d of its %d requests: %s", len(pairs), len(failed), len(batch), failed[0]
            )
        self._settle(batch, logits, faults, rate)
        self.watch(len(pairs), tokens, bool(failed))

    def _settle(self, batch: Sequence[_Slice], logits: Sequence[float], faults: Sequence[str], rate: float) -> None:
        news: list[tuple[Job, Part | UnscoredError]] = []
        with self._changed:
            if rate:
                self._rate = MEMORY * self._rate + (1 - MEMORY) * rate if self._rate else rate
            offset = 0
            for part, fault in zip(batch, faults, strict=True):
                count = part.end - part.start
                if not part.job.over:
                    if fault:
                        self._drop(part.job)
                        news.append((part.job, BatchFailedError(f"the model failed: {fault}")))
                    else:
                        part.job.scored += count
                        part.job.over = part.job.scored == len(part.job.pairs)
                        news.append((part.job, Part(part.start, logits[offset : offset + count])))
                offset += count
            self._computing = []
        for job, one in news:
            job.deliver(one)


def _not_finite(batch: Sequence[_Slice], logits: Sequence[float]) -> list[str]:
    """Return for each request what is wrong with its own scores, "" where nothing is: it fails no other's."""
    left = iter(logits)
    own = ([next(left) for _ in part.pairs] for part in batch)
    return ["" if all(map(math.isfinite, scores)) else "a score is not a finite number" for scores in own]
