"""The small plot of a result's repeats can be seen and read aloud."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ui.plot import legend, plot

A1C = {"%": [("2016-02", 6.5), ("2018-05-01", 7.2), ("2020-03-01T10:00:00Z", 8.1)]}


def parsed(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314  (markup that this package made)


def places(drawn: str) -> list[tuple[float, float]]:
    return [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in parsed(drawn).iter("circle")]


def test_later_stands_further_right_and_more_stands_higher() -> None:
    dots = places(plot(A1C, "Hemoglobin A1c"))
    assert len(dots) == 3
    assert [x for x, _ in dots] == sorted({x for x, _ in dots})
    assert [y for _, y in dots] == sorted({y for _, y in dots}, reverse=True)


def test_the_plot_is_described_in_words() -> None:
    drawing = parsed(plot(A1C, "Hemoglobin A1c"))
    assert drawing.attrib["role"] == "img"
    assert drawing.findtext("title") == "Course of Hemoglobin A1c"
    assert drawing.findtext("desc") == (
        "%: 3 values, from 6.5 on 2016-02 to 8.1 on 2020-03-01, lowest 6.5, highest 8.1"
    )


def test_one_value_or_undated_values_make_no_plot() -> None:
    assert plot({"%": [("2016", 6.5)]}, "A1c") == ""
    assert plot({"%": [("", 6.5), ("yesterday", 7.0), ("2016-13-45", 1.0)]}, "A1c") == ""
    assert plot({}, "A1c") == ""


def test_equal_values_on_one_day_are_drawn_in_the_middle() -> None:
    assert places(plot({"%": [("2016", 6.5), ("2016", 6.5)]}, "A1c")) == [(304.0, 68.0)] * 2


def test_several_series_differ_by_pattern_and_have_a_legend() -> None:
    pressure = {"Systolic mmHg": [("2016", 120.0), ("2017", 140.0)], "Diastolic mmHg": [("2016", 80.0), ("2017", 90.0)]}
    drawing = plot(pressure, "Blood pressure")
    assert 'class="series-0"' in drawing
    assert 'class="series-1"' in drawing
    assert "Diastolic mmHg" in legend(pressure)
    assert legend(A1C) == ""


def test_hostile_names_are_text_in_the_plot() -> None:
    drawing = parsed(plot({"<svg onload=x>": [("2016", 1.0), ("2017", 2.0)]}, '"><script>x</script>'))
    assert drawing.findtext("title") == 'Course of "><script>x</script>'
    assert not list(drawing.iter("script"))
