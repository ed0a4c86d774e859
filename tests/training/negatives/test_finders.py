"""Where negatives are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.examples import Example
from training.keys import normalised, text_key
from training.negatives.buffer import DRAWN, RollingBuffer
from training.negatives.facets import FacetFinder
from training.negatives.lexical import LexicalFinder
from training.negatives.mined import MinedFinder, our_retriever
from training.negatives.passages import Asked, Passage, Sample
from training.spool import asked_keys, spooled


def passage(text: str, topic: str = "", facet: str = "") -> Passage:
    return Passage(text, text_key(text), None, topic, facet)


def asked(query: str, positive: str = "the answer", topic: str = "", facet: str = "") -> Asked:
    one = spooled(Example(query, (positive,), "test", (), topic=topic, facet=facet))
    assert one is not None
    return Asked(one, 1, "train", normalised(topic), normalised(facet), asked_keys(one))


def texts(found: Sequence[Passage]) -> list[str]:
    return [one.text for one in found]


@given(st.lists(st.integers(0, 30), max_size=80), st.integers(1, 20))
def test_the_buffer_holds_the_last_distinct_passages_and_no_more(numbers: list[int], size: int) -> None:
    buffer = RollingBuffer(size, seed=1)
    for number in numbers:
        buffer.add([passage(str(number))])
        assert len(buffer.held) == len(buffer.keys) == len(set(texts(list(buffer.held)))) <= size
    assert len(buffer.held) == min(size, len(set(numbers))) or len(set(numbers)) > size
    assert {one.key for one in buffer.held} == buffer.keys


def test_draws_depend_on_seed_and_question_alone() -> None:
    def drawn(seed: int, query: str) -> list[str]:
        buffer = RollingBuffer(100, seed)
        buffer.add(passage(str(n)) for n in range(60))
        return texts(buffer.find([asked(query)])[0])

    assert drawn(1, "why") == drawn(1, "why")
    assert drawn(1, "why") != drawn(1, "how")
    assert drawn(1, "why") != drawn(2, "why")
    assert len(drawn(1, "why")) == DRAWN


@given(st.lists(st.integers(0, 40)), st.integers(0, 12), st.integers(0, 2))
def test_a_sample_is_the_same_whatever_the_order(numbers: list[int], size: int, seed: int) -> None:
    def sampled(order: Sequence[int]) -> list[Passage]:
        sample = Sample(size, seed)
        for number in order:
            sample.add(passage(str(number)))
        return sample.passages()

    assert sampled(numbers) == sampled(sorted(numbers, reverse=True))
    assert len(sampled(numbers)) == min(size, len(set(numbers)))


def test_a_sample_keeps_a_topics_passages_together() -> None:
    sample = Sample(10, seed=1)
    for number in range(200):
        sample.add(passage(f"passage {number}", topic=f"topic {number % 40}"))
    kept = [one.topic for one in sample.passages()]
    assert len(set(kept)) == 2  # five of each of forty topics


KNEES = ["knee pain after a fall", "pain in the knee at night", "the ear aches", "knee swelling", "nothing alike"]


def test_shared_words_rank_and_no_shared_word_is_no_candidate() -> None:
    finder = LexicalFinder([passage(text) for text in KNEES], ranks=50, margin=1.0)
    (found,) = finder.find([asked("knee pain")])
    assert set(texts(found[:2])) == set(KNEES[:2])
    assert texts(found[2:]) == ["knee swelling"]
    assert finder.find([asked("zebra"), asked("the of and")]) == [[], []]


def test_what_scores_nearly_as_well_as_the_answer_is_left_out() -> None:
    finder = LexicalFinder([passage(text) for text in [*KNEES, "knee pain after a fall!"]], ranks=50, margin=0.9)
    (found,) = finder.find([asked("knee pain fall", positive="knee pain after a fall")])
    assert texts(found) == ["pain in the knee at night", "knee swelling"]


def test_no_more_ranks_than_asked_for() -> None:
    finder = LexicalFinder([passage(f"knee {n}") for n in range(40)], ranks=7, margin=1.0)
    assert texts(finder.find([asked("knee")])[0]) == [f"knee {n}" for n in range(7)]


def directions(texts: Sequence[str]) -> NDArray[np.float32]:
    """Embed a number of degrees as the direction it names."""
    angles = np.radians([float(text) for text in texts])
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def mined(first: int = 1, last: int = 50, margin: float = 1.0, share: float = 1.0) -> MinedFinder:
    passages = [passage(str(angle)) for angle in (0, 10, 20, 30, 40, 50, 60, 70, 80)]
    return MinedFinder(passages, directions, first, last, margin, share, seed=1)


def test_a_window_of_ranks_is_mined() -> None:
    (found,) = mined(first=3, last=5).find([asked("0", positive="0")])
    assert texts(found) == ["30", "40", "50"]  # the answer itself is no rank


def test_what_is_nearer_than_a_share_of_the_answers_cosine_is_left_out() -> None:
    (found,) = mined(margin=0.95).find([asked("0", positive="45")])  # 0.95 * cos 45° is cos 48°
    assert texts(found) == ["50", "60", "70", "80"]


def test_a_share_of_the_questions_is_mined_for_and_always_the_same() -> None:
    questions = [asked(str(n / 10), positive="0") for n in range(400)]
    found = mined(first=2, share=0.25).find(questions)
    assert 60 < sum(map(bool, found)) < 140
    assert found == mined(first=2, share=0.25).find(questions)
    assert mined(share=0).find(questions[:2]) == [[], []]


def test_our_own_retriever_mines_what_is_near_in_meaning() -> None:
    passages = [passage(text) for text in ["Heart attack in 2019", "Broken wrist", "Flu vaccination"]]
    finder = MinedFinder(passages, our_retriever(), 1, 1, 1.0, 1.0, seed=1)
    (found,) = finder.find([asked("myocardial infarction", positive="Acute myocardial infarction")])
    assert texts(found) == ["Heart attack in 2019"]


@pytest.mark.parametrize("facet", ["treatment", "Treatment"])
def test_other_facets_of_the_topic_are_found_but_broad_ones(facet: str) -> None:
    passages = [
        passage("drops", "knee", "treatment"),
        passage("wobbling", "knee", "symptoms"),
        passage("all about knees", "knee", "information"),
        passage("deafness", "ear", "symptoms"),
    ]
    finder = FacetFinder(passages, {"information"}, seed=1)
    question = asked("how is it treated", topic="Knee", facet=facet)
    assert texts(finder.find([question])[0]) == ["wobbling"]
    assert finder.find([replace(question, facet="")]) == [[]]
