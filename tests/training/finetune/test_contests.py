"""What competes for a query, and what each is worth."""

from __future__ import annotations

from training.finetune.contests import drawn, whole
from training.finetune.rows import Row

ROW = Row("q", ("a", "b", "c"), ("x", "y", "z"), "s")
GRADED = Row("q", ("a", "b"), ("x", "y"), "s", (1.0, 0.5), (0.25, 0.0))


def test_a_draw_is_the_seeds_and_keeps_to_its_numbers() -> None:
    """The same passages again after a run was broken off; others in another epoch."""
    found = [drawn(ROW, seed, 1, 2) for seed in range(20)]
    assert found == [drawn(ROW, seed, 1, 2) for seed in range(20)]
    assert {(len(one.texts), one.worth) for one in found} == {(3, (1.0, 0.0, 0.0))}
    assert len({one.texts for one in found}) > 4


def test_each_passage_keeps_its_grade() -> None:
    """Whatever is drawn."""
    worth = dict(zip((*GRADED.positives, *GRADED.negatives), (1.0, 0.5, 0.25, 0.0), strict=True))
    for seed in range(10):
        one = drawn(GRADED, seed, 1, 1)
        assert one.worth == tuple(worth[text] for text in one.texts)
    assert whole(GRADED).worth == (1.0, 0.5, 0.25, 0.0)
    assert whole(ROW).texts == ("a", "b", "c", "x", "y", "z")
