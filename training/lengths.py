"""How long questions and passages are, by source: counts in bins, and a picture of them. Keeps no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from typing import Literal, get_args

Part = Literal["query", "pos", "neg"]
PARTS: tuple[Part, ...] = get_args(Part)
STEPS = 2  # bins to a doubling


@dataclass(frozen=True, slots=True)
class Lengths:
    """Counts of texts by source, part and bin; a text of n words is in bin floor(STEPS * log2(n))."""

    counts: Counter[tuple[str, Part, int]] = field(default_factory=Counter)

    def add(self, source: str, part: Part, texts: Iterable[str]) -> None:
        """Count these texts."""
        for text in texts:
            self.counts[source, part, int(STEPS * log2(text.count(" ") + 1))] += 1

    def table(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return the counts by source, part and the fewest words of each bin."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for (source, part, place), count in sorted(self.counts.items()):
            found.setdefault(source, {}).setdefault(part, {})[f"{2 ** (place / STEPS):.0f}"] = count
        return found

    def draw(self, path: Path) -> None:
        """Draw the histograms as PNG, one panel a part and one line a source."""
        # A second of import time, and no display is needed.
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        figure = Figure(figsize=(13, 4), layout="constrained")
        FigureCanvasAgg(figure)
        for panel, part in zip(figure.subplots(1, len(PARTS)), PARTS, strict=True):
            for source in sorted({source for source, _, _ in self.counts}):
                bins = {place: n for (name, of, place), n in self.counts.items() if (name, of) == (source, part)}
                total = sum(bins.values())
                places = range(min(bins, default=0), max(bins, default=0) + 1)
                shares = [bins.get(place, 0) / max(1, total) for place in places]
                panel.step([2 ** (place / STEPS) for place in places], shares, where="post", label=source)
            panel.set(xscale="log", xlabel=f"words of {part}", ylabel="share")
        figure.legend(*panel.get_legend_handles_labels(), loc="outside right center", fontsize="x-small")
        figure.savefig(path, dpi=110)
