from __future__ import annotations

import pytest

from emr_rerank.ranking.trend import series, trend
from emr_rerank.types import Kind, Measurement, Record
from tests.builders import record, result


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([8.1], ""),
        ([8.1, 6.5], "earlier 6.5, now higher"),
        ([6.5, 8.1], "earlier 8.1, now lower"),
        ([6.6, 6.5], "earlier 6.5, now about the same"),
        ([96, 48, 52, 44, 180], "earlier 180, 44, 52, 48, now higher"),  # against the last, not against the oldest
        ([9, 1, 2, 3, 4, 5], "earlier 4, 3, 2, 1, now higher"),
    ],
)
def test_the_course_is_said_oldest_first_with_its_last_step(values: list[float], words: str) -> None:
    assert trend([result(f"Observation/{n}", "", v) for n, v in enumerate(values)]) == words


def test_a_change_of_unit_is_written_out_and_has_no_direction() -> None:
    course = trend([result("Observation/2", "2020", 65, "mmol/mol"), result("Observation/1", "2019", 8.1)])
    assert course == "earlier 8.1 %"


def test_pressures_and_words_have_a_course_too() -> None:
    def valued(reference: str, value: str) -> Record:
        return record(reference, Kind.OBSERVATION, value=value)

    assert trend([valued("O/2", "108/62 mmHg"), valued("O/1", "138/86 mmHg")]) == "earlier 138/86"
    assert trend([valued("O/2", "Former smoker"), valued("O/1", "Smokes daily")]) == "earlier Smokes daily"
    assert trend([valued("O/2", "Negative"), valued("O/1", "Indeterminate")]) == "earlier Indeterminate"


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
    assert trend([absent, result("Observation/1", "2019", 8.1)]) == "earlier 8.1 %"
    assert trend([absent]) == ""
