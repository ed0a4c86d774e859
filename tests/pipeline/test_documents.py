from __future__ import annotations

import pytest

from emr_rerank.engine import MemoryVectors, load_scorer
from emr_rerank.errors import RequestError
from emr_rerank.pipeline.documents import Relevance, rerank_documents
from emr_rerank.pipeline.models import EMBEDDED
from emr_rerank.ranking import CALIBRATIONS

DOCUMENTS = ["Fractured ankle", "Epistaxis on warfarin", "Fractured ankle"]


def results(query: str, documents: list[str], model: str) -> tuple[Relevance, ...]:
    return rerank_documents(query, documents, model, MemoryVectors()).results


@pytest.mark.parametrize("model", EMBEDDED)
def test_every_document_has_a_place_and_equal_ones_keep_their_order(model: str) -> None:
    answer = rerank_documents("epistaxis, warfarin", DOCUMENTS, model, MemoryVectors())
    assert (answer.model, answer.requested_model, answer.notices) == (model, model, ())
    ranked = answer.results
    assert not any(one.truncated for one in ranked)
    assert [one.index for one in ranked] == [1, 0, 2]
    assert all(0 <= one.score <= 1 for one in ranked)


def test_the_default_shows_documents_by_the_calibration_of_what_scored_them() -> None:
    """The cascade's own was fitted to records, whose scores hold more than a cosine."""
    query, document = "bleeding from the nose", "Epistaxis on warfarin"  # not a word in common
    (raw,) = load_scorer("tuned", MemoryVectors()).score(query, [document])
    default = rerank_documents(query, [document], "cascade", MemoryVectors())
    assert default.results[0].score == pytest.approx(CALIBRATIONS["documents"](raw), abs=1e-3)
    assert default.results[0].score != pytest.approx(CALIBRATIONS["cascade"](raw), abs=1e-2)
    assert default.engines == rerank_documents(query, [document], "tuned", MemoryVectors()).engines


@pytest.mark.parametrize(
    ("query", "documents", "best"),
    [
        ("vaccination record", ["Lab: Platelets 412", "Immunization: Rabies, 2014"], 1),
        ("is he on a statin?", ["Drug order: aspirin 75 mg", "Drug order: Lipitor 20 mg at night"], 1),
        ("any allergies?", ["Diagnosis: allergic rhinitis, hay fever", "Allergy: penicillin, rash"], 1),
        ("zyrgonol", ["An unrelated sentence about knees.", "What zyrgonol does nobody knows."], 1),
    ],
)
def test_a_document_that_is_what_the_query_asks_for_or_says_its_words_comes_first(
    query: str, documents: list[str], best: int
) -> None:
    assert results(query, documents, "cascade")[0].index == best


def test_a_documents_score_does_not_depend_on_its_company() -> None:
    alone, *_ = results("rabies vaccines", ["Immunization: Rabies"], "cascade")
    beside = {one.index: one.score for one in results("rabies vaccines", ["Rabies", "Immunization: Rabies"], "cascade")}
    assert beside[1] == pytest.approx(alone.score, abs=1e-3)


def test_no_document_is_no_error_and_no_query_is() -> None:
    assert results("epistaxis", [], "lexical") == ()
    with pytest.raises(RequestError, match="empty"):
        rerank_documents(" ", DOCUMENTS, "lexical", MemoryVectors())


def test_the_end_of_a_long_document_counts_as_much_as_its_beginning() -> None:
    filler = "the weather was mild and the visit uneventful. " * 60
    ranked = results("epistaxis", [filler, filler + "epistaxis"], "embedding")
    assert ranked[0].index == 1


@pytest.mark.parametrize("model", EMBEDDED)
def test_a_document_that_says_nothing_scores_nothing_and_comes_last(model: str) -> None:
    ranked = results("zebra", ["", "Warfarin 3 mg", " - "], model)
    assert [one.index for one in ranked] == [1, 0, 2]
    assert [one.score for one in ranked[1:]] == [0.0, 0.0]


def test_a_document_in_another_encoding_is_refused_by_its_number() -> None:
    broken = b"caf\xe9".decode(errors="surrogateescape")
    with pytest.raises(RequestError, match="document 2 is not UTF-8 text"):
        rerank_documents("cough", ["fever", broken], "lexical", MemoryVectors())
