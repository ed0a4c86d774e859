"""What an installation knows: the shipped tables, its own rows over them, names of a terminology."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.errors import FactsError
from emr_rerank.knowledge import Concept, facts, knowledge_base
from emr_rerank.knowledge.check import main as check

CONDITIONS = "name,kind,synonyms,abbreviations,lay,symptoms,findings,tests,treatments,complications,risks,parent\n"
MEDICINES = (
    "name,also,brands,classes,atc,indications,monitoring,serious,common,contraindications,pregnancy,breastfeeding,"
    "renal,hepatic\n"
)
CLASSES = "name,also,purpose,safety\n"
CONSO = "{}|ENG|||||||||||||{}||N||\n"


def own(folder: Path, **tables: str) -> Path:
    """Write a folder of own tables and return it."""
    folder.mkdir(exist_ok=True)
    for table, content in tables.items():
        (folder / f"{table}.csv").write_text(content, encoding="utf-8")
    return folder


def test_without_settings_it_is_the_shipped_tables_read_once() -> None:
    base = knowledge_base()
    assert base.facts is facts()
    assert base.version == facts().version
    assert base is knowledge_base(None, None)


def test_own_rows_add_and_replace(tmp_path: Path) -> None:
    folder = own(tmp_path / "house", conditions=f"{CONDITIONS}house fever,disease,ward fever,,,,,,,,,\n")
    base = knowledge_base(folder)
    assert base.names.resolve("Ward Fever") == (Concept("condition", "house fever"),)
    (row,) = (row for row in base.facts.conditions if row.name == "house fever")
    assert row.where == "house/conditions.csv line 2"
    assert base is knowledge_base(folder)


def test_the_version_tells_everything_that_was_read(tmp_path: Path) -> None:
    one = own(tmp_path / "one", conditions=f"{CONDITIONS}house fever,disease,,,,,,,,,,\n")
    other = own(tmp_path / "other", conditions=f"{CONDITIONS}ward fever,disease,,,,,,,,,,\n")
    first, second = tmp_path / "first.RRF", tmp_path / "second.RRF"
    first.write_text(CONSO.format("1", "asthma"))
    second.write_text(CONSO.format("2", "asthma"))
    read = [(None, None), (one, None), (other, None), (None, first), (None, second), (one, first)]
    versions = [knowledge_base(folder, terminology).version for folder, terminology in read]
    assert len(set(versions)) == len(versions)
    assert {len(version) for version in versions} == {12}
    assert knowledge_base(one, first).facts.version == knowledge_base(one, first).version


def test_a_terminology_widens_names(tmp_path: Path) -> None:
    path = tmp_path / "RXNCONSO.RRF"
    path.write_text(CONSO.format("1", "asthma") + CONSO.format("1", "whistling chest illness"))
    assert knowledge_base().names.resolve("whistling chest illness") == ()
    assert knowledge_base(None, path).names.resolve("Whistling chest illness") == (Concept("condition", "asthma"),)


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        (
            {"conditions": f"{CONDITIONS}house fever,disease,,,,,,,,,,\nward fever,illness,,,,,,,,,,\n"},
            "EMR_RERANK_FACTS: house/conditions.csv line 3, column kind: not disease, symptom, finding or state; "
            "correct the file or unset the variable",
        ),
        (
            {"conditions": f"{CONDITIONS}house fever,disease,,,,,,,,house blight,,\n"},
            "EMR_RERANK_FACTS: house/conditions.csv line 2, column complications: 'house blight' is no condition; "
            "correct the rows (",
        ),
        (
            {"classes": f"{CLASSES}house class,,x,\nward class,,x,\n"},
            "EMR_RERANK_FACTS: house/classes.csv line 2: no medicine is in the class 'house class', and 1 more; ",
        ),
        ({"medicine": CLASSES}, "EMR_RERANK_FACTS: house/medicine.csv: no table is called so"),
        ({}, "EMR_RERANK_FACTS: "),
    ],
)
def test_a_bad_folder_is_one_line_with_variable_file_line_and_remedy(
    tmp_path: Path, tables: dict[str, str], told: str
) -> None:
    with pytest.raises(FactsError) as caught:
        knowledge_base(own(tmp_path / "house", **tables))
    assert str(caught.value).startswith(told)
    assert str(caught.value).endswith("unset the variable")
    assert "\n" not in str(caught.value)


def test_a_replaced_row_that_a_shipped_one_needs_is_told_as_the_cause(tmp_path: Path) -> None:
    folder = own(tmp_path / "house", medicines=f"{MEDICINES}digoxin,,,beta blocker,,,,,,,,,,\n")
    with pytest.raises(
        FactsError, match=r"'cardiac glycoside' since a row of house/ was put in place of the shipped one"
    ):
        knowledge_base(folder)


def test_a_name_across_kinds_stands_where_the_folder_says_why(tmp_path: Path) -> None:
    folder = own(tmp_path / "house", conditions=f"{CONDITIONS}amiodarone,disease,,,,,,,,,,\n")
    with pytest.raises(
        FactsError, match=r"house/conditions\.csv line 2.*the name 'amiodarone' means a condition and a"
    ):
        knowledge_base(folder)
    reviewed = own(
        tmp_path / "reviewed",
        conditions=f"{CONDITIONS}amiodarone,disease,,,,,,,,,,\n",
        exceptions="check,name,reason\ncollision,amiodarone,our ward calls a rash so\n",
    )
    assert len(knowledge_base(reviewed).names.resolve("amiodarone")) == 2


def test_the_command_says_what_the_library_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = own(tmp_path / "house", classes=f"{CLASSES}house class,,x,\nward class,,x,\n")
    with pytest.raises(FactsError) as caught:
        knowledge_base(folder)
    assert check(["--folder", str(folder)]) == 1
    *_, first, _, count = capsys.readouterr().out.splitlines()
    assert f"EMR_RERANK_FACTS: {first}, and 1 more; " in str(caught.value)
    assert count == "2 problems"


def test_a_bad_terminology_is_one_line_with_variable_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a terminology\n")
    with pytest.raises(FactsError, match=r"^EMR_RERANK_TERMINOLOGY: .*notes\.txt: is no .*unset the variable$"):
        knowledge_base(None, path)


def test_the_readmes_example_adds_one_pair_and_makes_one_more_severe(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme.partition("```csv\n")[2].partition("```")[0]
    base = knowledge_base(own(tmp_path / "house", interactions=table))
    shipped = {(row.a, row.b, row.kind): row.severity for row in facts().interactions}
    changed = {
        row.a: (shipped.get((row.a, row.b, row.kind)), row.severity)
        for row in base.facts.interactions
        if row.where.startswith("house/")
    }
    assert changed == {"phenytoin": (None, "major"), "warfarin": ("moderate", "major")}
