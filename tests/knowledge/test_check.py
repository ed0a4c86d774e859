"""The command that checks the tables, its sample, and that the shipped tables pass."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from emr_rerank.knowledge import Facts
from emr_rerank.knowledge.check import main, sample
from emr_rerank.knowledge.tables import FOLDER, facts


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
    named = [one.name for one in fields(Facts) if one.name not in {"version", "interactions"}]
    for table in named:
        lines = [int(row.where.rpartition(" ")[2]) for row in getattr(facts(), table)]
        assert lines == sorted(lines), table


def test_a_folder_that_cannot_be_read_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(tmp_path / "absent")]) == 1
    assert "absent: cannot be read as a folder" in capsys.readouterr().out


def test_a_sound_folder_passes_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "conditions.csv").write_text(
        "name,kind,synonyms,abbreviations,lay,symptoms,findings,tests,treatments,complications,risks,parent\n"
        "house fever,symptom,,,,,,,,,,\n"
    )
    assert main(["--folder", str(tmp_path)]) == 0
    assert "no problem found" in capsys.readouterr().out
