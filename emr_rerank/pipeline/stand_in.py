"""Another model where the one asked for cannot answer: the whole of it again by the built-in one, and said so.

Two engines' scores are never mixed. A wrong name or setting is an error: nothing stands in for what nobody set up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from emr_rerank.errors import EngineUnavailableError
from emr_rerank.knowledge import KnowledgeBase
from emr_rerank.pipeline.models import Model, load_model
from emr_rerank.types import VectorCache

T = TypeVar("T")

STAND_IN = "knowledge"


@dataclass(frozen=True, slots=True)
class Ran(Generic[T]):
    """An answer and the model that gave it."""

    answer: T
    model: Model
    notice: str  # why it is not the model asked for, for the reader; "" where it is


def run(
    name: str, cache: VectorCache, base: KnowledgeBase, ask: Callable[[Model], T], *, stand_in: bool = True
) -> Ran[T]:
    """Ask the named model, or STAND_IN where that cannot answer now.

    Args:
        name: the model asked for.
        cache: where line vectors are kept.
        base: what this installation knows.
        ask: the whole of what is wanted, from one model.
        stand_in: whether another model may answer; a measurement wants the one it names.

    Raises:
        ModelError: no such model, or it is not set up.
        EngineUnavailableError: it cannot answer, and nothing may stand in for it.
    """
    try:
        model = load_model(name, cache, base)
        return Ran(ask(model), model, "")
    except EngineUnavailableError as error:
        if not stand_in or name == STAND_IN:
            raise
        notice = f"The model {name} could not be used: {error}. The built-in model {STAND_IN} ranked this instead."
    model = load_model(STAND_IN, cache, base)
    return Ran(ask(model), model, notice)
