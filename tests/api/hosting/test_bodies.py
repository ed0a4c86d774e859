"""Bodies that come in pieces, of which only so many bytes are held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.types import Message

from emr_rerank.api.hosting.bodies import Bodies
from emr_rerank.api.hosting.refusals import RefusalError

PIECE = b"x" * 10


def coming(pieces: int, before: Callable[[], Awaitable[None]] | None = None) -> Request:
    """Return a request whose body has so many pieces; `before` each something may happen."""
    left = pieces

    async def receive() -> Message:
        nonlocal left
        if before:
            await before()
        left -= 1
        return {"type": "http.request", "body": PIECE, "more_body": left > 0}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def test_a_body_counts_until_its_request_is_answered() -> None:
    async def scene() -> None:
        bodies = Bodies(one=100, all=100)
        async with bodies.read(coming(3)) as body:
            assert body == PIECE * 3
            assert bodies.held == 30
        assert bodies.held == 0

    asyncio.run(scene())


def test_no_more_than_the_limit_is_held_of_a_body_without_end() -> None:
    async def scene() -> None:
        bodies = Bodies(one=50, all=1000)
        most = 0

        async def look() -> None:
            nonlocal most
            most = max(most, bodies.held)

        with pytest.raises(RefusalError) as refused:
            async with bodies.read(coming(500, look)):
                pytest.fail("it was read whole")
        assert refused.value.status == 413
        assert (most, bodies.held) == (50, 0)

    asyncio.run(scene())


def test_all_requests_together_hold_no_more_than_their_limit() -> None:
    @asynccontextmanager
    async def others(bodies: Bodies) -> AsyncIterator[None]:
        async with bodies.read(coming(5)), bodies.read(coming(4)):
            yield

    async def scene() -> None:
        bodies = Bodies(one=50, all=100)
        async with others(bodies):
            with pytest.raises(RefusalError) as refused:
                async with bodies.read(coming(2)):
                    pytest.fail("there was no room for it")
            assert (refused.value.status, refused.value.retry_after) == (429, 1)
            assert bodies.held == 90
        async with bodies.read(coming(2)) as body:
            assert body == PIECE * 2

    asyncio.run(scene())
