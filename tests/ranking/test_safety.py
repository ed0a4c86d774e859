from __future__ import annotations

import pytest

from emr_rerank.ranking.safety import latest_date, pin
from emr_rerank.types import HistoryItem, Kind, Measurement, Standing
from tests.builders import item

TODAY = "2020-06-01"


def category(kind: Kind, title: str, **fields: object) -> str | None:
    found = pin(item("X/1", kind, title, **{"status": "active", **fields}), TODAY)
    return found.category if found else None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Warfarin sodium 3 mg tablets", "anticoagulant"),
        ("apixaban 5 MG Oral Tablet [Eliquis]", "anticoagulant"),
        ("0.4 ML enoxaparin sodium 100 MG/ML Prefilled Syringe", "anticoagulant"),
        ("Tacrolimus 1 mg capsules", "immunosuppressant"),
        ("Mycophenolate mofetil 500 mg", "immunosuppressant"),
        ("predniSONE 5 MG Oral Tablet", "immunosuppressant"),
        ("Tacrolimus 0.1% ointment", None),
        ("Dexamethasone 0.1% eye drops", None),
        ("insulin human, isophane 70 UNT/ML [Humulin]", "insulin"),
        ("Insulin inhaled powder", "insulin"),
        ("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet", "opioid"),
        ("Fentanyl 25 micrograms/hour patch", "opioid"),
        ("Co-codamol 30/500", "opioid"),
        ("MS Contin 30 mg", "opioid"),
        ("Cocodamol 8/500", "opioid"),
        ("Tylenol #3", "opioid"),
        ("Durogesic DTrans 25", "opioid"),
        ("Fentanyl nasal spray", "opioid"),
        ("Griseofulvin ultramicrosize 125 mg", None),
        ("Adoport 1 mg capsules", "immunosuppressant"),
        ("mFOLFOX6 cycle 4", "immunosuppressant"),
        ("anti-thymocyte globulin", "immunosuppressant"),
        ("Solu-Medrol 1 g", "immunosuppressant"),
        ("Cyclosporine 100 mg soft gel capsule", "immunosuppressant"),
        ("Marevan 1 mg", "anticoagulant"),
        ("Heparinoid cream", None),
        ("Heparin flush 10 units/mL", None),
        ("Abasaglar KwikPen", "insulin"),
        ("Insulin pen needles 4 mm", None),
        ("Loperamide 2 mg", None),
        ("Metformin 500 mg", None),
    ],
)
def test_medicines_are_pinned_by_class(title: str, expected: str | None) -> None:
    assert category(Kind.MEDICATION, title) == expected


def test_a_medicine_is_known_by_its_atc_code_whatever_it_is_called() -> None:
    assert category(Kind.MEDICATION, "Marcumar", codes=("http://www.whocc.no/atc|B01AA04",)) == "anticoagulant"
    assert category(Kind.MEDICATION, "Other", codes=("http://snomed.info/sct|B01AA04",)) is None


@pytest.mark.parametrize("standing", [Standing.PAST, Standing.REFUTED, Standing.ENTERED_IN_ERROR, Standing.NOT_DONE])
def test_what_is_not_in_force_is_not_pinned(standing: Standing) -> None:
    assert category(Kind.MEDICATION, "Warfarin", standing=standing) is None
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


def test_a_surface_named_in_the_dosage_does_not_unpin_what_is_swallowed() -> None:
    eye = {"dose": "40 mg daily for eye inflammation"}
    assert category(Kind.MEDICATION, "Prednisolone 5 mg tablets", **eye) == "immunosuppressant"
    assert category(Kind.MEDICATION, "Prednisone", dose="30 mg, continue inhaler") == "immunosuppressant"


def test_a_steroids_reason_differs_from_other_immunosuppressants() -> None:
    assert "do not stop abruptly" in reason(Kind.MEDICATION, "Hydrocortisone 10 mg tablets")
    assert "do not stop abruptly" not in reason(Kind.MEDICATION, "Methotrexate 2.5 mg tablets")


def test_a_medicines_dose_is_in_its_reason() -> None:
    assert reason(Kind.MEDICATION, "Warfarin 3 mg tablets", dose="3 mg daily") == "bleeding risk; active, 3 mg daily"


def administered(title: str, date: str) -> HistoryItem:
    fields = {"status": "completed", "standing": Standing.PAST, "date": date}
    return item("MedicationAdministration/1", Kind.MEDICATION, title, **fields)


@pytest.mark.parametrize(
    ("title", "date", "expected"),
    [
        ("Rituximab 1 g", "2020-01-05", "immunosuppressant"),
        ("Rituximab 1 g", "2018-01-05", None),
        ("Enoxaparin 120 mg", "2020-05-31", "anticoagulant"),
        ("Enoxaparin 120 mg", "2020-05-01", None),
        ("Morphine 5 mg", "2020-05-31", "opioid"),
    ],
)
def test_a_dose_given_counts_while_it_acts(title: str, date: str, expected: str | None) -> None:
    found = pin(administered(title, date), TODAY)
    assert (found.category if found else None) == expected


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
