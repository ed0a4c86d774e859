"""Which of Gradio's doors stay open, and what every answer tells the browser. Knows addresses, not pages.

Gradio serves more than this page needs: run history, monitoring, an API with its documents, a proxy, cached files.
With patients' data behind it, what the page does not use is shut.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emr_rerank.api.addresses import asked_host

OPEN: Mapping[str, Sequence[str]] = {
    "GET": (
        r"/",
        r"/config/?",
        r"/(assets|static)/.+",
        r"/(favicon\.ico|manifest\.json|robots\.txt|theme\.css)",
        r"/gradio_api/(theme\.css|app_id/?|startup-events|upload_progress|queue/data|heartbeat/\w+)",
    ),
    "POST": (r"/gradio_api/(queue/join|upload|component_server|cancel|reset)/?",),
}
_OPEN = {method: re.compile("|".join(f"(?:{address})" for address in addresses)) for method, addresses in OPEN.items()}

# The page loads from its own server only, and sends nothing elsewhere. Gradio's front end needs inline scripts and
# builds its templates with Function.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
    )
)
HEADERS: Mapping[str, str] = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class OnlyOpenDoors:
    """Answers 404 to whatever is not in OPEN."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or end it here."""
        if scope["type"] == "http" and not is_open(scope["method"], scope["path"]):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class OwnHostOnly:
    """Answers 400 to a request for another host's name: a web page elsewhere that points its name at this machine.

    Adds the headers that keep the page's traffic on this server. `hosts` None admits every name (a Space behind its
    proxy); `framed_by` lists who may show the page in a frame.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] | None, framed_by: Sequence[str]) -> None:
        self._app = app
        self._hosts = hosts
        self._policy = f"{CONTENT_POLICY}; frame-ancestors {' '.join(framed_by)}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the headers added to its answer, or end it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = self._policy
                headers.update(HEADERS)
            await send(message)

        if self._hosts is not None and asked_host(scope) not in self._hosts:
            refusal = PlainTextResponse("This address is not served here; open http://127.0.0.1", status_code=400)
            await refusal(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def is_open(method: str, path: str) -> bool:
    """Tell whether the page needs this address."""
    known = _OPEN.get("GET" if method == "HEAD" else method)
    return bool(known and known.fullmatch(path))
