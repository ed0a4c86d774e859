"""A reranker on another machine, or in another process of this one. Knows addresses and answers, no chart."""

from __future__ import annotations

from emr_rerank.engine.remote.scorer import RemoteScorer, load_remote
from emr_rerank.engine.remote.server import RemoteServer, RemoteSource

__all__ = ["RemoteScorer", "RemoteServer", "RemoteSource", "load_remote"]
