"""The rerank server that the settings name, as a scorer. Keeps no text."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from emr_rerank.engine.remote.server import RemoteServer, RemoteSource
from emr_rerank.errors import ModelError
from emr_rerank.settings import read_settings
from emr_rerank.types import Reading


@dataclass(frozen=True, slots=True)
class RemoteScorer:
    """Logits from a server. One for each ranking, which has the server's timeout for all its windows together."""

    server: RemoteServer
    name: str = "remote"
    _began: float = field(default_factory=time.monotonic, repr=False)

    @property
    def title(self) -> str:
        """Which of the server's models, where it has several."""
        return f"{self.server.model or 'a model'} (on a server)"

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return one logit per text, in the order given; errors are `read`'s."""
        return self.read(query, texts).scores

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the logits, and for each text whether the server says that it cut it or the query.

        Equal texts are sent once.

        Raises:
            EngineUnavailableError: the server cannot be reached, refuses, or answers wrongly or too late.
        """
        if not texts:
            return Reading([], [])
        distinct = list(dict.fromkeys(texts))
        left = self._began + self.server.timeout - time.monotonic()
        answer = self.server.rerank(query, distinct, max(0.0, left))
        logits = dict(zip(distinct, answer.logits, strict=True))
        cut = dict(zip(distinct, answer.truncated, strict=True))
        return Reading([logits[text] for text in texts], [cut[text] for text in texts])


def load_remote() -> RemoteScorer:
    """Return a scorer for one ranking by the server that EMR_RERANK_REMOTE_URL names.

    Raises:
        ModelError: none is named.
    """
    settings = read_settings()
    if settings.remote_url is None:
        raise ModelError(
            "remote: no server is named; set EMR_RERANK_REMOTE_URL to its address, such as http://127.0.0.1:8080/rerank"
        )
    source = RemoteSource(
        settings.remote_url,
        key=settings.remote_key,
        model=settings.remote_model,
        timeout=settings.remote_timeout,
        batch=settings.remote_batch,
    )
    with _connecting:
        return RemoteScorer(_server(source))


_connecting = threading.Lock()
_server = functools.cache(RemoteServer)  # one per process, so that what one ranking met spares the next
