"""What `--model` can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from emr_rerank.engine import ENGINE_NAMES, MemoryVectors
from emr_rerank.errors import ModelError
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.cascade import SecondStage
from emr_rerank.pipeline.history import rank_items
from emr_rerank.pipeline.models import BY_DOCUMENTS, DOCUMENTS, EVERYTHING, MODELS, Model, Use, load_model
from emr_rerank.ranking import CALIBRATIONS
from emr_rerank.settings import Settings
from emr_rerank.types import Kind, Reading
from tests.builders import item

ITEMS = [
    item("MedicationRequest/1", Kind.MEDICATION, "Amiodarone 200 mg tablets"),
    item("MedicationRequest/2", Kind.MEDICATION, "Paracetamol 500 mg tablets"),
    item("Condition/3", title="Ankle sprain"),
]
ASSESSMENT = "two months of dry cough, PMHx AF"


@dataclass
class Deaf:
    """A scorer to which all texts are equal; keeps what it was given."""

    name: str = "knowledge"
    title: str = "deaf"
    queries: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        self.queries.append(query)
        self.texts.extend(texts)
        return [0.0] * len(texts)

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        return Reading(self.score(query, texts), [False] * len(texts))


def model(use: Use) -> tuple[Model, Deaf]:
    scorer = Deaf()
    return Model("knowledge", scorer, use, knowledge_base()), scorer


def test_every_model_is_an_engine_with_a_calibration() -> None:
    engines = {recipe.engine for recipe in MODELS.values()} | {one.again.engine for one in MODELS.values() if one.again}
    assert engines <= set(ENGINE_NAMES)
    assert {*MODELS, BY_DOCUMENTS} == set(CALIBRATIONS)


def test_the_default_is_a_model() -> None:
    assert Settings.model_fields["model"].default in MODELS


def test_a_name_that_is_none_is_told_what_there_is() -> None:
    with pytest.raises(ModelError, match="choose one of: cascade, knowledge"):
        load_model("gpt", MemoryVectors(), knowledge_base())


def test_without_the_facts_texts_go_to_the_engine_as_they_are() -> None:
    plain, scorer = model(Use())
    rank_items(ITEMS, ASSESSMENT, plain)
    assert (scorer.queries, scorer.texts) == ([ASSESSMENT], [one.text for one in ITEMS])


def test_what_is_scored_says_more_than_what_is_shown() -> None:
    full, scorer = model(EVERYTHING)
    ranked = rank_items(ITEMS, ASSESSMENT, full)
    assert "atrial fibrillation" in scorer.queries[0]
    assert any("antiarrhythmic" in text for text in scorer.texts)
    assert {entry.item.text for entry in ranked} == {one.text for one in ITEMS}


def test_a_path_brings_up_what_no_word_does_and_says_why() -> None:
    ranked = rank_items(ITEMS, ASSESSMENT, model(Use(paths=0.9))[0])
    assert ranked[0].item.title == "Amiodarone 200 mg tablets"
    assert ranked[0].reason is not None
    assert ranked[0].reason.words
    assert all(" line " in row for row in ranked[0].reason.rows)
    assert ranked[-1].reason is None


def test_a_stronger_path_and_a_record_s_worth_raise_the_score_by_their_weights() -> None:
    half, whole = (
        {one.item.reference: one for one in rank_items(ITEMS, ASSESSMENT, model(Use(paths=paths, worth=worth))[0])}
        for paths, worth in ((0.5, 0.5), (1.0, 1.0))
    )
    amiodarone, sprain = "MedicationRequest/1", "Condition/3"
    reason = half[amiodarone].reason
    assert reason is not None
    assert half[amiodarone].parts.path == pytest.approx(0.5 * reason.strength)
    assert whole[amiodarone].parts.path == pytest.approx(2 * half[amiodarone].parts.path)
    assert whole[sprain].parts.worth == pytest.approx(2 * half[sprain].parts.worth)
    assert whole[sprain].parts.path == 0


def test_lines_are_read_again_where_the_settings_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = load_model("cascade", MemoryVectors(), knowledge_base())
    assert (plain.second, len(plain.engines)) == (None, 1)
    monkeypatch.setenv("EMR_RERANK_DEPTH", "2")
    monkeypatch.setenv("EMR_RERANK_BUDGET", "5")
    deep = load_model("cascade", MemoryVectors(), knowledge_base())
    assert deep.second is not None
    assert (deep.second.depth, deep.second.seconds, deep.second.scorer.name) == (2, 5.0, "joint")
    assert len(deep.engines) == 2
    assert deep.unhurried().second == replace(deep.second, seconds=float("inf"))
    ranked = rank_items(ITEMS, ASSESSMENT, deep)
    first = {one.item.reference: one.parts for one in rank_items(ITEMS, ASSESSMENT, plain)}
    assert {one.item.reference for one in ranked} == set(first)
    assert all(one.parts.again != 0 for one in ranked)
    assert all(replace(one.parts, again=0.0) == first[one.item.reference] for one in ranked)


def test_texts_that_are_no_records_are_scored_by_the_model_that_the_recipe_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = model(EVERYTHING)[0]
    assert full.of_documents() is full
    monkeypatch.setenv("EMR_RERANK_DEPTH", "2")
    plain = load_model("cascade", MemoryVectors(), knowledge_base()).of_documents()
    assert (plain.name, plain.scorer.name, plain.use, plain.second) == ("documents", "tuned", DOCUMENTS.use, None)
    assert plain.question(ASSESSMENT) == ASSESSMENT


def test_what_scores_documents_is_loaded_for_documents_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMR_RERANK_TUNED_ADAPTER", str(tmp_path))  # which holds none
    cascade = load_model("cascade", MemoryVectors(), knowledge_base())
    assert len(rank_items(ITEMS, ASSESSMENT, cascade)) == len(ITEMS)
    with pytest.raises(ModelError, match=r"no scoring\.json"):
        cascade.of_documents()


def test_what_is_read_again_is_what_was_read_first() -> None:
    """The lines with what the facts add, and the question too."""
    second = Deaf()
    full, first = model(EVERYTHING)
    again = replace(full, second=SecondStage(second, 1.0, 2, 9.0))
    ranked = rank_items(ITEMS, ASSESSMENT, again)
    assert len(second.texts) == 2
    assert set(second.texts) <= set(first.texts)
    assert set(second.queries) == set(first.queries)
    assert len(ranked) == len(ITEMS)


def test_nothing_is_hidden_and_the_order_does_not_depend_on_the_order_given() -> None:
    full = model(EVERYTHING)[0]
    ahead, back = rank_items(ITEMS, ASSESSMENT, full), rank_items(ITEMS[::-1], ASSESSMENT, full)
    assert [one.item.reference for one in ahead] == [one.item.reference for one in back]
    assert len(ahead) == len(ITEMS)


def test_an_installation_s_own_rows_change_its_ranking() -> None:
    known = knowledge_base()
    rows = tuple(
        replace(row, serious=(*row.serious, "dry cough")) if row.name == "paracetamol" else row
        for row in known.facts.medicines
    )
    own = replace(known, facts=replace(known.facts, medicines=rows))
    usual, changed = (
        rank_items(ITEMS, "dry cough", Model("knowledge", Deaf(), Use(paths=0.9), base)) for base in (known, own)
    )
    strengths = [
        next((one.reason.strength for one in ranked if one.reason and "Paracetamol" in one.item.title), 0.0)
        for ranked in (usual, changed)
    ]
    assert strengths[0] < strengths[1]


def test_a_path_that_speaks_against_a_medicine_counts_for_more_than_another() -> None:
    loaded = Model("knowledge", Deaf(), Use(paths=0.5), knowledge_base())
    records = [
        item("MedicationRequest/1", Kind.MEDICATION, "Warfarin 3 mg tablets"),
        item("Condition/2", title="Oral candidiasis"),
    ]
    against, about = loaded.bearings("is fluconazole safe?", records)
    assert against.path is not None
    assert against.path.warns
    assert about.path is not None
    assert not about.path.warns
    pulls = [loaded.first(0.0, one, 0.0).path / one.strength for one in (against, about)]
    assert pulls[0] > pulls[1] == pytest.approx(0.5)


def test_what_is_asked_for_by_name_comes_first_whatever_its_kind_is_worth() -> None:
    loaded = Model("knowledge", Deaf(), replace(EVERYTHING, names=False, purposes=False, calls=False), knowledge_base())
    visit = item("Encounter/1", Kind.ENCOUNTER, "Encounter for symptom; for: Acute bronchitis", date="2014")
    count = item("DiagnosticReport/2", Kind.REPORT, "Complete blood count panel", date="2020")
    assert [one.item for one in rank_items([count, visit], "pmh acute bronchitis, now worse", loaded)] == [visit, count]


def test_a_search_brings_up_what_it_asks_for_and_says_so() -> None:
    loaded = Model("knowledge", Deaf(), replace(EVERYTHING, names=False, purposes=False, calls=False), knowledge_base())
    count = item("Observation/1", Kind.OBSERVATION, "Platelets 412 x10^9/L (high)", date="2025")
    vaccine = item("Immunization/2", Kind.IMMUNIZATION, "Rabies vaccine", date="2010")
    first, second = rank_items([count, vaccine], "vaccinations", loaded)
    assert first.item == vaccine
    assert first.parts.sought == 1.0
    assert first.reason is not None
    assert first.reason.words == "asked for: vaccinations"
    assert second.reason is None or second.reason.words != first.reason.words


def test_a_kind_that_is_only_mentioned_gives_no_reason() -> None:
    loaded = Model("knowledge", Deaf(), Use(sought=1.0, paths=0.5), knowledge_base())
    asked = "came in by ambulance after the neighbours found him between the bins; tablets in his pocket"
    (only,) = rank_items([item("MedicationRequest/1", Kind.MEDICATION, "Zzz drops")], asked, loaded)
    assert only.reason is None


def test_who_searches_by_few_words_is_not_told_what_is_newest() -> None:
    loaded = Model("knowledge", Deaf(), replace(EVERYTHING, names=False, purposes=False, calls=False), knowledge_base())
    visit = item("Encounter/1", Kind.ENCOUNTER, "Zzz", date="2025")
    worths = [loaded.first(0.0, loaded.bearings(asked, [visit])[0], -0.1).worth for asked in ("xyz", "a b c d e f g")]
    assert worths[0] == 0
    assert worths[1] < -0.05
