"""A ranking as a terminal shows it: the safety strip, then the list. Knows rich, no JSON and no engine."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from emr_rerank.cli.common import counted
from emr_rerank.pipeline.history import Ranking
from emr_rerank.types import HistoryItem, Kind, RankedItem, Standing

BAR = 8  # cells of a full score bar
# What can still be going on, so that it matters to say when it is over; a visit or a result is always past.
ENDING = frozenset({Kind.ALLERGY, Kind.CARE_PLAN, Kind.CONDITION, Kind.DEVICE, Kind.GOAL, Kind.MEDICATION})


def print_ranking(ranking: Ranking, top: int | None, console: Console) -> None:
    """Print the answer; `top` shortens the list and the last line says by how much."""
    person = ranking.patient
    console.print(f"[bold]{escape(person.name or person.id)}[/]  {person.sex} {person.birth_date}  {escape(person.id)}")
    for notice in ranking.notices:
        console.print(f"[yellow]Note:[/] {escape(notice)}")
    if ranking.quarantined:
        console.print(f"[yellow]Note:[/] {counted(ranking.quarantined, 'record')} of this patient could not be read.")
    if ranking.other_resources:
        others = ", ".join(f"{count} {name}" for name, count in sorted(ranking.other_resources.items()))
        console.print(f"Not ranked: {others}")
    if ranking.safety:
        console.print(_strip(ranking.safety))
    if ranking.items:
        console.print(_list(ranking.items[:top]))
    shown = min(top or len(ranking.items), len(ranking.items))
    console.print(f"{shown} of {counted(len(ranking.items), 'item')}, ranked by {_ran(ranking)}", style="dim")
    if ranking.engines:
        console.print(f"computed by {escape('; '.join(ranking.engines))}", style="dim")


def _ran(ranking: Ranking) -> str:
    return f"{ranking.model}, not {ranking.requested_model}" if ranking.fallback else ranking.model


def _strip(safety: Sequence[RankedItem]) -> Table:
    table = Table("Always shown", "because", box=None, title="Safety", title_justify="left", title_style="bold red")
    for entry in safety:
        if entry.pinned:
            table.add_row(Text(entry.item.text), Text(f"{entry.pinned.category}: {entry.pinned.reason}"))
    return table


def _list(items: Sequence[RankedItem]) -> Table:
    table = Table(box=None, title="By relevance", title_justify="left", title_style="bold")
    table.add_column("", justify="right", style="dim")
    table.add_column("score", no_wrap=True)
    table.add_column("record")
    for entry in items:
        bar = "█" * round(entry.score * BAR)
        table.add_row(str(entry.rank), f"{entry.score:.2f} {bar:<{BAR}}", _with_reason(entry))
    return table


def _with_reason(entry: RankedItem) -> Text | Group:
    """Return the record's line and, below it, whole, what ties it to the assessment."""
    line = _line(entry.item)
    if entry.reason is None:
        return line
    return Group(line, Padding(Text(f"why: {entry.reason.words}", style="dim"), (0, 0, 0, 2)))


def _line(item: HistoryItem) -> Text:
    happened_once = item.standing is Standing.PAST and item.kind not in ENDING
    if item.standing is Standing.CURRENT or happened_once:
        return Text(item.text)
    return Text.assemble((f"[{item.standing}] ", "bold magenta"), (item.text, "dim"))
