"""Dosage reads as words, and never loses the amount, the rate or the condition."""

from __future__ import annotations

import time
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


@pytest.mark.parametrize(
    "told",
    [
        "Every 6 hours as needed for pain",
        "Twice a day",
        "Once a week",
        "Take with a meal",
        "On day 1 of each cycle",
        "Take with 200 mL of water",
        "Take with a full glass (200 mL) of water",
        "In 100 mL saline every 8 hours",
        "Twice daily, maximum 4 g per day",
        "Twice daily, do not exceed 4 tablets in 24 hours",
        "Every 6 hours, up to 4 g daily",
        "Apply 10 mg/mL solution daily",
        "One dose at night",
    ],
)
def test_an_amount_is_said_where_the_text_says_none(told: str) -> None:
    amount = [{"doseQuantity": {"value": 40, "unit": "mg"}}]
    assert dosage({"text": told, "doseAndRate": amount}) == f"40 mg {told[0].lower()}{told[1:]}"


@pytest.mark.parametrize("told", ["2x/day", "5 mg/kg twice daily", "1 at night"])
def test_an_amount_never_runs_into_another_number(told: str) -> None:
    amount = [{"doseQuantity": {"value": 40, "unit": "mg"}}]
    assert dosage({"text": told, "doseAndRate": amount}) == f"40 mg, {told}"


def test_a_very_long_text_is_read_at_once() -> None:
    amount = [{"doseQuantity": {"value": 40, "unit": "mg"}}]
    began = time.perf_counter()
    assert dosage({"text": "Max 1 mg " * 4000, "doseAndRate": amount}).startswith("40 mg max 1 mg")
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "told",
    [
        "40mg at night",
        "5mls at night",
        "1½ tablets at night",
        "two tablets at night",
        "half a tablet at night",
        "1-2 capsules at night",
        "1 to 2 puffs at night",
        "2 (two) drops at night",
        "take 10 mL at night",
        "40 mcg at night",
        "0.5 microgram at night",
        "1,000 international units at night",
    ],
)
def test_an_amount_is_not_said_twice(told: str) -> None:
    amount = [{"doseQuantity": {"value": 40, "unit": "mg"}}]
    assert dosage({"text": told, "doseAndRate": amount}) == told


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ({"doseAndRate": [{"doseQuantity": {"value": 10, "unit": "U"}}]}, "10 units"),
        ({"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "IU"}}]}, "1 unit"),
        ({"doseAndRate": [{"doseQuantity": {"value": 0.1, "code": "[iU]"}}]}, "0.1 units"),
        ({"doseAndRate": [{"rateQuantity": {"value": 12.5, "unit": "U/h"}}]}, "at 12.5 units/h"),
        ({"text": "10U at night"}, "10 units at night"),
        ({"text": "1,000 IU at night"}, "1,000 units at night"),
        ({"text": "10 ug at night"}, "10 ug at night"),
        ({"text": "Unit 10 U-shaped"}, "unit 10 U-shaped"),
    ],
)
def test_units_are_written_out(entry: dict[str, Any], shown: str) -> None:
    assert dosage(entry) == shown


@pytest.mark.parametrize(
    ("told", "reason", "shown"),
    [
        ("50 mg when needed for migraine", None, "50 mg when needed for migraine"),
        ("50 mg when required", None, "50 mg when required"),
        ("50 mg if necessary", None, "50 mg if necessary"),
        ("50 mg as required", None, "50 mg as required"),
        ("50 mg p.r.n.", None, "50 mg p.r.n"),
        ("50 mg PRN", "Migraine", "50 mg PRN for migraine"),
        ("50 mg PRN for headache", "Migraine", "50 mg PRN for headache"),
        ("50 mg for migraine, when needed", "Migraine", "50 mg for migraine, when needed"),
        ("50 mg at night", "Migraine", "50 mg at night as needed for migraine"),
    ],
)
def test_as_needed_is_said_once_and_keeps_its_reason(told: str, reason: str | None, shown: str) -> None:
    needed = {"asNeededCodeableConcept": {"text": reason}} if reason else {"asNeededBoolean": True}
    assert dosage({"text": told, **needed}) == shown


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("1 g", "1 g intravenously twice daily"),
        ("1 g by slow injection", "1 g by slow injection twice daily"),
        ("1 g IV", "1 g IV twice daily"),
        ("1 g for 7 days", "1 g for 7 days intravenously twice daily"),
        ("1 g in 100 mL, with meals", "1 g in 100 mL, with meals, intravenously twice daily"),
        ("1 g to a trough of 15", "1 g to a trough of 15, intravenously twice daily"),
        ("1 g b.i.d.", "1 g b.i.d intravenously"),
        ("1 g at 08:00 and 20:00", "1 g at 08:00 and 20:00, intravenously"),
        ("1 g 2x/day IV", "1 g 2x/day IV"),
        ("1 g every 12 hours intravenously", "1 g every 12 hours intravenously"),
        ("1 g morning and evening", "1 g morning and evening intravenously"),
        ("1 g on Mondays", "1 g on Mondays intravenously"),
        ("1 g q12h iv", "1 g q12h iv"),
        ("1-0-1 IV", "1-0-1 IV"),
    ],
)
def test_route_and_timing_are_said_where_the_text_says_none(told: str, shown: str) -> None:
    entry = {"text": told, "route": {"text": "IV"}, "timing": every(2, 1, "d", boundsPeriod={"end": "2020"})}
    assert dosage(entry) == shown


def test_a_timing_that_is_the_text_is_not_said_twice() -> None:
    assert dosage({"text": "As directed", "timing": {"code": {"text": "as directed"}}}) == "as directed"


def test_by_mouth_goes_without_saying_of_a_tablet_and_another_route_does_not() -> None:
    assert dosage({"text": "1 tablet at night", "route": BY_MOUTH}) == "1 tablet at night"
    assert dosage({"text": "5 mL at night", "route": BY_MOUTH}) == "5 mL at night by mouth"
    assert dosage({"text": "1 tablet at night", "route": {"text": "Vaginal"}}) == "1 tablet at night vaginally"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("1 g as needed", "1 g as needed, maximum 4 g per day"),
        ("1 g as needed, max 4 g/day", "1 g as needed, max 4 g/day"),
        ("1 g as needed, do not exceed 4 g", "1 g as needed, do not exceed 4 g"),
        ("1 g as needed, no more than 4 a day", "1 g as needed, no more than 4 a day"),
    ],
)
def test_a_limit_is_said_where_the_text_says_none(told: str, shown: str) -> None:
    limit = {"numerator": {"value": 4, "unit": "g"}, "denominator": {"value": 1, "unit": "d"}}
    assert dosage({"text": told, "maxDosePerPeriod": limit}) == shown


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ([(0, "15 mg once daily"), (0, "5 mg once daily")], "15 mg once daily and 5 mg once daily"),
        ([(1, "20 mg daily for 5 days"), (2, "20 mg daily")], "20 mg daily for 5 days, then 20 mg daily"),
        ([(0, "10 units at night"), (0, "0 units at night")], "10 units at night and 0 units at night"),
        (
            [(1, "20 mg daily"), (2, "40 mg daily"), (3, "20 mg daily")],
            "20 mg daily, then 40 mg daily, then 20 mg daily",
        ),
        ([(0, "20 mg daily"), (0, "20 mg daily")], "20 mg daily"),
    ],
)
def test_only_a_dosage_that_is_said_whole_already_is_left_out(steps: list[tuple[int, str]], shown: str) -> None:
    said = [{"text": text, **({"sequence": place} if place else {})} for place, text in steps]
    assert dosages({"dosage": said}, "dosage") == shown


def test_dosages_at_the_same_time_are_joined() -> None:
    both = [{"text": "10 units before breakfast"}, {"text": "6 units before dinner"}]
    assert dosages({"dosage": both}, "dosage") == "10 units before breakfast and 6 units before dinner"
