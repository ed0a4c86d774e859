"""What a record is worth, whatever is asked."""

from __future__ import annotations

from typing import Any

import pytest

from emr_rerank.ranking import to_items, worth
from emr_rerank.types import HistoryItem, Kind, Standing
from tests.builders import item, record, result

TODAY = "2026-03-01"


def problem(date: str = "", **fields: Any) -> HistoryItem:
    return item("Condition/1", date=date, **fields)


def test_a_new_record_is_worth_more_than_an_old_one_and_that_more_than_an_undated_one() -> None:
    new, old, undated = (worth(problem(date), TODAY) for date in ("2026-01", "2020", ""))
    assert new > old > undated == pytest.approx(0)


def test_a_date_after_today_counts_as_today() -> None:
    assert worth(problem("2030"), TODAY) == worth(problem("2026"), TODAY)


def test_a_result_out_of_range_is_worth_more_than_a_normal_one() -> None:
    flagged, normal = (to_items([result("Observation/1", "2026-01-01", 7.0, flag=flag)])[0] for flag in ("high", ""))
    assert worth(flagged, TODAY) > worth(normal, TODAY)


def test_what_is_over_is_worth_less() -> None:
    assert worth(problem("2020", standing=Standing.PAST), TODAY) < worth(problem("2020"), TODAY)


def test_a_visit_is_worth_less_than_the_problem_it_was_for() -> None:
    assert worth(item("Encounter/1", Kind.ENCOUNTER, "GP visit", date="2020"), TODAY) < worth(problem("2020"), TODAY)


def test_an_allergy_marked_as_dangerous_is_worth_more_than_another() -> None:
    dangerous, other = (
        to_items([record("AllergyIntolerance/1", Kind.ALLERGY, "Latex", flag=flag)])[0]
        for flag in ("high criticality", "")
    )
    assert worth(dangerous, TODAY) > worth(other, TODAY)
