"""A rerank server in a thread that answers as a test says: well, wrongly, late or not at all."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]  # by lower-case name
    body: Mapping[str, Any]

    @property
    def texts(self) -> list[str]:
        """What is to be scored, by either name."""
        return list(self.body.get("texts") or self.body.get("documents") or [])


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: JSON unless bytes."""

    content: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Behaviour = Callable[[Asked], Reply]


def shared_words(query: str, text: str) -> float:
    """Return how many words both have: a score that a test can count."""
    return float(len(_words(query) & _words(text)))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def well(asked: Asked) -> Reply:
    """Answer as Text Embeddings Inference does, best first."""
    scored = [
        {"index": index, "score": shared_words(asked.body["query"], text)} for index, text in enumerate(asked.texts)
    ]
    return Reply(sorted(scored, key=lambda one: -one["score"]))


def cohere(asked: Asked) -> Reply:
    """Answer as Cohere, Jina and vLLM do, with probabilities."""
    scores = [shared_words(asked.body["query"], text) for text in asked.texts]
    results = [{"index": index, "relevance_score": 1 - 0.5 ** (1 + score)} for index, score in enumerate(scores)]
    return Reply({"results": results})


@dataclass(slots=True)
class RerankServer:
    """A running server: `behaviour` may be changed at any time, `asked` is what came, `hang` lasts until the end."""

    url: str
    behaviour: Behaviour = well
    asked: list[Asked] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def hang(self, _: Asked) -> Reply:
        """Answer nothing before the test is over."""
        self.ended.wait(30)
        return Reply(status=500)


@contextmanager
def rerank_server(behaviour: Behaviour = well) -> Iterator[RerankServer]:
    """Serve on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.path, headers, json.loads(self.rfile.read(length)))
            server.asked.append(asked)
            reply = server.behaviour(asked)
            content = reply.content if isinstance(reply.content, bytes) else json.dumps(reply.content).encode()
            self.send_response(reply.status)
            for name, value in {"content-length": str(len(content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            """Serve until the client goes away."""
            try:
                super().handle()
            except ConnectionError:
                return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        server = RerankServer(f"http://127.0.0.1:{served.server_address[1]}", behaviour)
        thread = threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            served.shutdown()
            thread.join()
