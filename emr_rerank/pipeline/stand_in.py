"""Another model where the one asked for cannot answer: the whole of it again by the built-in one, and said so.

Two engines' scores are never mixed, and nothing stands in for a name that no model has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from emr_rerank.errors import EngineUnavailableError, ModelError
from emr_rerank.knowledge import KnowledgeBase
from emr_rerank.pipeline.models import MODELS, Model, load_model
from emr_rerank.types import VectorCache

T = TypeVar("T")

STAND_IN = "cascade"
PLAINEST = "knowledge"  # stands in for STAND_IN: it needs neither the fine-tuned weights nor their runtime
Faults = tuple[type[ModelError], ...]
PASSING: Faults = (EngineUnavailableError,)  # nobody need mend a setting
ANY: Faults = (ModelError,)  # for a page: who reads it can mend none


@dataclass(frozen=True, slots=True)
class Ran(Generic[T]):
    """An answer and the model that gave it."""

    answer: T
    model: Model
    notice: str  # why it is not the model asked for, for the reader; "" where it is


def run(
    name: str, cache: VectorCache, base: KnowledgeBase, ask: Callable[[Model], T], forgiven: Faults = PASSING
) -> Ran[T]:
    """Ask the named model, or a built-in one where that has a fault that is forgiven.

    Args:
        name: the model asked for.
        cache: where line vectors are kept.
        base: what this installation knows.
        ask: the whole of what is wanted, from one model.
        forgiven: the faults that another model stands in for.

    Raises:
        ModelError: no such model, or it has a fault that is not forgiven.
    """
    try:
        model = load_model(name, cache, base)
        return Ran(ask(model), model, "")
    except forgiven as error:
        if name == PLAINEST or name not in MODELS:
            raise
        why = str(error)
    ran = run(PLAINEST if name == STAND_IN else STAND_IN, cache, base, ask, ANY)
    told = f"The model {name} could not be used: {why}. The built-in model {ran.model.name} ranked this instead."
    return Ran(ran.answer, ran.model, told)
