"""The shelf keeps visitors' things apart, few and for a while."""

from __future__ import annotations

from ui.shelf import Shelf


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_thing_is_reached_by_its_own_name_only() -> None:
    shelf: Shelf[str] = Shelf(4, 60)
    mine, yours = shelf.put("mine"), shelf.put("yours")
    assert (shelf.get(mine), shelf.get(yours), shelf.get("guess"), shelf.get("")) == ("mine", "yours", None, None)


def test_the_longest_unused_thing_leaves_when_places_run_out() -> None:
    gone: list[str] = []
    shelf: Shelf[str] = Shelf(2, 60, drop=gone.append)
    first, second = shelf.put("first"), shelf.put("second")
    shelf.get(first)
    shelf.put("third")
    assert gone == ["second"]
    assert shelf.get(second) is None
    assert shelf.get(first) == "first"


def test_a_thing_leaves_some_time_after_its_last_use() -> None:
    gone: list[str] = []
    clock = Clock()
    shelf: Shelf[str] = Shelf(4, 60, drop=gone.append, clock=clock)
    name = shelf.put("thing")
    clock.now = 50
    assert shelf.get(name) == "thing"
    clock.now = 100
    assert shelf.get(name) == "thing"
    clock.now = 161
    assert shelf.get(name) is None
    assert gone == ["thing"]


def test_a_thing_that_is_taken_is_dropped_once() -> None:
    gone: list[str] = []
    shelf: Shelf[str] = Shelf(4, 60, drop=gone.append)
    name = shelf.put("thing")
    shelf.take(name)
    shelf.take(name)
    assert gone == ["thing"]


def test_a_cleared_shelf_drops_everything() -> None:
    gone: list[str] = []
    shelf: Shelf[str] = Shelf(4, 60, drop=gone.append)
    name = shelf.put("one")
    shelf.put("two")
    shelf.clear()
    assert gone == ["one", "two"]
    assert shelf.get(name) is None
