"""Which concepts are found in lines as charts and clinicians write them."""

from __future__ import annotations

import pytest

from emr_rerank.knowledge.recognise import Mention, recogniser


def found(text: str) -> set[tuple[str, str]]:
    """Return (kind, name) of what is found, presentations apart."""
    return {
        (one.concept.kind, one.concept.name) for one in recogniser().find(text) if one.concept.kind != "presentation"
    }


def test_a_mention_cuts_out_what_was_written() -> None:
    text = "Known T2DM; on Ventolin."
    mentions = recogniser().find(text)
    assert [(text[one.start : one.end], one.concept.name, one.column) for one in mentions] == [
        ("T2DM", "type 2 diabetes", "abbreviations"),
        ("Ventolin", "salbutamol", "brands"),
    ]


@pytest.mark.parametrize("text", ["diarrhoea", "diarrhea", "Diarrhoea.", "diarrhœa"])
def test_british_and_american_spellings_are_one(text: str) -> None:
    assert ("condition", "diarrhoea") in found(text)


@pytest.mark.parametrize("unseen", ["\N{SOFT HYPHEN}", "\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"])
def test_what_a_pasted_word_hides_is_seen_through(unseen: str) -> None:
    text = f"on war{unseen}fa{unseen}rin, CO{unseen}PD, bleeding{unseen}"
    cut = {one.concept.name: text[one.start : one.end] for one in recogniser().find(text)}
    assert cut["warfarin"] == f"war{unseen}fa{unseen}rin"
    assert cut["COPD"] == f"CO{unseen}PD"
    assert cut["bleeding"] == "bleeding"


def test_an_assessment_can_be_a_condition_and_a_presentation() -> None:
    kinds = {one.concept.kind for one in recogniser().find("recurrent falls")}
    assert kinds == {"condition", "presentation"}


def test_an_abbreviation_that_is_an_english_word_needs_capitals() -> None:
    assert found("all of this is for me, as the men said") == set()
    assert ("condition", "acute lymphoblastic leukaemia") in found("ALL in remission")
    assert ("condition", "coronary artery disease") in found("?CAD")
    assert ("condition", "acute lymphoblastic leukaemia") not in found("ALL WELL AT HOME")


def test_nothing_is_found_in_nothing() -> None:
    empty: tuple[Mention, ...] = ()
    assert recogniser().find("") == empty


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Amoxicillin 500 MG / Clavulanate 125 MG Oral Tablet [Augmentin]", "amoxicillin/clavulanic acid"),
        ("Hydrochlorothiazide 12.5 MG / Lisinopril 10 MG Oral Tablet", "lisinopril/hydrochlorothiazide"),
        ("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG", "paracetamol/oxycodone"),
        ("24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]", "metoprolol"),
        ("diclofenac sodium 75 MG Delayed Release Oral Tablet", "diclofenac"),
    ],
)
def test_a_dispensing_string_names_its_medicine_and_nothing_else(text: str, concept: str) -> None:
    assert found(text) == {("medicine", concept)}


def test_two_ingredients_without_a_combination_in_the_tables_stay_two() -> None:
    assert found("metformin 500 MG / amiodarone 200 MG") == {("medicine", "metformin"), ("medicine", "amiodarone")}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("albumin 28 g/L", ("test", "albumin")),
        ("albumin 20% infusion", ("medicine", "albumin")),
        ("AS, uveitis", ("condition", "ankylosing spondylitis")),
        ("AS with syncope", ("condition", "aortic stenosis")),
        ("PD, kidney failure", ("procedure", "peritoneal dialysis")),
        ("PD", ("condition", "Parkinson's disease")),
        ("Vitamin D 1000 units daily", ("medicine", "colecalciferol")),
        ("check vitamin D", ("test", "vitamin D")),
        ("tetanus and diphtheria toxoids; GTN spray", ("medicine", "glyceryl trinitrate")),
    ],
)
def test_the_words_around_an_ambiguous_name_tell_its_meaning(text: str, concept: tuple[str, str]) -> None:
    assert concept in found(text)
    assert [one for one in found(text) if one[1] != concept[1] and one[1] in {"albumin", "aortic stenosis"}] == []


@pytest.mark.parametrize(
    "text", ["100 MG", "24 HR", "Ca breast", "vitamin C30", "no MENtion", "had a dry run, cut to size, as IT said"]
)
def test_what_only_looks_like_an_abbreviation_is_none(text: str) -> None:
    shown = {name for kind, name in found(text) if name not in {"breast cancer"}}
    assert shown.isdisjoint({"myasthenia gravis", "heart rate", "calcium", "complement", "ankylosing spondylitis"})


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Diabetes mellitus type 2 (disorder)", "type 2 diabetes"),
        ("heart failure with reduced EF", "heart failure with reduced ejection fraction"),
        ("pulmonary emboli", "pulmonary embolism"),
        ("PEs", "pulmonary embolism"),
        ("copd", "COPD"),
        ("nstemi", "NSTEMI"),
        ("CKD3b", "CKD stage 3b"),
        ("CKD stage IIIb", "CKD stage 3b"),
        ("osteopaenia", "osteopenia"),
        ("Crohns", "Crohn's disease"),
        ("Parkinson's disease", "Parkinson's disease"),
        ("Parkinson disease", "Parkinson's disease"),
        ("Graves disease", "Graves' disease"),
        ("Rupture of appendix", "appendicitis"),
        ("Mitral valve regurgitation (disorder)", "mitral regurgitation"),
        ("Malignant neoplasm of breast (disorder)", "breast cancer"),
        ("Dander (animal) allergy", "animal dander allergy"),
    ],
)
def test_ways_of_writing_a_condition(text: str, concept: str) -> None:
    assert found(text) == {("condition", concept)}


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("Leukocytes [#/volume] in Blood by Automated count", "white cell count"),
        ("Leukocytes [#/\N{ZERO WIDTH SPACE}volume] in Blood by Automated count", "white cell count"),
        ("Protein [Mass/\N{ZERO WIDTH SPACE}volume] in Urine by Test strip", "urinalysis"),
        ("Microalbumin Creatinine Ratio", "urine albumin creatinine ratio"),
        ("Erythrocyte distribution width [Entitic volume] by Automated count", "red cell distribution width"),
        ("Glucose-6-phosphate dehydrogenase", "G6PD assay"),
        ("Childhood Asthma Control Test", "asthma control test"),
        ("Monofilament foot sensation test", "foot examination"),
        ("Inhaled oxygen flow rate", None),
        ("Cadmium [Mass/volume] in Blood", None),
        ("Sodium [Moles/volume] in Blood", "sodium"),
    ],
)
def test_a_catalogue_display_names_its_test_and_nothing_else(text: str, test: str | None) -> None:
    assert {name for kind, name in found(text) if kind != "medicine"} == ({test} if test else set())


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("wheezy since yesterday", ("condition", "wheeze")),
        ("curtain over eye", ("condition", "visual loss")),
        ("lost weight", ("condition", "weight loss")),
        ("blood thinner stopped", ("class", "anticoagulant")),
        ("on water tablets", ("class", "diuretic")),
        ("taking painkillers", ("class", "analgesic")),
        ("pacemaker in 2015", ("procedure", "permanent pacemaker")),
    ],
)
def test_plain_words_name_a_concept(text: str, concept: tuple[str, str]) -> None:
    assert found(text) == {concept}


@pytest.mark.parametrize("text", ["lots of lows", "bowel prep", "avg of three", "alcohol consumption"])
def test_an_english_word_is_no_abbreviation_in_lower_case_or_plural(text: str) -> None:
    assert found(text) <= {("test", "alcohol intake")}


def test_a_not_that_is_part_of_a_name_denies_nothing_else() -> None:
    said = {one.concept.name: one.negated for one in recogniser().find("not sleeping, spending money, talking fast")}
    assert said == {"insomnia": False, "mania": False}
    assert all(one.negated for one in recogniser().find("not diabetic"))
