"""What the checks find in spoiled tables, and that the shipped ones are free of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.errors import FactsError
from emr_rerank.knowledge import Facts, load
from emr_rerank.knowledge.check import (
    CHECKS,
    Problem,
    collisions,
    main,
    problems,
    sample,
    short_tables,
    told_by_classes,
)
from emr_rerank.knowledge.exceptions import load_exceptions
from emr_rerank.knowledge.names import Names
from emr_rerank.knowledge.tables import FOLDER, facts
from tests.knowledge.tables import with_row, written

NOTHING_REVIEWED = {"collision": dict[str, str](), "pharmacotherapydb": {}, "bc5cdr": {}}


def found(facts: Facts) -> list[str]:
    names = Names(facts)
    return [
        f"{one.where}: {one.fault}"
        for check in CHECKS
        if check is not short_tables
        for one in check(facts, names, NOTHING_REVIEWED)
    ]


def test_sound_tables_have_no_problem(tmp_path: Path) -> None:
    assert found(load(written(tmp_path))) == []


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("conditions", "Drÿ-cough,symptom,,,,,,,,,,", "is that of conditions.csv line 5"),
        ("conditions", "wheeze,symptom,,,,cough; Cough,,,,,,", "column symptoms: 'cough' is there twice"),
        ("conditions", "wheeze,symptom,Wheeze,,,,,,,,,", "'wheeze' is the row's own name"),
        ("conditions", "wheeze,symptom,,,,,,,,stridor,,", "column complications: 'stridor' is no condition"),
        ("conditions", "wheeze,symptom,,,,,,cough,,,,", "column tests: 'cough' is no test or procedure"),
        ("conditions", "wheeze,symptom,,,,,,,,,,wheeze", "'wheeze' is its own ancestor"),
        ("classes", "NSAID,,eases pain,", "no medicine is in the class 'NSAID'"),
        ("interactions", "salbutamol,cough,drug-drug,x,y,major", "column b: 'cough' is no class or medicine"),
        ("interactions", "salbutamol,chalk,drug-food,x,y,major", "column b: 'chalk' is no food"),
        ("interactions", "asthma,cough,drug-condition,x,y,major", "column a: 'asthma' is no class or medicine"),
        ("interactions", "ACEi,albuterol,drug-drug,x,y,major", "'ACEi' with 'albuterol' is told already in"),
        ("tests", "heartbeats,HTN,,,,,", "name 'htn': means a condition and a test"),
    ],
)
def test_a_fault_is_found_and_told_once(tmp_path: Path, table: str, row: str, told: str) -> None:
    (fault,) = found(load(written(tmp_path, with_row(table, row))))
    assert told in fault


def test_a_review_that_is_out_of_date_is_told(tmp_path: Path) -> None:
    reviewed = {**NOTHING_REVIEWED, "collision": {"htn": "both are written so"}}
    spoiled = load(written(tmp_path / "a", with_row("tests", "heartbeats,HTN,,,,,")))
    sound = load(written(tmp_path / "b"))
    stale = Problem("exceptions.csv", "'htn' collides no more: remove its line")
    assert [stale in problems(facts, reviewed) for facts in (spoiled, sound)] == [False, True]
    assert not any("htn" in one.fault + one.where for one in problems(spoiled, reviewed))


def test_small_tables_are_told(tmp_path: Path) -> None:
    facts = load(written(tmp_path))
    assert Problem("tests.csv", "1 rows count, at least 200 are asked for") in problems(facts, NOTHING_REVIEWED)


def test_a_pair_that_a_class_tells_is_not_counted_again(tmp_path: Path) -> None:
    rows = "ACEi,bronchodilator,drug-drug,none known,none,moderate"
    facts = load(written(tmp_path, with_row("interactions", rows)))
    (told,) = told_by_classes(facts, Names(facts))
    assert (told.a, told.b) == ("salbutamol", "ACE inhibitor")
    assert Problem("interactions.csv", "2 rows count, at least 900 are asked for") in problems(facts, NOTHING_REVIEWED)


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
    path.write_text(f"# reviewed\ncheck,name,reason\n{line}\n")
    with pytest.raises(FactsError, match=told):
        load_exceptions(path)


def test_a_sample_is_one_row_in_twenty_and_its_seeds_own() -> None:
    once, again, other = (sample(facts(), seed) for seed in (1, 1, 2))
    total = sum(len(getattr(facts(), one)) for one in Facts.__dataclass_fields__ if one != "version")
    assert once == again != other
    assert abs(len(once) - total / 20) <= 4


def test_the_shipped_tables_pass_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0, capsys.readouterr().out
    assert "no problem found" in capsys.readouterr().out


def test_a_folder_that_breaks_the_tables_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "classes.csv").write_text("name,also,purpose,safety\nhouse class,,house purpose,\n")
    assert main(["--folder", str(tmp_path)]) == 1
    assert "no medicine is in the class 'house class'" in capsys.readouterr().out


def test_a_disagreement_without_a_reason_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pharmacotherapydb.csv").write_text("drug,disease,category\nAspirin,psoriasis,DM\n")
    assert main(["--data", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "PharmacotherapyDB: DM absent: 'aspirin / psoriasis': correct the tables, or say why" in printed
    assert "disagrees with PharmacotherapyDB no more: remove its line" in printed
    assert "BC5CDR" not in printed


def test_every_file_says_what_it_is() -> None:
    for path in FOLDER.glob("*.csv"):
        comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        assert "clinician" in " ".join(comments), path.name


def test_rows_stand_in_the_order_of_their_names() -> None:
    for table in ("medicines", "classes", "conditions", "tests", "procedures", "presentations"):
        lines = [int(row.where.rpartition(" ")[2]) for row in getattr(facts(), table)]
        assert lines == sorted(lines), table


def test_collisions_are_those_across_kinds() -> None:
    index = Names(facts())
    assert "pd" in collisions(index)
    assert "thrush" in index.ambiguous
    assert "thrush" not in collisions(index)
