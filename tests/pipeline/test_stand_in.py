"""A server that cannot answer: another model ranks the whole of it, and every answer says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emr_rerank.engine import MemoryVectors
from emr_rerank.errors import EngineUnavailableError, ModelError, RequestError
from emr_rerank.pipeline.as_json import explanation_as_json, ranking_as_json
from emr_rerank.pipeline.bundles import Bundles, open_scratch
from emr_rerank.pipeline.documents import rerank_documents
from emr_rerank.pipeline.evaluation import Judged, evaluate
from emr_rerank.pipeline.explanation import explain
from emr_rerank.pipeline.history import index_patient, rank_patient
from emr_rerank.pipeline.models import SHOWN, offered
from emr_rerank.pipeline.requests import Answered, rank_requests, rerank_requests
from emr_rerank.pipeline.stand_in import ANY, PLAINEST, STAND_IN
from emr_rerank.settings import Settings
from emr_rerank.store import PatientKey, Store
from tests.rerankers import Asked, Reply, RerankServer, rerank_server, well

ADA = PatientKey("local", "p1")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RerankServer]:
    """Serve, and name the server in the settings."""
    with rerank_server() as started:
        monkeypatch.setenv("EMR_RERANK_REMOTE_URL", started.url)
        yield started


@pytest.fixture
def broken(server: RerankServer) -> RerankServer:
    """Serve what no answer may be."""
    server.behaviour = lambda _: Reply([{"index": 0, "score": 9.0}])
    return server


@pytest.fixture
def scratch(chart: Path) -> Iterator[Store]:
    store, _ = open_scratch([chart])
    yield store
    store.close()


def test_a_server_that_answers_ranks_by_its_own_scores(server: RerankServer, scratch: Store) -> None:
    ranking = rank_patient(scratch, ADA, "asthma", "remote", MemoryVectors())
    assert (ranking.model, ranking.requested_model, ranking.fallback, ranking.notices) == ("remote", "remote", "", ())
    assert [entry.raw for entry in ranking.items] == sorted((entry.raw for entry in ranking.items), reverse=True)
    assert ranking.items[0].item.title == "Asthma"
    assert ranking.items[0].score == pytest.approx(0.731, abs=1e-3)  # the sigmoid of 1, its one word in common
    assert {entry.reason for entry in ranking.items} == {None}
    assert [entry.pinned.category for entry in ranking.safety if entry.pinned] == ["allergy", "anticoagulant"]
    assert len(server.asked) == 1


def test_where_it_cannot_answer_the_built_in_model_ranks_everything_and_says_so(
    broken: RerankServer, scratch: Store
) -> None:
    ranking = rank_patient(scratch, ADA, "asthma", "remote", MemoryVectors())
    alone = rank_patient(scratch, ADA, "asthma", STAND_IN, MemoryVectors())
    assert (ranking.model, ranking.requested_model) == (STAND_IN, "remote")
    assert ranking.items == alone.items
    assert ranking.notices == (ranking.fallback,)
    place = broken.url.removeprefix("http://")
    assert ranking.fallback == (
        f"The model remote could not be used: the reranker at {place} leaves out text 1 of 6. "
        "The built-in model cascade ranked this instead."
    )
    answer = ranking_as_json(ranking)
    assert (answer["model"], answer["requested_model"]) == (STAND_IN, "remote")
    assert answer["notices"] == [ranking.fallback]
    assert (alone.requested_model, alone.fallback, alone.notices) == (STAND_IN, "", ())


def test_a_ranking_is_one_engine_s_even_where_a_later_window_fails(server: RerankServer, scratch: Store) -> None:
    def once(asked: Asked) -> Reply:
        return well(asked) if len(server.asked) == 1 else Reply(status=400)

    server.behaviour = once
    ranking = rank_patient(scratch, ADA, "asthma and gout " * 100, "remote", MemoryVectors())
    alone = rank_patient(scratch, ADA, "asthma and gout " * 100, STAND_IN, MemoryVectors())
    assert len(server.asked) == 2
    assert (ranking.model, ranking.items) == (STAND_IN, alone.items)


@pytest.mark.usefixtures("broken")
def test_an_explanation_is_of_the_ranking_that_was_made(scratch: Store) -> None:
    found = explain(scratch, ADA, "asthma", "Condition/asthma", "remote", cache=MemoryVectors())
    assert found.uses_paths
    assert found.parts.raw == pytest.approx(found.entry.raw, abs=1e-5)
    answer = explanation_as_json(found)
    assert (answer["model"], answer["requested_model"]) == (STAND_IN, "remote")
    assert answer["notices"] == [found.ranking.fallback]


@pytest.mark.usefixtures("server")
def test_a_server_s_own_ranking_is_explained_by_its_one_part(scratch: Store) -> None:
    found = explain(scratch, ADA, "asthma", "Condition/asthma", "remote", cache=MemoryVectors())
    assert (found.parts.score, found.parts.path, found.parts.worth) == (found.entry.raw, 0, 0)


@pytest.mark.usefixtures("broken")
def test_documents_too_are_ranked_by_another_model_that_is_named() -> None:
    answer = rerank_documents("gout", ["asthma", "gout"], "remote", MemoryVectors())
    assert (answer.model, answer.requested_model) == (STAND_IN, "remote")
    assert "remote could not be used" in answer.notices[0]
    alone = rerank_documents("gout", ["asthma", "gout"], STAND_IN, MemoryVectors())
    assert answer.results == alone.results


@pytest.mark.usefixtures("broken")
def test_files_of_requests_name_the_model_of_each_answer(chart: Path, tmp_path: Path) -> None:
    ranks, reranks, out = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "out.jsonl"
    ranks.write_text(json.dumps({"id": 1, "bundle": chart.name, "assessment": "asthma"}))
    assert rank_requests(ranks, out, "remote") == Answered(1, 0, 1)
    (ranked,) = map(json.loads, out.read_text().splitlines())
    documents = [{"id": "x", "text": "gout"}, {"id": "y", "text": "asthma"}]
    reranks.write_text(json.dumps({"query_id": 1, "query": "asthma", "documents": documents}))
    assert rerank_requests(reranks, out, "remote") == Answered(1, 0, 1)
    (reranked,) = map(json.loads, out.read_text().splitlines())
    for line in (ranked, reranked):
        assert (line["model"], line["requested_model"]) == (STAND_IN, "remote")
        assert "could not be used" in line["notices"][0]


@pytest.mark.usefixtures("broken")
def test_a_measurement_is_of_the_model_it_names_or_none(chart: Path) -> None:
    judged = Judged(
        id="1", bundle=chart, patient="p1", category="x", assessment="asthma", judgements={"Condition/asthma": 3}
    )
    bundles = Bundles()
    with pytest.raises(EngineUnavailableError, match="leaves out text 1 of 6"):
        evaluate([judged], "remote", bundles)
    bundles.close()


def test_nothing_stands_in_for_what_nobody_set_up(
    scratch: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("EMR_RERANK_REMOTE_URL", raising=False)
    with pytest.raises(ModelError, match="remote: no server is named; set EMR_RERANK_REMOTE_URL"):
        rank_patient(scratch, ADA, "asthma", "remote")
    monkeypatch.setenv("EMR_RERANK_GEMMA_MODEL", str(tmp_path / "absent"))
    with pytest.raises(ModelError, match="absent"):
        rank_patient(scratch, ADA, "asthma", "gemma")


def test_what_the_server_cut_is_split_and_what_cannot_be_is_told(server: RerankServer, scratch: Store) -> None:
    def short_sighted(asked: Asked) -> Reply:
        results = well(asked).content
        return Reply([{**one, "truncated": len(asked.texts[one["index"]]) > 60} for one in results])

    server.behaviour = short_sighted
    long = "the weather was mild. " * 30 + "gout"
    answer = rerank_documents("gout", ["gout", long], "remote", MemoryVectors())
    assert [one.score for one in answer.results] == pytest.approx([0.731, 0.731], abs=1e-3)
    assert [one.truncated for one in answer.results] == [False, False]

    server.behaviour = lambda asked: Reply([{**one, "truncated": True} for one in well(asked).content])
    answer = rerank_documents("gout", ["gout", long], "remote", MemoryVectors())
    assert [one.truncated for one in answer.results] == [True, True]
    ranking = rank_patient(scratch, ADA, "asthma", "remote", MemoryVectors())
    assert ranking.notices == (
        "6 records were not read whole by the model, which cuts long text: what it left out did not count.",
    )


def test_where_the_stand_in_fails_too_the_plainest_model_answers(
    scratch: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a page: whoever reads it can mend no setting."""
    monkeypatch.setenv("EMR_RERANK_DEPTH", "4")
    monkeypatch.setenv("EMR_RERANK_JOINT_ADAPTER", str(tmp_path))  # which holds none
    ranking = rank_patient(scratch, ADA, "asthma", STAND_IN, MemoryVectors(), forgiven=ANY)
    assert (ranking.model, ranking.requested_model) == (PLAINEST, STAND_IN)
    assert "The model cascade could not be used" in ranking.fallback
    assert ranking.fallback.endswith(f"The built-in model {PLAINEST} ranked this instead.")
    with pytest.raises(ModelError, match=r"no scoring\.json"):
        rank_patient(scratch, ADA, "asthma", STAND_IN, MemoryVectors())


def test_a_server_keeps_no_vectors(server: RerankServer, scratch: Store) -> None:
    with pytest.raises(RequestError, match=r"remote keeps no vectors; .* --model cascade"):
        index_patient(scratch, ADA, "remote")
    assert server.asked == []


def test_only_models_that_are_set_up_are_offered() -> None:
    assert offered(Settings(remote_url=None, gemma_model=None)) == SHOWN
    assert offered(Settings(remote_url="http://gpu:8080")) == (*SHOWN, "remote")
    assert offered(Settings(gemma_model="some/model", remote_url="http://gpu:8080")) == (*SHOWN, "gemma", "remote")
    assert offered(Settings(model="gemma")) == (*SHOWN, "gemma")
