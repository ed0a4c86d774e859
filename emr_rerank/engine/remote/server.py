"""One rerank server over HTTP: batches, tries, deadlines, and a rest for a server that is down. Knows no chart.

Whatever happens, the caller has an answer or one error within the timeout. Neither the texts nor the key are ever in
an error's words.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import orjson
from pybreaker import CircuitBreaker, CircuitBreakerError
from pydantic import SecretStr
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from emr_rerank.engine.remote.shapes import Answer, WrongAnswerError, read, route
from emr_rerank.errors import EngineUnavailableError, ModelError

T = TypeVar("T")

AT_ONCE = 8  # requests; a server that batches them is kept busy, one that does not keeps them in its queue
TRIES = 4
CONNECT_SECONDS = 3.0  # a host that is there accepts in a fraction of one
LARGEST = 16_000_000  # bytes of an answer; a thousand results with their texts are a tenth
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# What a refusal means here, by HTTP status; others only give their number.
REMEDIES: Mapping[int, str] = {
    401: "refuses the key (401); set EMR_RERANK_REMOTE_KEY to one it takes",
    403: "refuses the key (403); set EMR_RERANK_REMOTE_KEY to one it takes",
    404: "has no such route (404); name its whole address in EMR_RERANK_REMOTE_URL",
    405: "has no such route (405); name its whole address in EMR_RERANK_REMOTE_URL",
    413: "finds the request too large (413); lower EMR_RERANK_REMOTE_BATCH to what it takes at once",
    422: "cannot use the request (422); lower EMR_RERANK_REMOTE_BATCH to what it takes at once, or mend its URL",
    429: "is overloaded (429)",
}

SEE = "see whether it runs and EMR_RERANK_REMOTE_URL is right"
SEE_OR_WAIT = f"{SEE}, or set EMR_RERANK_REMOTE_TIMEOUT higher"


@dataclass(frozen=True, slots=True)
class RemoteSource:
    """Where a server is and how it is asked."""

    url: str
    key: SecretStr | None = None
    model: str | None = None  # what it calls the model
    timeout: float = 20.0  # seconds an answer may take, all tries together
    batch: int = 32  # texts of one request
    rest: float = 30.0  # seconds a server that is down is not asked again


class _FailedError(EngineUnavailableError):
    """A request that came to nothing."""

    def __init__(self, words: str, *, again: bool = False, down: bool = False, after: float = 0.0) -> None:
        super().__init__(words)
        self.again = again  # whether another try may help
        self.down = down  # whether the server is to be left alone for a while
        self.after = after  # seconds it asks to wait first


class RemoteServer:
    """A server that may be asked from any thread. Its connections are kept open between requests."""

    def __init__(self, source: RemoteSource) -> None:
        """Connect to nothing yet.

        Raises:
            ModelError: the address is none.
        """
        self._source = source
        address, self._shape = route(source.url)
        try:
            self._url = httpx.URL(address)
        except httpx.InvalidURL:
            raise ModelError("EMR_RERANK_REMOTE_URL: not a URL; name one such as http://127.0.0.1:8080") from None
        self.place = f"the reranker at {urlsplit(address).netloc}"
        headers = {"content-type": "application/json"}
        if source.key:
            headers["authorization"] = f"Bearer {source.key.get_secret_value()}"
        self._client = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(source.timeout, connect=min(CONNECT_SECONDS, source.timeout), pool=None),
            limits=httpx.Limits(max_connections=AT_ONCE),
            follow_redirects=False,  # the key and the texts go to the address that was set, and nowhere else
            trust_env=self._url.host not in LOOPBACK,  # a proxy for the world is none for this machine
        )
        # Several tries stand behind one failure, so that the first is enough.
        self._breaker = CircuitBreaker(
            fail_max=1,
            reset_timeout=source.rest,
            exclude=[lambda error: not (isinstance(error, _FailedError) and error.down)],
            throw_new_error_on_trip=False,
        )

    @property
    def timeout(self) -> float:
        """The seconds an answer may take."""
        return self._source.timeout

    @property
    def model(self) -> str | None:
        """Which of the server's models is asked; None: its only one."""
        return self._source.model

    def rerank(self, query: str, texts: Sequence[str], seconds: float | None = None) -> Answer:
        """Return the texts' logits, in the order given, within the timeout, or the seconds that are left of it.

        Raises:
            EngineUnavailableError: the server cannot be reached, refuses, answers wrongly or too late, or was down a
                moment ago.
        """
        try:
            # Not its `call`, which lets one caller at a time in.
            with self._breaker.calling():
                return _wait_for(self._all(query, texts, self.timeout if seconds is None else seconds))
        except CircuitBreakerError:
            rest = f"{self._source.rest:g} s"
            raise EngineUnavailableError(f"{self.place} failed a moment ago and is left alone for {rest}") from None

    async def _all(self, query: str, texts: Sequence[str], seconds: float) -> Answer:
        step = self._source.batch
        batches = [texts[start : start + step] for start in range(0, len(texts), step)]
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._batch(query, batch)) for batch in batches]
        except TimeoutError:
            # With little time left, that says nothing about the server.
            down = seconds > self.timeout / 2
            raise self._failed(f"did not answer within {self.timeout:g} s; {SEE_OR_WAIT}", down=down) from None
        except ExceptionGroup as failed:  # the first failure ends the other requests
            raise failed.exceptions[0] from None
        answers = [task.result() for task in tasks]
        return Answer(
            tuple(logit for answer in answers for logit in answer.logits),
            tuple(cut for answer in answers for cut in answer.truncated),
        )

    async def _batch(self, query: str, texts: Sequence[str]) -> Answer:
        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, _FailedError) and error.again),
            wait=_pause,
            stop=stop_after_attempt(TRIES) | stop_before_delay(self._source.timeout),
            reraise=True,
        )
        body = self._shape.body(_whole(query), [_whole(text) for text in texts], self._source.model)
        content: bytes = await retrying(self._content, orjson.dumps(body))
        try:
            return read(self._shape, content, len(texts))
        except WrongAnswerError as error:
            raise self._failed(str(error)) from None

    async def _content(self, body: bytes) -> bytes:
        """Return what one try brought."""
        try:
            async with self._client.stream("POST", self._url, content=body) as response:
                if not response.is_success:
                    raise self._refusal(response)
                return await self._bounded(response)
        except httpx.TimeoutException:
            raise self._failed(f"did not answer in time; {SEE_OR_WAIT}", again=True, down=True) from None
        except httpx.ConnectError as error:
            raise self._failed(f"cannot be reached ({error}); {SEE}", again=True, down=True) from None
        except httpx.RequestError as error:
            raise self._failed(f"broke off ({type(error).__name__})", again=True, down=True) from None

    async def _bounded(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > LARGEST:
                raise self._failed(f"answers with more than {LARGEST // 1_000_000} MB")
        return bytes(content)

    def _refusal(self, response: httpx.Response) -> _FailedError:
        status = response.status_code
        if response.has_redirect_location:
            return self._failed(
                f"sends requests elsewhere ({status}); set EMR_RERANK_REMOTE_URL to the address it means"
            )
        words = REMEDIES.get(status, f"refuses the request ({status})" if status < 500 else f"failed ({status})")
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
            after = retry_after(response.headers.get("retry-after", ""))
            return self._failed(words, again=True, down=status >= 500, after=after)
        return self._failed(words)

    def _failed(self, words: str, *, again: bool = False, down: bool = False, after: float = 0.0) -> _FailedError:
        return _FailedError(f"{self.place} {words}", again=again, down=down, after=after)


def _whole(text: str) -> str:
    """Return the text with what cannot be sent, halves of a character, as question marks."""
    return text.encode(errors="replace").decode()


_backoff = wait_exponential_jitter(multiplier=0.2, max=4.0, jitter=0.2)


def _pause(state: RetryCallState) -> float:
    """Return the seconds before the next try: longer each time, and never less than the server asks for."""
    error = state.outcome.exception() if state.outcome else None
    return _backoff(state) + (error.after if isinstance(error, _FailedError) else 0.0)


def retry_after(header: str) -> float:
    """Return the seconds a Retry-After header asks to wait; 0 where it says nothing that can be read."""
    if header.strip().isdecimal():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # a year or a zone of twenty digits is the latter
        return 0.0
    if until.tzinfo is None:  # "-0000" says that the zone is not known
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


_starting = threading.Lock()


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="remote reranker", daemon=True).start()
    return loop


def _wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Do the work on the one event loop of this process; callers are threads, some with a loop of their own."""
    with _starting:
        loop = _loop()
    return asyncio.run_coroutine_threadsafe(work, loop).result()
