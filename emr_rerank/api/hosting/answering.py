"""One rerank request over HTTP, from its first byte to its answer's last. Knows the order of things, no shape.

A client that leaves frees its place in the queue; a deadline covers reading, tokenising, waiting and answering.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Literal

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emr_rerank.api.hosting.batching import Part
from emr_rerank.api.hosting.bodies import Bodies
from emr_rerank.api.hosting.hosted import Hosted
from emr_rerank.api.hosting.refusals import RefusalError
from emr_rerank.api.hosting.shapes import Asked, Scored, Shape, shown
from emr_rerank.api.hosting.unscored import UnscoredError, told
from emr_rerank.engine.pairs import Encoded

LAST_LINE = 1.0  # seconds that a client which stopped reading has for a stream's last line

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Answer:
    """An answer on its way: a whole one, or a stream that begins with its first line."""

    scope: Scope
    receive: Receive
    send: Send
    begun: Literal["whole", "lines"] | None = None

    async def whole(self, response: Response) -> None:
        """Send all of it."""
        self.begun = "whole"
        await response(self.scope, self.receive, self.send)

    async def lines(self, *rows: object, last: bool = False) -> None:
        """Send some lines of a stream."""
        if not self.begun:
            self.begun = "lines"
            headers = [(b"content-type", b"application/x-ndjson"), (b"cache-control", b"no-store")]
            await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        body = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
        await self.send({"type": "http.response.body", "body": body, "more_body": not last})

    async def refuse(self, refusal: RefusalError) -> None:
        """Say why there are no scores, or no more; within a whole answer that nobody takes there is no way to."""
        if self.begun is None:
            await self.whole(refusal.response(self.scope["path"]))
        elif self.begun == "lines":
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_LINE):
                    await self.lines(refusal.words, last=True)


@dataclass(frozen=True, slots=True)
class Reranking:
    """An address that takes requests of one shape."""

    hosted: Hosted
    bodies: Bodies
    shape: Shape

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        answer = Answer(scope, receive, send)
        seconds = self.hosted.limits.timeout
        try:
            async with asyncio.timeout(seconds), self.bodies.read(Request(scope, receive)) as body:
                await _while_there(receive, self._answer(body, answer))
        except ClientDisconnect:
            return
        except TimeoutError:
            message = f"not done within {seconds:g} s; send fewer texts, or ask again when less waits"
            await answer.refuse(RefusalError(503, "Overloaded", message, retry_after=1))
        except RefusalError as refusal:
            await answer.refuse(refusal)
        except UnscoredError as reason:
            await answer.refuse(RefusalError.because(reason))
        except Exception as error:  # a fault of ours: told without what the request held
            # Without the traceback, whose last line is the error's own message.
            _log.exception("a request failed: %s", told(error), exc_info=False)
            await answer.refuse(RefusalError(500, "Backend", f"this server failed: {told(error)}"))

    async def _answer(self, body: bytes, answer: Answer) -> None:
        with self.hosted.taken() as serving:
            serving.batcher.check_room()
            asked = self.shape.read(body)
            encoded = await self.hosted.encode(serving.reranker, asked.query, asked.texts)
            if not asked.cut and any(encoded.truncated):
                number = encoded.truncated.index(True)
                message = f"texts[{number}]: it is too long for the model, or the query is; say truncate, or shorten it"
                raise RefusalError(413, "Validation", message)
            self.hosted.metrics.truncated.inc(sum(encoded.truncated))
            async with aclosing(serving.parts(encoded.pairs)) as parts:
                if asked.stream:
                    await _stream(asked, encoded, parts, answer)
                    return
                logits = [0.0] * len(encoded.pairs)
                async for part in parts:
                    logits[part.start : part.start + len(part.logits)] = part.logits
        scored = Scored(logits, encoded.truncated, _tokens(encoded), serving.reranker.title)
        content = orjson.dumps(self.shape.write(asked, scored))
        await answer.whole(Response(content, media_type="application/json"))


async def _stream(asked: Asked, encoded: Encoded, parts: AsyncGenerator[Part, None], answer: Answer) -> None:
    async for part in parts:
        rows = []
        for index, logit in enumerate(part.logits, part.start):
            row = {"index": index, "score": shown(logit, raw=asked.raw), "truncated": encoded.truncated[index]}
            rows.append(row | ({"text": asked.texts[index]} if asked.with_text else {}))
        await answer.lines(*rows)
    await answer.lines({"done": True, "results": len(encoded.pairs)}, last=True)


def _tokens(encoded: Encoded) -> int:
    query = len(encoded.pairs[0].prefix) if encoded.pairs else 0
    return query + sum(len(pair.own) for pair in encoded.pairs)


async def _while_there(receive: Receive, work: Coroutine[object, object, None]) -> None:
    """Do the work, or leave it where it is when the client is gone.

    Raises:
        ClientDisconnect: it is gone.
    """

    async def left() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(left())
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        await working
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)
