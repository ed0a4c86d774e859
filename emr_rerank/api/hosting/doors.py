"""Who gets to a model server's routes, and how their visits are counted. Knows headers, no body."""

from __future__ import annotations

import hmac
import time
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emr_rerank.api.addresses import asked_host
from emr_rerank.api.hosting.metrics import Metrics
from emr_rerank.api.hosting.refusals import RefusalError

CLIENT_LEFT = 499  # nginx's status for a request nobody waits for any more
UNKNOWN = "other"  # the route of an address that is not served: a metric's labels must not grow


class Counted:
    """Counts every request, by route and status, and how long it took."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: Collection[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._routes = frozenset(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its status."""
        route = scope["path"] if scope["path"] in self._routes else UNKNOWN
        status = CLIENT_LEFT
        begun = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._metrics.requests.labels(route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - begun)


class OwnHost:
    """Refuses a request for another host's name: a web page elsewhere that points its name at this machine."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or end it here."""
        if asked_host(scope) not in self._hosts:
            refusal = RefusalError(400, "Validation", "this address is not served here; ask for http://127.0.0.1")
            await refusal.response(scope["path"])(scope, receive, send)
            return
        await self._app(scope, receive, send)


class WithKey:
    """Refuses a request without the key, but for the addresses that say nothing of the model."""

    def __init__(self, app: ASGIApp, key: str, free: Collection[str]) -> None:
        self._app = app
        self._expected = f"Bearer {key}".encode()
        self._free = frozenset(free)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or end it here."""
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if scope["path"] not in self._free and not hmac.compare_digest(given, self._expected):
            refusal = RefusalError(401, "Validation", "send the server's key: Authorization: Bearer KEY")
            await refusal.response(scope["path"])(scope, receive, send)
            return
        await self._app(scope, receive, send)
