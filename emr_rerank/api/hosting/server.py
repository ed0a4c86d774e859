"""A model server's life: it listens while the model loads, and answers what it took on before it stops."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable

import uvicorn

from emr_rerank.api.hosting.app import create_hosting
from emr_rerank.api.hosting.hosted import Hosted
from emr_rerank.engine.reranker import Reranker
from emr_rerank.errors import EmrRerankError

KEEP_ALIVE = 75  # seconds; longer than clients keep idle connections, so that none asks on one that is just closing
LAST_ANSWERS = 3  # seconds in which clients may still read, after the queue is empty


class ModelServer(uvicorn.Server):
    """A web server that empties the model's queue before it closes connections."""

    def __init__(self, hosted: Hosted, hosts: tuple[str, ...] | None = None, key: str | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                create_hosting(hosted, hosts, key),
                log_level="warning",
                access_log=False,  # addresses say who asked, and when
                server_header=False,
                lifespan="off",
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=LAST_ANSWERS,
            )
        )
        self._hosted = hosted

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer or refuse what is outstanding, then stop."""
        await asyncio.to_thread(self._hosted.close)
        await super().shutdown(sockets)


def serve(
    server: ModelServer,
    hosted: Hosted,
    listener: socket.socket,
    loader: Callable[[], Reranker],
    ready: Callable[[Reranker], None],
) -> None:
    """Serve until a signal ends it; `ready` is called when the model answers.

    Raises:
        EmrRerankError: the model cannot be loaded.
    """
    faults: list[EmrRerankError] = []

    def load() -> None:
        try:
            ready(hosted.load(loader))
        except EmrRerankError as fault:
            faults.append(fault)
            server.should_exit = True

    threading.Thread(target=load, name="loading", daemon=True).start()
    server.run(sockets=[listener])
    if faults:
        raise faults[0]
