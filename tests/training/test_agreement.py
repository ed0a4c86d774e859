"""How answers of two runtimes are held beside each other, and that what is asked is the default model."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from emr_rerank.engine import MemoryVectors
from emr_rerank.pipeline.models import MODELS
from emr_rerank.settings import Settings
from fhir_samples.build import all_charts
from training.ablation import cases
from training.agreement import AGAIN, EVERYTHING, Answer, agreement, answers, compared, computed, of_chart, of_question
from training.evaluation.sets import Question, TestSet

NAMES = tuple("abcdefghijkl")
STEPS = tuple(round(1 - 0.05 * place, 2) for place in range(len(NAMES)))
PLAIN = Answer(NAMES, STEPS, 0.5)


def swapped(one: int, other: int, by: float = 0.0) -> Answer:
    """Return the answer with two places changed, the scores there moved a little."""
    names, raw = list(NAMES), list(STEPS)
    names[one], names[other] = names[other], names[one]
    raw[one] += by
    return Answer(tuple(names), tuple(raw), 0.7)


def test_two_answers_agree_with_themselves() -> None:
    one = agreement([PLAIN], [PLAIN])
    assert (one.queries, one.same_ten, one.same_order, one.apart, one.gap) == (1, 1.0, 1.0, 0.0, 0.0)


def test_an_order_within_the_ten_best_changes_no_set_and_one_across_their_end_does() -> None:
    within, across, behind = swapped(2, 3), swapped(9, 10), swapped(10, 11)
    one = agreement([PLAIN] * 4, [PLAIN, within, across, behind])
    assert (one.same_ten, one.same_order) == (0.75, 0.5)
    assert one.gap == pytest.approx(STEPS[9] - STEPS[10])


def test_scores_are_compared_by_candidate_not_by_place() -> None:
    assert agreement([PLAIN], [swapped(0, 1)]).apart == pytest.approx(0.05)
    assert agreement([PLAIN], [swapped(4, 4, by=0.002)]).apart == pytest.approx(0.002)


def test_the_second_stage_is_summed_up_by_itself() -> None:
    found = compared(
        {
            "one": {"samples": [PLAIN], "medquad": [PLAIN], f"samples{AGAIN}": [PLAIN]},
            "other": {"samples": [PLAIN], "medquad": [swapped(0, 1)], f"samples{AGAIN}": [swapped(0, 11)]},
        }
    )
    assert list(found) == ["samples", "medquad", f"samples{AGAIN}", EVERYTHING, EVERYTHING + AGAIN]
    together, again = found[EVERYTHING], found[EVERYTHING + AGAIN]
    assert together.values == {"one": 0.5, "other": pytest.approx(0.6)}
    assert (together.pairs["one/other"].same_ten, together.pairs["one/other"].same_order) == (1.0, 0.5)
    assert (again.pairs["one/other"].queries, again.pairs["one/other"].same_ten) == (1, 0.0)


def test_the_default_model_is_asked_by_the_runtime_that_is_named(tmp_path: Path) -> None:
    model = computed("torch-fp32", MemoryVectors())
    recipe = MODELS[Settings.model_fields["model"].default]
    assert recipe.again is not None
    assert model.second is not None
    assert (model.name, model.use, model.second.weight) == ("cascade", recipe.use, recipe.again.weight)
    assert all(title.endswith("(torch fp32)") for title in model.engines)
    case = next(iter(cases(all_charts()[:1], tmp_path)))
    found = answers(model, {"samples": [partial(of_chart, case)]}, {})
    (first,), (again,) = found["samples"], found[f"samples{AGAIN}"]
    assert set(first.names) == set(again.names) == {item.reference for item in case.items}
    assert list(first.raw) == sorted(first.raw, reverse=True)
    assert first.raw != again.raw
    assert first.value > 0.3


def test_a_question_is_asked_of_its_candidates_and_what_was_not_found_counts_as_missed() -> None:
    passages = {
        "1": "Gout is treated with allopurinol.",
        "2": "Ankle sprains heal with rest.",
        "3": "Colchicine helps.",
    }
    question = Question("q", "What treats gout?", {"1": 1, "3": 1}, "q", ("2", "1"))
    one = of_question(TestSet("set", passages, (question,)), question, computed("torch-fp32", MemoryVectors()))
    assert one.names == ("1", "2")
    assert one.value == pytest.approx(1 / (1 + 1 / 1.584962500721156))
