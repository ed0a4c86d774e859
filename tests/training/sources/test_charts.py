from __future__ import annotations

from itertools import islice
from pathlib import Path

from training.sources import KINDS, source

CHARTS = ("bulk_records", "composed_charts", "synthea_records")


def test_composed_charts_need_no_file_and_are_the_same_every_time(tmp_path: Path) -> None:
    first, again = (list(islice(source("composed_charts", [tmp_path]).examples(), 4)) for _ in range(2))
    assert first == again
    assert all(one.positives and one.negatives and one.groups for one in first)


def test_lines_of_charts_are_common_to_patients() -> None:
    assert all(KINDS[name].common for name in CHARTS)
    assert not KINDS["medquad"].common
