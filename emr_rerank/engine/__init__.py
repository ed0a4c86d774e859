"""Scorers: a query and lines in, one raw score per line out. The only room that imports torch; knows no chart.

To add an engine, write its scorer and add a row to LOADERS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emr_rerank.engine.embedding import EmbeddingScorer, MemoryVectors, text_key
from emr_rerank.engine.hybrid import HybridScorer
from emr_rerank.engine.joint import load_joint
from emr_rerank.engine.lexical import LexicalScorer
from emr_rerank.engine.loading import ModelSource, load_reranker, read_reranker
from emr_rerank.engine.local import load_gemma
from emr_rerank.engine.minilm import load_minilm
from emr_rerank.engine.tuned import load_tuned
from emr_rerank.errors import ModelError
from emr_rerank.types import Scorer, VectorCache

__all__ = [
    "EMBEDDED_ENGINES",
    "ENGINE_NAMES",
    "VECTOR_ENGINES",
    "MemoryVectors",
    "ModelSource",
    "load_reranker",
    "load_scorer",
    "read_reranker",
    "set_threads",
    "text_key",
]


def _embedding(cache: VectorCache) -> EmbeddingScorer:
    return EmbeddingScorer(load_minilm(), cache)


def _remote(_: VectorCache) -> Scorer:
    from emr_rerank.engine.remote import load_remote  # noqa: PLC0415  (an HTTP client the other engines do without)

    return load_remote()


LOADERS: Mapping[str, Callable[[VectorCache], Scorer]] = {
    "embedding": _embedding,
    "lexical": lambda _: LexicalScorer(),
    "hybrid": lambda cache: HybridScorer(_embedding(cache), LexicalScorer()),
    "gemma": lambda _: load_gemma(),
    "remote": _remote,
    "tuned": lambda cache: EmbeddingScorer(load_tuned(), cache, "tuned"),
    "joint": lambda _: load_joint(),
}
EMBEDDED_ENGINES = ("tuned", "joint", "embedding", "lexical", "hybrid")  # these need nothing to be set up
VECTOR_ENGINES = ("tuned", "embedding", "hybrid")  # these keep lines' vectors
ENGINE_NAMES = tuple(LOADERS)


def load_scorer(name: str, cache: VectorCache) -> Scorer:
    """Return the named engine, keeping line vectors in `cache`; weights are loaded once per process.

    Raises:
        ModelError: no engine of that name, it is not set up, or its weights are missing or altered.
        EngineUnavailableError: it is set up, and cannot be had now.
    """
    if name not in LOADERS:
        raise ModelError(f"no engine is called {name!r}; choose one of: {', '.join(ENGINE_NAMES)}")
    return LOADERS[name](cache)


def set_threads(count: int) -> None:
    """Bound the processor threads the engines use, for machines that others share; before one is loaded."""
    import torch  # noqa: PLC0415  (seconds of import time)

    torch.set_num_threads(count)
