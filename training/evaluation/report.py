"""The report as Markdown, JSON and pictures. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from training.evaluation.columns import COLUMNS, TITLES, Column
from training.evaluation.intervals import Interval
from training.evaluation.metrics import HEADLINE, MEASURES
from training.evaluation.table import Cell, Report, Row

ABSENT = "not there"
SURE = 0.05  # the p below which a difference is marked
DECISIONS = {"AUROC": "auroc", "F1": "f1", "MSE": "mse", "ECE": "ece"}
SPEEDS = {"ms/query": "ms_per_query", "pairs/s": "pairs_per_second"}


def markdown(report: Report, about: Mapping[str, str]) -> str:
    """Return the report; `about` is what stands under its title: which models, which search, which command."""
    return "\n".join([*_headline(report, about), *_losses(report), *_everything(report), ""])


def as_json(report: Report, about: Mapping[str, str]) -> bytes:
    """Return the same for programs; a column that is not there is null."""
    return orjson.dumps(
        {
            "about": about,
            "fusion": report.fusion and asdict(report.fusion),
            "rules": {column: asdict(rule) for column, rule in report.rules.items()},
            "rows": {row.name: _row_json(row) for row in (*report.rows, report.overall)},
        },
        option=orjson.OPT_INDENT_2,
    )


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "questions": row.questions,
        "groups": row.groups,
        "columns": {column: asdict(row.cells[column]) if column in row.cells else None for column in COLUMNS},
        "losses": {column: [asdict(one) for one in findings] for column, findings in row.losses.items()},
    }


def _headline(report: Report, about: Mapping[str, str]) -> Iterator[str]:
    yield "# Evaluation\n"
    yield from (f"- {what}: {words}" for what, words in about.items())
    fusion = report.fusion
    yield f"- fused: {f'{fusion.weight:.1f} of {TITLES[fusion.column][2:]}' if fusion else ABSENT}"
    yield "- intervals: 95%, percentile bootstrap over groups; `overall` is the mean over sets, each counting alike"
    yield f"- `*`: differs from retrieval only, p < {SURE} (paired randomisation test over groups, two-sided)"
    yield "- `↓`: below retrieval only; the causes found are under the table"
    yield f"\n## {HEADLINE}\n"
    yield _line("set", "questions", *TITLES.values())
    yield _line("---", *["---:"] * (1 + len(COLUMNS)))
    for row in (*report.rows, report.overall):
        yield _line(row.name, f"{row.questions:,}", *(_marked(row, column, HEADLINE) for column in COLUMNS))
    for title, field in SPEEDS.items():
        yield _line(title, "", *(_part(report.overall.cells.get(column), "speed", field) for column in COLUMNS))


def _losses(report: Report) -> Iterator[str]:
    yield "\n## Where reranking loses\n"
    losses = [(row, column) for row in report.rows for column in row.losses]
    if not losses:
        yield "Nowhere."
    for row, column in losses:
        found = [one for one in row.losses[column] if one.found]
        causes = ", ".join(one.cause for one in found) or "no cause found by the four checks"
        yield f"- **{row.name}, {TITLES[column]}**: {causes}"
        yield from (f"  - {one.cause}{' (found)' if one.found else ''}: {one.words}" for one in row.losses[column])


def _everything(report: Report) -> Iterator[str]:
    yield "\n## Every measure"
    for row in (*report.rows, report.overall):
        yield f"\n### {row.name} ({row.questions:,} questions in {row.groups:,} groups)\n"
        yield _line("measure", *TITLES.values())
        yield _line("---", *["---:"] * len(COLUMNS))
        for name in MEASURES:
            yield _line(name, *(_marked(row, column, name) for column in COLUMNS))
        for part, names in (("decided", DECISIONS), ("speed", SPEEDS)):
            for title, field in names.items():
                yield _line(title, *(_part(row.cells.get(column), part, field) for column in COLUMNS))


def _marked(row: Row, column: Column, name: str) -> str:
    cell = row.cells.get(column)
    if cell is None:
        return ABSENT
    lost = "↓" if column in row.losses and name == HEADLINE else ""
    sure = r"\*" if cell.p.get(name, 1.0) < SURE else ""
    return f"{_interval(cell.measures[name])}{sure}{lost}"


def _part(cell: Cell | None, part: str, field: str) -> str:
    return ABSENT if cell is None else _number(getattr(getattr(cell, part), field), 1 if part == "speed" else 3)


def _interval(one: Interval) -> str:
    return f"{one.mean:.3f} ({one.low:.3f}-{one.high:.3f})"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def draw(report: Report, folder: Path) -> None:
    """Draw `table.png`, the headline measure by set and column, and `reliability.png`, shown against found."""
    # A second of import time, and no display is needed.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    rows = (*report.rows, report.overall)
    figure = Figure(figsize=(3 + 1.6 * len(rows), 4), layout="constrained")
    FigureCanvasAgg(figure)
    panel = figure.subplots()
    width = 0.8 / len(COLUMNS)
    for place, column in enumerate(COLUMNS):
        there = [(at, row.cells[column].measures[HEADLINE]) for at, row in enumerate(rows) if column in row.cells]
        label = TITLES[column] if there else f"{TITLES[column]} ({ABSENT})"
        panel.bar(
            [at + (place - 2) * width for at, _ in there],
            [one.mean for _, one in there],
            width,
            yerr=_reach([one for _, one in there]) if there else None,
            label=label,
            color=f"C{place}",  # the same in both pictures, also where a column is not there
            error_kw={"linewidth": 0.8},
        )
    panel.set_xticks(range(len(rows)), [row.name for row in rows], rotation=20, ha="right", fontsize="small")
    panel.set(ylabel=HEADLINE, ylim=(0, 1))
    panel.legend(fontsize="x-small")
    figure.savefig(folder / "table.png", dpi=110)

    figure = Figure(figsize=(4, 4), layout="constrained")
    FigureCanvasAgg(figure)
    panel = figure.subplots()
    panel.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for place, column in enumerate(COLUMNS):
        bins = report.overall.cells[column].decided.bins if column in report.overall.cells else ()
        if bins:
            shown, relevant = [one.shown for one in bins], [one.relevant for one in bins]
            panel.plot(shown, relevant, marker="o", color=f"C{place}", label=TITLES[column])
    panel.set(xlabel="score shown", ylabel="share relevant", xlim=(0, 1), ylim=(0, 1))
    if panel.get_legend_handles_labels()[0]:
        panel.legend(fontsize="x-small")
    figure.savefig(folder / "reliability.png", dpi=110)


def _reach(intervals: Sequence[Interval]) -> list[list[float]]:
    """Return how far each interval reaches below and above its mean."""
    return [
        [max(0.0, one.mean - one.low) for one in intervals],
        [max(0.0, one.high - one.mean) for one in intervals],
    ]
