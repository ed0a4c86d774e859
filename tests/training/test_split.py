"""Which side examples stand on, whatever their groups."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from training.keys import key_of
from training.split import SIDES, Groups, KeySet, Side, Split

SHARES: dict[Side, float] = {"validation": 0.2, "test": 0.2}
KEYS = st.integers(0, 30) | st.integers(2**63, 2**63 + 30)  # few enough that examples share some
EXAMPLES = st.lists(st.lists(KEYS, min_size=1, max_size=4), min_size=1, max_size=40)


def split(examples: Sequence[Sequence[int]], seed: int = 1, largest: float = 1.0) -> Split:
    groups = Groups()
    for keys in examples:
        groups.add(keys)
    return groups.split(seed, SHARES, largest)


@given(EXAMPLES, st.integers(0, 3))
def test_no_key_is_on_two_sides(examples: list[list[int]], seed: int) -> None:
    made = split(examples, seed)
    for keys in examples:
        assert len({made.side(key) for key in keys}) == 1
        assert len({made.group(key) for key in keys}) == 1
        assert made.side(keys[0]) in SIDES


@given(EXAMPLES)
def test_groups_are_what_is_joined_and_no_more(examples: list[list[int]]) -> None:
    joined: list[set[int]] = []
    for keys in examples:
        touching = [group for group in joined if group & set(keys)]
        joined = [group for group in joined if group not in touching] + [set(keys).union(*touching)]
    made = split(examples)
    assert made.groups == len(joined)
    for group in joined:
        assert {made.group(key) for key in group} == {min(group)}


@given(EXAMPLES, EXAMPLES)
def test_another_source_moves_only_the_groups_it_joins(one: list[list[int]], other: list[list[int]]) -> None:
    alone, together = split(one), split([*one, *other])
    touched = {together.group(key) for keys in other for key in keys}
    for keys in one:
        if together.group(keys[0]) not in touched:
            assert alone.side(keys[0]) == together.side(keys[0])


@given(EXAMPLES, st.randoms(use_true_random=False))
def test_the_order_of_examples_does_not_matter(examples: list[list[int]], random: Random) -> None:
    shuffled = [*examples]
    random.shuffle(shuffled)
    one, other = split(examples), split(shuffled)
    assert all(one.side(key) == other.side(key) for keys in examples for key in keys)


def test_shares_are_met_and_another_seed_is_another_split() -> None:
    examples = [[key_of("example", n)] for n in range(5000)]
    one, other = split(examples, 1), split(examples, 2)
    sides = [one.side(keys[0]) for keys in examples]
    assert 0.18 < sides.count("test") / len(sides) < 0.22
    assert 0.18 < sides.count("validation") / len(sides) < 0.22
    assert sides != [other.side(keys[0]) for keys in examples]


def test_a_group_too_large_for_a_side_is_for_training() -> None:
    for seed in range(30):
        made = split([[1, n] for n in range(2, 50)] + [[n] for n in range(100, 150)], seed, largest=0.1)
        assert made.side(1) == "train"
        assert made.largest == 48 / 98


def test_a_key_nobody_has_is_on_no_side() -> None:
    made = split([[1, 2]])
    assert (made.group(3), made.side(3)) == (None, None)


@given(st.lists(st.integers(0, 2**64 - 1)), st.integers(0, 2**64 - 1))
def test_a_key_set_holds_what_it_was_given(keys: list[int], other: int) -> None:
    held = KeySet(keys)
    assert len(held) == len(set(keys))
    assert all(key in held for key in keys)
    assert (other in held) == (other in keys)
