"""Every measure against its plain definition, and against the library's own where both define the same."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.ranking.metrics import METRICS
from training.evaluation.metrics import MEASURES, measured
from training.evaluation.sets import Question

IDS = [f"d{number}" for number in range(130)]
orders = st.permutations(IDS).flatmap(lambda order: st.integers(0, len(IDS)).map(lambda size: order[:size]))
grades = st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), min_size=1, max_size=12).filter(
    lambda found: any(found.values())
)


def plain(order: list[str], graded: dict[str, int]) -> dict[str, float]:
    gains = [graded.get(one, 0) for one in order]
    relevant = sum(grade > 0 for grade in graded.values())
    ideal = sorted(graded.values(), reverse=True)
    first = next((place for place, gain in enumerate(gains, 1) if gain > 0), None)
    precision = sum(
        sum(gain > 0 for gain in gains[:place]) / place for place, gain in enumerate(gains[:10], 1) if gain > 0
    )

    def dcg(values: list[int]) -> float:
        return sum(value / log2(place + 1) for place, value in enumerate(values[:10], 1))

    return {
        "nDCG@10": dcg(gains) / dcg(ideal),
        "MAP@10": precision / relevant,
        "Hit@1": float(first == 1),
        **{f"MRR@{cut}": 1 / first if first and first <= cut else 0.0 for cut in (1, 5, 10, 100)},
        **{f"Recall@{cut}": sum(gain > 0 for gain in gains[:cut]) / relevant for cut in (1, 10, 100)},
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(orders, grades), min_size=1, max_size=3))
def test_every_measure_is_its_definition(cases: list[tuple[list[str], dict[str, int]]]) -> None:
    questions = [Question(str(place), "asked", graded, "one") for place, (_, graded) in enumerate(cases)]
    found = measured(questions, {str(place): order for place, (order, _) in enumerate(cases)})
    assert found.keys() == MEASURES.keys()
    for place, (order, graded) in enumerate(cases):
        expected = plain(order, graded)
        assert {name: values[place] for name, values in found.items()} == pytest.approx(expected, abs=1e-6)
        for name, metric in METRICS.items():
            assert found[name][place] == pytest.approx(metric(order, graded), abs=1e-6)


def test_a_question_without_an_answer_counts_nothing() -> None:
    questions = [Question("a", "?", {"x": 1}, "a"), Question("b", "?", {"x": 1}, "b")]
    assert measured(questions, {"a": ["x"]})["Hit@1"] == [1.0, 0.0]


def test_relevant_passages_that_were_not_found_count_as_missed() -> None:
    questions = [Question("a", "?", {"x": 1, "y": 1}, "a")]
    found = measured(questions, {"a": ["x", "z"]})
    assert found["Recall@100"] == [0.5]
    assert found["MAP@10"] == [0.5]
