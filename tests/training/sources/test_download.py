"""Downloading public sources: whole or not at all, and one line where there is no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emr_rerank.errors import SourceError
from training.sources import KINDS, source
from training.sources.download import PUBLIC, Remote, download
from training.sources.reading import Row


def two_rows(_: Remote) -> Iterator[Row]:
    yield {"question": "Why?", "answer": "So.", "question_focus": "Knee", "question_type": "cause"}
    yield {"question": "How?", "answer": "Thus.", "question_focus": "Knee", "question_type": "treatment"}


def breaks_off(remote: Remote) -> Iterator[Row]:
    yield from two_rows(remote)
    raise ConnectionError("the line is dead")


def test_what_is_downloaded_is_found_and_read(tmp_path: Path) -> None:
    file = download("medquad", tmp_path, fetch=two_rows)
    examples = list(source("medquad", [tmp_path / "absent", tmp_path]).examples())
    assert [(one.query, one.topic, one.facet) for one in examples] == [
        ("Why?", "Knee", "cause"),
        ("How?", "Knee", "treatment"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_no_more_rows_are_fetched_than_are_wanted(tmp_path: Path) -> None:
    download("medquad", tmp_path, 1, fetch=breaks_off)
    assert len(list(source("medquad", [tmp_path]).examples())) == 1


def test_rows_without_an_answer_are_not_among_those_that_are_wanted(tmp_path: Path) -> None:
    def unanswered(remote: Remote) -> Iterator[Row]:
        yield {"question": "What?", "answer": None, "question_focus": "Knee", "question_type": "information"}
        yield from two_rows(remote)

    download("medquad", tmp_path, 2, fetch=unanswered)
    opened = source("medquad", [tmp_path])
    assert [one.query for one in opened.examples()] == ["Why?", "How?"]
    assert not opened.faults.skipped


def test_a_broken_download_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^medquad: lavita/MedQuAD cannot be downloaded \(ConnectionError\)"):
        download("medquad", tmp_path, fetch=breaks_off)
    assert list(tmp_path.iterdir()) == []


def test_a_source_nobody_publishes_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="feedback: cannot be downloaded"):
        download("feedback", tmp_path)


def test_every_download_is_kept_under_a_name_its_source_looks_for() -> None:
    for name, remote in PUBLIC.items():
        assert any(Path(remote.file).match(pattern) for pattern in KINDS[name].names)
