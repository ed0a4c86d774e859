"""What a reviewer may let stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.exceptions import load_exceptions

HEADER = "# reviewed\ncheck,name,reason\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("spelling,htn,because", "exceptions.csv line 3: a line must hold one of"),
        ("collision,htn,", "line 3: a line must hold one of"),
        ("collision,htn,because\ncollision,HTN,because", "line 4: collision 'HTN' is there twice"),
        (f"collision,htn,{'x' * 140_000}", r"line 3: not CSV \(field larger"),
        ('collision,htn,"because', r"line 3: not CSV \(unexpected end"),
    ],
)
def test_an_exception_needs_a_check_a_name_and_a_reason(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "exceptions.csv"
    path.write_text(f"{HEADER}{line}\n")
    with pytest.raises(FactsError, match=told):
        load_exceptions(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", r"exceptions\.csv line 1: the header must be"),
        ("name,reason\n", r"exceptions\.csv line 1: the header must be"),
    ],
)
def test_reviews_without_their_header_are_told(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "exceptions.csv"
    path.write_text(content)
    with pytest.raises(FactsError, match=told):
        load_exceptions(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "exceptions.csv")
    with pytest.raises(FactsError, match=r"^exceptions\.csv: not a plain file"):
        load_exceptions(tmp_path / "exceptions.csv")


def test_a_folders_reviews_join_the_shipped_ones_and_may_be_absent(tmp_path: Path) -> None:
    shipped, own = tmp_path / "exceptions.csv", tmp_path / "house" / "exceptions.csv"
    shipped.write_text(f"{HEADER}collision,PD,both\ncollision,MS,both\n")
    assert load_exceptions(shipped, own)["collision"] == {"pd": "both", "ms": "both"}
    own.parent.mkdir()
    own.write_text(f"{HEADER}collision,ms,ours\n")
    assert load_exceptions(shipped, own)["collision"] == {"pd": "both", "ms": "ours"}
    own.write_text("collision\n")
    with pytest.raises(FactsError, match=r"^house/exceptions\.csv line 1: the header"):
        load_exceptions(shipped, own)
