"""Triplet files read by number, and refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.errors import RequestError, SourceError
from tests.training.finetune.toys import rows, write_rows
from training.finetune.rows import open_rows, sampled

GIVEN = {"query": "dry cough", "pos": ["Asthma"], "neg": ["Fracture"], "source": "made up"}


def test_any_row_is_read_alone_and_rows_together_in_the_order_asked_for(tmp_path: Path) -> None:
    """What is not ASCII takes more bytes than characters, and moves every row after it."""
    given = [{**row, "query": f"hämoglobin … {row['query']}"} for row in rows()]
    found = open_rows(write_rows(tmp_path / "train.jsonl", given))
    assert len(found) == len(given)
    assert [found[number].query for number in (5, 0, 23)] == [given[number]["query"] for number in (5, 0, 23)]
    assert [row.positives for row in found.read([7, 2])] == [tuple(given[7]["pos"]), tuple(given[2]["pos"])]
    assert found.sources == ("even", "odd")
    assert found.source[:3].tolist() == [0, 1, 0]


def test_rows_share_a_key_where_question_answer_group_or_topic_is_the_same(tmp_path: Path) -> None:
    """However it is written."""
    given = [
        GIVEN,
        {**GIVEN, "query": "Dry  cough?", "pos": ["Hypertension"]},
        {**GIVEN, "query": "wheeze", "pos": ["asthma."]},
        {**GIVEN, "query": "knee", "pos": ["Fall"]},
        {**GIVEN, "query": "hip", "pos": ["Stairs"]},
        {**GIVEN, "query": "alone", "pos": ["Nothing"]},
    ]
    of = [["a"], ["b"], ["c"], ["d", "e"], ["f"], ["g"]]
    topics = ["", "", "", "t", "t", ""]
    groups = [{"groups": one, "topic": topic} for one, topic in zip(of, topics, strict=True)]
    found = open_rows(write_rows(tmp_path / "train.jsonl", given, groups))
    keys = [set(found.keys(number)) for number in range(len(given))]
    sharing = {(one, other) for one in range(6) for other in range(one) if keys[one] & keys[other]}
    assert sharing == {(1, 0), (2, 0), (4, 3)}


def test_of_a_source_with_too_many_rows_some_are_taken_always_the_same(tmp_path: Path) -> None:
    """With their own keys, in their order; a source that is not named keeps all of its rows."""
    whole = open_rows(write_rows(tmp_path / "train.jsonl", rows()))
    some = sampled(whole, {"odd": 5})
    taken = some.read(range(len(some)))
    assert [row.source for row in taken].count("odd") == 5
    assert [row.source for row in taken].count("even") == len(whole) // 2
    queries = [row.query for row in whole.read(range(len(whole)))]
    numbers = [queries.index(row.query) for row in taken]
    assert numbers == sorted(numbers)
    assert [list(some.keys(place)) for place in range(len(some))] == [list(whole.keys(one)) for one in numbers]
    assert sampled(whole, {"odd": 5}) == some
    assert [number for number in numbers if number % 2] != [1, 3, 5, 7, 9]  # the first ones say what comes first


def test_rows_of_a_source_that_is_not_there_are_refused(tmp_path: Path) -> None:
    """A slip of the pen would leave all its rows in."""
    with pytest.raises(RequestError, match=r"data\.most\.od: no row is of this source; there are even, odd"):
        sampled(open_rows(write_rows(tmp_path / "train.jsonl", rows())), {"od": 5})


def test_grades_stand_with_their_passages(tmp_path: Path) -> None:
    """And a row without them is not graded."""
    found = open_rows(write_rows(tmp_path / "a.jsonl", [GIVEN, {**GIVEN, "pos_scores": [0.5], "neg_scores": [0.1]}]))
    assert not found[0].graded
    assert found[1].graded
    assert (found[1].positive_scores, found[1].negative_scores) == ((0.5,), (0.1,))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**GIVEN, "pos": []}, "no positive"),
        ({**GIVEN, "pos": "Asthma", "query": None}, "not a triplet"),
        ({**GIVEN, "pos_scores": [1, 2]}, "pos_scores and pos differ in length"),
        ({**GIVEN, "pos_scores": [1], "neg_scores": [1, 2]}, "neg_scores and neg differ in length"),
        ({**GIVEN, "neg_scores": [1]}, "neg_scores without pos_scores"),
    ],
)
def test_a_row_that_is_no_triplet_is_named_without_its_text(tmp_path: Path, row: dict[str, object], said: str) -> None:
    """By file and line."""
    path = write_rows(tmp_path / "train.jsonl", [GIVEN, row])
    with pytest.raises(SourceError) as raised:
        open_rows(path)
    assert str(raised.value).startswith(f"{path} line 2: {said}")
    assert "Asthma" not in str(raised.value)


def test_a_file_that_is_absent_or_empty_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    """It is written by another command."""
    with pytest.raises(SourceError, match="no such file; write it with: python -m training triplets"):
        open_rows(tmp_path / "train.jsonl")
    with pytest.raises(SourceError, match="no row in it"):
        open_rows(write_rows(tmp_path / "train.jsonl", []))
