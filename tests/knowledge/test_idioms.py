"""Names inside ordinary phrases that mean something else."""

from __future__ import annotations

import pytest

from emr_rerank.knowledge.recognise import recogniser


def named(text: str) -> set[str]:
    return {one.concept.name for one in recogniser().find(text)}


@pytest.mark.parametrize(
    "text", ["sats 90% RA, wheezy", "91% on RA", "SpO2 94 (RA)", "sats 97.5% on RA", "RA sats 94%"]
)
def test_air_beside_a_saturation_is_no_arthritis(text: str) -> None:
    assert "rheumatoid arthritis" not in named(text)


@pytest.mark.parametrize(
    "text",
    ["RA on MTX", "SpO2 94 on RA. Known RA since 2010", "RA for 10 years, sats 94%", "HbA1c 7.2%, RA", "sats 98%, RA"],
)
def test_arthritis_beside_a_saturation_is_arthritis(text: str) -> None:
    assert "rheumatoid arthritis" in named(text)


@pytest.mark.parametrize("text", ["What is driving them?", "what's driving her lows", "infection driving this"])
def test_what_drives_a_problem_is_no_road(text: str) -> None:
    assert "driving" not in named(text)


def test_who_drives_is_asked_about_driving() -> None:
    assert "driving" in named("Is he driving? Advice before the weekend")


def test_a_port_is_flushed_and_a_face_is_not() -> None:
    assert "flushing" not in named("rigors after port flush")
    assert "flushing" not in named("flushed the line with saline")
    assert "flushing" in named("flushing after meals")


@pytest.mark.parametrize("text", ["seen 9 Dec", "booked Oct 2026"])
def test_a_month_is_no_abbreviation(text: str) -> None:
    assert named(text) == set()
