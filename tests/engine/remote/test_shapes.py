from __future__ import annotations

import json
from math import exp, isfinite
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.engine.remote.shapes import COHERE, TEI, WrongAnswerError, logit, read, route


@pytest.mark.parametrize(
    ("url", "asked", "shape"),
    [
        ("http://gpu:8080", "http://gpu:8080/rerank", TEI),
        ("http://gpu:8080/", "http://gpu:8080/rerank", TEI),
        ("http://gpu:8080/rerank", "http://gpu:8080/rerank", TEI),
        ("http://gpu/behind/a/proxy/", "http://gpu/behind/a/proxy/rerank", TEI),
        ("http://gpu:8000/v1/rerank/", "http://gpu:8000/v1/rerank", COHERE),
        ("https://api.example/v2/rerank?region=eu", "https://api.example/v2/rerank?region=eu", COHERE),
        ("https://api.example/v1", "https://api.example/v1/rerank", COHERE),
        ("http://gpu/V1/RERANK", "http://gpu/V1/RERANK", COHERE),
        ("http://gpu/ReRank", "http://gpu/ReRank", TEI),
        ("http://gpu/v1beta/rerank", "http://gpu/v1beta/rerank", COHERE),
        ("http://gpu/v1.1/", "http://gpu/v1.1/rerank", COHERE),
        ("http://gpu/vllm/rerank", "http://gpu/vllm/rerank", TEI),
        ("http://gpu/v1/models/rerank", "http://gpu/v1/models/rerank", TEI),
    ],
)
def test_the_address_says_how_a_server_is_asked(url: str, asked: str, shape: object) -> None:
    assert route(url) == (asked, shape)


def test_requests_are_as_each_kind_of_server_wants_them() -> None:
    assert TEI.body("q", ["a"], "m") == {"query": "q", "texts": ["a"], "raw_scores": True, "truncate": True}
    assert COHERE.body("q", ["a", "b"], "m") == {"model": "m", "query": "q", "documents": ["a", "b"], "top_n": 2}
    assert "model" not in COHERE.body("q", ["a"], None)


def results(*pairs: tuple[Any, Any], **more: Any) -> bytes:
    return json.dumps([{"index": index, "score": score, **more} for index, score in pairs]).encode()


def test_scores_come_back_in_the_order_asked_whatever_the_server_s() -> None:
    assert read(TEI, results((2, -1), (0, 3.5), (1, 0.0)), 3).logits == (3.5, 0.0, -1.0)
    cohere = json.dumps({"id": "x", "results": [{"index": 1, "relevance_score": 0.5, "document": {"text": "a"}}]})
    assert read(COHERE, cohere.replace("1,", "0,").encode(), 1).logits == (0.0,)


def test_what_the_server_cut_is_known() -> None:
    content = json.dumps([{"index": 1, "score": 1, "truncated": True}, {"index": 0, "score": 2}]).encode()
    assert read(TEI, content, 2).truncated == (False, True)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>", "not JSON"),
        (b"", "not JSON"),
        (b'[{"index": 0, "score": NaN}]', "not JSON"),
        (b'{"error": "SECRET"}', "without a list of results"),
        (b"3", "without a list of results"),
        (b"[[0, 1.5]]", "no object"),
        (results((0, None), (1, 1)), "score that is no finite number"),
        (results((0, "9"), (1, 1)), "score that is no finite number"),
        (results((0, True), (1, 1)), "score that is no finite number"),
        (results((True, 1), (0, 1)), "has no index"),
        (results((0.0, 1), (1, 1)), "has no index"),
        (results((0, 1)), "leaves out text 1 of 2"),
        (results((0, 1), (0, 2)), "twice for text 0 of 2"),
        (results((0, 1), (1, 1), (1, 1)), "twice for text 1 of 2"),
        (results((0, 1), (2, 1)), "answers for text 2 of 2"),
        (results((0, 1), (-1, 1)), "answers for text -1 of 2"),
        (results(), "leaves out text 0 of 2"),
    ],
)
def test_an_answer_that_does_not_score_every_text_once_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(WrongAnswerError, match=told) as refused:
        read(TEI, content, 2)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("score", [1.5, -0.1])
def test_what_is_no_probability_is_not_taken_for_one(score: float) -> None:
    content = json.dumps({"results": [{"index": 0, "relevance_score": score}]}).encode()
    with pytest.raises(WrongAnswerError, match="outside"):
        read(COHERE, content, 1)


PROBABILITIES = st.floats(0, 1)


@settings(deadline=None)
@given(PROBABILITIES, PROBABILITIES)
def test_probabilities_keep_their_order_as_logits(one: float, other: float) -> None:
    assert isfinite(logit(one))
    assert (logit(one) >= logit(other)) if one >= other else (logit(one) <= logit(other))
    assert 1 / (1 + exp(-logit(one))) == pytest.approx(one)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["index", "score", "results"]), inner),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON | st.binary(), st.integers(0, 4))
def test_whatever_is_answered_is_read_or_refused(answer: Any, count: int) -> None:
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    for shape in (TEI, COHERE):
        try:
            found = read(shape, content, count)
        except WrongAnswerError:
            continue
        assert len(found.logits) == len(found.truncated) == count
        assert all(map(isfinite, found.logits))
