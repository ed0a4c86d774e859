"""What counts as a change of a resource, and which version is the newer."""

from __future__ import annotations

import pytest

from emr_rerank.pipeline.importing.fingerprint import content_hash, is_older, to_json
from tests.pipeline.charts import Json, condition


def test_key_order_does_not_matter_but_list_order_does() -> None:
    assert content_hash({"a": 1, "b": {"c": 1, "d": 2}}) == content_hash({"b": {"d": 2, "c": 1}, "a": 1})
    assert content_hash({"a": [1, 2]}) != content_hash({"a": [2, 1]})


@pytest.mark.parametrize("meta", [{"versionId": "2"}, {"lastUpdated": "2020-01-01T00:00:00Z"}, {}])
def test_what_a_server_changes_by_touching_is_no_content(meta: Json) -> None:
    bare = condition() if meta else condition(meta={})
    assert content_hash(condition(meta=meta)) == content_hash(bare)


def test_the_rest_of_meta_is_content() -> None:
    confidential = {"security": [{"code": "R"}], "versionId": "1"}
    assert content_hash(condition(meta=confidential)) != content_hash(condition())
    assert content_hash(condition(meta={**confidential, "versionId": "2"})) == content_hash(
        condition(meta=confidential)
    )


def test_hashing_leaves_the_resource_as_it_was() -> None:
    given = condition(meta={"versionId": "1"})
    content_hash(given)
    assert given == condition(meta={"versionId": "1"})


@pytest.mark.parametrize("depth", [10, 300, 1020])
def test_deep_nesting_is_hashed_and_written(depth: int) -> None:
    nested: Json = {}
    for _ in range(depth):
        nested = {"extension": nested}
    assert len(content_hash(nested)) == 16
    assert to_json(nested).startswith(b"{")


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z", True),
        ("2020-01-02T00:00:00Z", "2020-01-01T00:00:00Z", False),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", False),
        ("2020-01-01T12:00:00+12:00", "2020-01-01T06:00:00Z", True),
        ("", "2020-01-01T00:00:00Z", False),
        ("yesterday", "2020-01-01T00:00:00Z", False),
        ("2020-01-01T00:00:00", "2020-01-02T00:00:00Z", True),
    ],
)
def test_versions_are_ordered_by_instant_where_both_say_one(one: str, other: str, *, older: bool) -> None:
    assert is_older(one, other) is older
