from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emr_rerank.errors import ModelError, RequestError, UnknownPatientError
from emr_rerank.pipeline.as_json import ranking_as_json
from emr_rerank.pipeline.bundles import Bundles, open_scratch
from emr_rerank.pipeline.history import index_patient, rank_patient, read_chart, source_json
from emr_rerank.pipeline.models import EMBEDDED
from emr_rerank.store import PatientKey, Store
from tests.builders import bundle, condition
from tests.pipeline.conftest import WriteBundle

ADA = PatientKey("local", "p1")


@pytest.fixture
def scratch(chart: Path) -> Iterator[Store]:
    opened, _ = open_scratch([chart])
    yield opened
    opened.close()


@pytest.mark.parametrize("model", EMBEDDED)
def test_every_record_is_in_exactly_one_item_and_the_answer_says_what_ran(scratch: Store, model: str) -> None:
    ranking = rank_patient(scratch, ADA, "raised INR on warfarin", model)
    members = [member.reference for entry in ranking.items for member in entry.item.members]
    assert sorted(members) == [
        "AllergyIntolerance/penicillin",
        "Condition/asthma",
        "Condition/embolism",
        "MedicationRequest/ibuprofen",
        "MedicationRequest/warfarin",
        "Observation/inr-1",
        "Observation/inr-2",
    ]
    assert ranking.model == model
    # The cross-encoder alone does not see that a refuted embolism is none.
    assert model == "joint" or ranking.items[0].item.reference in {"MedicationRequest/warfarin", "Observation/inr-2"}
    assert all(0 <= entry.score <= 1 for entry in ranking.items)


def test_the_safety_strip_is_whole_and_marks_are_kept(scratch: Store) -> None:
    ranking = rank_patient(scratch, ADA, "wheezy", "lexical")
    assert [entry.item.title for entry in ranking.safety] == ["Penicillin", "Warfarin 3 mg tablets"]
    standings = {entry.item.reference: entry.item.standing.value for entry in ranking.items}
    assert standings["Condition/embolism"] == "refuted"
    assert standings["MedicationRequest/ibuprofen"] == "past"


def test_the_same_question_gets_the_same_answer(scratch: Store) -> None:
    first, second = (ranking_as_json(rank_patient(scratch, ADA, "wheezy", "embedding")) for _ in range(2))
    assert first == second


def test_top_shortens_records_only(scratch: Store) -> None:
    answer = ranking_as_json(rank_patient(scratch, ADA, "wheezy", "embedding"), top=2)
    assert (len(answer["records"]), len(answer["safety"]), answer["total"]) == (2, 2, 6)
    assert set(answer) >= {"patient", "model", "assessment", "safety", "records", "total"}
    assert set(answer["records"][0]) >= {
        "rank", "score", "resource", "members", "kind", "title", "date", "status", "text", "pinned",
    }  # fmt: skip


@pytest.mark.parametrize("assessment", ["", " \n\t "])
def test_an_empty_assessment_is_refused_with_its_remedy(scratch: Store, assessment: str) -> None:
    with pytest.raises(RequestError, match="the assessment is empty; say"):
        rank_patient(scratch, ADA, assessment, "lexical")


def test_an_assessment_in_another_encoding_is_refused_with_its_remedy(scratch: Store) -> None:
    with pytest.raises(RequestError, match="the assessment is not UTF-8 text; say it in UTF-8"):
        rank_patient(scratch, ADA, b"caf\xe9".decode(errors="surrogateescape"), "lexical")


def test_a_very_long_assessment_is_ranked_and_the_reader_told(scratch: Store) -> None:
    assessment = ("well in himself today, eating and drinking " * 2400)[:100_000] + " wheeze, asthma attack"
    ranking = rank_patient(scratch, ADA, assessment, "embedding")
    assert "100,0" in ranking.notices[0]
    assert ranking.items[0].item.reference == "Condition/asthma"
    with pytest.raises(RequestError, match="more than 1,000,000 characters"):
        rank_patient(scratch, ADA, "x" * 1_000_001, "lexical")


def test_another_language_is_ranked_with_a_hint(scratch: Store) -> None:
    ranking = rank_patient(scratch, ADA, "le patient tousse depuis deux jours avec de la fièvre", "embedding")
    assert len(ranking.items) == 6
    assert "French" in ranking.notices[0]


def test_an_unknown_patient_or_engine_is_an_error_of_one_line(scratch: Store) -> None:
    with pytest.raises(UnknownPatientError, match="no patient p2"):
        rank_patient(scratch, PatientKey("local", "p2"), "wheezy", "lexical")
    with pytest.raises(ModelError, match="no model is called 'gemini'"):
        rank_patient(scratch, ADA, "wheezy", "gemini")


def test_a_patient_without_records_gets_an_empty_answer_that_says_so(write_bundle: WriteBundle) -> None:
    store, _ = open_scratch([write_bundle(bundle("p1"))])
    ranking = rank_patient(store, ADA, "wheezy", "embedding")
    assert ranking.items == ()
    assert ranking.notices == ("This patient has no records that can be ranked.",)
    store.close()


def test_a_chart_without_an_assessment_is_newest_first(scratch: Store) -> None:
    chart = read_chart(scratch, ADA)
    assert [entry.item.date for entry in chart.items][:3] == ["2020-02-03", "2020-02-01", "2016-03"]
    assert [entry.item.title for entry in chart.safety] == ["Penicillin", "Warfarin 3 mg tablets"]
    assert chart.model == ""


def test_the_source_of_a_record_is_shown_to_its_own_patient_only(write_bundle: WriteBundle) -> None:
    paths = [
        write_bundle(bundle("p1", condition("mine", "Asthma"))),
        write_bundle(bundle("p2", condition("other", "Gout"), name="Ben Example"), "other.json"),
    ]
    store, _ = open_scratch(paths)
    assert json.loads(source_json(store, ADA, "Condition/mine"))["code"] == {"text": "Asthma"}
    with pytest.raises(RequestError, match="Condition/other: this patient has no such record"):
        source_json(store, ADA, "Condition/other")
    store.close()


def test_indexing_leaves_nothing_for_the_first_ranking_to_encode(scratch: Store) -> None:
    assert index_patient(scratch, ADA, "embedding") == 6
    with scratch.read() as transaction:
        kept = transaction.exec_driver_sql("select count(*) from vectors").scalar()
    rank_patient(scratch, ADA, "wheezy", "embedding")
    with scratch.read() as transaction:
        assert transaction.exec_driver_sql("select count(*) from vectors").scalar() == kept == 6


def test_a_long_note_says_which_window_won(write_bundle: WriteBundle) -> None:
    filler = "Routine visit, no complaints, vaccination discussed. " * 40
    note = {
        "resourceType": "Composition",
        "id": "letter",
        "status": "final",
        "type": {"text": "Letter"},
        "date": "2020-01-01",
        "author": [{"display": "Dr X"}],
        "title": "Letter",
        "section": [
            {
                "title": "Story",
                "text": {
                    "status": "generated",
                    "div": f"<div>{filler}Then a swollen, hot knee after gardening. {filler}</div>",
                },
            }
        ],
    }
    store, _ = open_scratch([write_bundle(bundle("p1", note))])
    (only,) = rank_patient(store, ADA, "swollen hot knee", "embedding").items
    assert only.window
    full = f"{only.item.text}\n{only.item.body}"
    assert only.window.of == len(full)
    assert "hot knee" in full[only.window.start : only.window.end]
    store.close()


def test_a_file_of_several_patients_needs_one_named(write_bundle: WriteBundle) -> None:
    two = bundle("p1", condition("a", "Asthma"))
    two["entry"] += bundle("p2", condition("b", "Gout"), name="Ben Example")["entry"]
    path, bundles = write_bundle(two), Bundles()
    with pytest.raises(
        UnknownPatientError, match=r"chart.json: holds 2 patients; name one with --patient .* it has: p1, p2"
    ):
        bundles.open(path)
    with pytest.raises(UnknownPatientError, match="holds no patient p3; it has: p1, p2"):
        bundles.open(path, "p3")
    store, key = bundles.open(path, "p2")
    assert [entry.item.reference for entry in read_chart(store, key).items] == ["Condition/b"]
    bundles.close()
