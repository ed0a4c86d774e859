"""A model whose every step a test decides, and a running server that hosts it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

import httpx

from emr_rerank.api.hosting.hosted import Hosted
from emr_rerank.api.hosting.limits import Limits
from emr_rerank.api.hosting.server import ModelServer, serve
from emr_rerank.cli.listening import address, listening
from emr_rerank.engine.pairs import Encoded, Pair, PairEncoder
from emr_rerank.engine.reranker import Reranker
from emr_rerank.errors import EmrRerankError

WAIT = 30.0  # seconds after which a test has failed
LONGEST = 20  # words the model reads of one text
USUAL = Limits(batch_wait=0.0)


@dataclass(frozen=True, slots=True)
class WordEncoder:
    """A token a word, of which it is the length; the first word "broken" breaks it."""

    key: str = "words"

    def encode(self, query: str, texts: Sequence[str]) -> Encoded:
        if query == "broken":
            raise ValueError(f"cannot read {query}")
        prefix = (0, *map(len, query.split()))
        words = [text.split() for text in texts]
        return Encoded(
            tuple(Pair(prefix, (1, *map(len, some[:LONGEST]))) for some in words),
            tuple(len(some) > LONGEST for some in words),
        )


def logit(pair: Pair) -> float:
    """What GatedScorer answers: the words' letters less the query's, in tenths."""
    return (sum(pair.own) - sum(pair.prefix)) / 10


@dataclass(slots=True)
class GatedScorer:
    """Scores at once while open; when shut, each batch waits until a test lets it through.

    A batch is told in `entered` when it comes, and gets what the test puts in `leave`: None, or an error to raise.
    """

    answer: Callable[[Sequence[Pair]], list[float]] = lambda pairs: [logit(pair) for pair in pairs]
    batches: list[list[Pair]] = field(default_factory=list)
    entered: SimpleQueue[list[Pair]] = field(default_factory=SimpleQueue)
    leave: SimpleQueue[Exception | None] = field(default_factory=SimpleQueue)
    shut: bool = False

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        self.batches.append(list(pairs))
        if self.shut:
            self.entered.put(list(pairs))
            if error := self.leave.get(timeout=WAIT):
                raise error
        return self.answer(pairs)

    def coming(self) -> list[Pair]:
        """Return the batch that comes next, and keep it."""
        return self.entered.get(timeout=WAIT)

    def open(self) -> None:
        """Let through whatever waits, and all that comes."""
        self.shut = False
        self.leave.put(None)


@dataclass(slots=True)
class GatedEncoder:
    """A WordEncoder that, when shut, waits for the test with each slice of texts; told of in `entered` as it comes."""

    entered: SimpleQueue[int] = field(default_factory=SimpleQueue)
    leave: SimpleQueue[None] = field(default_factory=SimpleQueue)
    shut: bool = False
    key: str = "words"

    def encode(self, query: str, texts: Sequence[str]) -> Encoded:
        if self.shut:
            self.entered.put(len(texts))
            self.leave.get(timeout=WAIT)
        return WordEncoder().encode(query, texts)

    def open(self) -> None:
        """Let through whatever waits, and all that comes."""
        self.shut = False
        self.leave.put(None)


def reranker(scorer: GatedScorer, encoder: PairEncoder | None = None) -> Reranker:
    return Reranker(name="gemma", title="words", key="words@1", encoder=encoder or WordEncoder(), scorer=scorer)


@dataclass(frozen=True, slots=True)
class Running:
    """A server in a thread."""

    hosted: Hosted
    server: ModelServer
    client: httpx.Client
    thread: threading.Thread
    faults: list[EmrRerankError]  # what it ended with

    def figures(self) -> dict[str, float]:
        """Return what /metrics says, without what it is made of."""
        lines = self.client.get("/metrics").text.splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that a request does on its way, which no event tells of."""
        ticks = threading.Event()
        for _ in range(int(WAIT * 100)):
            if true():
                return
            ticks.wait(0.01)
        raise AssertionError("it never came to pass")

    def waiting(self) -> int:
        """How many pairs are queued."""
        assert self.hosted.serving
        return self.hosted.serving.batcher.waiting()[0]


@contextmanager
def running(
    loader: Callable[[], Reranker],
    limits: Limits = USUAL,
    *,
    hosts: tuple[str, ...] | None = None,
    key: str | None = None,
    wait: bool = True,
) -> Iterator[Running]:
    """Yield a server whose model is loaded, unless a test says not to wait for it."""
    hosted = Hosted(limits)
    server = ModelServer(hosted, hosts, key)
    ready = threading.Event()
    with listening("127.0.0.1", 0) as listener:
        faults: list[EmrRerankError] = []

        def run() -> None:
            try:
                serve(server, hosted, listener, loader, lambda _: ready.set())
            except EmrRerankError as fault:
                faults.append(fault)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            with httpx.Client(base_url=address("127.0.0.1", listener), timeout=WAIT) as client:
                assert not wait or ready.wait(WAIT)
                yield Running(hosted, server, client, thread, faults)
        finally:
            server.should_exit = True
            thread.join(WAIT)
            assert not thread.is_alive()
