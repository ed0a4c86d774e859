from __future__ import annotations

import json
from math import log2
from pathlib import Path
from typing import Any

import pytest

from emr_rerank.errors import RequestError
from emr_rerank.pipeline.bundles import Bundles
from emr_rerank.pipeline.evaluation import Measured, evaluate, measure, read_gold, summarise
from emr_rerank.ranking import to_items
from emr_rerank.types import Kind, Parts, RankedItem
from tests.builders import item, result

JUDGED = {
    "id": "ada-1",
    "bundle": "chart.json",
    "patient": "p1",
    "category": "results",
    "assessment": "INR too high",
    "judgements": {"Observation/inr-1": 1, "Observation/inr-2": 3, "MedicationRequest/warfarin": 2},
}


def gold(folder: Path, **changes: Any) -> Path:
    path = folder / "gold.json"
    path.write_text(json.dumps([{**JUDGED, **changes}]))
    return path


def test_an_item_gains_what_its_best_member_does(chart: Path) -> None:
    judged = read_gold(gold(chart.parent))[0]
    inr = to_items([result("Observation/inr-2", "2020", 4.9), result("Observation/inr-1", "2019", 2.4)])
    items = [item("Condition/asthma"), *inr, item("MedicationRequest/warfarin", Kind.MEDICATION)]
    ranked = [RankedItem(place, 0.5, Parts(0.5), one) for place, one in enumerate(items, start=1)]
    assert measure(judged, ranked) == {
        "nDCG@10": pytest.approx((3 / log2(3) + 2 / log2(4)) / (3 + 2 / log2(3))),
        "MRR@10": 1 / 2,
        "MAP@10": pytest.approx((1 / 2 + 2 / 3) / 2),
        "Hit@1": 0.0,
    }


def test_every_judged_assessment_is_ranked_on_its_own_bundle(chart: Path) -> None:
    (measured,) = evaluate(read_gold(gold(chart.parent)), "lexical", Bundles())
    assert (measured.id, measured.category) == ("ada-1", "results")
    assert measured.values["Hit@1"] == 1.0  # the INR is the only line with the word


def test_a_judged_record_that_does_not_exist_is_named(chart: Path) -> None:
    path = gold(chart.parent, judgements={"Condition/none": 3})
    with pytest.raises(RequestError, match="gold ada-1: Condition/none is judged but not among"):
        evaluate(read_gold(path), "lexical", Bundles())


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("{not json", "the file: not JSON"),
        ('{"id": 1}', "the file"),
        ('[{"id": "a"}]', "0.bundle"),
        (json.dumps([JUDGED, {**JUDGED, "judgements": {}}]), "1.judgements"),
    ],
)
def test_a_bad_gold_file_is_one_line_with_the_place(tmp_path: Path, content: str, place: str) -> None:
    path = tmp_path / "gold.json"
    path.write_text(content)
    with pytest.raises(RequestError, match=f"^gold.json: {place}[:;] "):
        read_gold(path)
    with pytest.raises(RequestError, match=r"^none.json: cannot be read"):
        read_gold(tmp_path / "none.json")


def test_means_are_over_all_and_over_each_category() -> None:
    names = ("nDCG@10", "MRR@10", "MAP@10", "Hit@1")
    measured = [
        Measured(str(number), category, dict.fromkeys(names, value))
        for number, (category, value) in enumerate([("symptom", 1.0), ("symptom", 0.0), ("results", 0.5)])
    ]
    summary = summarise(measured)
    assert {group: (values["nDCG@10"], values["assessments"]) for group, values in summary.items()} == {
        "all": (0.5, 3),
        "symptom": (0.5, 2),
        "results": (0.5, 1),
    }
