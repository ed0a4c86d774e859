from __future__ import annotations

import pytest

from emr_rerank.ranking.safety import pin
from emr_rerank.types import Kind, Standing
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
