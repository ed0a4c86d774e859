"""Which names this machine answers to. Knows requests' Host headers, no page and no model."""

from __future__ import annotations

import re

from starlette.types import Scope

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def asked_host(scope: Scope) -> str:
    """Return the host name a request was sent to, in lower case, without its port and brackets; "" where it has none.

    A web page elsewhere that points its own name at this machine shows here as that name.
    """
    written = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return re.sub(r":\d*$", "", written).strip("[]").lower()
