"""The reranker in this process that the settings name, as a scorer. Knows no model and no chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from emr_rerank.engine.loading import ModelSource, load_reranker
from emr_rerank.engine.reranker import Reranker
from emr_rerank.errors import EngineUnavailableError
from emr_rerank.settings import read_settings
from emr_rerank.types import Reading

GEMMA = "BAAI/bge-reranker-v2-gemma"


@dataclass(frozen=True, slots=True)
class LocalGemma:
    """A reranker in this process; what its device fails at is said as such, so that another model may stand in."""

    reranker: Reranker
    name: str = "gemma"

    @property
    def title(self) -> str:
        """Which weights, on what, in which precision."""
        return f"{self.reranker.title} ({self.reranker.device} {self.reranker.dtype})"

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return one logit per text, in the order given; errors are `read`'s."""
        return self.read(query, texts).scores

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the logits, and for each text whether part of it, or of the query, was cut.

        Raises:
            EngineUnavailableError: the device failed or its memory is full.
        """
        try:
            reading = self.reranker.read(query, texts)
        except (RuntimeError, MemoryError) as error:  # torch's own, out of memory among them, are RuntimeErrors
            raise _failed(f"on {self.reranker.device}", error) from None
        if not all(map(isfinite, reading.scores)):
            raise EngineUnavailableError(
                f"gemma gave a score that is not a number ({self.reranker.dtype}); see whether its weights are whole"
            )
        return reading


def load_gemma() -> LocalGemma:
    """Return the model that EMR_RERANK_GEMMA_* name; its weights are loaded once per process.

    Raises:
        ModelError: it is not on this machine, or cannot be what it should be.
        EngineUnavailableError: its device failed or has no memory for it.
    """
    settings = read_settings()
    source = ModelSource(
        model=settings.gemma_model or GEMMA,
        adapter=settings.gemma_adapter,
        dtype=settings.gemma_dtype,
        device=settings.gemma_device,
        prompt=settings.gemma_prompt,
    )
    try:
        return LocalGemma(load_reranker(source))
    except (RuntimeError, MemoryError) as error:
        raise _failed("while it was loaded", error) from None


def _failed(where: str, error: Exception) -> EngineUnavailableError:
    return EngineUnavailableError(f"gemma failed {where} ({type(error).__name__}); see whether memory is left")
