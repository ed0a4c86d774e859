"""Reading the tables: typed rows, one version, and errors that name file, line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.tables import facts, load
from tests.knowledge.tables import TABLES, with_row, written


def test_cells_become_typed_rows(tmp_path: Path) -> None:
    lisinopril, _ = load(written(tmp_path)).medicines
    assert (lisinopril.name, lisinopril.brands, lisinopril.also) == ("lisinopril", ("Zestril", "Prinivil"), ())
    assert lisinopril.where == "medicines.csv line 3"


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    first = load(written(tmp_path / "a"))
    same = load(written(tmp_path / "b"))
    other = load(written(tmp_path / "c", with_row("classes", "NSAID,,eases pain,")))
    assert first.version == same.version != other.version


def test_a_later_folder_adds_and_replaces_rows(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "classes.csv").write_text("name,also,purpose,safety\nace inhibitor,,house words,\nNSAID,,eases pain,\n")
    classes = {row.name: row.purpose for row in load(written(tmp_path / "base"), own).classes}
    assert classes == {"ace inhibitor": "house words", "bronchodilator": "opens the airways", "NSAID": "eases pain"}


@pytest.mark.parametrize(
    ("table", "content", "told"),
    [
        ("classes", "name,also\n", "classes.csv line 1: the header must be name,also,purpose,safety"),
        ("classes", TABLES["classes"] + "NSAID,,\n", "classes.csv line 4: 3 cells for 4 columns"),
        ("classes", TABLES["classes"] + "NSAID,,x,pill\n", "classes.csv line 4, column safety: not anticoagulant, imm"),
        ("classes", TABLES["classes"] + ",,x,\n", "classes.csv line 4, column name: empty"),
        ("classes", TABLES["classes"] + "NSAID,a;b,x,\n", "classes.csv line 4, column also: a list"),
        ("classes", TABLES["classes"] + "NSAID,a; ,x,\n", "classes.csv line 4, column also: "),
        ("classes", TABLES["classes"] + "NSAID,,x ,\n", "classes.csv line 4, column purpose: the cell begins or ends"),
        ("classes", TABLES["classes"] + 'NSAID,,"x,\n', "classes.csv line 4: not CSV"),
        ("classes", TABLES["classes"] + "ace INHIBITOR,,x,\n", "classes.csv line 4: the row is there twice"),
        (
            "classes",
            TABLES["classes"] + f"NSAID,ok; {'x' * 201},x,\n",
            "classes.csv line 4, column also: over 200 char",
        ),
        (
            "classes",
            TABLES["classes"] + f"NSAID,,{'x ' * 101}y,\n",
            "classes.csv line 4, column purpose: over 200 char",
        ),
        ("medicines", TABLES["medicines"].replace("avoid: ", "no: "), "medicines.csv line 3, column pregnancy: must"),
    ],
)
def test_an_error_names_file_line_and_column(tmp_path: Path, table: str, content: str, told: str) -> None:
    with pytest.raises(FactsError) as caught:
        load(written(tmp_path, {table: content}))
    assert str(caught.value).startswith(told)


def test_an_absent_table_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "tests.csv").unlink()
    with pytest.raises(FactsError, match=r"tests\.csv: cannot be read"):
        load(folder)


def test_the_shipped_tables_are_read_once() -> None:
    assert facts() is facts()
