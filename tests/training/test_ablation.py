"""What the facts and the fine-tuned models add, measured on charts that are judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.engine import MemoryVectors
from emr_rerank.pipeline.models import MODELS
from emr_rerank.settings import Settings
from fhir_samples.build import all_charts
from training.ablation import BEST, PLAIN, STEPS, cases, figures, measured


def test_the_steps_lead_from_plain_embedding_to_what_the_default_model_ranks_charts_with() -> None:
    assert STEPS[PLAIN] == MODELS["embedding"]
    default = MODELS[Settings.model_fields["model"].default]
    assert (STEPS[BEST].engine, STEPS[BEST].use) == (default.engine, default.use)


def test_all_together_helps_on_the_samples(tmp_path: Path) -> None:
    found = list(cases(all_charts()[:3], tmp_path))
    vectors = MemoryVectors()
    plain, best = (measured(found, STEPS[step], vectors) for step in (PLAIN, BEST))
    assert len(plain) == len(found) == 6
    assert sum(best) > sum(plain)


def test_figures_count_wins_and_losses_and_hold_the_mean_in_their_interval(tmp_path: Path) -> None:
    found = list(cases(all_charts()[:2], tmp_path))
    one = figures(found, [0.5, 0.4, 0.9, 0.2], [0.4, 0.5, 0.9, 0.1])
    assert (one.won, one.lost) == (2, 1)
    assert one.mean == pytest.approx(0.5)
    assert one.low <= one.mean <= one.high
    assert set(one.categories) == {case.judged.category for case in found}
    assert sum(each.won for each in one.categories.values()) == 2
    assert sum(each.lost for each in one.categories.values()) == 1
