from __future__ import annotations

import pytest

from emr_rerank.ranking.chronology import date_key, day


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("", "2016"),
        ("2016", "2016-01"),
        ("2016-03", "2016-03-02"),
        ("2016-03-02", "2016-03-02T00:00:00Z"),
        ("2016-03-02T23:30:00-05:00", "2016-03-03T05:00:00+00:00"),
        ("2016-03-02T10:00:00.5Z", "2016-03-02T10:00:00.824Z"),
    ],
)
def test_dates_of_any_precision_sort_as_time_does(earlier: str, later: str) -> None:
    assert date_key(earlier) < date_key(later)


def test_one_instant_in_two_zones_is_one_key() -> None:
    assert date_key("2016-03-02T10:00:00+02:00") == date_key("2016-03-02T08:00:00Z")


def test_text_that_is_no_date_does_not_raise() -> None:
    assert date_key("sometimeT") == "sometimeT"
    assert day("2016-03-02T10:00:00+02:00") == "2016-03-02"
