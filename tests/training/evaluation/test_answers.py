"""Retrieving, reranking and blending."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from emr_rerank.types import HistoryItem, Reading
from tests.builders import item
from tests.training.evaluation.worlds import WORDS, CountingRetriever, FunctionScorer, cosine, world
from training.evaluation.answers import blended, of_run, reranked, retrieved
from training.evaluation.retrieval import faiss_flat, numpy_flat
from training.evaluation.runs import Found
from training.evaluation.sets import Question, TestSet

BEFORE = retrieved(world(), CountingRetriever(), numpy_flat, 10)


def test_retrieval_ranks_all_passages_by_inner_product_and_finds_its_depth() -> None:
    for answer in BEFORE.by_question.values():
        assert len(answer.order) == len(answer.scores) == 10
        assert list(answer.scores) == sorted(answer.scores, reverse=True)
    assert BEFORE.by_question["q-knee"].order[0] == "p-knee"
    assert retrieved(world(), CountingRetriever(), faiss_flat, 10).orders() == BEFORE.orders()


def test_a_question_with_candidates_is_ranked_among_them_alone() -> None:
    one = TestSet("few", world().passages, (Question("q", "a knee", {"p-knee": 1}, "q", ("p-rash", "m-knee")),))
    answer = retrieved(one, CountingRetriever(), faiss_flat, 10).by_question["q"]
    assert answer.order == ("m-knee", "p-rash")


def test_reranking_orders_the_head_and_leaves_the_tail() -> None:
    after = reranked(world(), BEFORE, FunctionScorer(lambda _, text: float(len(text))), 4)
    for name, answer in after.by_question.items():
        before = BEFORE.by_question[name].order
        assert set(answer.order[:4]) == set(before[:4])
        assert answer.order[4:] == before[4:]
        assert list(answer.scores) == sorted(answer.scores, reverse=True)
        assert len(answer.scores) == 4
    assert after.pairs == 4 * len(WORDS)


class NewestFirst(FunctionScorer):
    """To it a record is its date, and a text nothing."""

    def read_chart(self, assessment: str, items: Sequence[HistoryItem]) -> Reading:
        assert assessment
        return Reading([float(one.date) for one in items], [True] * len(items))


def test_a_chart_is_ranked_whole_and_by_its_records_where_the_scorer_reads_them() -> None:
    records = {f"p/{year}": item(f"Condition/{year}", title="Knee", date=str(year)) for year in range(2001, 2041)}
    question = Question("q", "a knee", {"p/2001": 1}, "p", tuple(records))
    one = TestSet("chart", {key: record.text for key, record in records.items()}, (question,), items=records)
    before = retrieved(one, CountingRetriever(), numpy_flat, 10)
    assert len(before.by_question["q"].order) == len(records)
    after = reranked(one, before, NewestFirst(lambda *_: 0.0), 10)
    assert after.by_question["q"].order == tuple(reversed(records))
    assert after.cut == after.pairs == len(records)
    assert reranked(one, before, FunctionScorer(lambda *_: 0.0), 10).orders() == before.orders()


def test_a_scorer_that_tells_nothing_apart_changes_nothing() -> None:
    assert reranked(world(), BEFORE, FunctionScorer(lambda *_: 0.0), 10).orders() == BEFORE.orders()


def test_pairs_that_are_not_read_whole_are_counted() -> None:
    after = reranked(world(), BEFORE, FunctionScorer(cosine, longest=0), 3)
    assert after.cut == after.pairs == 3 * len(WORDS)


def test_a_blend_goes_from_the_retrievers_order_to_the_rerankers() -> None:
    after = reranked(world(), BEFORE, FunctionScorer(lambda query, text: -cosine(query, text)), 10)
    assert blended(BEFORE, after, 0.0).orders() == BEFORE.orders()
    for name, answer in blended(BEFORE, after, 1.0).by_question.items():
        scores = dict(zip(after.by_question[name].order, after.by_question[name].scores, strict=True))
        found = [scores[passage] for passage in answer.order]
        assert found == sorted(found, reverse=True)


def test_a_run_lists_every_passage_and_its_scores_never_rise() -> None:
    after = reranked(world(), BEFORE, FunctionScorer(cosine), 4)
    for name, answer in after.by_question.items():
        found = answer.found()
        assert tuple(one.passage for one in found) == answer.order == tuple(dict.fromkeys(answer.order))
        assert all(one.score >= other.score for one, other in pairwise(found)), name


def test_another_tools_run_answers_without_passages_the_set_does_not_know() -> None:
    answers = of_run(world(), {"q-knee": [Found("stranger", 3.0), Found("m-knee", 2.0)]})
    assert answers.by_question["q-knee"].order == ("m-knee",)
    assert answers.by_question["q-rash"].order == ()
    assert answers.seconds == pytest.approx(0.0)
