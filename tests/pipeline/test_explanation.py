"""Why a record stands where it does, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emr_rerank.engine import MemoryVectors, load_scorer
from emr_rerank.errors import RequestError
from emr_rerank.knowledge import facts, knowledge_base
from emr_rerank.pipeline.as_json import FACTS_NOTE, explanation_as_json, ranking_as_json
from emr_rerank.pipeline.bundles import open_scratch
from emr_rerank.pipeline.explanation import Asked, Explanation, Step, Told, explain
from emr_rerank.pipeline.history import rank_patient
from emr_rerank.pipeline.models import EMBEDDED, MODELS, load_model
from emr_rerank.ranking.windows import full_text
from emr_rerank.store import PatientKey, Store
from tests.builders import bundle, condition, prescription
from tests.pipeline.conftest import WriteBundle

ADA = PatientKey("local", "p1")
ASKED = "Nose bleeds, no gout. Started clarithromycin yesterday."


@pytest.fixture
def scratch(chart: Path) -> Iterator[Store]:
    opened, _ = open_scratch([chart])
    yield opened
    opened.close()


def explained(store: Store, reference: str, model: str = "knowledge", assessment: str = ASKED) -> Explanation:
    return explain(store, ADA, assessment, reference, model, cache=MemoryVectors())


def test_it_names_what_was_found_on_either_side(scratch: Store) -> None:
    found = explained(scratch, "MedicationRequest/warfarin")
    assert Asked("medicine", "clarithromycin", "clarithromycin", denied=False) in found.asked
    assert Asked("condition", "gout", "gout", denied=True) in found.asked
    assert Told("medicine", "warfarin", "", 1.0) in found.told
    allergy = explained(scratch, "AllergyIntolerance/penicillin")
    assert {one.role for one in allergy.told} == {"allergy"}


def test_words_in_another_order_are_told_as_such(scratch: Store) -> None:
    found = explained(scratch, "Condition/asthma", assessment="the left leg is swelling")
    loose = [one for one in found.asked if not one.written]
    assert loose
    assert found.asked[-len(loose) :] == tuple(loose)


def test_each_step_of_the_path_names_its_row(scratch: Store) -> None:
    found = explained(scratch, "MedicationRequest/warfarin")
    reason = found.entry.reason
    assert reason is not None
    assert tuple(dict.fromkeys(step.row for step in found.steps)) == reason.rows
    assert found.steps
    assert all("warfarin" in step.words or "anticoagulant" in step.words for step in found.steps[:1])
    assert found.ranking.facts == facts().version


def test_a_concept_named_by_both_needs_no_step(scratch: Store) -> None:
    found = explained(scratch, "Condition/asthma", assessment="asthma")
    assert found.steps == ()
    assert found.entry.reason is not None
    assert found.entry.reason.words == "named in the assessment: asthma"


@pytest.mark.parametrize("model", EMBEDDED)
@pytest.mark.parametrize("reference", ["MedicationRequest/warfarin", "Condition/embolism", "Observation/inr-1"])
def test_the_parts_add_up_to_the_score_that_ranked(
    scratch: Store, model: str, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMR_RERANK_DEPTH", "20")
    found = explained(scratch, reference, model)
    recipe = MODELS[model]
    scorer = load_scorer(recipe.engine, MemoryVectors())
    loaded = load_model(model, MemoryVectors(), knowledge_base())
    line = loaded.lines([full_text(found.entry.item)])
    if model not in {"lexical", "hybrid"}:  # whose scores depend on the lines beside it
        assert found.parts.score == pytest.approx(scorer.score(loaded.question(ASKED), line)[0], abs=2e-3)
    if recipe.again:
        joint = load_scorer(recipe.again.engine, MemoryVectors()).score(loaded.question(ASKED), line)[0]
        assert found.parts.again == pytest.approx(recipe.again.weight * joint, abs=2e-3)
    assert found.uses_paths == (model in {"cascade", "knowledge"})
    assert found.uses_paths or (found.parts.path, found.parts.worth, found.steps) == (0, 0, ())
    ranked = rank_patient(scratch, ADA, ASKED, model, MemoryVectors()).items
    (same,) = [one for one in ranked if one.item.reference == found.entry.item.reference]
    assert (same.rank, same.pinned) == (found.entry.rank, found.entry.pinned)


def test_a_repeat_is_explained_by_the_item_that_shows_it(scratch: Store) -> None:
    older, newer = (explained(scratch, f"Observation/inr-{number}") for number in (1, 2))
    assert older.reference == "Observation/inr-1"
    assert older.entry == newer.entry
    assert older.entry.item.reference == "Observation/inr-2"


def test_a_record_that_is_not_there_is_one_line_with_its_remedy(scratch: Store) -> None:
    with pytest.raises(RequestError, match="Condition/none: not in this patient's list; name a record as"):
        explained(scratch, "Condition/none")


@pytest.mark.parametrize("reference", ["Condition/x\nemr-rerank: done", "\x1b[31mCondition/x", "x" * 300])
def test_what_is_no_reference_is_not_repeated(scratch: Store, reference: str) -> None:
    with pytest.raises(RequestError) as caught:
        explained(scratch, reference)
    assert str(caught.value).startswith("that record: not in this patient's list; name a record as")


def test_where_a_record_could_not_be_read_that_is_said(write_bundle: WriteBundle) -> None:
    broken = condition("b", "Secret", onsetDateTime="not a date")
    store, _ = open_scratch([write_bundle(bundle("p1", condition("g", "Gout"), broken))])
    with pytest.raises(RequestError, match=r"^Condition/b: not .*; 1 of this patient's resources could not be read$"):
        explained(store, "Condition/b")
    store.close()


def test_own_rows_are_named_by_their_folder(write_bundle: WriteBundle, tmp_path: Path) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "interactions.csv").write_text(
        "a,b,kind,mechanism,consequence,severity\nmetformin,nitrofurantoin,drug-drug,none,itch,major\n",
        encoding="utf-8",
    )
    store, _ = open_scratch([write_bundle(bundle("p1", prescription("m", "Metformin 500 mg tablets")))])
    base = knowledge_base(folder)
    found = explain(store, ADA, "start nitrofurantoin?", "MedicationRequest/m", "knowledge", base=base)
    store.close()
    assert found.steps == (Step("metformin interacts with nitrofurantoin (itch)", "house/interactions.csv line 2"),)
    assert found.ranking.facts == base.version != facts().version


def test_a_ranking_s_json_says_what_ties_and_by_which_facts(write_bundle: WriteBundle) -> None:
    records = condition("g", "Gout"), condition("u", "Likes the garden")
    store, _ = open_scratch([write_bundle(bundle("p1", *records))])
    with_facts, without = (
        ranking_as_json(rank_patient(store, ADA, "taking allopurinol", model)) for model in ("knowledge", "embedding")
    )
    store.close()
    gout, garden = sorted(with_facts["records"], key=lambda one: str(one["resource"]))
    assert gout["reason"]["words"] == "allopurinol is used for gout"
    assert gout["reason"]["rows"][0].startswith("medicines.csv line ")
    assert 0 < gout["reason"]["strength"] <= 1
    assert garden["reason"] is None
    assert with_facts["facts"] == without["facts"] == {"version": facts().version, "note": FACTS_NOTE}
    assert {one["reason"] for one in without["records"]} == {None}


def test_an_explanation_s_json_holds_its_parts(scratch: Store) -> None:
    found = explained(scratch, "Observation/inr-1")
    answer = explanation_as_json(found)
    assert (answer["resource"], answer["record"]["resource"]) == ("Observation/inr-1", "Observation/inr-2")
    assert sum(answer["parts"].values()) == pytest.approx(answer["record"]["raw_score"], abs=1e-5)
    assert answer["path"]["words"] == answer["record"]["reason"]["words"]
    assert [link["row"] for link in answer["path"]["links"]] == [step.row for step in found.steps]
    assert {"kind": "condition", "name": "gout", "written": "gout", "denied": True} in answer["concepts"]["assessment"]
    assert answer["concepts"]["record"][0]["name"] == "INR"
    assert explanation_as_json(explained(scratch, "Condition/embolism", "lexical"))["path"] is None
