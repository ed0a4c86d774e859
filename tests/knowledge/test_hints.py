"""What is added to a text that is scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.knowledge import Concept, added, load
from emr_rerank.knowledge.hints import CHARACTERS, Hints
from tests.knowledge.tables import written

LISINOPRIL = Concept("medicine", "lisinopril")


@pytest.fixture
def hints(tmp_path: Path) -> Hints:
    return Hints(load(written(tmp_path)))


def test_a_medicine_gains_its_class_and_what_that_is_for(hints: Hints) -> None:
    text = "Medication: Zestril 10 mg"
    assert added(text, [LISINOPRIL], hints.purpose) == f"{text} (ACE inhibitor; lowers blood pressure)"


def test_a_test_and_a_device_say_what_they_are_about(hints: Hints) -> None:
    assert added("K 5.1", [Concept("test", "potassium")], hints.purpose) == "K 5.1 (for hypertension)"
    assert added("Neb", [Concept("procedure", "nebuliser")], hints.purpose) == "Neb (leaves needs cleaning)"


def test_an_abbreviation_gains_its_full_name(hints: Hints) -> None:
    assert added("HTN, off tablets", [Concept("condition", "hypertension")], hints.names).endswith("(hypertension)")


def test_a_presentation_gains_what_it_calls_for(hints: Hints) -> None:
    called = added("coughing", [Concept("presentation", "chronic cough")], hints.calls)
    assert called == "coughing (asthma; ACE inhibitor)"


def test_what_the_text_says_already_is_not_said_again(hints: Hints) -> None:
    assert added("Hypertension", [Concept("condition", "hypertension")], hints.names) == "Hypertension"


def test_a_text_of_nothing_known_stays_as_it_is(hints: Hints) -> None:
    assert added("Lives alone", [], hints.purpose) == "Lives alone"
    assert added("Family", [Concept("condition", "of nobody")], hints.purpose) == "Family"


def test_additions_have_a_bound_and_every_concept_its_turn(hints: Hints) -> None:
    concepts = [Concept("condition", f"condition number {n} of a great many") for n in range(50)]
    text = added("x", concepts, hints.names)
    assert len(text) <= CHARACTERS + len("x ()")
    assert "condition number 0 of" in text
    assert "condition number 1 of" in text
