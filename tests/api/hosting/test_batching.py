"""Pairs of many requests through one scorer, whose every batch the test lets through."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from queue import SimpleQueue

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.api.hosting.batching import Batcher, Job, Part
from emr_rerank.api.hosting.limits import Limits
from emr_rerank.api.hosting.unscored import BatchFailedError, EndingError, QueueFullError, TooLargeError, UnscoredError
from emr_rerank.engine.pairs import Pair
from tests.api.hosting.models import WAIT, GatedScorer

AT_ONCE = 0.0


class Request:
    """Pairs of one request, told apart by its number, and what came back for them."""

    def __init__(self, number: int, sizes: Sequence[int]) -> None:
        self.pairs = [Pair((number,), (place, *[0] * (size - 1))) for place, size in enumerate(sizes)]
        self.news: SimpleQueue[Part | UnscoredError] = SimpleQueue()

    def sent(self, batcher: Batcher) -> Job:
        return batcher.submit(self.pairs, self.news.put)

    def answer(self) -> list[float]:
        """Return its logits, or raise why there are none."""
        logits = [math.nan] * len(self.pairs)
        left = len(logits)
        while left:
            one = self.news.get(timeout=WAIT)
            if isinstance(one, UnscoredError):
                raise one
            logits[one.start : one.start + len(one.logits)] = one.logits
            left -= len(one.logits)
        return logits


def places(pairs: Sequence[Pair]) -> list[float]:
    """What these tests' scorer answers: each pair's request and place."""
    return [pair.prefix[0] * 1000.0 + pair.own[0] for pair in pairs]


@pytest.fixture
def scorer() -> Iterator[GatedScorer]:
    made = GatedScorer(places, shut=True)
    yield made
    made.open()


def requests_of(batch: Sequence[Pair]) -> list[int]:
    """Which requests a batch holds, one entry per run of pairs."""
    numbers = [pair.prefix[0] for pair in batch]
    return [number for place, number in enumerate(numbers) if place == 0 or numbers[place - 1] != number]


def test_requests_that_wait_share_a_batch_each_in_one_piece(scorer: GatedScorer) -> None:
    batcher = Batcher(scorer.logits, Limits(batch_tokens=100, batch_wait=AT_ONCE))
    first, second, third = Request(1, [5]), Request(2, [5] * 4), Request(3, [5] * 6)
    first.sent(batcher)
    scorer.coming()
    second.sent(batcher)
    third.sent(batcher)
    scorer.leave.put(None)
    together = scorer.coming()
    scorer.leave.put(None)
    assert requests_of(together) == [2, 3]
    assert len(together) == 10
    assert [one.answer() for one in (first, second, third)] == [places(one.pairs) for one in (first, second, third)]


def test_a_short_request_does_not_wait_for_a_long_one_before_it(scorer: GatedScorer) -> None:
    batcher = Batcher(scorer.logits, Limits(batch_tokens=160, batch_wait=AT_ONCE))
    long, short = Request(1, [4] * 2000), Request(2, [4] * 10)
    long.sent(batcher)
    scorer.coming()
    short.sent(batcher)
    scorer.leave.put(None)
    assert requests_of(scorer.coming()) == [1, 2]  # the whole of the short one
    scorer.leave.put(None)
    assert short.answer() == places(short.pairs)
    assert batcher.waiting()[0] > 1800
    scorer.open()
    assert long.answer() == places(long.pairs)


def test_ten_long_requests_progress_together(scorer: GatedScorer) -> None:
    batcher = Batcher(scorer.logits, Limits(batch_tokens=160, batch_wait=AT_ONCE))
    Request(99, [4]).sent(batcher)
    scorer.coming()
    requests = [Request(number, [4] * 100) for number in range(10)]
    for one in requests:
        one.sent(batcher)
    seen: list[int] = []
    for _ in range(5):
        scorer.leave.put(None)
        seen += [pair.prefix[0] for pair in scorer.coming()]
    assert {seen.count(number) for number in range(10)} == {20}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 40), max_size=30), min_size=1, max_size=6), st.integers(1, 50))
def test_every_pair_is_scored_once_and_no_batch_is_over_its_budget(sizes: list[list[int]], budget: int) -> None:
    scorer = GatedScorer(places, shut=True)
    batcher = Batcher(scorer.logits, Limits(batch_tokens=budget, batch_wait=AT_ONCE))
    blocker = Request(999, [1])
    blocker.sent(batcher)
    scorer.coming()
    requests = [Request(number, some) for number, some in enumerate(sizes)]
    for one in requests:
        one.sent(batcher)
    scorer.open()
    assert [one.answer() for one in requests] == [places(one.pairs) for one in requests]
    assert batcher.waiting() == (0, 0)
    assert batcher.end(WAIT)
    assert all(len(batch) == 1 or sum(len(pair.own) for pair in batch) <= budget for batch in scorer.batches)
    scored = [pair for batch in scorer.batches[1:] for pair in batch]
    assert sorted(map(repr, scored)) == sorted(repr(pair) for one in requests for pair in one.pairs)


def test_a_nearly_empty_batch_waits_for_company() -> None:
    scorer = GatedScorer(places)
    batcher = Batcher(scorer.logits, Limits(batch_tokens=40, batch_wait=WAIT * 10))
    lonely, company = Request(1, [2]), Request(2, [10])
    lonely.sent(batcher)
    company.sent(batcher)  # a quarter of the budget is enough
    assert (lonely.answer(), company.answer()) == ([1000.0], [2000.0])
    assert len(scorer.batches) == 1


def test_a_full_queue_says_when_to_come_back() -> None:
    time = 0.0

    def slow(pairs: Sequence[Pair]) -> list[float]:
        nonlocal time
        time += 2.0  # seconds a batch of 10 tokens
        return places(pairs)

    scorer = GatedScorer(slow, shut=True)
    batcher = Batcher(scorer.logits, Limits(batch_tokens=10, waiting_tokens=60, batch_wait=AT_ONCE), clock=lambda: time)
    first = Request(1, [10])
    first.sent(batcher)
    scorer.coming()
    second, third = Request(2, [10]), Request(3, [10] * 6)
    second.sent(batcher)
    scorer.leave.put(None)
    assert first.answer()
    scorer.coming()  # the second; the first has shown the rate
    third.sent(batcher)
    with pytest.raises(
        QueueFullError, match=r"^the queue is full \(60 of 60 tokens wait\); try again in 12 s$"
    ) as full:
        batcher.submit(first.pairs, first.news.put)
    assert full.value.retry_after == 12
    with pytest.raises(QueueFullError):
        batcher.check_room()
    scorer.open()
    assert third.answer() == places(third.pairs)
    batcher.check_room()
    first.sent(batcher)
    assert first.answer() == [1000.0]


def test_a_full_queue_without_a_rate_asks_for_a_second(scorer: GatedScorer) -> None:
    batcher = Batcher(scorer.logits, Limits(batch_tokens=10, waiting_tokens=60, batch_wait=AT_ONCE))
    Request(1, [10]).sent(batcher)
    scorer.coming()
    Request(2, [10] * 6).sent(batcher)
    with pytest.raises(QueueFullError) as full:
        Request(3, [1]).sent(batcher)
    assert full.value.retry_after == 1


def test_what_never_fits_is_refused_for_good(scorer: GatedScorer) -> None:
    batcher = Batcher(scorer.logits, Limits(batch_tokens=10, waiting_tokens=60))
    with pytest.raises(TooLargeError, match=r"^the texts are 61 tokens and the queue holds 60; send them in parts$"):
        Request(1, [61]).sent(batcher)


def test_a_dropped_request_frees_its_place_and_is_not_scored(scorer: GatedScorer) -> None:
    batcher = Batcher(scorer.logits, Limits(batch_tokens=10, waiting_tokens=60, batch_wait=AT_ONCE))
    first, second, third = Request(1, [10]), Request(2, [10] * 6), Request(3, [10] * 6)
    first.sent(batcher)
    scorer.coming()
    job = second.sent(batcher)
    batcher.drop(job)
    assert batcher.waiting() == (0, 0)
    third.sent(batcher)
    scorer.open()
    assert third.answer() == places(third.pairs)
    assert {pair.prefix[0] for batch in scorer.batches for pair in batch} == {1, 3}
    assert second.news.empty()


def test_what_is_dropped_while_it_is_computed_hears_nothing(scorer: GatedScorer) -> None:
    batcher = Batcher(scorer.logits, Limits(batch_tokens=10, batch_wait=AT_ONCE))
    first, second = Request(1, [5, 5, 5]), Request(2, [5])
    job = first.sent(batcher)
    scorer.coming()
    batcher.drop(job)
    second.sent(batcher)
    scorer.open()
    assert second.answer() == [2000.0]
    assert first.news.empty()


def test_a_failing_batch_fails_its_own_requests_only(scorer: GatedScorer, caplog: pytest.LogCaptureFixture) -> None:
    counted: list[tuple[int, int, bool]] = []
    batcher = Batcher(
        scorer.logits,
        Limits(batch_tokens=20, batch_wait=AT_ONCE),
        lambda pairs, tokens, failed: counted.append((pairs, tokens, failed)),
    )
    first, second, third = Request(1, [10]), Request(2, [3] * 20), Request(3, [10])
    first.sent(batcher)
    scorer.coming()
    second.sent(batcher)
    scorer.leave.put(None)
    scorer.coming()
    scorer.leave.put(ValueError("Warfarin, and what else the patient takes"))
    with pytest.raises(BatchFailedError, match=r"^the model failed: ValueError in logits, line \d+$"):
        second.answer()
    assert batcher.waiting() == (0, 0)  # its other pairs do not wait any more
    third.sent(batcher)
    scorer.open()
    assert (first.answer(), third.answer()) == ([1000.0], [3000.0])
    assert batcher.end(WAIT)
    assert [failed for _, _, failed in counted] == [False, True, False]
    assert "Warfarin" not in caplog.text
    assert caplog.text.count("\n") == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ([1.0, math.nan], "not a finite number"),
        ([math.inf, 1.0], "not a finite number"),
        ([1.0], "missing"),
        ([], "missing"),
        ([1.0, 1.0, 1.0], "missing"),
    ],
)
def test_a_score_that_is_none_is_an_error(wrong: list[float], told: str) -> None:
    batcher = Batcher(lambda _: wrong, Limits(batch_tokens=10, batch_wait=AT_ONCE))
    asked = Request(1, [1, 1])
    asked.sent(batcher)
    with pytest.raises(BatchFailedError, match=told):
        asked.answer()


def test_a_score_that_is_no_number_fails_the_request_it_is_of_alone(caplog: pytest.LogCaptureFixture) -> None:
    def poisoned(pairs: Sequence[Pair]) -> list[float]:
        return [
            math.nan if pair == second.pairs[1] else score for pair, score in zip(pairs, places(pairs), strict=True)
        ]

    counted: list[bool] = []
    scorer = GatedScorer(poisoned, shut=True)
    batcher = Batcher(
        scorer.logits,
        Limits(batch_tokens=30, batch_wait=AT_ONCE),
        lambda _pairs, _tokens, failed: counted.append(failed),
    )
    blocker = Request(9, [1])
    blocker.sent(batcher)
    scorer.coming()
    first, second, third = Request(1, [1] * 2), Request(2, [1] * 30), Request(3, [1] * 2)
    for one in (first, second, third):
        one.sent(batcher)
    scorer.leave.put(None)
    assert requests_of(scorer.coming()) == [1, 2, 3]
    scorer.open()
    assert first.answer() == places(first.pairs)
    assert third.answer() == places(third.pairs)
    with pytest.raises(BatchFailedError, match=r"^the model failed: a score is not a finite number$"):
        second.answer()
    assert second.news.empty()
    assert batcher.end(WAIT)
    assert counted == [False, True]
    assert caplog.text.count("\n") == 1


def test_the_end_fails_what_is_computed_and_what_waits(scorer: GatedScorer) -> None:
    batcher = Batcher(scorer.logits, Limits(batch_tokens=10, batch_wait=AT_ONCE))
    first, second = Request(1, [10, 10]), Request(2, [10])
    first.sent(batcher)
    scorer.coming()
    second.sent(batcher)
    assert not batcher.end(0)  # a batch is with the model still
    for one in (first, second):
        with pytest.raises(EndingError):
            one.answer()
    scorer.open()
    assert batcher.end(WAIT)
    assert first.news.empty()
    with pytest.raises(EndingError):
        Request(3, [1]).sent(batcher)
