"""Which medicine lines are of which safety class, whatever their medicine is called."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from emr_rerank.knowledge import knowledge_base
from emr_rerank.knowledge.names import Names
from emr_rerank.knowledge.recognise import Recogniser
from emr_rerank.knowledge.rows import Safety
from emr_rerank.knowledge.safety import RULES, MedicineSafety
from emr_rerank.knowledge.tables import facts, load
from emr_rerank.types import DrugCategory, Kind
from tests.builders import item
from tests.knowledge.tables import written

STEROID, INFECTION = "infection risk; do not stop abruptly", "infection risk"
# Names that charts use, by the reason for which a line that has one is always shown.
NAMES = {
    "bleeding risk": """
        warfarin, coumadin, jantoven, marevan, acenocoumarol, sintrom, phenprocoumon, marcumar, falithrom,
        fluindione, previscan, phenindione, apixaban, eliquis, rivaroxaban, xarelto, edoxaban, lixiana,
        savaysa, roteas, dabigatran, pradaxa, betrixaban, heparin, enoxaparin, clexane, lovenox, inhixa,
        dalteparin, fragmin, tinzaparin, innohep, nadroparin, fraxiparine, bemiparin, certoparin, reviparin,
        parnaparin, danaparoid, orgaran, fondaparinux, arixtra, argatroban, bivalirudin, angiomax, angiox,
        desirudin, LMWH, DOAC, NOAC
    """,
    STEROID: """
        prednisolone, prednisone, deltasone, pevanti, methylprednisolone, medrol, medrone, solu medrol, solu
        medrone, depo medrol, depo medrone, dexamethasone, decadron, hydrocortisone, cortef, plenadren,
        efmody, solu cortef, cortisone, betamethasone, celestone, triamcinolone, kenalog, deflazacort,
        fludrocortisone
    """,
    INFECTION: """
        tacrolimus, prograf, advagraf, adoport, envarsus, astagraf, modigraf, ciclosporin, cyclosporin,
        neoral, sandimmun, capimune, deximune, gengraf, voclosporin, sirolimus, rapamune, everolimus,
        certican, afinitor, zortress, mycophenolate, mycophenolic acid, cellcept, myfortic, azathioprine,
        imuran, azasan,
        mercaptopurine, tioguanine, thioguanine, methotrexate, MTX, metoject, trexall, otrexup, rasuvo,
        methofill, leflunomide, arava, teriflunomide, aubagio, cyclophosphamide, chlorambucil, melphalan,
        bendamustine, fludarabine, cladribine, mavenclad, hydroxycarbamide, hydroxyurea, belatacept, nulojix,
        basiliximab, simulect, thymoglobulin, anti thymocyte, antithymocyte, ATGAM, grafalon, alemtuzumab,
        lemtrada, rituximab, mabthera, rituxan, truxima, rixathon, obinutuzumab, ocrelizumab, ocrevus,
        ofatumumab, kesimpta, natalizumab, tysabri, inebilizumab, belimumab, benlysta, anifrolumab,
        adalimumab, humira, imraldi, hyrimoz, amgevita, hulio, yuflyma, infliximab, remicade, inflectra,
        remsima, flixabi, etanercept, enbrel, benepali, erelzi, golimumab, simponi, certolizumab, cimzia,
        tocilizumab, actemra, roactemra, sarilumab, kevzara, anakinra, kineret, canakinumab, abatacept,
        orencia, ustekinumab, stelara, secukinumab, cosentyx, ixekizumab, taltz, brodalumab, bimekizumab,
        guselkumab, tremfya, risankizumab, skyrizi, tildrakizumab, mirikizumab, vedolizumab, entyvio,
        eculizumab, soliris, ravulizumab, tofacitinib, xeljanz, baricitinib, olumiant, upadacitinib, rinvoq,
        filgotinib, abrocitinib, ritlecitinib, deucravacitinib, ruxolitinib, jakavi, fedratinib, fingolimod,
        gilenya, siponimod, ozanimod, ponesimod, ibrutinib, acalabrutinib, zanubrutinib, idelalisib,
        venetoclax, lenalidomide, thalidomide, pomalidomide, bortezomib, carfilzomib, capecitabine,
        fluorouracil, 5 FU, oxaliplatin, cisplatin, carboplatin, irinotecan, docetaxel, paclitaxel,
        cabazitaxel, doxorubicin, epirubicin, daunorubicin, idarubicin, vincristine, vinblastine, vinorelbine,
        gemcitabine, pemetrexed, etoposide, topotecan, temozolomide, cytarabine, azacitidine, decitabine,
        ifosfamide, dacarbazine, busulfan, eribulin, mitoxantrone, trabectedin, mFOLFOX, FOLFOX, FOLFIRI,
        FOLFIRINOX, FLOT, CAPOX, XELOX, R CHOP, CHOP, ABVD, BEACOPP, hyper CVAD
    """,
    "hypoglycaemia risk": """
        insulin, actrapid, humulin, humalog, admelog, lyumjev, liprolog, novorapid, novolog, fiasp, trurapi,
        apidra, afrezza, lantus, toujeo, basaglar, abasaglar, semglee, rezvoglar, levemir, tresiba, ryzodeg,
        awiqli, insulatard, insuman, hypurin, mixtard, novomix, novolin, protaphane, myxredlin, suliqua,
        soliqua, xultophy, isophane, NPH, glargine, detemir, degludec, lispro, aspart, glulisine
    """,
    "sedation and breathing risk": """
        morphine, MST, MS contin, zomorph, sevredol, oramorph, kapanol, diamorphine, heroin, oxycodone,
        oxycontin, oxynorm, longtec, shortec, targinact, percocet, percodan, endocet, roxicodone, roxicet,
        hydrocodone, vicodin, norco, lortab, zohydro, hydromorphone, dilaudid, palladone, jurnista,
        oxymorphone, opana, codeine, dihydrocodeine, DF118, co codamol, cocodamol, co dydramol, solpadol,
        zapain, kapake, tylenol 3, tylenol with codeine, tramadol, ultram, ultracet, zydol, tramacet, conzip,
        tapentadol, nucynta, palexia, fentanyl, durogesic, duragesic, matrifen, abstral, effentora, actiq,
        instanyl, pecfent, sublimaze, alfentanil, sufentanil, remifentanil, buprenorphine, butrans, butec,
        temgesic, subutex, suboxone, sublocade, buvidal, transtec, belbuca, methadone, dolophine, physeptone,
        pethidine, meperidine, demerol, pentazocine, nalbuphine, butorphanol, meptazinol, dipipanone, diconal,
        levorphanol, tilidine, valoron, piritramide, opium
    """,
}


def category(title: str, dose: str = "", *codes: str) -> str | None:
    found = knowledge_base().safety.of(title, dose, codes)
    return found.category if found else None


def reason(title: str) -> str | None:
    found = knowledge_base().safety.of(title)
    return found.reason if found else None


@pytest.mark.parametrize(
    ("why", "written"), NAMES.items(), ids=["anticoagulant", "steroid", "other", "insulin", "opioid"]
)
def test_what_charts_call_these_medicines_is_known(why: str, written: str) -> None:
    called = [" ".join(name.split()) for name in written.split(",")]
    assert [name for name in called if reason(name) != why or reason(f"{name} 5 mg") != why] == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Warfarin sodium 3 mg tablets", "anticoagulant"),
        ("apixaban 5 MG Oral Tablet [Eliquis]", "anticoagulant"),
        ("0.4 ML enoxaparin sodium 100 MG/ML Prefilled Syringe", "anticoagulant"),
        ("Marevan 1 mg", "anticoagulant"),
        ("Heparinnatrium 25000 IE", "anticoagulant"),
        ("Heparinoid cream", None),
        ("Heparin flush 10 units/mL", None),
        ("heparin lock flush 100 UNT/ML", None),
        ("Tacrolimus 1 mg capsules", "immunosuppressant"),
        ("Adoport 1 mg capsules", "immunosuppressant"),
        ("Mycophenolate mofetil 500 mg", "immunosuppressant"),
        ("Cyclosporine 100 mg soft gel capsule", "immunosuppressant"),
        ("mFOLFOX6 cycle 4", "immunosuppressant"),
        ("CHOP", "immunosuppressant"),
        ("CHOP cycle 3", "immunosuppressant"),
        ("anti-thymocyte globulin", "immunosuppressant"),
        ("Anti-thymocyte globulin (rabbit) 25 mg", "immunosuppressant"),
        ("CAR-T", "immunosuppressant"),
        ("predniSONE 5 MG Oral Tablet", "immunosuppressant"),
        ("Solu-Medrol 1 g", "immunosuppressant"),
        ("Pirfenidone 267 mg capsules", None),
        ("insulin human, isophane 70 UNT/ML [Humulin]", "insulin"),
        ("NPH 100 UNT/ML", "insulin"),
        ("Abasaglar KwikPen", "insulin"),
        ("Insulin pen needles 4 mm", None),
        ("Insulin syringes 0.5 mL", None),
        ("Myo-inositol for insulin resistance", None),
        ("Magnesium aspartate 500 mg", None),
        ("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet", "opioid"),
        ("Methadonehydrochloride 5 mg", "opioid"),
        ("Co-codamol 30/500", "opioid"),
        ("Cocodamol 8/500", "opioid"),
        ("MS Contin 30 mg", "opioid"),
        ("Tylenol #3", "opioid"),
        ("Durogesic DTrans 25", "opioid"),
        ("Loperamide 2 mg", None),
        ("Metformin 500 mg", None),
        ("Griseofulvin ultramicrosize 125 mg", None),
        ("", None),
    ],
)
def test_a_medicine_has_its_safety_class_by_what_it_is_called(title: str, expected: str | None) -> None:
    assert category(title) == expected


@pytest.mark.parametrize(
    ("title", "dose", "expected"),
    [
        ("Tacrolimus 0.1% ointment", "", None),
        ("Dexamethasone 0.1% eye drops", "", None),
        ("Prednisolone 5 mg tablets", "40 mg daily for eye inflammation", "immunosuppressant"),
        ("Prednisone", "30 mg, continue inhaler", "immunosuppressant"),
        ("Prednisolone, eye disease", "one tablet daily", "immunosuppressant"),
        ("Insulin inhaled powder", "", "insulin"),
        ("Fentanyl 25 micrograms/hour patch", "", "opioid"),
        ("Fentanyl nasal spray", "", "opioid"),
    ],
)
def test_what_stays_on_a_surface_does_not_count_unless_it_acts_on_the_whole_body(
    title: str, dose: str, expected: str | None
) -> None:
    assert category(title, dose) == expected


WHO = "http://www.whocc.no/atc"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{WHO}|B01AA04", "anticoagulant"),
        (f"{WHO}|b01aa04", "anticoagulant"),
        (f"{WHO}|B01AA", "anticoagulant"),
        ("urn:oid:2.16.840.1.113883.6.73|B01AF02", "anticoagulant"),
        ("urn:example:drugs:atc|A10AE04", "insulin"),
        (f"{WHO}|L04AX99", "immunosuppressant"),
        (f"{WHO}|H02AB99", "immunosuppressant"),
        (f"{WHO}|N02AX99", "opioid"),
        (f"{WHO}|L04AX05", None),  # pirfenidone, among immunosuppressants
        (f"{WHO}|N07BC04", None),  # lofexidine, among opioids
        (f"{WHO}|A10BA02", None),
        (f"{WHO}|A10BX99", None),
        (f"{WHO}|D07AC01", None),
        (f"{WHO}|", None),
        ("http://snomed.info/sct|B01AA04", None),
        ("http://example.org/match|B01AA04", None),
        ("B01AA04", None),
    ],
)
def test_a_medicine_is_known_by_its_atc_code_whatever_it_is_called(code: str, expected: str | None) -> None:
    assert category("Other", "", code) == expected


def test_a_steroids_reason_differs_from_other_immunosuppressants() -> None:
    assert reason("Hydrocortisone 10 mg tablets") == STEROID
    assert reason("Methotrexate 2.5 mg tablets") == INFECTION
    by_code = knowledge_base().safety.of("Other", codes=(f"{WHO}|H02AB06",))
    assert by_code and by_code.reason == STEROID


@pytest.mark.parametrize(
    ("title", "days"),
    [
        ("Enoxaparin 120 mg", 3),
        ("Hydrocortisone 100 mg", 30),
        ("Rituximab 1 g", 365),
        ("Actrapid 6 units", 2),
        ("Morphine 5 mg", 2),
    ],
)
def test_a_dose_given_once_counts_as_long_as_it_acts(title: str, days: int) -> None:
    found = knowledge_base().safety.of(title)
    assert found and found.lasting_days == days


def test_the_classes_are_those_of_the_tables_at_hand(tmp_path: Path) -> None:
    classes = (
        "name,also,purpose,safety\nACE inhibitor,ACEi,lowers blood pressure,anticoagulant\nbronchodilator,,opens,\n"
    )
    own = load(written(tmp_path, {"classes": classes}))
    known = Names(own)
    safety = MedicineSafety(own, Recogniser(own, known), known)
    assert [bool(safety.of(title)) for title in ("Zestril 5 mg", "ACEi", "Ventolin", "Warfarin")] == [
        True,
        True,
        False,
        False,
    ]
    assert safety.of("Other", codes=(f"{WHO}|C09AA03",))


def test_every_safety_class_of_the_tables_has_a_rule_and_every_rule_names_one() -> None:
    shipped = facts()
    assert (
        set(get_args(DrugCategory)) == set(get_args(Safety)) - {""} == {rule.shown.category for rule in RULES.values()}
    )
    assert RULES.keys() <= {row.name for row in shipped.classes} | {row.safety for row in shipped.classes}


def test_items_have_their_class_by_reference_and_only_medicines() -> None:
    items = [
        item("MedicationRequest/1", Kind.MEDICATION, "Warfarin 3 mg tablets"),
        item("MedicationRequest/2", Kind.MEDICATION, "Other", codes=(f"{WHO}|N02AA01",)),
        item("MedicationRequest/3", Kind.MEDICATION, "Dexamethasone eye drops", dose="one drop"),
        item("AllergyIntolerance/1", Kind.ALLERGY, "Warfarin"),
    ]
    found = knowledge_base().safety.of_items(items)
    assert {reference: one.category for reference, one in found.items()} == {
        "MedicationRequest/1": "anticoagulant",
        "MedicationRequest/2": "opioid",
    }


def test_a_chart_read_again_is_read_from_memory() -> None:
    items = [item(f"MedicationRequest/{n}", Kind.MEDICATION, f"Warfarin {n} mg tablets") for n in range(500)]
    safety = knowledge_base().safety
    assert len(safety.of_items(items)) == 500
    best = min(_seconds(lambda: safety.of_items(items)) for _ in range(5))
    assert best < 0.003


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
