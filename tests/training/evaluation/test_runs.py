"""TREC runs and judgements come back as they went out."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.errors import RequestError
from training.evaluation.runs import Found, read_qrels, read_run, write_qrels, write_run

ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(lambda name: name.split() == [name])
scores = st.floats(allow_nan=False, allow_infinity=False)
runs = st.dictionaries(
    ids,
    st.lists(st.builds(Found, ids, scores), min_size=1, max_size=6, unique_by=lambda one: one.passage),
    max_size=4,
)
judgements = st.dictionaries(ids, st.dictionaries(ids, st.integers(-2, 4), min_size=1, max_size=5), max_size=4)


@settings(deadline=None)
@given(runs)
def test_a_run_keeps_order_and_every_bit_of_its_scores(run: dict[str, list[Found]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.run"
        write_run(path, run, "tag")
        assert read_run(path) == run


@settings(deadline=None)
@given(judgements)
def test_judgements_come_back(qrels: dict[str, dict[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.qrels"
        write_qrels(path, qrels)
        assert read_qrels(path) == qrels


def test_another_tools_run_is_ordered_by_rank_however_its_lines_stand(tmp_path: Path) -> None:
    (tmp_path / "a.run").write_text("q Q0 b 2 7 x\r\nq\tQ0\ta\t1\t7.0\tx\n\n")
    assert read_run(tmp_path / "a.run") == {"q": [Found("a", 7.0), Found("b", 7.0)]}


def test_beir_judgements_are_read_under_their_header(tmp_path: Path) -> None:
    (tmp_path / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\t31\t1\n")
    assert read_qrels(tmp_path / "test.tsv") == {"1": {"31": 1}}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("q Q0 a 1 7", "line 1: not `query"),
        ("q Q0 a one 7 x", "line 1: not `query"),
        ("q Q0 a 1 nan x", "line 1: the score is not finite"),
        ("q Q0 a 1 7 x\nq Q0 a 2 6 x", "line 2: a stands twice"),
    ],
)
def test_a_faulty_run_is_one_line_that_names_the_place(tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / "a.run").write_text(line)
    with pytest.raises(RequestError, match=fault):
        read_run(tmp_path / "a.run")


def test_faulty_judgements_are_one_line_that_names_the_place(tmp_path: Path) -> None:
    for text, fault in (("q 0 a 1\nq 0 a 2\n", "line 2: a is judged twice"), ("q 0 a x\n", "line 1: neither")):
        (tmp_path / "a.qrels").write_text(text)
        with pytest.raises(RequestError, match=fault):
            read_qrels(tmp_path / "a.qrels")


def test_an_id_that_a_run_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="white space"):
        write_run(tmp_path / "a.run", {"a question": [Found("a", 1.0)]}, "tag")
