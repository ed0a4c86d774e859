from __future__ import annotations

import pytest

from emr_rerank.ranking.safety import latest_date, pin
from emr_rerank.types import Kind, Measurement, Pin, SafetyClass, Standing
from tests.builders import item

TODAY = "2020-06-01"
ANTICOAGULANT = SafetyClass("anticoagulant", "bleeding risk", lasting_days=3)


def category(kind: Kind, title: str, **fields: object) -> str | None:
    found = pin(item("X/1", kind, title, **{"status": "active", **fields}), TODAY)
    return found.category if found else None


def test_a_medicine_is_pinned_by_the_class_it_is_said_to_have() -> None:
    found = pin(item("X/1", Kind.MEDICATION, "Marcumar", status="active"), TODAY, ANTICOAGULANT)
    assert found == Pin("anticoagulant", "bleeding risk; active")
    assert category(Kind.MEDICATION, "Warfarin") is None


@pytest.mark.parametrize("standing", [Standing.PAST, Standing.REFUTED, Standing.ENTERED_IN_ERROR, Standing.NOT_DONE])
def test_what_is_not_in_force_is_not_pinned(standing: Standing) -> None:
    assert pin(item("X/1", Kind.MEDICATION, "Warfarin", standing=standing), TODAY, ANTICOAGULANT) is None
    assert category(Kind.ALLERGY, "Penicillin", standing=standing) is None


@pytest.mark.parametrize(
    ("title", "codes", "expected"),
    [
        ("Penicillin V", (), "allergy"),
        ("Peanut", (), "allergy"),
        ("No known drug allergies", (), None),
        ("No known allergy", (), None),
        ("NKDA", (), None),
        ("None known", (), None),
        ("Patient denies allergies", (), None),
        ("Not allergic to penicillin", (), None),
        ("Penicillin (no allergy to cephalosporins)", (), "allergy"),
        ("Latex - no known drug allergies otherwise", (), "allergy"),
        ("No known drug allergies except penicillin", (), "allergy"),
        ("Keine bekannt", ("http://snomed.info/sct|716186003",), None),
    ],
)
def test_allergies_are_pinned_but_not_their_absence(title: str, codes: tuple[str, ...], expected: str | None) -> None:
    assert category(Kind.ALLERGY, title, codes=codes) == expected


@pytest.mark.parametrize(
    ("kind", "title", "expected"),
    [
        (Kind.DEVICE, "Dual-chamber pacemaker", "implanted device"),
        (Kind.DEVICE, "Coronary stent", "implanted device"),
        (Kind.DEVICE, "Blood glucose meter (physical object)", None),
        (Kind.DEVICE, "Valved holding chamber with mask", None),
        (Kind.DEVICE, "Mechanical mitral valve", "implanted device"),
        (Kind.PROCEDURE, "Phacoemulsification with lens implant", None),
        (Kind.PROCEDURE, "Insertion of implantable cardioverter defibrillator", "implanted device"),
        (Kind.PROCEDURE, "Total hip arthroplasty", "implanted device"),
        (Kind.PROCEDURE, "Removal of pacemaker", None),
        (Kind.PROCEDURE, "Removal and replacement of pacemaker generator", "implanted device"),
        (Kind.PROCEDURE, "Total replacement of hip", "implanted device"),
        (Kind.PROCEDURE, "Insertion of IUD", "implanted device"),
        (Kind.PROCEDURE, "Clipping of cerebral aneurysm", "implanted device"),
        (Kind.PROCEDURE, "TAVI", "implanted device"),
        (Kind.PROCEDURE, "PCI with DES to LAD", "implanted device"),
        (Kind.PROCEDURE, "Removal of intrauterine device", None),
        (Kind.PROCEDURE, "Skin graft to forearm", None),
        (Kind.PROCEDURE, "Off-pump coronary artery bypass graft", None),
        (Kind.PROCEDURE, "Infectious disease consultation", None),
        (Kind.PROCEDURE, "ID consultation", None),
        (Kind.DEVICE, "Posterior spinal rods", "implanted device"),
        (Kind.DEVICE, "Hickman line", "implanted device"),
        (Kind.DEVICE, "Breast pump", None),
        (Kind.DEVICE, "Insulin pump", "insulin"),
        (Kind.MEDICATION, "Insulin pump supplies", "insulin"),
        (Kind.CONDITION, "Presence of cardiac pacemaker", "implanted device"),
        (Kind.PROCEDURE, "Appendectomy", None),
        (Kind.CONDITION, "Heart valve disorder", None),
    ],
)
def test_implants_are_pinned(kind: Kind, title: str, expected: str | None) -> None:
    assert category(kind, title) == expected


@pytest.mark.parametrize(
    ("kind", "title", "fields", "expected"),
    [
        (Kind.CONDITION, "Normal pregnancy", {}, "pregnancy"),
        (Kind.CONDITION, "Normal pregnancy", {"standing": Standing.PAST}, None),
        (Kind.CONDITION, "History of ectopic pregnancy", {}, None),
        (Kind.CONDITION, "Miscarriage in first trimester", {}, None),
        (Kind.CONDITION, "Supervision of pregnancy with history of pre-term labor", {}, "pregnancy"),
        (Kind.CONDITION, "Pregnancy, no complications", {}, "pregnancy"),
        (Kind.CONDITION, "Positive pregnancy test", {}, "pregnancy"),
        (Kind.CONDITION, "Threatened miscarriage", {}, "pregnancy"),
        (Kind.CONDITION, "Gestational diabetes mellitus", {}, "pregnancy"),
        (Kind.CONDITION, "Postpartum depression", {}, None),
        (Kind.CONDITION, "Multigravida", {}, None),
        (Kind.OBSERVATION, "Pregnancy intent", {"value": "Wants to become pregnant", "date": "2020-05-01"}, None),
        (Kind.OBSERVATION, "Previous pregnancies", {"value": "yes", "date": "2020-05-01"}, None),
        (Kind.OBSERVATION, "Gestational age", {"value": "24 weeks", "date": "2020-05-01"}, "pregnancy"),
        (Kind.OBSERVATION, "Urine pregnancy test", {"value": "Undetected", "date": "2020-05-01"}, None),
        (Kind.OBSERVATION, "Urine pregnancy test", {"value": "POS", "date": "2020-05-01"}, "pregnancy"),
        (
            Kind.OBSERVATION,
            "Choriogonadotropin [Units/volume] in Serum",
            {"value": "25300 IU/L", "measurements": (Measurement(25300, "IU/L"),), "date": "2020-05-01"},
            "pregnancy",
        ),
        (
            Kind.OBSERVATION,
            "hCG",
            {"value": "2 IU/L", "measurements": (Measurement(2, "IU/L"),), "date": "2020-05-01"},
            None,
        ),
        (Kind.OBSERVATION, "Pregnancy status", {"value": "Pregnant", "date": "2020-01-10"}, "pregnancy"),
        (Kind.OBSERVATION, "Pregnancy status", {"value": "Pregnant", "date": "2018-01-10"}, None),
        (Kind.OBSERVATION, "Pregnancy status", {"value": "Pregnant", "date": "2019"}, "pregnancy"),
        (Kind.OBSERVATION, "Pregnancy status", {"value": "Not pregnant", "date": "2020-01-10"}, None),
        (Kind.OBSERVATION, "Urine pregnancy test", {"value": "Negative", "date": "2020-01-10"}, None),
        (Kind.OBSERVATION, "Urine pregnancy test", {"value": "Positive", "date": "2020-05-10"}, "pregnancy"),
    ],
)
def test_a_pregnancy_is_pinned_while_it_can_last(
    kind: Kind, title: str, fields: dict[str, object], expected: str | None
) -> None:
    assert category(kind, title, **fields) == expected


def reason(kind: Kind, title: str, **fields: object) -> str:
    found = pin(item("X/1", kind, title, **{"status": "active", **fields}), TODAY)
    assert found
    return found.reason


def test_a_medicines_dose_is_in_its_reason() -> None:
    dosed = item("X/1", Kind.MEDICATION, "Warfarin 3 mg tablets", status="active", dose="3 mg daily")
    assert pin(dosed, TODAY, ANTICOAGULANT) == Pin("anticoagulant", "bleeding risk; active, 3 mg daily")


@pytest.mark.parametrize(
    ("lasting_days", "date", "expected"),
    [
        (365, "2020-01-05", True),
        (365, "2018-01-05", False),
        (3, "2020-05-31", True),
        (3, "2020-05-29", True),
        (3, "2020-05-28", False),
        (3, "2020-05", True),
    ],
)
def test_a_dose_given_counts_while_it_acts(lasting_days: int, date: str, expected: bool) -> None:  # noqa: FBT001
    drugs = SafetyClass("opioid", "sedation", lasting_days)
    given = {"status": "completed", "standing": Standing.PAST, "date": date}
    assert bool(pin(item("MedicationAdministration/1", Kind.MEDICATION, **given), TODAY, drugs)) is expected
    assert pin(item("MedicationRequest/1", Kind.MEDICATION, **given), TODAY, drugs) is None


def test_an_order_not_to_give_is_always_shown() -> None:
    withheld = {"status": "do not give", "standing": Standing.NOT_DONE}
    assert category(Kind.MEDICATION, "Enoxaparin 40 mg", **withheld) == "do not give"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Peanut allergy", "allergy"),
        ("Allergy to penicillin", "allergy"),
        ("Allergic rhinitis", None),
        ("Seasonal allergy", None),
        ("Family history of drug allergy", None),
    ],
)
def test_an_allergy_recorded_as_a_problem_is_pinned(title: str, expected: str | None) -> None:
    assert category(Kind.CONDITION, title) == expected


def test_an_intolerance_is_called_one() -> None:
    assert category(Kind.ALLERGY, "Codeine", text="Intolerance (active): Codeine; reaction: nausea") == "intolerance"


def test_an_inactive_implant_may_still_be_in_the_body_unless_it_was_removed() -> None:
    lead = {"status": "inactive", "standing": Standing.PAST}
    assert "may still be" in reason(Kind.DEVICE, "Abandoned right ventricular pacing lead", **lead)
    removed = {**lead, "text": "Device (inactive): Pacemaker; note: removed 2019"}
    assert category(Kind.DEVICE, "Pacemaker", **removed) is None


def test_the_charts_newest_date_is_not_a_planned_one() -> None:
    booked = item("Procedure/1", Kind.PROCEDURE, "Colonoscopy", standing=Standing.PLANNED, date="2026-06-01")
    assert latest_date([booked, item("Condition/1", date="2020-06-01")]) == "2020-06-01"
