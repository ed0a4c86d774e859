"""How one fact reads in English."""

from __future__ import annotations

from typing import get_args

import pytest

from emr_rerank.knowledge import Concept, facts
from emr_rerank.knowledge.rows import FactKind
from emr_rerank.knowledge.wording import CLAUSES, Relation, backwards, forwards, is_plural, named

NAPROXEN = Concept("medicine", "naproxen")
VARICES = Concept("condition", "oesophageal varices")
BLEEDING = Concept("condition", "bleeding")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ACE inhibitor", "an ACE inhibitor"),
        ("NSAID", "an NSAID"),
        ("SSRI", "an SSRI"),
        ("MAO-B inhibitor", "an MAO-B inhibitor"),
        ("5-HT3 antagonist", "a 5-HT3 antagonist"),
        ("8-aminoquinoline", "an 8-aminoquinoline"),
        ("TNF inhibitor", "a TNF inhibitor"),
        ("HER2 antibody", "a HER2 antibody"),
        ("SERM", "a SERM"),
        ("opioid", "an opioid"),
        ("statin", "a statin"),
        ("uricosuric", "a uricosuric"),
        ("upper airway stimulant", "an upper airway stimulant"),
        ("insulin", "insulin"),
        ("hormone replacement therapy", "hormone replacement therapy"),
    ],
)
def test_a_class_has_its_article(name: str, said: str) -> None:
    assert named(Concept("class", name)) == said


def test_what_is_to_be_started_is_named_as_a_thing() -> None:
    assert named(Concept("presentation", "start an SSRI")) == "starting an SSRI"
    assert named(Concept("presentation", "starting exercise")) == "starting exercise"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("can I take ibuprofen", "taking ibuprofen"),
        ("fit to fly", "being fit to fly"),
        ("CT with contrast planned", "planned CT with contrast"),
        ("endoscopy booked", "booked endoscopy"),
    ],
)
def test_what_is_asked_or_announced_is_named_as_a_thing(name: str, said: str) -> None:
    assert forwards(Concept("test", "eGFR"), "matters for", Concept("presentation", name)) == f"matters for {said}"


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (("medicine", "ramipril"), ("class", "ACE inhibitor"), "is an ACE inhibitor"),
        (("medicine", "insulin glargine"), ("class", "insulin"), "is a kind of insulin"),
        (("medicine", "enoxaparin"), ("class", "heparins"), "is one of the heparins"),
        (("condition", "dry cough"), ("condition", "cough"), "is a kind of cough"),
        (("condition", "liver metastases"), ("condition", "metastases"), "are a kind of metastases"),
    ],
)
def test_what_something_is(a: tuple[FactKind, str], b: tuple[FactKind, str], said: str) -> None:
    assert forwards(Concept(*a), "is a", Concept(*b)) == said


@pytest.mark.parametrize(
    "name",
    ["gallstones", "nerve conduction studies", "halos around lights", "urea and electrolytes", "oesophageal varices"],
)
def test_a_plural_is_known_by_its_head(name: str) -> None:
    assert is_plural(name)


@pytest.mark.parametrize(
    "name",
    [
        "type 2 diabetes",
        "psoriasis",
        "lupus",
        "head and neck cancer",
        "dementia with Lewy bodies",
        "arterial blood gas",
    ],
)
def test_a_singular_that_looks_like_a_plural_is_none(name: str) -> None:
    assert not is_plural(name)


def test_verbs_go_by_the_number_of_their_subject() -> None:
    assert forwards(VARICES, "matters for", BLEEDING) == "matter for bleeding"
    assert forwards(BLEEDING, "matters for", VARICES) == "matters for oesophageal varices"
    assert backwards(VARICES, "raises the risk of", BLEEDING) == "whose risk oesophageal varices raise"


def test_a_test_is_checked_in_a_disease_and_during_a_treatment() -> None:
    tests = Concept("test", "liver function tests")
    assert forwards(tests, "watches", Concept("condition", "cirrhosis")) == "are checked in cirrhosis"
    assert backwards(tests, "watches", Concept("condition", "cirrhosis")) == "in which liver function tests are checked"
    assert forwards(tests, "watches", NAPROXEN) == "are checked during treatment with naproxen"
    assert backwards(tests, "watches", NAPROXEN) == "for which liver function tests are checked"


@pytest.mark.parametrize("occasion", [Concept("procedure", "caesarean section"), Concept("condition", "surgery")])
def test_a_test_is_checked_for_an_operation(occasion: Concept) -> None:
    assert forwards(Concept("test", "group and save"), "watches", occasion) == f"is checked for {occasion.name}"


def test_a_disease_puts_a_value_out_of_range() -> None:
    potassium, rhabdomyolysis = Concept("test", "potassium"), Concept("condition", "rhabdomyolysis")
    assert forwards(potassium, "suggests", rhabdomyolysis) == "out of range can mean rhabdomyolysis"
    assert backwards(potassium, "suggests", rhabdomyolysis) == "which can put potassium out of range"


def test_prevention_is_no_kind_of_what_it_prevents() -> None:
    prevention, influenza = Concept("condition", "influenza prevention"), Concept("condition", "influenza")
    assert forwards(prevention, "is a", influenza) == "guards against influenza"
    assert backwards(prevention, "is a", influenza) == "against which influenza prevention guards"


def test_nothing_is_used_for_a_pregnancy_but_in_it() -> None:
    folic_acid, pregnancy = Concept("medicine", "folic acid"), Concept("condition", "pregnancy")
    assert forwards(folic_acid, "treats", pregnancy) == "is used in pregnancy"


def test_a_medicine_bears_on_a_test_and_interacts_with_a_medicine() -> None:
    count = Concept("test", "neutrophil count")
    assert forwards(NAPROXEN, "interacts with", count) == "bears on neutrophil count"
    assert forwards(NAPROXEN, "interacts with", Concept("medicine", "warfarin")) == "interacts with warfarin"


def test_every_relation_is_told_from_both_ends_without_a_gap() -> None:
    assert set(CLAUSES) == set(get_args(Relation))
    for relation in CLAUSES:
        onwards, back = forwards(NAPROXEN, relation, BLEEDING), backwards(NAPROXEN, relation, BLEEDING)
        assert "bleeding" in onwards
        assert "naproxen" in back
        assert not set("[]|{}") & set(onwards + back)


def test_no_shipped_class_reads_as_two_articles_or_none() -> None:
    for row in facts().classes:
        words = forwards(NAPROXEN, "is a", Concept("class", row.name))
        assert words.startswith(("is a ", "is an ", "is one of the ")), words
        assert words.endswith(row.name)
