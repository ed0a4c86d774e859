"""Numbers and units read as a clinician writes them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.fhir.quantities import age, ages, bounds, duration, number, quantity, ratio


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        (51.99969887788745, "52.0"),
        (129.72322749650033, "130"),
        (1234.5678, "1235"),
        (8.1, "8.1"),
        (5.0, "5.0"),
        (7, "7"),
        (0.05111111, "0.0511"),
        (1.015, "1.015"),
        (0.00000054321, "0.000000543"),
        (-1.62, "-1.62"),
        (-0.123456, "-0.123"),
        (1e22, "10000000000000000000000"),
        (0.0, "0.0"),
        ("8.10", "8.1"),
        (float("nan"), ""),
        (float("inf"), ""),
        (True, ""),
        ("many", ""),
        (None, ""),
    ],
)
def test_a_number_has_only_digits_that_were_measured(recorded: object, shown: str) -> None:
    assert number(recorded) == shown


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_is_never_in_scientific_notation_and_stays_close(value: float) -> None:
    shown = number(value)
    assert "e" not in shown.lower()
    assert float(shown) == pytest.approx(float(value), rel=0.006)


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ({"value": 8.1, "unit": "%"}, "8.1 %"),
        ({"value": 128, "unit": "mm[Hg]"}, "128 mmHg"),
        ({"value": 37.2, "code": "Cel"}, "37.2 °C"),
        ({"value": 3, "unit": "{score}"}, "3"),
        ({"value": -2.5, "unit": "{T-score}"}, "-2.5 T-score"),
        ({"value": 9.2, "unit": "10*3/uL"}, "9.2 x10^3/uL"),
        ({"value": 0.01, "comparator": "<", "unit": "ng/mL"}, "< 0.01 ng/mL"),
        ({"unit": "mg"}, ""),
        ({"_value": {"extension": []}, "unit": "mg"}, ""),
        ("8.1 %", ""),
    ],
)
def test_a_quantity_reads_with_its_unit(recorded: object, shown: str) -> None:
    assert quantity(recorded) == shown


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ({"low": {"value": 4.0, "unit": "%"}, "high": {"value": 5.6, "unit": "%"}}, "4.0-5.6 %"),
        ({"low": {"value": -2, "unit": "SD"}, "high": {"value": 2, "unit": "SD"}}, "-2 to 2 SD"),
        ({"low": {"value": 500, "unit": "mg"}, "high": {"value": 1, "unit": "g"}}, "500 mg to 1 g"),
        ({"low": {"value": 60, "unit": "mL/min"}}, "at least 60 mL/min"),
        ({"high": {"value": 5, "unit": "mg/L"}}, "up to 5 mg/L"),
        ({}, ""),
    ],
)
def test_a_range_reads_with_both_ends_or_one(recorded: object, shown: str) -> None:
    assert bounds(recorded) == shown


@pytest.mark.parametrize(
    ("above", "below", "shown"),
    [
        ({"value": 1}, {"value": 128}, "1:128"),
        ({"value": 500, "unit": "mg"}, {"value": 5, "unit": "mL"}, "500 mg/5 mL"),
        ({"value": 100, "unit": "mL"}, {"value": 1, "unit": "h"}, "100 mL/h"),
        ({"value": 500, "unit": "mg"}, None, "500 mg"),
        (None, {"value": 1}, ""),
    ],
)
def test_a_ratio_reads_as_a_titre_or_a_concentration(above: object, below: object, shown: str) -> None:
    assert ratio({"numerator": above, "denominator": below}) == shown


def test_time_reads_in_words() -> None:
    def of(value: float, code: str) -> dict[str, Any]:
        return {"value": value, "code": code, "system": "http://unitsofmeasure.org"}

    assert duration(of(7, "d")) == "7 days"
    assert duration(of(1.0, "wk")) == "1 week"
    assert age(of(42, "a")) == "42"
    assert age(of(6, "mo")) == "6 months"
    assert age({"value": 42, "unit": "years"}) == "42"
    assert ages({"low": of(40, "a"), "high": of(45, "a")}) == "40-45"
    assert ages({"low": of(40, "a")}) == "40 or older"
    assert age(None) == ages(None) == duration("7") == ""
