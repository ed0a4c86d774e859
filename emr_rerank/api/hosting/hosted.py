"""The model being served, from loading over ready to stopping. Knows rerankers and their queue; no HTTP."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue

from emr_rerank.api.hosting.batching import Batcher, Part
from emr_rerank.api.hosting.limits import Limits
from emr_rerank.api.hosting.metrics import Metrics
from emr_rerank.api.hosting.refusals import RefusalError
from emr_rerank.api.hosting.unscored import EndingError, UnscoredError, told
from emr_rerank.engine.pairs import Encoded, Pair, PairEncoder
from emr_rerank.engine.reranker import Reranker
from emr_rerank.errors import EmrRerankError, ModelError

SLICE_TEXTS = 512  # tokenised at a time, so that requests take turns there, too
SLICE_CHARACTERS = 500_000
WARM_QUERY = "A warm-up question of about the length of an assessment. " * 8
WARM_PASSES = (16, 1, 7)  # lines: a compiler learns from the second size on that sizes differ

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """A loaded model and its queue."""

    reranker: Reranker
    batcher: Batcher

    async def parts(self, pairs: Sequence[Pair]) -> AsyncGenerator[Part, None]:
        """Yield the pairs' logits as batches are done; leave the queue when the caller stops listening.

        Raises:
            UnscoredError: the remaining pairs get no score.
        """
        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[Part | UnscoredError] = asyncio.Queue()

        def deliver(one: Part | UnscoredError) -> None:
            with suppress(RuntimeError):  # the loop is closed: the server has stopped, and nobody listens
                loop.call_soon_threadsafe(arrived.put_nowait, one)

        job = self.batcher.submit(pairs, deliver)
        left = len(pairs)
        try:
            while left:
                one = await arrived.get()
                if isinstance(one, UnscoredError):
                    raise one
                left -= len(one.logits)
                yield one
        finally:
            self.batcher.drop(job)


@dataclass(slots=True, eq=False)
class Hosted:
    """One server's model; `serving` is None until a warm-up pass went through the queue."""

    limits: Limits = field(default_factory=Limits)
    metrics: Metrics = field(default_factory=Metrics)
    serving: Serving | None = None
    stopping: bool = False  # no new requests; those taken on are answered still
    ended: bool = False  # no more answers
    answering: int = field(default=0, init=False)  # requests, from their body's arrival to their last score
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)
    # One at a time: a tokenizer is not made for several threads, and uses all cores by itself.
    _tokenising: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="tokenising"), init=False
    )

    def load(self, loader: Callable[[], Reranker]) -> Reranker:
        """Load the model, warm it up and let requests in.

        Raises:
            ModelError: it cannot be loaded, or failed to score the warm-up.
        """
        try:
            reranker = loader()
            self.limits = self.limits.on(reranker.device)
            serving = Serving(reranker, Batcher(reranker.scorer.logits, self.limits, self.metrics.batch))
            _warm(serving)
        except EmrRerankError:
            raise
        except UnscoredError as reason:
            raise ModelError(f"the model cannot score the warm-up: {reason}") from None
        except Exception as error:  # whatever it is, the server must not wait for a model that never comes
            raise ModelError(f"the model cannot be loaded: {told(error)}; check its files") from error
        self.metrics.watch_queue(serving.batcher.waiting)
        self.serving = serving
        return reranker

    def open(self) -> Serving:
        """Return what answers requests.

        Raises:
            RefusalError: it loads still, or stops already.
        """
        if self.stopping:
            raise RefusalError(503, "Unhealthy", "the server is stopping; ask another one")
        if self.serving is None:
            raise RefusalError(503, "Unhealthy", "the model is still loading; wait for /ready", retry_after=5)
        return self.serving

    @contextmanager
    def taken(self) -> Iterator[Serving]:
        """Yield what answers a request, whose answer a stop waits for.

        Raises:
            RefusalError: as `open`.
        """
        with self._changed:
            serving = self.open()
            self.answering += 1
        try:
            yield serving
        finally:
            with self._changed:
                self.answering -= 1
                self._changed.notify_all()

    async def encode(self, reranker: Reranker, query: str, texts: Sequence[str]) -> Encoded:
        """Return the request in tokens; long ones are tokenised in slices, between which others have their turn.

        Raises:
            RefusalError: the tokenizer failed.
            EndingError: the server stopped meanwhile.
        """
        pairs: list[Pair] = []
        truncated: list[bool] = []
        for part in _slices(texts):
            try:
                encoded = await asyncio.wrap_future(self._encoding(reranker.encoder, query, part))
            except EndingError:
                raise
            except Exception as error:
                # Without the traceback, whose last line is the error's own message.
                _log.exception("a request could not be tokenised: %s", told(error), exc_info=False)
                raise RefusalError(500, "Backend", f"the texts cannot be tokenised: {told(error)}") from None
            pairs += encoded.pairs
            truncated += encoded.truncated
        return Encoded(tuple(pairs), tuple(truncated))

    def close(self) -> None:
        """Take no more requests, wait a moment for those taken on to be answered, and fail the others."""
        with self._changed:
            self.stopping = True
            self._changed.wait_for(lambda: not self.answering, self.limits.drain)
            self.ended = True
            # What is queued there is not cancelled: it fails by itself, with a word for the client.
            self._tokenising.shutdown(wait=False)
        if self.serving:
            self.serving.batcher.end(0)

    def _encoding(self, encoder: PairEncoder, query: str, texts: Sequence[str]) -> Future[Encoded]:
        def encode() -> Encoded:
            if self.ended:
                raise EndingError
            return encoder.encode(query, texts)

        with self._changed:  # or it could end between the question and the submission
            if self.ended:
                raise EndingError
            return self._tokenising.submit(encode)


def _warm(serving: Serving) -> None:
    arrived: SimpleQueue[Part | UnscoredError] = SimpleQueue()
    for size in WARM_PASSES:
        # Lines of several lengths; each is new to a scorer that remembers.
        texts = [f"warm-up line {number} of {size} " * (1 + number % 8) for number in range(size)]
        serving.batcher.submit(serving.reranker.encoder.encode(WARM_QUERY, texts).pairs, arrived.put)
        left = size
        while left:
            one = arrived.get()
            if isinstance(one, UnscoredError):
                raise one
            left -= len(one.logits)


def _slices(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    start = characters = 0
    for end, text in enumerate(texts):
        if end > start and (end - start == SLICE_TEXTS or characters + len(text) > SLICE_CHARACTERS):
            yield texts[start:end]
            start, characters = end, 0
        characters += len(text)
    if texts:
        yield texts[start:]
