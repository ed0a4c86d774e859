"""What a reviewer may let stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.exceptions import load_exceptions

HEADER = "# reviewed\ncheck,name,reason\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("spelling,htn,because", "a line must hold one of"),
        ("collision,htn,", "a line must hold one of"),
        ("collision,htn,because\ncollision,HTN,because", "is there twice"),
    ],
)
def test_an_exception_needs_a_check_a_name_and_a_reason(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "exceptions.csv"
    path.write_text(f"{HEADER}{line}\n")
    with pytest.raises(FactsError, match=told):
        load_exceptions(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [("", r"exceptions\.csv: the header must be"), ("name,reason\n", r"exceptions\.csv: the header must be")],
)
def test_reviews_without_their_header_are_told(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "exceptions.csv"
    path.write_text(content)
    with pytest.raises(FactsError, match=told):
        load_exceptions(path)


def test_a_folders_reviews_join_the_shipped_ones_and_may_be_absent(tmp_path: Path) -> None:
    shipped, own = tmp_path / "exceptions.csv", tmp_path / "house" / "exceptions.csv"
    shipped.write_text(f"{HEADER}collision,PD,both\ncollision,MS,both\n")
    assert load_exceptions(shipped, own)["collision"] == {"pd": "both", "ms": "both"}
    own.parent.mkdir()
    own.write_text(f"{HEADER}collision,ms,ours\n")
    assert load_exceptions(shipped, own)["collision"] == {"pd": "both", "ms": "ours"}
    own.write_text("collision\n")
    with pytest.raises(FactsError, match=r"^house/exceptions\.csv: the header"):
        load_exceptions(shipped, own)
