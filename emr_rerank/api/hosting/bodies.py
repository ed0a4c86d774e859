"""Requests' bodies, read into bounded memory. Knows bytes only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import Request

from emr_rerank.api.hosting.refusals import RefusalError


@dataclass(slots=True)
class Bodies:
    """How many bytes of requests being answered are held."""

    one: int  # the most bytes of one request
    all: int  # and of all together
    held: int = 0

    @asynccontextmanager
    async def read(self, request: Request) -> AsyncIterator[bytes]:
        """Yield a request's body; its bytes count until the request is answered.

        What is too large is read to its end and thrown away, so that the client hears why.

        Raises:
            RefusalError: this body, or all of them, are too large.
            ClientDisconnect: the client left.
        """
        chunks: list[bytes] = []
        size = kept = 0
        full = False
        try:
            async for chunk in request.stream():
                size += len(chunk)
                full = full or self.held + len(chunk) > self.all
                if size <= self.one and not full:
                    chunks.append(chunk)
                    kept += len(chunk)
                    self.held += len(chunk)
            if size > self.one:
                message = f"the body is {size:,} bytes, at most {self.one:,} are taken; send fewer texts at once"
                raise RefusalError(413, "Validation", message)
            if full:
                raise RefusalError(429, "Overloaded", "too many large requests; try again in 1 s", retry_after=1)
            yield b"".join(chunks)
        finally:
            self.held -= kept
