"""Draws repeated measurements as a small SVG that can be read aloud. Knows numbers and dates, no page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from emr_rerank.ranking.chronology import day
from ui.markup import Html, join, tag

WIDTH, HEIGHT = 560, 150
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 14, 28  # room for labels, in the drawing's own units
Point = tuple[int, float, str]  # day number, value, the date as recorded


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and values lie on the drawing."""

    first: int
    last: int
    low: float
    high: float

    def x(self, when: int) -> float:
        """Return a day's place; a single day stands in the middle."""
        share = (when - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Return a value's place; a single value stands in the middle."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def plot(series: Mapping[str, Sequence[tuple[str, float]]], title: str) -> Html:
    """Return the course of each series, oldest first, or nothing where fewer than two points can be placed.

    Args:
        series: (date, value) points by what was measured; dates may be a year or a month only.
        title: what the drawing is of.
    """
    placed = {name: points for name, given in series.items() if len(points := _placed(given)) > 1}
    everything = [point for points in placed.values() for point in points]
    if not everything:
        return Html("")
    days, values = [point[0] for point in everything], [point[1] for point in everything]
    frame = _Frame(min(days), max(days), min(values), max(values))
    newest, oldest = max(everything), min(everything)
    return tag(
        "svg",
        tag("title", f"Course of {title}"),
        tag("desc", "; ".join(_in_words(name, points) for name, points in placed.items())),
        _guides(frame, oldest[2], newest[2]),
        *(_line(frame, number, name, points) for number, (name, points) in enumerate(placed.items())),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        class_="plot",
    )


def legend(series: Mapping[str, Sequence[tuple[str, float]]]) -> Html:
    """Return the names of several series, each beside its line's pattern; nothing for a single one."""
    if len(series) < 2:
        return Html("")
    return tag(
        "ul",
        *(
            tag("li", tag("i", class_=f"key series-{number % 4}", aria_hidden="true"), name)
            for number, name in enumerate(series)
        ),
        class_="legend",
    )


def _placed(points: Sequence[tuple[str, float]]) -> list[Point]:
    found = []
    for when, value in points:
        text = day(when)
        try:
            found.append((date.fromisoformat(text + "-01-01"[max(len(text), 4) - 4 :]).toordinal(), value, text))
        except ValueError:  # no date: the list of records has it
            continue
    return found


def _in_words(name: str, points: Sequence[Point]) -> str:
    first, last = points[0], points[-1]
    low, high = min(point[1] for point in points), max(point[1] for point in points)
    return (
        f"{name}: {len(points)} values, from {first[1]:g} on {first[2]} to {last[1]:g} on {last[2]}, "
        f"lowest {low:g}, highest {high:g}"
    )


def _guides(frame: _Frame, oldest: str, newest: str) -> Html:
    levels = (frame.low, frame.high) if frame.high > frame.low else (frame.low,)
    labels = [(LEFT - 8, frame.y(level) + 4, "end", f"{level:g}") for level in levels] + [
        (LEFT, HEIGHT - 4, "start", oldest),
        (WIDTH - RIGHT, HEIGHT - 4, "end", newest),
    ]
    return join(
        [
            *(
                tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=f"{frame.y(level):.1f}", y2=f"{frame.y(level):.1f}")
                for level in levels
            ),
            *(tag("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor) for x, y, anchor, text in labels),
        ]
    )


def _line(frame: _Frame, number: int, name: str, points: Sequence[Point]) -> Html:
    places = [(f"{frame.x(when):.1f}", f"{frame.y(value):.1f}") for when, value, _ in points]
    return tag(
        "g",
        tag("polyline", points=" ".join(f"{x},{y}" for x, y in places), fill="none"),
        *(
            tag("circle", tag("title", f"{name}: {value:g} on {when}"), cx=x, cy=y, r=3)
            for (x, y), (_, value, when) in zip(places, points, strict=True)
        ),
        class_=f"series-{number % 4}",
    )
