"""Dates keep their precision and periods read as words."""

from __future__ import annotations

import pytest

from emr_rerank.fhir.dates import date, day, period, when


@pytest.mark.parametrize("written", ["2016", "2016-03", "2016-03-05", "2016-03-05T10:00:00Z", "2016-03-05T10:00-05:00"])
def test_a_date_is_kept_as_written(written: str) -> None:
    assert date(f" {written} ") == written


@pytest.mark.parametrize(
    "written", ["", "last spring", "03/05/2016", "2016-3", 2016, None, ["2016"], "2016-03-05T10:00\x00"]
)
def test_what_is_no_date_is_none(written: object) -> None:
    assert date(written) == ""


@pytest.mark.parametrize(
    ("start", "end", "began", "shown"),
    [
        ("2016-03", "", "", "2016-03"),
        ("2016-03", "", "since", "since 2016-03"),
        ("2016", "2018-02-01", "since", "2016 to 2018-02-01"),
        ("2019-05-02T08:00:00Z", "2019-05-02T09:30:00Z", "since", "2019-05-02"),
        ("", "2018", "since", "until 2018"),
        ("", "", "since", ""),
    ],
)
def test_a_span_reads_as_words(start: str, end: str, began: str, shown: str) -> None:
    assert when(start, end, began=began) == shown


def test_a_period_gives_both_ends_and_a_broken_one_none() -> None:
    assert period({"start": "2016", "end": "2017"}) == ("2016", "2017")
    assert period({"_start": {"extension": []}}) == period(None) == period("2016") == ("", "")


def test_a_day_is_the_one_on_the_clock_where_it_was_written() -> None:
    assert day("1987-11-19T23:22:16.824-05:00") == "1987-11-19"
