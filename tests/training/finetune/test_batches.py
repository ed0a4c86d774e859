"""Who stands with whom, in what order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.training.finetune.toys import rows, write_rows
from training.finetune.batches import batches_of
from training.finetune.rows import Rows, open_rows


def crowded(tmp_path: Path, rows_of_each: int = 4, topics: int = 10) -> Rows:
    """Return rows of which several share a topic."""
    numbers = range(rows_of_each * topics)
    given = [{"query": f"q{one}", "pos": [f"p{one}"], "neg": [], "source": f"s{one % 2}"} for one in numbers]
    groups = [{"groups": [], "topic": f"t{one % topics}"} for one in numbers]
    return open_rows(write_rows(tmp_path / "train.jsonl", given, groups))


def test_every_row_comes_once_an_epoch(tmp_path: Path) -> None:
    """None twice, none never."""
    found = crowded(tmp_path)
    for epoch in range(3):
        batches = batches_of(found, 8, seed=1, epoch=epoch)
        assert Counter(number for batch in batches for number in batch.rows) == Counter(range(40))
        assert {len(batch.rows) for batch in batches} == {8}


def test_rows_of_one_topic_are_kept_apart_while_there_are_others(tmp_path: Path) -> None:
    """Chance alone would put some of them together in nearly every batch."""
    found = crowded(tmp_path)
    together = 0
    for batch in batches_of(found, 8, seed=3, epoch=0)[:-2]:
        together += len(batch.rows) - len({number % 10 for number in batch.rows})
    assert together == 0


def test_one_topic_alone_still_fills_its_batches(tmp_path: Path) -> None:
    """The loss then lets none of them compete; a batch each would be wasted time."""
    batches = batches_of(crowded(tmp_path, rows_of_each=20, topics=1), 8, seed=1, epoch=0)
    assert [len(batch.rows) for batch in batches] == [8, 8, 4]


def test_the_order_is_the_seeds_and_the_epochs(tmp_path: Path) -> None:
    """Both are needed to go on where a run was broken off."""
    found = open_rows(write_rows(tmp_path / "train.jsonl", rows()))
    orders = {(seed, epoch): tuple(batches_of(found, 4, seed=seed, epoch=epoch)) for seed in (0, 1) for epoch in (0, 1)}
    assert len(set(orders.values())) == 4
    assert orders[1, 1] == tuple(batches_of(found, 4, seed=1, epoch=1))
    assert len({batch.seed for order in orders.values() for batch in order}) == sum(map(len, orders.values()))


def test_batches_by_source_hold_one_source_each_in_mixed_order(tmp_path: Path) -> None:
    """Else the last weights would be those of the last source."""
    found = crowded(tmp_path)
    batches = batches_of(found, 4, seed=0, epoch=0, by_source=True)
    sources = [{found.source[number] for number in batch.rows} for batch in batches]
    assert all(len(one) == 1 for one in sources)
    assert sources != sorted(sources, key=min)
