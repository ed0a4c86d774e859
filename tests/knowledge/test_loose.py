"""Names whose words stand in one clause in another order."""

from __future__ import annotations

import pytest

from emr_rerank.knowledge import Concept, facts
from emr_rerank.knowledge.loose import LooseNames


@pytest.fixture(scope="module")
def loose() -> LooseNames:
    return LooseNames(facts())


@pytest.mark.parametrize(
    ("text", "presentation"),
    [
        ("left calf swollen 4 cm", "unilateral leg swelling"),
        ("Urgent MRI L-spine with contrast requested", "MRI planned"),
        ("coughs up something green, phlegm mostly", "chest infection or productive cough"),
        ("coughs now and then, phlegm none", None),
        ("no swollen calf", None),
        ("calf fine. Face swollen", None),
    ],
)
def test_words_of_one_clause_make_a_name(loose: LooseNames, text: str, presentation: str | None) -> None:
    found = {concept for concept in loose.find(text) if concept.kind == "presentation"}
    if presentation is None:
        assert not found
    else:
        assert Concept("presentation", presentation) in found


def test_a_single_word_is_left_to_the_recogniser(loose: LooseNames) -> None:
    assert list(loose.find("hypertension")) == []
