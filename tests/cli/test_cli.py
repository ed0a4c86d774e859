from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from emr_rerank import __version__
from emr_rerank.cli import app
from emr_rerank.engine import MemoryVectors, load_scorer
from emr_rerank.engine.tuned import load_tuned
from tests.builders import bundle, condition, prescription
from tests.cli.conftest import Run


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    path = tmp_path / "chart.json"
    path.write_text(
        json.dumps(bundle("ada", condition("a", "Asthma"), prescription("w", "Warfarin 3 mg tablets"), name="Ada [b]"))
    )
    return path


COMMANDS = tuple("demo evaluate explain forget import index model-server patients rank rerank score serve".split())


def test_the_commands_are_the_promised_ones() -> None:
    registered = {
        command.name or command.callback.__name__.replace("_", "-")
        for command in app.registered_commands
        if command.callback
    }
    assert registered == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    helped = run(command, "--help")
    assert helped.code == 0
    assert f"Example: emr-rerank {command}" in helped.out


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").out.strip() == __version__
    assert "Exit codes" in run("--help").out


def test_a_bundle_is_ranked_without_a_trace_in_the_store(run: Run, chart: Path, tmp_path: Path) -> None:
    ranked = run("rank", "--bundle", chart, "--assessment", "asthma attack", "--json", "--top", 1)
    answer = json.loads(ranked.out)
    assert ranked.code == 0
    assert (answer["model"], answer["total"], len(answer["records"])) == ("cascade", 2, 1)
    assert answer["patient"]["id"] == "ada"
    assert answer["records"][0]["resource"] == "Condition/a"
    assert answer["safety"][0]["pinned"]["category"] == "anticoagulant"
    assert not (tmp_path / "store.sqlite").exists()


def test_the_terminal_shows_names_as_they_are_and_how_many_are_left(run: Run, chart: Path) -> None:
    ranked = run("rank", "--bundle", chart, "--assessment", "asthma attack", "--top", 1, "--model", "lexical")
    assert "Ada [b]" in ranked.out
    assert "1 of 2 items, ranked by lexical" in ranked.out
    assert "anticoagulant: bleeding risk; active" in ranked.out


def test_import_list_rank_index_forget(run: Run, chart: Path) -> None:
    imported = run("import", chart)
    assert imported.code == 0, imported.err
    listed = json.loads(run("patients", "ADA", "--json").out)
    assert [(person["id"], person["name"]) for person in listed] == [("ada", "Ada [b]")]
    assert run("patients").out == "ada\tAda [b]\t1950-04-01\t\tlocal\n"
    assert run("patients").err == "1 patient of 1\n"
    assert "2 lines of 1 patient ready for cascade" in run("index").out
    answer = json.loads(run("rank", "--patient", "ada", "--assessment", "asthma attack", "--json").out)
    assert answer["total"] == 2
    assert "is forgotten: 3 resources, 2 records" in run("forget", "--patient", "ada").out
    assert run("rank", "--patient", "ada", "--assessment", "asthma attack").code == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["rank", "--assessment", "x"], 2, "--bundle FILE, or --patient ID"),
        (["rank", "--bundle", "CHART"], 2, "--assessment TEXT"),
        (["rank", "--requests", "CHART"], 2, "--requests goes with --out"),
        (["rank", "--bundle", "CHART", "--assessment", "x", "--top", "0"], 2, "--top"),
        (["rank", "--bundle", "CHART", "--assessment", " "], 1, "the assessment is empty"),
        (["rank", "--bundle", "none.json", "--assessment", "x"], 1, "none.json"),
        (
            ["rank", "--bundle", "CHART", "--patient", "eve", "--assessment", "x"],
            1,
            "holds no patient eve; it has: ada",
        ),
        (["rank", "--bundle", "CHART", "--assessment", "x", "--model", "m"], 2, "choose one of: cascade"),
        (["evaluate", "--model", "m"], 2, "choose one of: cascade"),
        (["rank", "--requests", "CHART", "--out", "CHART"], 1, "the answers would overwrite the requests"),
        (["score", "--query", " ", "--document", "x"], 1, "the query is empty; say what is asked"),
        (["rank", "--patient", "eve", "--assessment", "x"], 1, "no patient eve"),
        (["rerank", "--input", "none.jsonl", "--output", "out.jsonl"], 1, "none.jsonl: cannot be read"),
        (["forget", "--patient", "eve"], 1, "eve"),
        (["import", "none.json"], 1, "none.json"),
        (["evaluate", "--gold", "none.json"], 1, "none.json: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    run: Run, chart: Path, words: list[str], code: int, says: str
) -> None:
    ran = run(*(chart if word == "CHART" else word for word in words))
    assert ran.code == code
    assert says in re.sub(r"[\s│]+", " ", ran.err)
    assert "Traceback" not in ran.err
    if code == 1:
        assert len(ran.err.strip().splitlines()) == 1


def test_a_setting_out_of_place_names_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMR_RERANK_PORT", "many")
    ran = run("patients")
    assert ran.code == 1
    assert "EMR_RERANK_PORT" in ran.err


def test_the_default_engine_is_the_installations(run: Run, chart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMR_RERANK_MODEL", "lexical")
    assert json.loads(run("rank", "--bundle", chart, "--assessment", "x", "--json").out)["model"] == "lexical"


def test_a_pair_is_scored(run: Run) -> None:
    close, far = (
        float(run("score", "--query", "nose bleeds", "--document", document).out)
        for document in ("Epistaxis, nose bleeding", "Fractured ankle")
    )
    assert 1 >= close > far >= 0


def test_files_of_requests(run: Run, chart: Path, tmp_path: Path) -> None:
    requests, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    requests.write_text(json.dumps({"id": "r", "bundle": chart.name, "assessment": "asthma attack"}))
    ran = run("rank", "--requests", requests, "--out", out)
    assert ran.code == 0
    assert "1 request, 0 failed" in ran.err
    assert json.loads(out.read_text()) == {
        "id": "r",
        "ranking": ["Condition/a", "MedicationRequest/w"],
        "model": "cascade",
        "requested_model": "cascade",
        "engines": [load_scorer("embedding", MemoryVectors()).title],
        "notices": [],
    }
    requests.write_text(json.dumps({"query_id": 1, "query": "asthma", "documents": [{"id": "d", "text": "asthma"}]}))
    assert run("rerank", "--input", requests, "--output", out).code == 0
    answer = json.loads(out.read_text())
    assert (answer["results"][0]["id"], answer["engines"]) == ("d", [load_tuned().title])


def test_the_samples_are_evaluated_by_default(run: Run) -> None:
    results = json.loads(run("evaluate", "--model", "lexical", "--json").out)["lexical"]
    assert results["all"]["assessments"] == sum(
        values["assessments"] for group, values in results.items() if group != "all"
    )
    assert 0.2 < results["all"]["nDCG@10"] < 1


def test_a_run_of_requests_that_all_fail_is_a_failure(run: Run, tmp_path: Path) -> None:
    requests, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    requests.write_text(json.dumps({"id": "r", "bundle": "absent.json", "assessment": "x"}))
    assert run("rank", "--requests", requests, "--out", out).code == 1
    assert "absent.json" in json.loads(out.read_text())["error"]


def test_importing_nothing_is_a_failure(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert "holds no FHIR resource" in run("import", folder).err


def test_an_engine_in_the_settings_that_does_not_exist_names_its_variable(
    run: Run, chart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMR_RERANK_MODEL", "gpt")
    ran = run("rank", "--bundle", chart, "--assessment", "x")
    assert (ran.code, "EMR_RERANK_MODEL" in ran.err) == (1, True)


def test_a_port_in_use_is_one_line(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run("serve", "--port", port)
    assert ran.code == 1
    assert f"127.0.0.1:{port}: cannot listen there" in ran.err


def shell(command: str) -> subprocess.CompletedProcess[str]:
    full = f"set -o pipefail; {command}"
    return subprocess.run(["bash", "-c", full], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", ["--json", ""])
def test_a_reader_that_has_seen_enough_is_no_error(chart: Path, words: str) -> None:
    ranked = f"{sys.executable} -m emr_rerank.cli rank --bundle {chart} --assessment x --model lexical {words}"
    ran = shell(f"{ranked} | head -1")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_one_line(chart: Path) -> None:
    ran = shell(f"{sys.executable} -m emr_rerank.cli rank --bundle {chart} --assessment x --model lexical > /dev/full")
    assert ran.returncode == 1
    assert ran.stderr.startswith("emr-rerank: the output: ")
    assert len(ran.stderr.splitlines()) == 1
