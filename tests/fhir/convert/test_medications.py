"""Medicines keep name, dose, reason and whether they are given at all."""

from __future__ import annotations

from typing import Any

import pytest

from emr_rerank.fhir.convert import to_record
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Kind, Record, Standing


def nothing_known(_reference: str) -> Resource | None:
    return None


def request(**fields: Any) -> Resource:
    return {"resourceType": "MedicationRequest", "id": "m", "intent": "order", **fields}


METFORMIN = {"medicationCodeableConcept": {"text": "Metformin 500 mg ER tablet"}}
DAILY = [{"text": "1 tablet by mouth twice daily"}]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {
                **METFORMIN,
                "status": "active",
                "dosageInstruction": DAILY,
                "authoredOn": "2016-03",
                "reasonCode": [{"text": "Diabetes"}],
            },
            "Medication (active): Metformin 500 mg ER tablet, 1 tablet by mouth twice daily, "
            "since 2016-03; for: Diabetes",
        ),
        (
            {**METFORMIN, "status": "stopped", "authoredOn": "2016-03", "statusReason": {"text": "Lactic acidosis"}},
            "Medication (stopped): Metformin 500 mg ER tablet, ordered 2016-03; stopped because: lactic acidosis",
        ),
        (
            {**METFORMIN, "status": "active", "doNotPerform": True},
            "Medication (do not give): Metformin 500 mg ER tablet",
        ),
        (
            {
                **METFORMIN,
                "status": "on-hold",
                "doNotPerform": True,
                "intent": "plan",
                "statusReason": {"text": "Acidosis"},
            },
            "Medication (do not give, on hold, plan): Metformin 500 mg ER tablet; do not give because: acidosis",
        ),
        (
            {**METFORMIN, "status": "stopped", "doNotPerform": True},
            "Medication (do not give, stopped): Metformin 500 mg ER tablet",
        ),
        (
            {**METFORMIN, "status": "active", "intent": "plan", "reportedBoolean": True},
            "Medication (active, plan, reported): Metformin 500 mg ER tablet",
        ),
        ({**METFORMIN, "status": "on-hold"}, "Medication (on hold): Metformin 500 mg ER tablet"),
        ({"status": "active"}, "Medication (active): not named"),
        ({"status": "entered-in-error", **METFORMIN}, "Medication (entered in error): Metformin 500 mg ER tablet"),
    ],
)
def test_an_order_in_a_line(fields: dict[str, Any], line: str) -> None:
    assert to_record(request(**fields), nothing_known).text == line


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({"status": "active"}, Standing.CURRENT),
        ({}, Standing.CURRENT),
        ({"status": "paused by ward"}, Standing.CURRENT),
        ({"status": "on-hold"}, Standing.CURRENT),
        ({"status": "stopped"}, Standing.PAST),
        ({"status": "completed"}, Standing.PAST),
        ({"status": "draft"}, Standing.PLANNED),
        ({"status": "active", "intent": "proposal"}, Standing.PLANNED),
        ({"status": "cancelled"}, Standing.NOT_DONE),
        ({"status": "active", "doNotPerform": True}, Standing.NOT_DONE),
        ({"status": "entered-in-error"}, Standing.ENTERED_IN_ERROR),
    ],
)
def test_how_an_order_is_to_be_read(fields: dict[str, Any], standing: Standing) -> None:
    assert to_record(request(**METFORMIN, **fields), nothing_known).standing is standing


def test_an_order_not_to_give_never_shares_its_status_with_an_order_to_give() -> None:
    give = to_record(request(**METFORMIN, status="active"), nothing_known)
    never = to_record(request(**METFORMIN, status="active", doNotPerform=True), nothing_known)
    assert (never.status, never.standing) == ("do not give", Standing.NOT_DONE)
    assert never.title == give.title
    for status in ("active", "draft", "on-hold", "stopped", "completed", "cancelled", "entered-in-error", "see ward"):
        give = to_record(request(**METFORMIN, status=status), nothing_known)
        never = to_record(request(**METFORMIN, status=status, doNotPerform=True), nothing_known)
        assert give.status != never.status
        assert "do not give" in never.status
        assert "(do not give" in never.text


def test_an_order_not_to_give_that_no_longer_holds_keeps_how_it_stands() -> None:
    def standing(status: str) -> Standing:
        return to_record(request(**METFORMIN, status=status, doNotPerform=True), nothing_known).standing

    assert standing("stopped") is Standing.PAST
    assert standing("entered-in-error") is Standing.ENTERED_IN_ERROR


def daily(**bounds: str) -> dict[str, Any]:
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d", "boundsPeriod": bounds}
    return {"doseAndRate": [{"doseQuantity": {"value": 20, "unit": "mg"}}], "timing": {"repeat": repeat}}


@pytest.mark.parametrize(
    ("dosage", "fields", "dose", "said"),
    [
        (
            [daily(start="2021-11", end="2025-01-20")],
            {},
            "20 mg once daily",
            "20 mg once daily, 2021-11 to 2025-01-20",
        ),
        (
            [daily(end="2025-01-20")],
            {"authoredOn": "2021-11"},
            "20 mg once daily",
            "20 mg once daily, 2021-11 to 2025-01-20",
        ),
        (
            [{**daily(end="2025-01-20"), "text": "20 mg at night, then none until 2025-01-20"}],
            {"authoredOn": "2021-11"},
            "20 mg at night, then none until 2025-01-20",
            "20 mg at night, then none until 2025-01-20, since 2021-11",
        ),
        ([daily(end="2025-01-20")], {}, "20 mg once daily", "20 mg once daily, until 2025-01-20"),
        (
            [daily(start="2021-11-03", end="2025-01-20")],
            {"authoredOn": "2021-11-01"},
            "20 mg once daily from 2021-11-03 to 2025-01-20",
            "20 mg once daily from 2021-11-03 to 2025-01-20, since 2021-11-01",
        ),
        (
            [daily(start="2021", end="2022"), {**daily(start="2021", end="2022"), "text": "5 mg at night"}],
            {},
            "20 mg once daily from 2021 to 2022 and 5 mg at night",
            "20 mg once daily from 2021 to 2022 and 5 mg at night",
        ),
    ],
)
def test_the_period_of_an_order_is_said_once(
    dosage: list[dict[str, Any]], fields: dict[str, Any], dose: str, said: str
) -> None:
    record = to_record(request(**METFORMIN, status="active", dosageInstruction=dosage, **fields), nothing_known)
    assert record.dose == dose
    assert record.text == f"Medication (active): Metformin 500 mg ER tablet, {said}"


def test_an_order_not_to_give_keeps_dose_and_reason() -> None:
    fields = {"medicationCodeableConcept": {"text": "Enoxaparin 40 mg"}, "reasonCode": [{"text": "Bleeding"}]}
    record = to_record(request(**fields, status="active", doNotPerform=True), nothing_known)
    assert record.text == "Medication (do not give): Enoxaparin 40 mg; for: Bleeding"
    assert record.title == "Enoxaparin 40 mg"


def test_an_order_keeps_dose_reason_and_end() -> None:
    timing = {"repeat": {"boundsPeriod": {"start": "2016-03-01", "end": "2016-03-08"}}}
    record = to_record(
        request(
            **METFORMIN, dosageInstruction=[{**DAILY[0], "timing": timing}], reasonReference=[{"reference": "C/1"}]
        ),
        {"C/1": {"resourceType": "Condition", "code": {"text": "Diabetes"}}}.get,
    )
    assert (record.kind, record.dose, record.reason) == (Kind.MEDICATION, "1 tablet by mouth twice daily", "Diabetes")
    assert (record.date, record.end) == ("2016-03-01", "2016-03-08")


def test_a_refuted_reason_is_marked() -> None:
    refuted = {
        "resourceType": "Condition",
        "code": {"text": "Pulmonary embolism"},
        "verificationStatus": {"coding": [{"code": "refuted"}]},
    }
    record = to_record(request(reasonReference=[{"reference": "Condition/1"}]), {"Condition/1": refuted}.get)
    assert record.reason == "Pulmonary embolism (refuted)"


def medication(**fields: Any) -> Resource:
    return {"resourceType": "Medication", "id": "drug", **fields}


def strength(name: str, value: float, unit: str, below: dict[str, Any]) -> dict[str, Any]:
    ratio = {"numerator": {"value": value, "unit": unit}, "denominator": below}
    return {"itemCodeableConcept": {"text": name}, "strength": ratio}


TABLET = {"value": 1, "unit": "tablet"}


@pytest.mark.parametrize(
    ("drug", "title"),
    [
        (medication(code={"text": "Axid 15 MG/ML"}), "Axid 15 MG/ML"),
        (medication(code={"text": "Axid 15 MG/ML"}, form={"text": "Syrup"}), "Axid 15 MG/ML"),
        (
            medication(
                code={"text": "Metformin"},
                form={"text": "Tablet"},
                ingredient=[strength("metformin", 500, "mg", TABLET)],
            ),
            "Metformin 500 mg tablet",
        ),
        (
            medication(
                form={"text": "Oral suspension"},
                ingredient=[
                    strength("amoxicillin", 400, "mg", {"value": 5, "unit": "mL"}),
                    strength("clavulanate", 57, "mg", {"value": 5, "unit": "mL"}),
                ],
            ),
            "amoxicillin 400 mg/5 mL + clavulanate 57 mg/5 mL oral suspension",
        ),
        (medication(), "as displayed"),
    ],
)
def test_a_medicine_is_named_by_its_medication_wherever_it_lies(drug: Resource, title: str) -> None:
    elsewhere = request(medicationReference={"reference": "Medication/drug", "display": "as displayed"})
    inside = request(contained=[drug], medicationReference={"reference": "#drug", "display": "as displayed"})
    assert to_record(elsewhere, {"Medication/drug": drug}.get).title == title
    assert to_record(inside, nothing_known).title == title


def test_an_unknown_medication_keeps_what_the_reference_displays() -> None:
    record = to_record(request(medicationReference={"reference": "Medication/x", "display": "Warfarin"}), nothing_known)
    assert (record.title, record.code) == ("Warfarin", "warfarin")


def test_a_medicine_is_coded_by_its_medication() -> None:
    drug = medication(code={"coding": [{"system": "rx", "code": "1"}]})
    assert to_record(request(medicationReference={"reference": "M/1"}), {"M/1": drug}.get).code == "rx|1"


def test_a_medicine_without_a_code_is_known_by_all_its_ingredients_and_their_strengths() -> None:
    def ingredient(name: str, value: float) -> dict[str, Any]:
        concept = {"coding": [{"system": "rx", "code": name}], "text": name}
        return strength(name, value, "mg", TABLET) | {"itemCodeableConcept": concept}

    def ordered(*ingredients: dict[str, Any]) -> Record:
        drug = medication(ingredient=list(ingredients), form={"text": "Tablet"})
        return to_record(request(medicationReference={"reference": "M/1"}), {"M/1": drug}.get)

    alone, combined = ordered(ingredient("losartan", 50)), ordered(ingredient("losartan", 50), ingredient("hctz", 12.5))
    assert (combined.code, combined.codes) == ("losartan 50 mg + hctz 12.5 mg tablet", ("rx|losartan", "rx|hctz"))
    assert len({alone.code, combined.code, ordered(ingredient("losartan", 100)).code}) == 3


def test_no_ingredient_is_left_out_of_a_medicines_name() -> None:
    substance = {"resourceType": "Substance", "id": "s", "code": {"text": "codeine"}}
    items = [{"itemReference": {"reference": "#s"}}, {"itemReference": {"reference": "Substance/far"}}]
    named = [{"itemCodeableConcept": {"text": "paracetamol"}}, *items]
    inside = request(contained=[medication(ingredient=named), substance], medicationReference={"reference": "#drug"})
    assert to_record(inside, nothing_known).title == "paracetamol + codeine + ingredient not named"
    drug = medication(ingredient=named, contained=[substance])
    elsewhere = request(medicationReference={"reference": "M/1"})
    assert to_record(elsewhere, {"M/1": drug}.get).title == "paracetamol + codeine + ingredient not named"


@pytest.mark.parametrize(
    ("resource", "line", "standing"),
    [
        (
            {
                "resourceType": "MedicationStatement",
                "status": "not-taken",
                **METFORMIN,
                "statusReason": [{"text": "Nausea"}],
                "effectivePeriod": {"start": "2019"},
            },
            "Medication (not taken): Metformin 500 mg ER tablet, from 2019; not taken because: nausea",
            Standing.NOT_DONE,
        ),
        (
            {
                "resourceType": "MedicationStatement",
                "status": "active",
                **METFORMIN,
                "dateAsserted": "2019-05",
                "dosage": DAILY,
                "note": [{"text": "Buys it himself"}],
            },
            "Medication (active): Metformin 500 mg ER tablet, 1 tablet by mouth twice daily, reported 2019-05; "
            "note: Buys it himself",
            Standing.CURRENT,
        ),
        (
            {
                "resourceType": "MedicationAdministration",
                "status": "completed",
                "medicationCodeableConcept": {"text": "Ceftriaxone"},
                "effectivePeriod": {"start": "2020-03-01T08:00:00Z", "end": "2020-03-01T08:30:00Z"},
                "dosage": {"dose": {"value": 1, "unit": "g"}, "route": {"text": "Intravenous"}},
            },
            "Medication administration (completed): Ceftriaxone, 1 g intravenously, 2020-03-01",
            Standing.PAST,
        ),
        (
            {
                "resourceType": "MedicationAdministration",
                "status": "not-done",
                **METFORMIN,
                "effectiveDateTime": "2020",
            },
            "Medication administration (not done): Metformin 500 mg ER tablet, 2020",
            Standing.NOT_DONE,
        ),
    ],
)
def test_what_was_taken_or_given(resource: Resource, line: str, standing: Standing) -> None:
    record = to_record(resource, nothing_known)
    assert (record.text, record.standing) == (line, standing)
