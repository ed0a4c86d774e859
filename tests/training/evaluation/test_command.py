"""The command from its configuration to its files, with the embedded model on a small made-up folder."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from emr_rerank.engine import MemoryVectors, ModelSource
from emr_rerank.errors import ModelError, RequestError
from tests.tiny import Sizes, save_bert, save_gemma
from tests.training.evaluation.test_data_folder import medquad, scifact
from tests.training.test_merge import decoder
from training.__main__ import main
from training.configuration import configured
from training.evaluation.columns import COLUMNS
from training.evaluation.command import Config, evaluate
from training.evaluation.runs import read_qrels, read_run
from training.evaluation.scorers import scorer_named


def config(folder: Path, *overrides: str) -> Config:
    given = (f"data={folder}", f"output={folder / 'out'}", f"vectors={folder / 'v.sqlite'}", "questions=6")
    return configured("evaluate", [*given, *overrides], Config)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small data folder, and a tiny cross-encoder in `model` beside its files."""
    folder = scifact(medquad(tmp_path_factory.mktemp("data")))
    save_bert(folder / "model")
    return folder


def test_a_run_writes_the_whole_table_its_pictures_and_its_runs(data: Path) -> None:
    report = evaluate(
        config(data, "sets=[medquad,scifact]", "models.base=lexical", f"models.finetuned={data / 'model'}"),
        Console(file=io.StringIO()),
    )
    assert [row.name for row in report.rows] == ["medquad", "scifact"]
    out = data / "out"
    assert {path.name for path in out.iterdir()} >= {"report.md", "report.json", "table.png", "reliability.png"}
    rows = json.loads((out / "report.json").read_text())["rows"]
    for name in ("medquad", "scifact", "overall"):
        there = [column for column in COLUMNS if rows[name]["columns"][column]]
        assert there == ["retrieval", "base", "finetuned", "fused"]
    run = read_run(out / "runs" / "finetuned" / "medquad.test.run")
    assert run.keys() == read_qrels(out / "qrels" / "medquad.test.qrels").keys()


def test_a_decoders_result_is_a_column(data: Path, tmp_path: Path) -> None:
    """Over its base, by its own scoring."""
    base = save_gemma(tmp_path / "tiny-gemma", Sizes(layers=1, width=32, inner=64, heads=2))
    decoder(base, tmp_path / "result")
    models = (f"models.finetuned={base}", f"adapters.finetuned={tmp_path / 'result'}")
    more = ("sets=[medquad]", "validation=false", "questions=2", "depth=5", "device=cpu")
    report = evaluate(config(data, *more, *models), Console(file=io.StringIO()))
    assert set(report.rows[0].cells) == {"retrieval", "finetuned"}
    run = read_run(data / "out" / "runs" / "finetuned" / "medquad.test.run")
    assert all(len(found) > 1 for found in run.values())


def test_runs_that_went_out_come_back_in_with_the_same_figures(data: Path) -> None:
    sets = "sets=[medquad]"
    first = evaluate(config(data, sets, "models.base=hybrid"), Console(file=io.StringIO()))
    runs = (data / "out" / "runs" / "base").rename(data / "theirs")
    again = evaluate(config(data, sets, f"runs.merged={runs}"), Console(file=io.StringIO()))
    assert again.rows[0].cells["merged"].measures == first.rows[0].cells["base"].measures
    assert "base" not in again.rows[0].cells


def test_a_folder_that_is_no_report_is_not_replaced(data: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RequestError, match="would be replaced"):
        evaluate(config(data, "sets=[scifact]", f"output={tmp_path}"), Console(file=io.StringIO()))
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        ("sets=[scifacts]", "sets: .*scifacts is no test set"),
        ("search=annoy", "search: .*annoy is no search"),
        ("depth=0", "depth: "),
        ("models.best=x", "best"),
    ],
)
def test_a_bad_key_is_one_line_that_names_it(tmp_path: Path, override: str, fault: str) -> None:
    with pytest.raises(RequestError, match=fault) as raised:
        config(tmp_path, override)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("command", "override", "key"),
    [("evaluate", "sets=[nope]", "sets"), ("evaluate", "modells=1", "modells"), ("merge", "rows=0", "tuned")],
)
def test_the_command_line_ends_with_one_line_that_names_the_key(
    command: str, override: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, override]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert key in said


def test_columns_that_contradict_each_other_are_refused(data: Path) -> None:
    console = Console(file=io.StringIO())
    with pytest.raises(RequestError, match=r"adapters\.base"):
        evaluate(config(data, "adapters.base=x"), console)
    with pytest.raises(RequestError, match=r"runs\.base"):
        evaluate(config(data, "models.base=lexical", "runs.base=x"), console)
    with pytest.raises(RequestError, match="no set has a test part"):
        evaluate(config(data, "sets=[]"), console)


def test_a_model_that_is_absent_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="no model"):
        scorer_named(ModelSource(str(tmp_path / "empty")), MemoryVectors())


def test_the_facts_model_scores_texts_that_the_facts_tie_to_the_question_higher() -> None:
    texts = ["Medication (active): Amiodarone 200 mg tablet", "Immunization: Tetanus"]
    facts = scorer_named(ModelSource("knowledge"), MemoryVectors())
    plain = scorer_named(ModelSource("embedding"), MemoryVectors())
    question = "dry cough for weeks, is it a drug"
    told, untold = facts.score(question, texts), plain.score(question, texts)
    assert told[0] - told[1] > untold[0] - untold[1] + 0.3
    assert facts.read(question, texts).cut == [False, False]
    assert facts.score(question, []) == []
