"""What holds for any text: offsets, alphabets, order, lines put together."""

from __future__ import annotations

import string
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.knowledge.recognise import recogniser
from emr_rerank.knowledge.words import WORD, key

LINES = (
    "Metformin 500 mg tablets",
    "no history of asthma",
    "mother had MI",
    "?PE",
    "T2DM, CKD3b and HFrEF",
    "recurrent falls",
    "albumin 28 g/L",
    "Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG",
    "diarrhœa; Sjo\N{COMBINING DIAERESIS}gren's syndrome",
    "İstanbul, ﬁbrillation, K⁺ 5.1",
)
TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=12)), max_size=6).map("".join),
    st.lists(st.sampled_from(LINES), max_size=6).map("\n".join),
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_mentions_lie_in_the_text_in_order_and_cut_out_words(text: str) -> None:
    mentions = recogniser().find(text)
    starts, ends = ({place for one in WORD.finditer(text) for place in (one.span()[side],)} for side in (0, 1))
    assert all(0 <= one.start < one.end <= len(text) for one in mentions)
    assert all(one.start in starts and one.end in ends for one in mentions)
    assert list(mentions) == sorted(mentions, key=lambda one: (one.start, one.end))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_names_do_not_overlap_but_presentations_may(text: str) -> None:
    for presentation in (True, False):
        kept = [one for one in recogniser().find(text) if (one.concept.kind == "presentation") is presentation]
        assert all(one.end <= other.start for one, other in pairwise(kept))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_same_text_always_says_the_same(text: str) -> None:
    assert recogniser().find(text) == recogniser().find(text)


# Lines whose meaning needs no context: an ambiguous name may read differently beside others, as it should.
PLAIN = st.sampled_from(("Metformin 500 mg", "no history of asthma", "mother had MI", "T2DM, CKD3b", "denies fever"))


@given(PLAIN, PLAIN)
def test_two_sentences_say_what_each_says(one: str, other: str) -> None:
    find = recogniser().find
    after = len(one) + 2
    expected = [(m.concept, m.start, m.negated, m.family) for m in find(one)]
    expected += [(m.concept, m.start + after, m.negated, m.family) for m in find(other)]
    assert [(m.concept, m.start, m.negated, m.family) for m in find(f"{one}. {other}")] == expected


@given(st.text(alphabet=string.ascii_letters, min_size=1, max_size=20))
def test_a_key_is_the_same_in_any_case_and_never_empty(word: str) -> None:
    assert key(word) == key(word.lower()) == key(word.upper()) != ""
