"""How an example's texts are told: as they are written, or as the shipped model is given them.

The shipped model scores lines with class and purpose beside what they name, and assessments with their names in full
and what they call for. What it is trained on must look the same, so sources tell as it scores unless told otherwise;
`as_written` is for models that use none of the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from emr_rerank.engine import MemoryVectors, load_scorer
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.models import EVERYTHING, Model
from emr_rerank.ranking import passages_of
from emr_rerank.types import HistoryItem

Telling = Callable[[str, Sequence[str]], tuple[str, list[str]]]


def as_written(query: str, lines: Sequence[str]) -> tuple[str, list[str]]:
    """Return the texts as a person reads them."""
    return query, list(lines)


def as_scored(query: str, lines: Sequence[str]) -> tuple[str, list[str]]:
    """Return the texts as the model `knowledge` scores them."""
    model = _knowledge()
    return model.question(query), model.lines(lines)


def line_of(item: HistoryItem) -> str:
    """Return what is scored of an item; "" where that is more than one window, of which none speaks for the item."""
    windows = passages_of([item])
    return windows[0].text if len(windows) == 1 else ""


@cache
def _knowledge() -> Model:
    # Only the words around the scorer are used here; this one needs no weights.
    return Model("knowledge", load_scorer("lexical", MemoryVectors()), EVERYTHING, knowledge_base())
