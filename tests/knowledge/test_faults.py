"""What the checks find in spoiled tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.knowledge import Facts, Names, facts, load
from emr_rerank.knowledge.faults import CHECKS, FAULTS, Problem, collisions, problems, short_tables, told_by_classes
from tests.knowledge.tables import with_row, written

NOTHING_REVIEWED = {"collision": dict[str, str](), "pharmacotherapydb": {}, "bc5cdr": {}}


def found(facts: Facts) -> list[str]:
    checks = [check for check in CHECKS if check is not short_tables]
    return [f"{one.where}: {one.fault}" for one in problems(facts, Names(facts), NOTHING_REVIEWED, checks)]


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
        ("conditions", "-,symptom,,,,,,,,,,", "column name: '-' holds no word"),
        ("conditions", "wheeze,symptom,,,- -,,,,,,,", "column lay: '- -' holds no word"),
        ("classes", "NSAID,,eases pain,", "no medicine is in the class 'NSAID'"),
        ("interactions", "salbutamol,cough,drug-drug,x,y,major", "column b: 'cough' is no class or medicine"),
        ("interactions", "salbutamol,chalk,drug-food,x,y,major", "column b: 'chalk' is no food"),
        ("interactions", "asthma,cough,drug-condition,x,y,major", "column a: 'asthma' is no class or medicine"),
        ("interactions", "ACEi,albuterol,drug-drug,x,y,major", "'ACEi' with 'albuterol' is told already in"),
        ("limits", "tremor,Hz,,1,20,,,5,chronic cough", "column name: 'tremor' is no test"),
        ("limits", "K+,mEq/L,,10,20,,,15,tremor", "column above: 'tremor' is no presentation"),
        ("limits", "K+,mEq/L,,10,20,16,chronic cough,15,chronic cough", "least, low, high and most must rise"),
        ("limits", "K+,mEq/L,,10,20,15,,,", "a limit and what it means come together"),
        ("limits", "potassium,mEq/L,,9,20,,,15,chronic cough", "from 9 on are read in the unit of limits.csv line 2"),
        ("lookups", "jabs,vaccine,,,jabs", "column kinds: 'vaccine' is none of: allergy, care plan"),
        ("lookups", "jabs,immunization,tremor,,jabs", "column tests: 'tremor' is no test"),
        ("lookups", "jabs,immunization,,gone,jabs", "column standings: 'gone' is none of: current, planned"),
        ("lookups", "jabs,immunization,,,Salts", "column phrases: 'salts' is a phrase of lookups.csv line 2, too"),
        ("systems", "skin,skin,stridor", "column conditions: 'stridor' is no condition"),
        ("systems", "skin,salts,cough", "column phrases: 'salts' is a phrase of lookups.csv line 2, too"),
        ("lookups", "jabs,,,,jabs", "neither kinds nor standings"),
        (
            "tests",
            "heartbeats,HTN,,,,,",
            "conditions.csv line 6, tests.csv line 3: the name 'htn' means a condition and a test",
        ),
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
    assert [stale in problems(facts, Names(facts), reviewed) for facts in (spoiled, sound)] == [False, True]
    assert not any("htn" in one.fault + one.where for one in problems(spoiled, Names(spoiled), reviewed))


def test_small_tables_are_told(tmp_path: Path) -> None:
    facts = load(written(tmp_path))
    assert Problem("tests.csv", "1 rows count, at least 200 are asked for") in problems(
        facts, Names(facts), NOTHING_REVIEWED
    )


def test_size_and_old_reviews_are_asked_of_the_shipped_files_only(tmp_path: Path) -> None:
    facts = load(written(tmp_path))
    reviewed = {**NOTHING_REVIEWED, "collision": {"htn": "both are written so"}}
    assert problems(facts, Names(facts), reviewed, FAULTS) == ()
    assert problems(facts, Names(facts), reviewed, CHECKS) != ()


def test_a_pair_that_a_class_tells_is_not_counted_again(tmp_path: Path) -> None:
    rows = "ACEi,bronchodilator,drug-drug,none known,none,moderate"
    facts = load(written(tmp_path, with_row("interactions", rows)))
    (told,) = told_by_classes(facts, Names(facts))
    assert (told.a, told.b) == ("salbutamol", "ACE inhibitor")
    assert Problem("interactions.csv", "2 rows count, at least 900 are asked for") in problems(
        facts, Names(facts), NOTHING_REVIEWED
    )


def test_collisions_are_those_across_kinds() -> None:
    index = Names(facts())
    assert "pd" in collisions(index)
    assert "thrush" in index.ambiguous
    assert "thrush" not in collisions(index)
