"""The command that says why a record stands where it does, run as a user runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.builders import allergy, bundle, condition, observation, prescription
from tests.cli.conftest import Run

ASKED = "nose bleed; just started clarithromycin, no fever"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """Make the terminal 80 columns wide, after `run` made it wide."""
    assert callable(run)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    inr = {"valueQuantity": {"value": 2.5, "unit": "1"}}
    written = bundle(
        "ada",
        prescription("w", "Warfarin 3 mg tablets"),
        allergy("p", "Penicillin [b]", criticality="high"),
        condition("g", "Likes the garden"),
        observation("i1", "INR", effectiveDateTime="2019-02-01", **inr),
        observation("i2", "INR", effectiveDateTime="2020-02-01", **inr),
    )
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    return path


def test_a_file_s_record_is_explained_on_a_terminal(run: Run, chart: Path, tmp_path: Path) -> None:
    ran = run("explain", "--bundle", chart, "--assessment", ASKED, "--resource", "MedicationRequest/w")
    assert ran.code == 0, ran.err
    assert re.search(r"MedicationRequest/w: rank \d of 4 by cascade", ran.out)
    assert "pinned, whatever its rank: anticoagulant" in ran.out
    assert re.search(r"condition +fever +“fever” +denied", ran.out)
    assert re.search(r"medicine +warfarin +weight 1\.00", ran.out)
    assert re.search(r"warfarin .* [a-z]+\.csv line \d+", re.sub(r"\s+", " ", ran.out))
    assert re.search(r"not a reference; facts [0-9a-f]{12}", ran.out)
    assert re.search(r"all paths, strength \d\.\d\d +\+", ran.out)
    assert max(map(len, ran.out.splitlines())) <= 80
    assert not (tmp_path / "store.sqlite").exists()


def test_a_repeat_names_the_record_it_is_shown_as(run: Run, chart: Path) -> None:
    ran = run("explain", "--bundle", chart, "--assessment", ASKED, "--resource", "Observation/i1")
    assert "one of 2 records of one thing, shown and ranked as Observation/i2" in ran.out


def test_where_the_facts_say_nothing_that_is_said(run: Run, chart: Path) -> None:
    ran = run("explain", "--bundle", chart, "--assessment", "hello", "--resource", "Condition/g")
    assert ran.out.count("nothing the facts know") == 2
    assert "no path" in ran.out
    other = run("explain", "--bundle", chart, "--assessment", ASKED, "--resource", "Condition/g", "--model", "lexical")
    assert "lexical does not use the facts" in other.out
    assert "all paths" not in other.out


def test_a_stored_patient_s_record_is_explained_as_json(run: Run, chart: Path) -> None:
    assert run("import", chart).code == 0
    words = ("--assessment", ASKED, "--resource", "AllergyIntolerance/p", "--json")
    answer = json.loads(run("explain", "--patient", "ada", *words).out)
    assert answer["record"]["title"] == "Penicillin [b]"
    assert answer["record"]["pinned"]["category"] == "allergy"
    assert answer["concepts"]["record"][0]["role"] == "allergy"
    from_file = json.loads(run("explain", "--bundle", chart, *words).out)
    assert from_file == answer


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--resource", "Condition/none", "--assessment", "x"], 1, "Condition/none: not in this patient's list; name"),
        (["--resource", "Condition/g", "--assessment", " "], 1, "the assessment is empty"),
        (["--resource", "Condition/g"], 2, "--assessment TEXT"),
        (["--assessment", "x"], 2, "--resource"),
    ],
)
def test_what_cannot_be_explained_is_one_line(run: Run, chart: Path, words: list[str], code: int, says: str) -> None:
    ran = run("explain", "--bundle", chart, *words)
    assert ran.code == code
    assert says in re.sub(r"[\s│]+", " ", ran.err)
    assert code == 2 or len(ran.err.strip().splitlines()) == 1


def test_whose_history_must_be_said(run: Run) -> None:
    ran = run("explain", "--assessment", "x", "--resource", "Condition/g")
    assert ran.code == 2
    assert "--bundle FILE, or --patient ID" in re.sub(r"[\s│]+", " ", ran.err)


def test_a_ranking_on_a_terminal_says_why(run: Run, chart: Path) -> None:
    ran = run("rank", "--bundle", chart, "--assessment", ASKED)
    assert re.search(r"\n +why: \S", ran.out)
    assert max(map(len, ran.out.splitlines())) <= 80
    answer = json.loads(run("rank", "--bundle", chart, "--assessment", ASKED, "--json").out)
    warfarin = next(one for one in answer["records"] if one["resource"] == "MedicationRequest/w")
    assert f"why: {warfarin['reason']['words'][:40]}" in ran.out
