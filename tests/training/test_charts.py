"""The judged charts beside the samples."""

from __future__ import annotations

from typing import get_args

import pytest

from fhir_samples.build import all_charts, gold
from fhir_samples.chart import Chart
from training.charts import Family, Part, charts

PARTS: list[tuple[Family, Part]] = [(family, part) for family in get_args(Family) for part in get_args(Part)]
EVERY: list[Chart] = [chart for family, part in PARTS for chart in charts(family, part)]


def test_there_are_two_dozen_beside_the_samples() -> None:
    names = [chart.name for chart in EVERY]
    assert len(names) >= 24
    assert not {chart.prefix for chart in EVERY} & {chart.prefix for chart in all_charts()}
    assert len({chart.prefix for chart in EVERY}) == len(names)


@pytest.mark.parametrize("family", get_args(Family))
def test_half_is_for_choosing_and_half_for_reporting(family: Family) -> None:
    choosing, reporting = charts(family, "choosing"), charts(family, "reporting")
    assert abs(len(choosing) - len(reporting)) <= 1
    assert not {one.name for one in choosing} & {one.name for one in reporting}


@pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.slug)
def test_each_is_judged_twice_with_records_of_every_grade_and_many_of_none(chart: Chart) -> None:
    records = len(chart.resources()) - 1
    judged = gold(chart)
    assert len(judged) == 2
    for one in judged:
        assert set(one["judgements"].values()) == {1, 2, 3}
        assert len(one["judgements"]) < records * 0.75
        assert all(one["why"].values())
