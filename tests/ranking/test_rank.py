from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.ranking import best_windows, passages_of, rank, safety_strip, unranked
from emr_rerank.ranking.calibration import CALIBRATIONS
from emr_rerank.ranking.rank import Best
from emr_rerank.types import HistoryItem, Kind, Parts, RankedItem, Reason, SafetyClass, Span, Standing
from tests.builders import item

DRUGS = {"MedicationRequest/1": SafetyClass("anticoagulant", "bleeding risk", lasting_days=3)}


def ranked(items: list[HistoryItem], scores: list[float], model: str = "embedding") -> tuple[RankedItem, ...]:
    return rank(items, [None] * len(items), list(map(Parts, scores)), model, drugs=DRUGS)


@given(st.lists(st.floats(-1, 1), max_size=20))
def test_every_item_is_there_once_in_order_of_its_raw_score(scores: list[float]) -> None:
    items = [item(f"Condition/{index}") for index in range(len(scores))]
    result = ranked(items, scores)
    assert {entry.item.reference for entry in result} == {entry.reference for entry in items}
    assert [entry.raw for entry in result] == sorted(scores, reverse=True)
    assert [entry.rank for entry in result] == list(range(1, len(scores) + 1))


def test_ties_go_to_the_newer_then_to_the_lesser_reference() -> None:
    items = [item("X/b", date="2019"), item("X/c", date="2020"), item("X/a", date="2019"), item("X/d")]
    assert [entry.item.reference for entry in ranked(items, [0.5] * 4)] == ["X/c", "X/a", "X/b", "X/d"]


def test_an_item_scores_as_its_best_window_against_the_best_window_of_the_assessment() -> None:
    items = [item("Note/1", Kind.NOTE, body="words " * 200), item("Condition/1")]
    passages = passages_of(items)
    assert len(passages) > 3
    first = [0.1] * (len(passages) - 1) + [0.5]
    second = [0.1, 0.7] + [0.1] * (len(passages) - 2)
    assert best_windows(2, passages, [first, second]) == [Best(0.7, 1, 1), Best(0.5, 0, len(passages) - 1)]


def test_a_score_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        best_windows(1, passages_of([item("Condition/1")]), [[float("nan")]])


def test_an_item_keeps_its_window_reason_and_parts_in_its_place() -> None:
    items = [item("Note/1", Kind.NOTE), item("Condition/1")]
    parts = [Parts(0.1, path=0.2), Parts(0.2, worth=0.3)]
    reason = Reason(0.2, "words", ("rows",))
    first, second = rank(items, [Span(0, 4, 9), None], parts, "knowledge", drugs={}, reasons=[reason, None])
    assert (first.item, first.parts, first.window, first.reason) == (items[1], parts[1], None, None)
    assert (second.item, second.parts, second.window, second.reason) == (items[0], parts[0], Span(0, 4, 9), reason)
    assert (first.raw, second.raw) == pytest.approx((0.5, 0.3))


@pytest.mark.parametrize(
    ("model", "low", "high"),
    [
        ("cascade", -99, 99),
        ("joint", -99, 99),
        ("documents", -1, 1.6),
        ("embedding", -1, 1),
        ("lexical", 0, 1e6),
        ("hybrid", 0, 1),
    ],
)
@given(data=st.data())
def test_shown_scores_lie_between_0_and_1_and_keep_the_order(
    model: str, low: float, high: float, data: st.DataObject
) -> None:
    one, two = sorted(data.draw(st.tuples(st.floats(low, high), st.floats(low, high))))
    calibrate = CALIBRATIONS[model]
    assert 0 <= calibrate(one) <= calibrate(two) <= 1


def test_a_critical_allergy_comes_before_others_and_says_its_reaction() -> None:
    items = [
        item(
            "AllergyIntolerance/1",
            Kind.ALLERGY,
            "Kiwi",
            status="active",
            text="Allergy (active, unconfirmed): Kiwi, low criticality",
        ),
        item("AllergyIntolerance/2", Kind.ALLERGY, "Latex", flag="high criticality", value="anaphylaxis (severe)"),
    ]
    first, second = safety_strip(ranked(items, [0.9, 0.1]))
    assert (first.item.title, second.item.title) == ("Latex", "Kiwi")
    assert first.pinned and first.pinned.reason == "high criticality, anaphylaxis (severe)"
    assert second.pinned and second.pinned.reason == "unconfirmed, low criticality, reaction not recorded"


def test_the_strip_shows_allergies_first_whatever_their_score_and_they_stay_in_the_list() -> None:
    items = [
        item("MedicationRequest/1", Kind.MEDICATION, "Warfarin 3 mg tablets", status="active"),
        item("AllergyIntolerance/1", Kind.ALLERGY, "Penicillin", status="active"),
        item("Condition/1"),
    ]
    result = ranked(items, [0.5, -0.9, 0.9])
    assert [entry.item.reference for entry in safety_strip(result)] == ["AllergyIntolerance/1", "MedicationRequest/1"]
    assert len(result) == 3


def test_an_unranked_chart_is_newest_first_with_its_pins() -> None:
    items = [item("Condition/1", date="2001"), item("AllergyIntolerance/1", Kind.ALLERGY, date="2020")]
    first, second = unranked(items, {})
    assert (first.item.reference, first.score, second.item.reference) == ("AllergyIntolerance/1", 0.0, "Condition/1")
    assert first.pinned
    assert not unranked([item("X/1", Kind.ALLERGY, standing=Standing.REFUTED)], {})[0].pinned
