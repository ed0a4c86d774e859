"""What makes two texts the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from training.keys import about, key_of, normalised, share_of, text_key, worded


def test_case_punctuation_and_spacing_tell_nothing_apart() -> None:
    assert normalised("  What IS   Crohn's disease?\n") == "what is crohn s disease"
    assert text_key("What is gout ?") == text_key("what is gout")
    assert text_key("gout") != text_key("gut")
    assert about("Gout ") == about("gout") == "about:gout"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(st.text(), st.text())
def test_parts_are_kept_apart(one: str, other: str) -> None:
    assert (key_of(one, other) == key_of(f"{one}{other}")) is False
    assert 0 <= share_of(one, other) < 1


def test_a_wording_is_the_same_every_time_and_all_are_used() -> None:
    wordings = ("a", "b", "c")
    used = [worded(wordings, str(n)) for n in range(60)]
    assert used == [worded(wordings, str(n)) for n in range(60)]
    assert set(used) == set(wordings)
