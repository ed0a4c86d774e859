"""Which concepts a name can mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.knowledge import Concept, fold, load, names
from tests.knowledge.tables import with_row, written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sjögren's  Syndrome", "sjogrens syndrome"),
        ("beta-blocker", "Beta blocker"),
        ("Crohn’s disease", "Crohn's disease"),  # noqa: RUF001 - the apostrophe that word processors write
    ],
)
def test_spellings_that_mean_the_same_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_every_way_of_writing_resolves(tmp_path: Path) -> None:
    index = names(load(written(tmp_path)))
    ways = {
        "albuterol": Concept("medicine", "salbutamol"),
        "VENTOLIN": Concept("medicine", "salbutamol"),
        "ACEi": Concept("class", "ACE inhibitor"),
        "htn": Concept("condition", "hypertension"),
        "the shakes": Concept("condition", "tremor"),
        "k+": Concept("test", "potassium"),
        "two months of dry cough": Concept("presentation", "chronic cough"),
    }
    assert {way: index.resolve(way) for way in ways} == {way: (concept,) for way, concept in ways.items()}
    assert index.resolve("metformin") == ()


def test_only_the_kinds_asked_for_resolve(tmp_path: Path) -> None:
    index = names(load(written(tmp_path)))
    assert index.resolve("ACE inhibitor", ["condition", "medicine"]) == ()


def test_ambiguity_is_kept_and_listed(tmp_path: Path) -> None:
    index = names(load(written(tmp_path, with_row("tests", "heartbeats,HTN,,,,,"))))
    both = (Concept("condition", "hypertension"), Concept("test", "heartbeats"))
    assert index.resolve("HTN") == both
    assert index.ambiguous == {"htn": both}


def test_a_rows_own_name_goes_before_anothers_synonym(tmp_path: Path) -> None:
    index = names(load(written(tmp_path, with_row("conditions", "chest infection,disease,cough,,,,,,,,,"))))
    assert index.resolve("cough") == (Concept("condition", "cough"),)
