"""How a record bears on an assessment."""

from __future__ import annotations

from typing import Any

import pytest

from emr_rerank.knowledge import Concept, knowledge_base
from emr_rerank.knowledge.bearing import NONE, Reader
from emr_rerank.types import HistoryItem, Kind, Standing
from tests.builders import item

WHO = "http://www.whocc.no/atc"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return knowledge_base().reader


def strength(reader: Reader, record: HistoryItem, assessment: str) -> float:
    return reader.bearing(reader.of_item(record), reader.of_assessment(assessment)).strength


def medicine(title: str, **fields: Any) -> HistoryItem:
    return item("MedicationRequest/1", Kind.MEDICATION, title, **fields)


def test_a_medicine_bears_on_the_complaint_it_can_cause(reader: Reader) -> None:
    bearing = reader.bearing(
        reader.of_item(medicine("Amiodarone 200 mg tablets")), reader.of_assessment("two months of dry cough")
    )
    assert bearing.strength > 0.5
    assert bearing.path is not None
    assert bearing.path.words.startswith("amiodarone ")


@pytest.mark.parametrize(
    ("record", "asked"),
    [
        ("Simvastatin 40 mg tablets", "can I have grapefruit with my tablets?"),
        ("Warfarin 3 mg tablets", "eats a lot of spinach and kale"),
        ("Phenelzine 15 mg", "is mature cheese safe?"),
        ("Levothyroxine 50 micrograms", "should I take it with food?"),
        ("Metronidazole 400 mg", "a glass of wine tonight?"),
        ("Lithium carbonate 400 mg", "three coffees a day"),
    ],
)
def test_a_medicine_bears_on_what_it_must_not_meet_in_food_or_drink(reader: Reader, record: str, asked: str) -> None:
    assert strength(reader, medicine(record), asked) > 0.3
    assert strength(reader, medicine("Latanoprost eye drops"), asked) == 0


def test_what_somebody_is_off_is_not_what_a_medicine_is_taken_with(reader: Reader) -> None:
    assert "food" not in {told.concept.kind for told in reader.of_assessment("off her food for a week")}


def test_what_has_nothing_to_do_with_it_bears_less(reader: Reader) -> None:
    asked = "two months of dry cough, breathless on stairs"
    assert strength(reader, medicine("Latanoprost eye drops"), asked) < strength(
        reader, medicine("Methotrexate"), asked
    )
    assert reader.bearing(reader.of_item(item("Condition/1", title="Zzz")), reader.of_assessment(asked)) == NONE


def test_a_stopped_medicine_counts_less_than_one_that_is_taken(reader: Reader) -> None:
    taken, stopped = medicine("Lithium 400 mg"), medicine("Lithium 400 mg", standing=Standing.PAST)
    assert strength(reader, stopped, "coarse tremor") < strength(reader, taken, "coarse tremor")


def test_what_the_assessment_denies_counts_less(reader: Reader) -> None:
    record = item("Condition/1", title="Deep vein thrombosis")
    assert strength(reader, record, "no history of DVT") < strength(reader, record, "previous DVT")


def test_links_to_several_complaints_add_up_and_stay_within_one(reader: Reader) -> None:
    record = medicine("Lithium 400 mg")
    one, both = strength(reader, record, "tremor"), strength(reader, record, "tremor, diarrhoea and ataxia")
    assert one < both <= 1


def test_a_relative_s_disease_is_read_as_such(reader: Reader) -> None:
    (told,) = reader.of_item(item("FamilyMemberHistory/1", Kind.FAMILY_HISTORY, "Asthma"))
    assert (told.concept, told.role) == (Concept("condition", "asthma"), "family")


def test_an_allergy_s_substance_is_no_medicine_taken(reader: Reader) -> None:
    allergy = item("AllergyIntolerance/1", Kind.ALLERGY, "Penicillin")
    assert {one.role for one in reader.of_item(allergy)} == {"allergy"}
    assert strength(reader, allergy, "which antibiotic? amoxicillin") > 0


def test_an_operation_is_also_the_state_it_leaves(reader: Reader) -> None:
    record = item("Procedure/1", Kind.PROCEDURE, "Gastric bypass")
    assert {one.concept.kind for one in reader.of_item(record)} >= {"procedure", "condition"}
    assert strength(reader, record, "numb feet") > 0


def test_an_ingredient_of_a_fixed_combination_interacts_as_it_does_alone(reader: Reader) -> None:
    boosted = medicine("Darunavir 800 mg with cobicistat 150 mg tablets")
    found = reader.bearing(reader.of_item(boosted), reader.of_assessment("triamcinolone injection into the knee"))
    assert found.path is not None
    assert "cobicistat" in found.path.words
    assert "interacts" in found.path.words
    assert found.strength > strength(reader, medicine("Darunavir 800 mg tablets"), "triamcinolone injection")


def test_two_things_of_one_abbreviation_are_not_one_another(reader: Reader) -> None:
    shaking = reader.of_item(item("Condition/1", Kind.CONDITION, "Parkinson's disease"))
    assert {one.concept.name for one in shaking} == {"Parkinson's disease"}
    wrist = reader.of_item(item("Procedure/1", Kind.PROCEDURE, "Carpal tunnel release"))
    assert "connective tissue disease" not in {one.concept.name for one in wrist}


def test_of_several_reasons_a_warning_is_told(reader: Reader) -> None:
    bearing = reader.bearing(
        reader.of_item(medicine("Tacrolimus 1 mg capsules")),
        reader.of_assessment("clarithromycin for a chest infection?"),
    )
    assert bearing.path is not None
    assert "interacts with clarithromycin" in bearing.path.words


def test_a_code_says_what_a_hospital_s_own_name_does_not(reader: Reader) -> None:
    coded = medicine("Formulary item 1234", codes=(f"{WHO}|C01BD01",))
    assert Concept("medicine", "amiodarone") in {one.concept for one in reader.of_item(coded)}


def test_an_assessment_is_read_with_words_in_another_order(reader: Reader) -> None:
    asked = {one.concept: one.salience for one in reader.of_assessment("left calf swollen 4 cm")}
    assert asked[Concept("presentation", "unilateral leg swelling")] < 1


def test_a_number_in_the_assessment_counts_as_the_presentation_it_amounts_to(reader: Reader) -> None:
    spironolactone = medicine("Spironolactone 25 mg tablets")
    assert strength(reader, spironolactone, "K 6.4 on this morning's bloods") > strength(
        reader, spironolactone, "K 4.4 on this morning's bloods"
    )


@pytest.mark.parametrize(
    ("asked", "presentation"),
    [("waking up drenched every night", "night sweats"), ("Hb low again", "low haemoglobin")],
)
def test_a_symptom_written_in_its_own_words_is_its_presentation_too(
    reader: Reader, asked: str, presentation: str
) -> None:
    assert presentation in {
        one.concept.name for one in reader.of_assessment(asked) if one.concept.kind == "presentation"
    }
