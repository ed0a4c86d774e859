"""What the command line says when a model server does not answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import bundle, condition, prescription
from tests.cli.conftest import Run
from tests.rerankers import Reply, RerankServer, rerank_server

WHY = "The model remote could not be used: the reranker at 127.0.0.1:"


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(bundle("ada", condition("a", "Asthma"), prescription("w", "Warfarin 3 mg tablets"))))
    return path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RerankServer]:
    """Serve, and make the server's model the installation's."""
    with rerank_server() as started:
        monkeypatch.setenv("EMR_RERANK_REMOTE_URL", started.url)
        monkeypatch.setenv("EMR_RERANK_MODEL", "remote")
        yield started


@pytest.fixture
def broken(server: RerankServer) -> RerankServer:
    server.behaviour = lambda _: Reply(status=401)
    return server


def one_line(err: str) -> str:
    (line,) = err.splitlines()
    assert line.startswith(f"emr-rerank: {WHY}")
    return line


@pytest.mark.usefixtures("server")
def test_a_server_that_answers_is_what_ran(run: Run, chart: Path) -> None:
    ranked = run("rank", "--bundle", chart, "--assessment", "asthma attack", "--json")
    assert (ranked.code, ranked.err) == (0, "")
    assert json.loads(ranked.out)["model"] == "remote"
    assert run("score", "--query", "gout", "--document", "gout").out == "0.731059\n"


@pytest.mark.usefixtures("broken")
def test_json_names_both_models_and_a_line_says_why(run: Run, chart: Path) -> None:
    ranked = run("rank", "--bundle", chart, "--assessment", "asthma attack", "--json")
    answer = json.loads(ranked.out)
    assert (ranked.code, answer["model"], answer["requested_model"]) == (0, "cascade", "remote")
    assert one_line(ranked.err) == f"emr-rerank: {answer['notices'][0]}"
    assert "refuses the key (401); set EMR_RERANK_REMOTE_KEY" in ranked.err


@pytest.mark.usefixtures("broken")
def test_a_terminal_shows_what_ran_and_why(run: Run, chart: Path) -> None:
    ranked = run("rank", "--bundle", chart, "--assessment", "asthma attack")
    assert (ranked.code, ranked.err) == (0, "")
    assert f"Note: {WHY}" in ranked.out
    assert "ranked by cascade, not remote" in ranked.out


@pytest.mark.usefixtures("broken")
def test_explain_and_score_say_it_beside_their_answer(run: Run, chart: Path) -> None:
    explained = run(
        "explain", "--bundle", chart, "--assessment", "asthma attack", "--resource", "Condition/a", "--json"
    )
    assert json.loads(explained.out)["requested_model"] == "remote"
    one_line(explained.err)
    scored = run("score", "--query", "gout", "--document", "gout")
    assert 0 <= float(scored.out) <= 1
    one_line(scored.err)


@pytest.mark.usefixtures("broken")
def test_a_file_of_requests_says_how_many_another_model_answered(run: Run, tmp_path: Path) -> None:
    requests, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    requests.write_text('{"query_id": 1, "query": "gout", "documents": [{"id": "a", "text": "gout"}]}\n')
    reranked = run("rerank", "--input", requests, "--output", out)
    assert "1 request, 0 failed, 1 by another model than asked for (see their notices)" in reranked.err


@pytest.mark.usefixtures("broken")
def test_evaluate_measures_the_model_named_or_nothing(run: Run) -> None:
    measured = run("evaluate", "--model", "remote")
    assert (measured.code, measured.out) == (1, "")
    assert measured.err.startswith("emr-rerank: the reranker at 127.0.0.1:")


def test_without_a_server_or_weights_it_says_what_to_set(
    run: Run, chart: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("EMR_RERANK_REMOTE_URL", raising=False)
    monkeypatch.setenv("EMR_RERANK_GEMMA_MODEL", str(tmp_path / "absent"))
    for model, told in (("remote", "EMR_RERANK_REMOTE_URL"), ("gemma", "absent")):
        ranked = run("rank", "--bundle", chart, "--assessment", "asthma attack", "--model", model)
        assert ranked.code == 1
        assert ranked.err.count("\n") == 1
        assert told in ranked.err
