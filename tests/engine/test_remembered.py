from __future__ import annotations

import threading
from collections.abc import Sequence
from math import isnan

from emr_rerank.engine.pairs import Pair
from emr_rerank.engine.remembered import RememberedScores


class Counting:
    """Scores a pair by its tokens, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Pair] = []

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        self.asked += pairs
        return [sum(pair.prefix) + sum(pair.own) / 100 for pair in pairs]


class Recovering:
    """Gives one answer after another."""

    def __init__(self, answers: list[float]) -> None:
        self.answers = answers

    def logits(self, pairs: Sequence[Pair]) -> list[float]:
        return [self.answers.pop(0) for _ in pairs]


ONE, TWO, THREE = Pair((1,), (2, 3)), Pair((1,), (4,)), Pair((2,), (2, 3))


def test_a_pair_is_computed_once() -> None:
    inner = Counting()
    scorer = RememberedScores(inner, "model")
    assert scorer.logits([ONE, TWO, ONE]) == [1.05, 1.04, 1.05]
    assert scorer.logits([THREE, TWO, ONE]) == [2.05, 1.04, 1.05]
    assert inner.asked == [ONE, TWO, THREE]
    assert scorer.logits([]) == []


def test_where_the_prefix_ends_counts() -> None:
    inner = Counting()
    scorer = RememberedScores(inner, "model")
    scorer.logits([Pair((1, 2), (3,)), Pair((1,), (2, 3))])
    assert len(inner.asked) == 2


def test_the_scores_used_longest_ago_are_forgotten_first() -> None:
    inner = Counting()
    scorer = RememberedScores(inner, "model", capacity=2)
    for pair in (ONE, TWO, ONE, THREE):
        scorer.logits([pair])
    inner.asked.clear()
    scorer.logits([ONE])
    assert inner.asked == []
    scorer.logits([TWO])
    assert inner.asked == [TWO]


def test_more_pairs_than_it_remembers_are_answered_all_the_same() -> None:
    scorer = RememberedScores(Counting(), "model", capacity=1)
    assert scorer.logits([ONE, TWO, THREE]) == [1.05, 1.04, 2.05]


def test_no_token_is_kept() -> None:
    scorer = RememberedScores(Counting(), "model")
    scorer.logits([Pair((12345,), (54321,))])
    assert "12345" not in repr(scorer._kept)
    assert "54321" not in repr(scorer._kept)


def test_many_threads_get_their_own_answers() -> None:
    scorer = RememberedScores(Counting(), "model", capacity=50)
    wrong: list[int] = []

    def ask(number: int) -> None:
        for step in range(100):
            pair = Pair((number,), (step % 20,))
            if scorer.logits([pair]) != [number + step % 20 / 100]:
                wrong.append(step)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_no_number_is_asked_again() -> None:
    scorer = RememberedScores(Recovering([float("nan"), 1.5]), "model")
    assert isnan(scorer.logits([ONE])[0])
    assert scorer.logits([ONE]) == scorer.logits([ONE]) == [1.5]
