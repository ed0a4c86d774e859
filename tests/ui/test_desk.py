"""The desk keeps the store, uploads and visitors apart, on a real store in memory and on disk."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emr_rerank.errors import ModelError, RequestError, SourceError
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.pipeline.models import SHOWN
from emr_rerank.settings import Settings
from emr_rerank.store import PatientKey, Store, count_patients, forget_patient, open_store
from ui.desk import LISTED, Desk, Place

Write = Callable[..., Path]
NOBODY = "no-such-visit"


@pytest.fixture
def store() -> Iterator[Store]:
    """Open a store in memory."""
    opened = open_store("sqlite://")
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    """Open a desk on the store, with a small bound for uploads."""
    return Desk(store, Settings(model="lexical", max_upload_bytes=100_000))


@pytest.fixture
def stored(store: Store, write: Write, resources: Any) -> Place:
    """Store a patient with two conditions and a result three times over."""
    path = write(
        "stored.json",
        resources.patient("p1", "Stored"),
        resources.condition("c1", "p1", "Gout", "2011"),
        resources.condition("c2", "p1", "Migraine", "2020-01-01"),
        *(resources.observation(f"o{n}", "p1", "Urate", (400 + n, "umol/L"), f"201{n}-05-01") for n in range(3)),
    )
    import_paths(store, [path])
    return Place(PatientKey("local", "p1"))


def test_a_chart_is_newest_first_and_opens_by_its_visit(desk: Desk, stored: Place) -> None:
    opened = desk.chart(stored)
    assert [entry.item.title for entry in opened.ranking.items] == ["Migraine", "Urate", "Gout"]
    entry = desk.entry(opened.visit, 2)
    assert entry
    assert entry.ranked.item.title == "Urate"
    assert not entry.scored


def test_a_ranking_is_scored_and_names_what_ran(desk: Desk, stored: Place) -> None:
    opened = desk.rank(stored, "gout attack", "lexical")
    assert opened.ranking.model == "lexical"
    assert opened.ranking.items[0].item.title == "Gout"
    entry = desk.entry(opened.visit, 1)
    assert entry
    assert entry.scored


def test_only_models_that_are_set_up_can_be_chosen(store: Store) -> None:
    alone = Desk(store, Settings(remote_url=None, gemma_model=None, gemma_adapter=None))
    assert (alone.models, alone.sends_to) == (SHOWN, "")
    with_server = Desk(store, Settings(remote_url="https://gpu.example:8080/v1/rerank"))
    assert (with_server.models[-1], with_server.sends_to) == ("remote", "gpu.example:8080")


def test_a_model_that_is_set_up_wrongly_costs_nobody_the_ranking(
    desk: Desk, stored: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMR_RERANK_GEMMA_MODEL", str(tmp_path / "absent"))
    ranking = desk.rank(stored, "gout attack", "gemma").ranking
    assert (ranking.model, ranking.requested_model) == ("cascade", "gemma")
    assert "The model gemma could not be used: " in ranking.notices[0]
    with pytest.raises(ModelError, match="no model is called 'gpt'"):
        desk.rank(stored, "gout attack", "gpt")


def test_the_source_of_each_repeat_can_be_read(desk: Desk, stored: Place) -> None:
    visit = desk.chart(stored).visit
    sources = [desk.source(visit, 2, member) for member in range(3)]
    assert [json.loads(text or "")["id"] for text in sources] == ["o2", "o1", "o0"]


@pytest.mark.parametrize(("item", "member"), [(0, 0), (4, 0), (-1, 0), (1, 1), (1, -1)])
def test_what_is_not_in_the_history_is_not_answered(desk: Desk, stored: Place, item: int, member: int) -> None:
    assert desk.source(desk.chart(stored).visit, item, member) is None


def test_a_visit_that_was_left_is_gone(desk: Desk, stored: Place) -> None:
    visit = desk.chart(stored).visit
    desk.leave(visit, "")
    assert desk.entry(visit, 1) is None
    assert desk.source(visit, 1, 0) is None
    assert desk.entry(NOBODY, 1) is None


def test_an_upload_is_ranked_from_memory_and_its_file_is_deleted(
    desk: Desk, store: Store, write: Write, resources: Any
) -> None:
    path = write("up.json", resources.patient("p9", "Uploaded"), resources.condition("c1", "p9", "Vertigo"))
    received = desk.receive(path)
    assert not path.exists()
    assert [one.name for one in received.patients] == ["Test Uploaded"]
    opened = desk.rank(Place(PatientKey.of(received.patients[0]), received.upload), "dizzy", "lexical")
    assert [entry.item.title for entry in opened.ranking.items] == ["Vertigo"]
    assert json.loads(desk.source(opened.visit, 1, 0) or "")["id"] == "c1"
    with store.read() as transaction:
        assert count_patients(transaction) == 0
    assert desk.find("Uploaded").patients == ()


def test_an_upload_that_left_memory_is_asked_for_again(desk: Desk, write: Write, resources: Any) -> None:
    path = write("up.json", resources.patient("p9", "Uploaded"), resources.condition("c1", "p9", "Vertigo"))
    received = desk.receive(path)
    place = Place(PatientKey.of(received.patients[0]), received.upload)
    visit = desk.chart(place).visit
    desk.leave("", received.upload)
    assert desk.received(received.upload) is None
    with pytest.raises(RequestError, match="upload the file again"):
        desk.rank(place, "dizzy", "lexical")
    with pytest.raises(RequestError, match="upload the file again"):
        desk.source(visit, 1, 0)


def test_an_upload_over_the_bound_is_refused_and_deleted(desk: Desk, write: Write, resources: Any) -> None:
    path = write("up.json", resources.patient("p9", "Uploaded"), resources.note("n", "p9", "word " * 40_000))
    with pytest.raises(SourceError, match=r"larger than 0\.1 MB"):
        desk.receive(path)
    assert not path.exists()


def test_an_upload_without_a_patient_is_refused_and_deleted(desk: Desk, write: Write, resources: Any) -> None:
    path = write("up.json", resources.condition("c1", "p9", "Vertigo"))
    with pytest.raises(SourceError, match="no Patient"):
        desk.receive(path)
    assert not path.exists()


def test_a_folder_with_other_files_survives_an_upload(desk: Desk, write: Write, resources: Any) -> None:
    kept = write("kept.json", resources.patient("p1", "Kept"))
    desk.receive(write("up.json", resources.patient("p9", "Uploaded")))
    assert kept.exists()


def test_a_search_says_when_more_match_than_are_shown(desk: Desk, store: Store, write: Write, resources: Any) -> None:
    path = write("all.json", *(resources.patient(f"p{n}", f"Family{n:02}") for n in range(LISTED + 1)))
    import_paths(store, [path])
    assert (len(desk.find("").patients), desk.find("").more) == (LISTED, True)
    assert ([one.id for one in desk.find("family07").patients], desk.find("family07").more) == (["p7"], False)


def test_sample_patients_have_examples_and_others_do_not(desk: Desk, stored: Place) -> None:
    assert desk.examples(desk.chart(stored).ranking.patient) == ()


def test_a_patient_who_was_forgotten_is_not_shown_from_memory(desk: Desk, store: Store, stored: Place) -> None:
    opened = desk.chart(stored)
    assert desk.entry(opened.visit, 1)
    forget_patient(store, "p1")
    assert desk.entry(opened.visit, 1) is None
    assert desk.source(opened.visit, 1, 0) is None


def test_an_upload_that_another_visitors_equal_file_took_along_asks_for_it_again(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="upload the file again"):
        desk.receive(tmp_path / "gone" / "chart.json")


def test_a_small_packed_upload_that_unpacks_to_a_large_one_is_refused(desk: Desk, tmp_path: Path) -> None:
    line = json.dumps({"resourceType": "Patient", "id": "p", "text": {"status": "empty", "div": "x" * 500}}).encode()
    path = tmp_path / "packed.ndjson.gz"
    path.write_bytes(gzip.compress(b"\n".join([line] * 1000)))
    assert path.stat().st_size < 10_000
    with pytest.raises(SourceError, match=r"packed\.ndjson\.gz"):
        desk.receive(path)
