"""Slips of the pen are seen through; ordinary words and other drugs are left alone."""

from __future__ import annotations

import pytest

from emr_rerank.knowledge import facts
from emr_rerank.knowledge.misspelling import Spelling, is_ordinary
from emr_rerank.knowledge.recognise import MISSPELLING, Recogniser, recogniser

SLIPS = {
    "amiodorone": "amiodarone",
    "warfrin": "warfarin",
    "metformine": "metformin",
    "diarrohea": "diarrhoea",
    "pnuemonia": "pneumonia",
    "Hypertention": "hypertension",
    "prednisalone": "prednisolone",
    "lisinoprol": "lisinopril",
    "alzhiemers disease": "Alzheimer's disease",
    "atrial fibrilation": "atrial fibrillation",
    "ATORVASTAIN": "atorvastatin",
}
ORDINARY = """station motion nation relation region legion section casual patent mental sitting resting patient clinic
    following waiting recorded appointment discharged mother certain remain retain contain creation secretary
    consultation carpet planter stricken coffee seasonal shoulder coughed beading reading receive Harrison Thompson
    Williams Kowalski Nguyen Hernandez Murphy driving steadily stirring tearful mobilises precede herein inulin fundus
    prognosis recurrence contusion mucous serous hyperventilation morbidity motility Intramuscular Transdermal"""
# Real medicines without a row, and pairs that have one each: none may become the other.
OTHER_DRUGS = """cefaloridine fenoterol nomifensine zimelidine troglitazone cerivastatin lixivaptan alprenolol
    penbutolol practolol bevantolol rimonabant sibutramine astemizole cisapride rofecoxib valdecoxib lumiracoxib
    mibefradil clotiazepam pentosidine streptozocin corticosterone pergolide"""
LOOK_ALIKES = {
    "hydralazine": "hydralazine",
    "hydroxyzine": "hydroxyzine",
    "prednisone": "prednisone",
    "prednisolone": "prednisolone",
    "clonidine": "clonidine",
    "clonazepam": "clonazepam",
    "vincristine": "vincristine",
    "vinblastine": "vinblastine",
    "carbamazepine": "carbamazepine",
    "oxcarbazepine": "oxcarbazepine",
    "quinine": "quinine",
    "quinidine": "quinidine",
}


@pytest.mark.parametrize(("written", "meant"), SLIPS.items())
def test_a_slip_is_seen_through_and_marked(written: str, meant: str) -> None:
    mentions = [one for one in recogniser().find(written) if one.concept.kind != "presentation"]
    assert [(one.concept.name, one.column) for one in mentions] == [(meant, MISSPELLING)]


@pytest.mark.parametrize("word", [*ORDINARY.split(), *OTHER_DRUGS.split()])
def test_other_words_are_no_slips(word: str) -> None:
    assert [one for one in recogniser().find(word) if one.column == MISSPELLING] == []


@pytest.mark.parametrize(("written", "meant"), LOOK_ALIKES.items())
def test_one_drug_is_never_turned_into_another(written: str, meant: str) -> None:
    assert [(one.concept.name, one.column) for one in recogniser().find(written)] == [(meant, "name")]


def test_a_slip_between_two_targets_is_left_alone() -> None:
    assert Spelling(["pentanol", "pentenol"], []).meant("pentonol") is None
    assert Spelling(["pentanol"], []).meant("pentonol") == "pentanol"


def test_short_words_and_first_letters_are_not_corrected() -> None:
    assert Spelling(["gouty"], []).meant("goty") is None
    assert Spelling(["pentanol"], []).meant("bentanol") is None


def test_words_are_ordinary_with_their_endings() -> None:
    assert [one for one in ("walks", "walking", "unsteady", "happily", "rereading") if not is_ordinary(one)] == []
    assert not is_ordinary("amiodarone")


def test_correction_can_be_left_out() -> None:
    assert Recogniser(facts(), corrects=False).find("amiodorone") == ()
