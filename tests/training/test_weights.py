"""Weights tried on queries whose parts are known."""

from __future__ import annotations

import pytest

from emr_rerank.engine import MemoryVectors
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.models import MODELS, made
from emr_rerank.types import Parts
from training.weights import ALL, Judged, Weights, chosen, unweighted, value


def judged(*parts: Parts, relevant: int) -> Judged:
    """Return candidates of which one is relevant."""
    names = tuple(f"r{place}" for place in range(len(parts)))
    return Judged(names, names, parts, {f"r{relevant}": 3})


# The cosine is wrong, the path right, the second stage right about what the path does not know.
BY_PATH = judged(Parts(0.5), Parts(0.1, path=1.0, again=-3.0), Parts(0.2), relevant=1)
BY_AGAIN = judged(Parts(0.3, again=-1.0), Parts(0.2, again=9.0), Parts(0.1), relevant=1)


def test_each_part_counts_by_its_weight() -> None:
    assert BY_PATH.value(Weights(0.0, 0.0, 0.0)) < BY_PATH.value(Weights(0.9, 0.0, 0.0)) == 1.0
    assert BY_AGAIN.value(Weights(0.0, 0.0, 0.0)) < BY_AGAIN.value(Weights(0.0, 0.0, 0.02)) == 1.0
    worn = judged(Parts(0.5, worth=-0.3), Parts(0.4, worth=0.1), relevant=1)
    assert worn.value(Weights(0.0, 0.0, 0.0)) < worn.value(Weights(0.0, 1.0, 0.0)) == 1.0


def test_what_lies_deeper_is_not_read_again() -> None:
    deep = Weights(0.0, 0.0, 0.02, depth=1)
    assert BY_AGAIN.value(deep) < 1.0 == BY_AGAIN.value(Weights(0.0, 0.0, 0.02, depth=2))


def test_the_best_of_the_grid_ranks_both_right_with_the_least_weights() -> None:
    sets = {"path": [BY_PATH], "again": [BY_AGAIN]}
    best = chosen(sets)
    assert value(sets, best) == {"path": 1.0, "again": 1.0}
    assert (best.worth, best.depth) == (0.0, ALL)
    assert best.paths < 1.0
    assert best.again < 0.06


def test_the_model_whose_parts_are_collected_weighs_nothing_and_reads_all_again() -> None:
    model = unweighted(made("cascade", MODELS["cascade"], MemoryVectors(), knowledge_base(), 8))
    assert (model.use.paths, model.use.worth) == (1.0, 1.0)
    assert model.second is not None
    assert (model.second.weight, model.second.depth) == (1.0, ALL)
    texts = ["Aspirin 75 mg", "Ankle sprain"]
    again = model.again(["gout"] * 2, texts, [Parts(0.1), Parts(0.2)])
    assert [parts.again for parts in again.parts] == pytest.approx(
        model.second.scorer.score(model.question("gout"), model.lines(texts))
    )
