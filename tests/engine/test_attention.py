from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from emr_rerank.engine import attention
from emr_rerank.engine.attention import Sights, Spans, attend, joined

CPU = torch.device("cpu")
SIZE = 8


def streams(queries: Spans, keys: Spans, heads: int, key_heads: int) -> tuple[Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(sum(queries.lengths))
    return (
        torch.randn(sum(queries.lengths), heads, SIZE, generator=random),
        torch.randn(sum(keys.lengths), key_heads, SIZE, generator=random),
        torch.randn(sum(keys.lengths), key_heads, SIZE, generator=random),
    )


def textbook(queries: Tensor, keys: Tensor, values: Tensor, sights: Sights) -> tuple[Tensor, Tensor]:
    """One sequence and one head at a time, in double precision."""
    output, sums = torch.empty_like(queries), torch.empty(queries.shape[:2])
    shared = queries.shape[1] // keys.shape[1]
    for one in range(len(sights.queries.lengths)):
        rows = slice(*sights.queries.offsets[one : one + 2])
        columns = slice(*sights.keys.offsets[one : one + 2])
        for head in range(queries.shape[1]):
            asked, known = queries[rows, head].double(), keys[columns, head // shared].double()
            products = asked @ known.T / SIZE**0.5
            if sights.causal:
                products += torch.full(products.shape, -torch.inf).triu(1)
            output[rows, head] = (products.softmax(1) @ values[columns, head // shared].double()).float()
            sums[rows, head] = products.logsumexp(1).float()
    return output, sums


lengths = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=12)
heads = st.sampled_from([(4, 1), (4, 2), (4, 4), (1, 1)])


@pytest.mark.parametrize("kernel", ["flash", "by hand"])
@settings(max_examples=40, deadline=None)
@given(lengths=lengths, heads=heads, causal=st.booleans())
def test_every_query_sees_its_own_keys_only(
    *, kernel: str, lengths: list[tuple[int, int]], heads: tuple[int, int], causal: bool
) -> None:
    queries = Spans(tuple(one for one, _ in lengths))
    keys = queries if causal else Spans(tuple(other for _, other in lengths))
    sights = Sights(queries, keys, CPU, causal=causal)
    parts = streams(queries, keys, *heads)
    kernels = attention.KERNELS if kernel == "flash" else {}
    expected = textbook(*parts, sights)
    for found, right in zip(attend(*parts, sights, kernels), expected, strict=True):
        torch.testing.assert_close(found, right, atol=1e-5, rtol=1e-5)


@given(first=st.integers(1, 30), second=st.integers(1, 30))
def test_two_parts_join_to_the_attention_over_both(first: int, second: int) -> None:
    queries, both = Spans((5,)), Spans((first + second,))
    asked, keys, values = streams(queries, both, 2, 1)
    one = Sights(queries, Spans((first,)), CPU, causal=False)
    other = Sights(queries, Spans((second,)), CPU, causal=False)
    whole, _ = attend(asked, keys, values, Sights(queries, both, CPU, causal=False))
    parts = (
        *attend(asked, keys[:first], values[:first], one),
        *attend(asked, keys[first:], values[first:], other),
    )
    torch.testing.assert_close(joined(*parts), whole, atol=1e-5, rtol=1e-5)


def test_a_part_that_weighs_nothing_beside_the_other_adds_nothing() -> None:
    one, other = torch.ones(3, 2, SIZE), torch.zeros(3, 2, SIZE)
    far = torch.full((3, 2), 500.0)
    assert torch.equal(joined(one, far, other, -far), one)
    assert torch.equal(joined(one, -far, other, far), other)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("key_heads", [1, 4])
def test_flash_attention_of_variable_lengths_agrees_on_a_gpu(*, causal: bool, key_heads: int) -> None:
    device = torch.device("cuda")
    queries = Spans((3, 60, 1, 17))
    keys = queries if causal else Spans((300, 1, 40, 5))
    asked, known, values = (one.bfloat16() for one in streams(queries, keys, 4, key_heads))
    sights = Sights(queries, keys, device, causal=causal)
    found, sums = attend(asked.to(device), known.to(device), values.to(device), sights)
    right, right_sums = textbook(asked.float(), known.float(), values.float(), sights)
    torch.testing.assert_close(found.float().cpu(), right, atol=2e-2, rtol=2e-2)
    torch.testing.assert_close(sums.cpu(), right_sums, atol=2e-2, rtol=2e-2)
