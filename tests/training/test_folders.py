"""A folder is written as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.errors import RequestError
from training.folders import replaced


def fill(folder: Path, content: str) -> None:
    with replaced(folder, "mark") as new:
        (new / "mark").write_text(content)
        (new / content).write_text("")


def test_what_is_written_takes_the_folders_place(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    fill(folder, "one")
    fill(folder, "two")
    assert sorted(path.name for path in folder.iterdir()) == ["mark", "two"]
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_a_run_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    fill(folder, "one")
    with pytest.raises(ZeroDivisionError), replaced(folder, "mark") as new:
        (new / "mark").write_text("half")
        raise ZeroDivisionError
    assert (folder / "mark").read_text() == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RequestError, match=r"holds no mark.*output=FOLDER"), replaced(tmp_path, "mark"):
        raise AssertionError("must not be reached")
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
