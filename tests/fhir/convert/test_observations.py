"""Observations and reports keep values of every type, units, flags, ranges and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from emr_rerank.fhir.convert import to_record
from emr_rerank.fhir.plain_text import LONGEST_VALUE
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Kind, Measurement, Record, Standing


def nothing_known(_reference: str) -> Resource | None:
    return None


def observation(name: str = "Finding", **fields: Any) -> Resource:
    return {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": name}, **fields}


def read(name: str = "Finding", **fields: Any) -> Record:
    return to_record(observation(name, **fields), nothing_known)


def loinc(code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]}


def amount(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, **more}


A1C_RANGE = [{"low": amount(4.0, "%"), "high": amount(5.6, "%")}]
HIGH = [{"coding": [{"code": "H"}]}]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {"valueQuantity": amount(8.1, "%"), "interpretation": HIGH, "referenceRange": A1C_RANGE},
            "Observation: Finding 8.1 % (high; reference 4.0-5.6)",
        ),
        (
            {"valueQuantity": amount(8.1, "%"), "referenceRange": A1C_RANGE},
            "Observation: Finding 8.1 % (high; reference 4.0-5.6)",
        ),
        ({"valueCodeableConcept": {"text": "Never smoker (finding)"}}, "Observation: Finding: Never smoker"),
        ({"valueString": "Regular\nrhythm"}, "Observation: Finding: Regular rhythm"),
        ({"valueBoolean": False}, "Observation: Finding: no"),
        ({"valueInteger": 12}, "Observation: Finding 12"),
        ({"valueRange": {"low": amount(5, "cells"), "high": amount(10, "cells")}}, "Observation: Finding 5-10 cells"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "Observation: Finding 1:128"),
        (
            {"valueSampledData": {"origin": amount(0, "mV"), "period": 10, "dimensions": 1, "data": "1 2 3 4"}},
            "Observation: Finding: sampled data, 4 samples in mV",
        ),
        ({"valueTime": "14:30:00"}, "Observation: Finding: 14:30:00"),
        ({"valueDateTime": "2021-05-04T00:00:00Z"}, "Observation: Finding: 2021-05-04"),
        ({"valuePeriod": {"start": "2020", "end": "2021-02"}}, "Observation: Finding: 2020 to 2021-02"),
        ({"valueQuantity": amount(0.01, "ng/mL", comparator="<")}, "Observation: Finding < 0.01 ng/mL"),
        (
            {"dataAbsentReason": {"coding": [{"code": "asked-declined"}]}},
            "Observation: Finding: not recorded (declined to answer)",
        ),
        ({}, "Observation: Finding"),
        ({"interpretation": [{"text": "Abnormal"}]}, "Observation: Finding (abnormal)"),
        ({"status": "preliminary", "valueInteger": 3}, "Observation (preliminary): Finding 3"),
        ({"status": "entered-in-error", "valueInteger": 3}, "Observation (entered in error): Finding 3"),
        (
            {
                "valueQuantity": amount(-2.5, "{T-score}"),
                "bodySite": {"text": "Left hip"},
                "effectiveDateTime": "2020-03",
            },
            "Observation: Finding -2.5 T-score, left hip, 2020-03",
        ),
        (
            {"effectivePeriod": {"start": "2020-03-01", "end": "2020-03-04"}},
            "Observation: Finding, 2020-03-01 to 2020-03-04",
        ),
        ({"effectiveTiming": {"event": ["2020-03-01"]}}, "Observation: Finding, 2020-03-01"),
        (
            {"issued": "2020-03-01T08:00:00Z", "note": [{"text": "haemolysed"}]},
            "Observation: Finding, 2020-03-01; note: haemolysed",
        ),
        ({"code": {}}, "Observation: not named"),
    ],
)
def test_an_observation_in_a_line(fields: dict[str, Any], line: str) -> None:
    assert read(**fields).text == line


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"interpretation": HIGH}, "high"),
        ({"interpretation": [{"coding": [{"code": "LL"}]}]}, "critically low"),
        ({"interpretation": [{"coding": [{"code": "N"}]}], "referenceRange": A1C_RANGE}, ""),
        ({"interpretation": [{"coding": [{"code": "NEG"}]}]}, ""),
        ({"interpretation": [{"coding": [{"code": "POS"}]}]}, "positive"),
        ({"referenceRange": A1C_RANGE}, "high"),
        ({"referenceRange": [{"low": amount(9, "%")}]}, "low"),
        ({"referenceRange": [{"low": amount(4, "mmol/mol"), "high": amount(5, "mmol/mol")}]}, ""),
        ({"referenceRange": [{"high": {"value": 5.6}}]}, "high"),
        ({"referenceRange": [{"text": "below 5.7"}]}, ""),
        ({"referenceRange": [*A1C_RANGE, {"high": amount(7, "%"), "appliesTo": [{"text": "Diabetics"}]}]}, ""),
        ({"referenceRange": [{**A1C_RANGE[0], "type": {"coding": [{"code": "treatment"}]}}]}, ""),
        ({"referenceRange": [{"low": amount(9, "%"), "high": amount(5, "%")}]}, ""),
        ({"referenceRange": [{"high": amount(8.1, "%")}]}, ""),
    ],
)
def test_what_is_flagged(fields: dict[str, Any], flag: str) -> None:
    assert read(valueQuantity=amount(8.1, "%"), **fields).flag == flag


def test_values_without_a_unit_are_judged_too() -> None:
    ranges = [{"low": {"value": 2}, "high": {"value": 3}}]
    record = read("INR", valueQuantity={"value": 4.2, "code": "{INR}"}, referenceRange=ranges)
    assert record.text == "Observation: INR 4.2 (high; reference 2-3)"


def test_one_unit_in_two_spellings_is_one_unit() -> None:
    limit = [{"high": amount(5.1, "mmol/l")}]
    assert read(valueQuantity=amount(6.2, "mmol/L"), referenceRange=limit).flag == "high"
    coded = [{"high": amount(120, "milligrams per decilitre", code="mg/dL")}]
    assert read(valueQuantity=amount(130, "mg/dL", code="mg/dL"), referenceRange=coded).flag == "high"


def test_a_value_below_what_can_be_measured_is_neither_plotted_nor_judged() -> None:
    record = read(valueQuantity=amount(5, "%", comparator="<"), referenceRange=[{"low": amount(6, "%")}])
    assert (record.measurements, record.flag, record.value) == ((), "", "< 5 %")


def test_ranges_of_groups_name_the_group() -> None:
    ranges = [
        {"low": amount(13, "g/dL"), "appliesTo": [{"text": "Male"}]},
        {"low": amount(12, "g/dL"), "appliesTo": [{"text": "Female"}]},
    ]
    record = read("Hemoglobin", valueQuantity=amount(12.5, "g/dL"), referenceRange=ranges)
    assert record.text == ("Observation: Hemoglobin 12.5 g/dL (reference at least 13 (male) or at least 12 (female))")


def pressures(top: Any, bottom: Any) -> list[dict[str, Any]]:
    return [{"code": loinc("8462-4", "Diastolic"), **bottom}, {"code": loinc("8480-6", "Systolic"), **top}]


def test_blood_pressure_reads_as_one_value_with_two_measurements() -> None:
    both = pressures({"valueQuantity": amount(127.72322749, "mm[Hg]")}, {"valueQuantity": amount(82, "mm[Hg]")})
    record = to_record(observation(component=both) | {"code": loinc("85354-9", "BP panel")}, nothing_known)
    assert (record.text, record.value) == ("Observation: Blood pressure 128/82 mmHg", "128/82 mmHg")
    assert record.measurements == (
        Measurement(128.0, "mmHg", "Systolic blood pressure"),
        Measurement(82.0, "mmHg", "Diastolic blood pressure"),
    )


def test_flags_of_a_blood_pressure_say_which_side() -> None:
    top = {"valueQuantity": amount(182, "mmHg"), "interpretation": HIGH}
    both = pressures(top, {"valueQuantity": amount(82, "mmHg")})
    record = read("Blood pressure", component=both)
    assert (record.text, record.flag) == ("Observation: Blood pressure 182/82 mmHg (systolic high)", "high")


def test_half_a_blood_pressure_says_what_is_missing() -> None:
    unknown = {"dataAbsentReason": {"coding": [{"code": "unknown"}]}}
    record = read("Blood pressure", component=pressures({"valueQuantity": amount(109, "mmHg")}, unknown))
    assert record.text == "Observation: Blood pressure: Diastolic: not recorded (unknown); Systolic 109 mmHg"


def test_components_follow_the_value_they_belong_to() -> None:
    flow = {"code": {"text": "Oxygen flow"}, "valueQuantity": amount(6, "L/min")}
    record = read("Saturation", valueQuantity=amount(88, "%"), interpretation=HIGH, component=[flow])
    assert record.text == "Observation: Saturation 88 % (high); Oxygen flow 6 L/min"
    assert record.value == "88 %; Oxygen flow 6 L/min"
    assert [measurement.name for measurement in record.measurements] == ["", "Oxygen flow"]


def test_a_measurement_is_the_number_that_is_shown() -> None:
    record = read("Height", valueQuantity=amount(51.99969887788745, "cm"))
    assert (record.value, record.measurements) == ("52.0 cm", (Measurement(52.0, "cm"),))


def test_a_long_text_value_is_whole_in_the_body() -> None:
    text = "Clear lungs. " * 100
    record = read("Findings", valueString=text)
    assert len(record.text) < len(text)
    assert record.body == text.strip()


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("registered", Standing.PLANNED),
        ("cancelled", Standing.NOT_DONE),
        ("amended", Standing.CURRENT),
        ("?", Standing.CURRENT),
    ],
)
def test_how_an_observation_is_to_be_read(status: str, standing: Standing) -> None:
    assert read(status=status).standing is standing


def results(count: int, **last: Any) -> dict[str, Resource]:
    known = {f"Observation/{n}": observation(f"Test {n}", valueInteger=n) for n in range(count)}
    known[f"Observation/{count - 1}"] |= last
    return known


def report(**fields: Any) -> Resource:
    return {"resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": {"text": "Panel"}, **fields}


def test_a_report_names_its_results_flagged_ones_first_and_counts_the_rest() -> None:
    known = results(12, interpretation=HIGH)
    record = to_record(report(result=[{"reference": name} for name in known]), known.get)
    shown = "; ".join(f"Test {n} {n}" for n in range(7))
    assert record.text == f"Report: Panel; results: Test 11 11 (high); {shown}; and 4 more"
    assert (record.kind, record.flag) == (Kind.REPORT, "high")


def test_a_result_entered_in_error_is_marked_and_flags_nothing() -> None:
    known = results(1, interpretation=HIGH, status="entered-in-error")
    record = to_record(report(result=[{"reference": "Observation/0"}]), known.get)
    assert record.text == "Report: Panel; results: Test 0 0 (high) [entered in error]"
    assert record.flag == ""


def test_a_report_says_its_conclusion_and_keeps_its_text() -> None:
    record = to_record(
        report(
            conclusion="No acute disease.",
            conclusionCode=[{"text": "Normal chest"}],
            result=[{"display": "Impression"}],
            effectiveDateTime="2019-02-03T19:43:30Z",
            presentedForm=[
                {"contentType": "text/html", "data": "PHA+Q2xlYXIgbHVuZ3MuPC9wPg=="},
                {"contentType": "application/pdf", "url": "https://example.org/r.pdf"},
            ],
        ),
        nothing_known,
    )
    assert record.text == (
        "Report: Panel, 2019-02-03; conclusion: Normal chest; summary: No acute disease.; results: Impression; "
        "attached: application/pdf, held elsewhere"
    )
    assert record.body == "Clear lungs."


def test_a_panel_without_a_value_says_its_members() -> None:
    known = results(2)
    record = to_record(observation("Apgar", hasMember=[{"reference": name} for name in known]), known.get)
    assert record.text == "Observation: Apgar: Test 0 0; Test 1 1"


def test_a_panel_that_is_its_own_member_is_read() -> None:
    panel = observation("Loop", hasMember=[{"reference": "Observation/o"}])
    assert to_record(panel, {"Observation/o": panel}.get).text == "Observation: Loop: Loop"


def test_a_reports_conclusion_is_its_value_within_a_rows_room() -> None:
    codes = [{"text": "Stricture"}]
    assert (
        to_record(report(conclusion="No fracture.", conclusionCode=codes), nothing_known).value
        == "Stricture; No fracture."
    )
    assert len(to_record(report(conclusion="No fracture. " * 100), nothing_known).value) <= LONGEST_VALUE
    assert to_record(report(), nothing_known).value == ""


@pytest.mark.parametrize("status", ["preliminary", "amended", "corrected", "registered"])
def test_a_result_that_is_not_final_says_so_on_its_line_and_in_what_gathers_it(status: str) -> None:
    known = results(2, status=status)
    gathered = [{"reference": name} for name in known]
    assert read(valueInteger=1, status=status).text == f"Observation ({status}): Finding 1"
    assert to_record(report(status=status), nothing_known).text == f"Report ({status}): Panel"
    said = f"Test 0 0; Test 1 1 [{status}]"
    assert to_record(report(result=gathered), known.get).text == f"Report: Panel; results: {said}"
    assert to_record(observation("Apgar", hasMember=gathered), known.get).text == f"Observation: Apgar: {said}"


def test_an_appended_report_says_so() -> None:
    assert to_record(report(status="appended"), nothing_known).text == "Report (appended): Panel"
