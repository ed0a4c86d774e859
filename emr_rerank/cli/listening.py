"""Where a command that serves listens. Knows sockets, no app."""

from __future__ import annotations

import socket

from emr_rerank.errors import RequestError


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; port 0 takes a free one.

    Raises:
        RequestError: the address is unknown, not this machine's, or taken.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()  # a client that comes before the app is ready waits instead of being refused
    except OSError as error:
        raise RequestError(
            f"{host}:{port}: cannot listen there ({error.strerror}); choose another --host or --port"
        ) from None
    return listener


def address(host: str, listener: socket.socket) -> str:
    """Return where a browser finds it."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}"
