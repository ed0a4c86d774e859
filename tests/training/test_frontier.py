"""What the frontier is measured on, and how it is drawn."""

from __future__ import annotations

from pathlib import Path

from emr_rerank.engine import MemoryVectors
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.models import MODELS, made
from emr_rerank.types import Parts
from training.frontier import ITEMS, SIZES, Point, chart, draw, forgetful


def test_the_chart_has_as_many_different_lines_as_it_says() -> None:
    """And references of their own: repeats would be read once."""
    items = chart(120)
    assert len({item.text for item in items}) == len({item.reference for item in items}) == len(items) == 120
    assert chart(60) == items[:60]


def test_nothing_is_remembered_between_rounds() -> None:
    model = made("cascade", MODELS["cascade"], MemoryVectors(), knowledge_base(), 8)
    assert forgetful(model, 0).second is None
    second = forgetful(model, 3).second
    assert second is not None
    assert model.second is not None
    assert (second.depth, second.weight) == (3, model.second.weight)
    assert not hasattr(second.scorer.scorer, "capacity")  # type: ignore[attr-defined]  # the reranker's own
    read = second.read(["gout"] * 2, ["Allopurinol", "Fracture"], [Parts(), Parts()])
    assert read.read == 2


def test_the_plot_is_written(tmp_path: Path) -> None:
    fast, slow = ({size: number * size / 1000 for size in SIZES} for number in (1, 2))
    points = [Point("0", 0.5, fast), Point("8", 0.6, slow), Point("alone", None, {ITEMS: 4.0})]
    draw(points, tmp_path / "frontier.png")
    assert (tmp_path / "frontier.png").read_bytes().startswith(b"\x89PNG")
