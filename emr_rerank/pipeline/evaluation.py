"""Measures engines on judged assessments: a gold file and its bundles in, metrics by category out.

A gold file is a JSON list of {"id", "bundle" (path relative to the file), "patient", "category", "assessment",
"judgements": {"Type/id": grade}}; a record that is not listed has grade 0. Scoring is per item: an item's gain is its
best member's, as a reader who sees the line sees them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from emr_rerank.engine import MemoryVectors
from emr_rerank.errors import RequestError
from emr_rerank.knowledge import KnowledgeBase, knowledge_base
from emr_rerank.pipeline.bundles import Bundles
from emr_rerank.pipeline.history import check_assessment, rank_items, read_chart
from emr_rerank.pipeline.models import load_model
from emr_rerank.ranking.metrics import METRICS
from emr_rerank.types import RankedItem, VectorCache


class Judged(BaseModel):
    """One assessment of one patient with its graded records."""

    model_config = ConfigDict(frozen=True)

    id: str
    bundle: Path
    patient: str
    category: str
    assessment: str
    judgements: Mapping[str, int] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine's metrics for one judged assessment."""

    id: str
    category: str
    values: Mapping[str, float]


def read_gold(path: Path) -> list[Judged]:
    """Read a gold file, with its bundles' paths made relative to here.

    Raises:
        RequestError: it cannot be read; the message names the first fault's place.
    """
    try:
        judged = TypeAdapter(list[Judged]).validate_json(path.read_bytes())
    except OSError as error:
        raise RequestError(f"{path.name}: cannot be read ({error.strerror}); name a gold file with --gold") from None
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or "the file"
        words = "not JSON" if fault["type"] == "json_invalid" else fault["msg"]
        raise RequestError(f"{path.name}: {place}: {words}; correct the gold file") from None
    return [one.model_copy(update={"bundle": path.parent / one.bundle}) for one in judged]


def evaluate(
    gold: Sequence[Judged],
    model: str,
    bundles: Bundles,
    cache: VectorCache | None = None,
    base: KnowledgeBase | None = None,
) -> list[Measured]:
    """Rank every judged assessment with one model and measure it; `base` is what this installation knows.

    Raises:
        RequestError: a judged record is not in its bundle.
        SourceError: a bundle cannot be read.
        ModelError: the model is not set up, or cannot answer: nothing stands in for what is measured.
    """
    vectors, known = cache or MemoryVectors(), base or knowledge_base()
    measured = []
    for one in gold:
        store, key = bundles.open(one.bundle, one.patient)
        check_assessment(one.assessment)
        items = [entry.item for entry in read_chart(store, key, known).items]
        loaded = load_model(model, vectors, known).unhurried()  # anew: a server's scorer is for one ranking
        measured.append(Measured(one.id, one.category, measure(one, rank_items(items, one.assessment, loaded))))
    return measured


def measure(judged: Judged, items: Sequence[RankedItem]) -> dict[str, float]:
    """Return every metric of one ranking."""
    known = {member.reference for entry in items for member in entry.item.members}
    if missing := sorted(set(judged.judgements) - known):
        raise RequestError(f"gold {judged.id}: {missing[0]} is judged but not among the patient's records")
    grades = {
        entry.item.reference: max(judged.judgements.get(member.reference, 0) for member in entry.item.members)
        for entry in items
    }
    order = [entry.item.reference for entry in items]
    return {name: metric(order, grades) for name, metric in METRICS.items()}


def summarise(measured: Iterable[Measured]) -> dict[str, dict[str, float]]:
    """Return the mean of each metric over all assessments ("all") and over each category, with how many there are."""
    groups: dict[str, list[Measured]] = {"all": []}
    for one in measured:
        groups["all"].append(one)
        groups.setdefault(one.category, []).append(one)
    return {
        group: {name: fmean(one.values[name] for one in ones) for name in METRICS} | {"assessments": len(ones)}
        for group, ones in groups.items()
        if ones
    }
