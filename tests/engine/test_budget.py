from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.engine.budget import LARGEST, SMALLEST, TokenBudget
from emr_rerank.errors import ModelError


@given(sizes=st.lists(st.integers(1, 50)), tokens=st.integers(1, 200))
def test_every_item_is_computed_once_in_order_and_within_the_budget(sizes: list[int], tokens: int) -> None:
    batches = TokenBudget(tokens).run(sizes, int, list)
    assert [item for batch in batches for item in batch] == sizes
    assert all(sum(batch) <= tokens or len(batch) == 1 for batch in batches)


@given(sizes=st.lists(st.integers(1, 50)), tokens=st.integers(1, 500), room=st.integers(50, 500))
def test_memory_that_runs_out_halves_the_budget_and_loses_nothing(sizes: list[int], tokens: int, room: int) -> None:
    def compute(batch: list[int]) -> list[int]:
        if sum(batch) > room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return list(batch)

    budget = TokenBudget(tokens)
    batches = budget.run(sizes, int, compute)  # type: ignore[arg-type]
    assert [item for batch in batches for item in batch] == sizes
    assert budget.tokens <= tokens


def test_an_item_that_memory_cannot_hold_is_a_one_line_error() -> None:
    def compute(_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(ModelError, match="does not hold one text of 30 tokens; free some of it"):
        TokenBudget(100).run([30, 40], int, compute)


def test_another_fault_is_not_taken_for_want_of_memory() -> None:
    def compute(_: object) -> None:
        raise RuntimeError("device-side assert")

    with pytest.raises(RuntimeError, match="device-side assert"):
        TokenBudget(100).run([30, 40], int, compute)


@pytest.mark.parametrize(
    ("free", "tokens"), [(0, SMALLEST), (10_000_000, 8000), (10**12, LARGEST)], ids=["none", "some", "plenty"]
)
def test_the_first_budget_follows_the_free_memory(free: int, tokens: int) -> None:
    assert TokenBudget.of_memory(free, 1000).tokens == tokens


def test_the_budget_grows_back_while_memory_holds() -> None:
    budget = TokenBudget(1000)
    budget.tokens = 10
    for _ in range(40):
        budget.run([5], int, list)
    assert budget.tokens == 1000


def test_room_is_made_before_an_item_alone_is_given_up() -> None:
    kept = [100]  # what fills the memory

    def compute(batch: list[int]) -> list[int]:
        if sum(batch) + sum(kept) > 120:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return list(batch)

    assert TokenBudget(200).run([60, 50], int, compute, make_room=kept.clear) == [[60], [50]]  # type: ignore[arg-type]
