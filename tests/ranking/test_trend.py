from __future__ import annotations

import pytest

from emr_rerank.ranking.trend import series, trend
from emr_rerank.types import Kind, Measurement
from tests.builders import record, result


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([8.1], ""),
        ([8.1, 6.5], "earlier 6.5 % since 2010, rising"),
        ([6.5, 8.1], "earlier 8.1 % since 2010, falling"),
        ([6.5, 6.6], "earlier 6.6 % since 2010, steady"),
        ([9, 1, 2, 3, 4, 5], "earlier 4, 3, 2, 1 % since 2011, rising"),
    ],
)
def test_the_course_is_said_oldest_first(values: list[float], words: str) -> None:
    newest_first = [result(f"Observation/{n}", str(2009 + len(values) - n), v) for n, v in enumerate(values)]
    assert trend(newest_first) == words


def test_a_change_of_unit_is_written_out_and_has_no_direction() -> None:
    course = trend([result("Observation/2", "2020", 65, "mmol/mol"), result("Observation/1", "2019", 8.1)])
    assert course == "earlier 8.1 % since 2019"


def test_words_have_a_course_too() -> None:
    smoking = [
        record("Observation/2", Kind.OBSERVATION, value="Former smoker", date="2020"),
        record("Observation/1", Kind.OBSERVATION, value="Smokes daily", date="2010"),
    ]
    assert trend(smoking) == "earlier Smokes daily since 2010"


def test_a_plot_has_one_series_per_component_in_the_newest_unit() -> None:
    def pressure(reference: str, date: str, systolic: float, unit: str = "mmHg") -> object:
        return result(
            reference,
            date,
            systolic,
            measurements=(Measurement(systolic, unit, "Systolic"), Measurement(80, unit, "Diastolic")),
        )

    newest_first = [pressure("O/3", "2020", 150), pressure("O/2", "2019", 20, "kPa"), pressure("O/1", "2018", 120)]
    assert series(newest_first) == {  # type: ignore[arg-type]
        "Systolic mmHg": [("2018", 120), ("2020", 150)],
        "Diastolic mmHg": [("2018", 80), ("2020", 80)],
    }
    assert series([record("Observation/1", Kind.OBSERVATION)]) == {}


def test_a_newest_result_without_a_value_still_shows_the_earlier_ones() -> None:
    absent = record("Observation/2", Kind.OBSERVATION, date="2020")
    assert trend([absent, result("Observation/1", "2019", 8.1)]) == "earlier 8.1 % since 2019"
    assert trend([absent]) == ""
