"""How an import looks in a terminal while it runs and when it is done. Knows counts, no file's content."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from emr_rerank.cli.common import counted
from emr_rerank.pipeline.importing.tally import ImportReport, Progress

SKIPPED_SHOWN = 3
PLAIN_SECONDS = 10.0  # between two lines where nobody watches a bar


@contextmanager
def show_progress() -> Iterator[Callable[[Progress], None]]:
    """Yield what an import reports to: a bar on a terminal, a line now and then elsewhere, both on standard error."""
    console = Console(stderr=True)
    start = time.monotonic()
    if not console.is_terminal:
        yield _lines(start)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files, {task.fields[entries]:,} resources, {task.fields[rate]:,.0f}/s"),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("importing", total=None, entries=0, rate=0.0)

        def show(now: Progress) -> None:
            bars.update(
                task,
                description=now.file,
                completed=now.files_done,
                total=now.files,
                entries=now.entries,
                rate=_rate(now, start),
            )

        yield show


def _lines(start: float) -> Callable[[Progress], None]:
    said = start

    def show(now: Progress) -> None:
        nonlocal said
        if time.monotonic() - said >= PLAIN_SECONDS:
            said = time.monotonic()
            rate = _rate(now, start)
            typer.echo(f"{now.files_done} of {now.files} files, {now.entries:,} resources, {rate:,.0f}/s", err=True)

    return show


def _rate(now: Progress, start: float) -> float:
    return now.entries / max(time.monotonic() - start, 1e-9)


def show_report(report: ImportReport) -> None:
    """Print what an import did: one line a count, faults last."""
    read = f"{counted(report.files, 'file')}, {counted(report.entries, 'resource')}"
    typer.echo(f"{read} in {report.seconds:.1f} s ({report.rate:,.0f}/s)")
    for name, counts in (
        ("added", report.added),
        ("changed", report.updated),
        ("unchanged", report.unchanged),
        ("not ranked", report.other),
        ("ignored", report.ignored),
        ("repaired", report.repairs),
        ("quarantined", report.quarantined),
    ):
        if counts:
            typer.echo(f"  {name}: {sum(counts.values()):,} ({_parts(counts)})")
    if report.pending:
        remedy = "import their Patient resources, or name their system with --source"
        typer.echo(f"  waiting for their patient: {report.pending:,}; {remedy}")
    if report.dangling:
        typer.echo(f"  references that lead nowhere yet: {report.dangling:,}")
    for line in report.skipped[:SKIPPED_SHOWN]:
        typer.echo(f"  skipped: {line}")
    if len(report.skipped) > SKIPPED_SHOWN:
        typer.echo(f"  skipped: {len(report.skipped) - SKIPPED_SHOWN} more files that are not FHIR")
    for failure in report.failed:
        typer.echo(f"emr-rerank: {failure.message}", err=True)


def _parts(counts: Mapping[str, int]) -> str:
    largest_first = sorted(counts.items(), key=lambda part: (-part[1], part[0]))
    return ", ".join(f"{count:,} {name}" for name, count in largest_first)
