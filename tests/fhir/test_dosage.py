"""Dosage reads as words, and never loses the amount, the rate or the condition."""

from __future__ import annotations

from typing import Any

import pytest

from emr_rerank.fhir.dosage import dosage, dosages, timing

MG_500 = [{"doseQuantity": {"value": 500, "unit": "mg"}}]
BY_MOUTH = {"coding": [{"system": "http://snomed.info/sct", "code": "26643006", "display": "Oral route"}]}


def every(frequency: int, period: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"repeat": {"frequency": frequency, "period": period, "periodUnit": unit, **more}}


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ({"doseAndRate": MG_500, "route": BY_MOUTH, "timing": every(2, 1, "d")}, "500 mg by mouth twice daily"),
        ({"text": "1 tablet by mouth twice daily."}, "1 tablet by mouth twice daily"),
        ({"text": "Twice daily", "doseAndRate": MG_500}, "500 mg twice daily"),
        ({"text": "One tablet at night", "doseAndRate": MG_500}, "one tablet at night"),
        ({"text": "2 puffs", "asNeededBoolean": True}, "2 puffs as needed"),
        ({"text": "2 puffs PRN", "asNeededBoolean": True}, "2 puffs PRN"),
        ({"asNeededCodeableConcept": {"text": "Pain"}, "doseAndRate": MG_500}, "500 mg as needed for pain"),
        ({"doseAndRate": [{"doseQuantity": {"value": 1.0}}], "timing": every(1, 1.0, "d")}, "dose 1 once daily"),
        (
            {"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "tablets"}}}]},
            "1-2 tablets",
        ),
        ({"doseAndRate": [{"rateQuantity": {"value": 100, "unit": "mL/h"}}]}, "at 100 mL/h"),
        ({"dose": {"value": 2, "unit": "g"}, "route": {"text": "IV"}}, "2 g intravenously"),
        ({"route": {"text": "Intrathecal route"}, "doseAndRate": MG_500}, "500 mg intrathecal route"),
        ({"site": {"text": "Left deltoid"}, "doseAndRate": MG_500}, "500 mg (left deltoid)"),
        (
            {
                "doseAndRate": MG_500,
                "additionalInstruction": [{"text": "With food"}],
                "maxDosePerPeriod": {"numerator": {"value": 4, "unit": "g"}, "denominator": {"value": 1, "unit": "d"}},
            },
            "500 mg with food, maximum 4 g per day",
        ),
        ({}, ""),
        ({"text": None, "timing": None, "doseAndRate": []}, ""),
    ],
)
def test_one_dosage_in_words(entry: dict[str, Any], shown: str) -> None:
    assert dosage(entry) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (every(1, 1, "d"), "once daily"),
        (every(3, 1, "d"), "three times daily"),
        (every(6, 1, "d"), "6 times daily"),
        (every(1, 8, "h"), "every 8 hours"),
        (every(1, 1, "h"), "every hour"),
        (every(1, 2, "d"), "every 2 days"),
        (every(1, 1, "wk", dayOfWeek=["mon"]), "once weekly on Monday"),
        (every(1, 4, "h", periodMax=6), "every 4-6 hours"),
        (every(1, 1, "d", frequencyMax=2), "1-2 times daily"),
        (every(1, 1, "d", when=["HS"]), "once daily at bedtime"),
        (every(1, 1, "d", timeOfDay=["08:00:00"]), "once daily at 08:00"),
        (every(2, 1, "d", boundsDuration={"value": 7, "code": "d"}), "twice daily for 7 days"),
        (every(2, 1, "d", boundsPeriod={"end": "2020-03-01"}), "twice daily until 2020-03-01"),
        ({"repeat": {"count": 1}}, "once"),
        ({"code": {"coding": [{"code": "BID"}]}}, "twice daily"),
        ({"code": {"text": "with dialysis"}}, "with dialysis"),
        ({"event": ["2020-03-01T08:00:00Z"]}, "on 2020-03-01"),
        ({}, ""),
    ],
)
def test_timing_in_words(value: dict[str, Any], shown: str) -> None:
    assert timing(value) == shown


def test_dosages_in_sequence_follow_each_other() -> None:
    steps = [{"sequence": 2, "text": "20 mg daily"}, {"sequence": 1, "text": "40 mg daily for 5 days"}]
    assert dosages({"dosage": steps}, "dosage") == "40 mg daily for 5 days, then 20 mg daily"


def test_dosages_at_the_same_time_are_joined() -> None:
    both = [{"text": "10 units before breakfast"}, {"text": "6 units before dinner"}]
    assert dosages({"dosage": both}, "dosage") == "10 units before breakfast and 6 units before dinner"
