from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emr_rerank.errors import RequestError
from emr_rerank.pipeline.requests import Answered, rank_requests, rerank_requests


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_request_is_answered_with_every_record_and_a_failed_one_with_its_error(
    chart: Path, tmp_path: Path
) -> None:
    requests = write_lines(
        tmp_path / "in.jsonl",
        {"id": "one", "bundle": chart.name, "assessment": "INR check, bleeding"},
        {"id": 2, "bundle": "absent.json", "assessment": "wheezy"},
        {"id": "three", "bundle": chart.name, "assessment": " "},
        "",
        {"id": "four", "bundle": chart.name},
        "{not json",
        {"id": "six", "bundle": "a\u0000b", "assessment": "wheezy"},
        {"id": 2**80, "bundle": chart.name, "assessment": "wheezy"},
        {"id": "eight", "bundle": "", "assessment": "wheezy"},
        {"id": "nine", "bundle": ".", "assessment": "wheezy"},
        {"id": "ten", "bundle": chart.name, "assessment": "wheezy"},
    )
    out = tmp_path / "out.jsonl"
    assert rank_requests(requests, out, "lexical") == Answered(10, 8)
    first, absent, empty, lacking, broken, null, huge, unnamed, folder, last = read_lines(out)
    assert first["id"] == "one"
    assert (first["model"], first["requested_model"], first["notices"]) == ("lexical", "lexical", [])
    assert first["engines"] == ["BM25"]
    assert first["ranking"][:2] == ["Observation/inr-2", "Observation/inr-1"]  # one item, newest first
    assert len(set(first["ranking"])) == len(first["ranking"]) == 7
    assert (absent["id"], "absent.json" in absent["error"]) == (2, True)
    assert (empty["id"], "empty" in empty["error"]) == ("three", True)
    assert (lacking["id"], lacking["error"]) == ("four", "line 5: assessment: Field required")
    assert broken == {"id": None, "error": "line 6: not JSON; one request is one JSON object on one line"}
    assert null["error"].startswith("line 7: ")
    assert huge["error"].startswith("line 8: id")
    assert unnamed["error"].startswith("line 9: bundle: ")
    assert folder["error"] == "line 10: bundle: . is a folder; name a file"
    assert (last["id"], len(last["ranking"])) == ("ten", 7)


def test_answers_never_overwrite_their_requests(chart: Path, tmp_path: Path) -> None:
    requests = write_lines(tmp_path / "in.jsonl", {"id": "one", "bundle": chart.name, "assessment": "wheezy"})
    before = requests.read_text()
    with pytest.raises(RequestError, match="would overwrite the requests"):
        rank_requests(requests, tmp_path / "." / "in.jsonl", "lexical")
    assert requests.read_text() == before


def test_the_bundle_is_relative_to_the_requests_not_to_here(
    chart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    requests = write_lines(tmp_path / "in.jsonl", {"id": "one", "bundle": chart.name, "assessment": "wheezy"})
    assert rank_requests(requests, tmp_path / "out.jsonl", "lexical").failed == 0


def test_a_run_that_stops_leaves_the_answers_before_it(chart: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before")
    requests = write_lines(tmp_path / "in.jsonl", {"id": "one", "bundle": chart.name, "assessment": "wheezy"})
    with pytest.raises(RequestError, match=r"absent\.jsonl: cannot be read"):
        rank_requests(tmp_path / "absent.jsonl", out, "lexical")
    with pytest.raises(RequestError, match="cannot be written"):
        rank_requests(requests, tmp_path / "no folder" / "out.jsonl", "lexical")
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chart.json", "in.jsonl", "out.jsonl"]


def test_documents_come_back_best_first_each_once(tmp_path: Path) -> None:
    documents = [
        {"id": "gout", "text": "Gout of the big toe"},
        {"id": 7, "text": "Warfarin causes nose bleeds"},
        {"id": "same", "text": "Gout of the big toe"},
        {"id": "long", "text": "nothing of note. " * 200 + "nose bleeds on warfarin, nose bleeds"},
    ]
    requests = write_lines(
        tmp_path / "in.jsonl",
        {"query_id": "q1", "query": "nose bleeds on warfarin", "documents": documents},
        {"query_id": "q2", "query": "", "documents": documents},
        {"query_id": "q3", "query": "gout", "documents": []},
        {"query_id": "q4", "query": "gout", "documents": [{"id": "x"}]},
    )
    out = tmp_path / "out.jsonl"
    assert rerank_requests(requests, out, "embedding") == Answered(4, 2)
    first, empty, none, lacking = read_lines(out)
    assert {one["id"] for one in first["results"][:2]} == {7, "long"}
    assert [one["index"] for one in first["results"][2:]] == [0, 2]  # equal ones stay in the order given
    scores = [one["relevance_score"] for one in first["results"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert "empty" in empty["error"]
    engines = ["all-MiniLM-L6-v2 (torch fp32)"]
    ran = {"model": "embedding", "requested_model": "embedding", "engines": engines, "notices": []}
    assert none == {"query_id": "q3", "results": [], **ran}
    assert ran.items() <= first.items()
    assert {one["truncated"] for one in first["results"]} == {False}
    assert lacking["error"] == "line 4: documents.0.text: Field required"
