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
        ([6.5, 6.5], "earlier 6.5, unchanged"),
        ([38.8, 37.1], "earlier 37.1, now higher"),  # no step is too small to say: in a fever or a sodium it is not
        ([96, 48, 52, 44, 180], "earlier 180, 44, 52, 48, now higher"),  # against the last, not against the oldest
        ([9, 1, 2, 3, 4, 5], "earlier 4, 3, 2, 1, now higher"),
    ],
)
def test_the_course_is_said_oldest_first_with_its_last_step(values: list[float], words: str) -> None:
    assert trend([result(f"Observation/{n}", "", v) for n, v in enumerate(values)]) == words


def test_a_change_of_unit_is_written_out_and_has_no_direction() -> None:
    course = trend([result("Observation/2", "2020", 65, "mmol/mol"), result("Observation/1", "2019", 8.1)])
    assert course == "earlier 8.1 %"


def pressure(reference: str, date: str, systolic: float, diastolic: float = 80, unit: str = "mmHg") -> Record:
    numbers = (Measurement(systolic, unit, "Systolic"), Measurement(diastolic, unit, "Diastolic"))
    value = f"{systolic:g}/{diastolic:g} {unit}"
    return record(reference, Kind.OBSERVATION, "Blood pressure", date=date, value=value, measurements=numbers)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ((108, 62), (138, 86), "earlier 138/86, now lower"),
        ((152, 125), (150, 70), "earlier 150/70, now higher"),
        ((120, 90), (140, 80), "earlier 140/80"),
    ],
)
def test_a_pair_has_a_direction_where_both_went_the_same_way(
    now: tuple[float, float], before: tuple[float, float], words: str
) -> None:
    assert trend([pressure("O/2", "", *now), pressure("O/1", "", *before)]) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["Former smoker", "Smokes daily"], "earlier Smokes daily"),
        (["Never smoker", "Never smoker", "Never smoker"], ""),
        (["Not detected", "Not detected", "Detected"], "earlier Detected"),
        (["Suspicious malignancy", "No malignancy"], "earlier No malignancy"),
        (["< 5 mg/L", "7 mg/L", "< 5 mg/L"], "earlier 7 mg/L"),
    ],
)
def test_words_are_said_whole_and_once(values: list[str], words: str) -> None:
    records = [record(f"O/{n}", Kind.OBSERVATION, value=value) for n, value in enumerate(values)]
    assert trend(records) == words


def test_a_plot_has_one_series_per_component_in_the_newest_unit() -> None:
    newest_first = [pressure("O/3", "2020", 150), pressure("O/2", "2019", 20, unit="kPa"), pressure("O/1", "2018", 120)]
    assert series(newest_first) == {
        "Systolic mmHg": [("2018", 120), ("2020", 150)],
        "Diastolic mmHg": [("2018", 80), ("2020", 80)],
    }
    assert series([record("Observation/1", Kind.OBSERVATION)]) == {}


def test_a_newest_result_without_a_value_still_shows_the_earlier_ones() -> None:
    absent = record("Observation/2", Kind.OBSERVATION, date="2020")
    assert trend([absent, result("Observation/1", "2019", 8.1)]) == "earlier 8.1 %"
    assert trend([absent]) == ""
