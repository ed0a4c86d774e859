"""What an installation's own folder may hold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emr_rerank.errors import FactsError
from emr_rerank.knowledge import load
from tests.knowledge.tables import written

CLASSES = "name,also,purpose,safety\nACE inhibitor,ACEi,house words,\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    folder.mkdir()
    return folder


def test_rows_of_a_folder_are_told_with_it(tmp_path: Path, own: Path) -> None:
    (own / "classes.csv").write_text(CLASSES)
    classes = {row.name: row.where for row in load(written(tmp_path / "base"), own).classes}
    assert classes == {"ACE inhibitor": "house/classes.csv line 2", "bronchodilator": "classes.csv line 3"}


def test_a_spreadsheets_mark_and_line_ends_are_read(tmp_path: Path, own: Path) -> None:
    (own / "classes.csv").write_bytes(b"\xef\xbb\xbf" + CLASSES.replace("\n", "\r\n").encode())
    assert load(written(tmp_path / "base"), own).classes[0].purpose == "house words"


def test_notes_and_reviews_may_lie_beside_the_tables(tmp_path: Path, own: Path) -> None:
    (own / "classes.csv").write_text(CLASSES)
    (own / "exceptions.csv").write_text("check,name,reason\n")
    (own / "README.md").write_text("ours")
    assert load(written(tmp_path / "base"), own).classes[0].purpose == "house words"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("medicine.csv", "house/medicine.csv: no table is called so; the tables are medicines.csv, "),
        ("Medicines.CSV", "house/Medicines.CSV: no table is called so"),
        ("notes.txt", "house: no table is there"),
    ],
)
def test_what_would_go_unread_is_refused(tmp_path: Path, own: Path, file: str, told: str) -> None:
    (own / file).write_text(CLASSES)
    with pytest.raises(FactsError) as caught:
        load(written(tmp_path / "base"), own)
    assert told in str(caught.value)


def test_an_absent_folder_is_told(tmp_path: Path, own: Path) -> None:
    own.rmdir()
    with pytest.raises(FactsError, match="house: cannot be read as a folder"):
        load(written(tmp_path / "base"), own)


def test_a_pipe_is_not_waited_for(tmp_path: Path, own: Path) -> None:
    os.mkfifo(own / "classes.csv")
    with pytest.raises(FactsError, match=r"^house/classes\.csv: not a plain file"):
        load(written(tmp_path / "base"), own)


@pytest.mark.parametrize("hidden", ["\x1b[31mred", "over\u202ewritten", "zero\u200bwidth", "\x00"])
def test_what_would_act_on_a_terminal_or_hide_on_a_page_is_refused(tmp_path: Path, own: Path, hidden: str) -> None:
    (own / "classes.csv").write_text(CLASSES.replace("house words", hidden))
    with pytest.raises(FactsError, match=r"^house/classes\.csv line 2, column purpose: holds a line break, a control"):
        load(written(tmp_path / "base"), own)
