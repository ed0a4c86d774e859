"""The command that says why a record stands where it does: explain. Knows an explanation's shape, no ranking."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from emr_rerank.cli.common import (
    AssessmentOption,
    BundleOption,
    JsonOption,
    ModelOption,
    PatientOption,
    SourceOption,
    installed_facts,
    model_or_default,
    on_paper,
    the_history,
    warn,
)
from emr_rerank.pipeline.as_json import explanation_as_json
from emr_rerank.pipeline.explanation import Explanation
from emr_rerank.pipeline.explanation import explain as explain_record
from emr_rerank.pipeline.history import check_assessment


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    example = "emr-rerank explain --bundle chart.json --assessment 'dizzy on standing' --resource Condition/abc"
    app.command(epilog=f"Example: {example}")(explain)


def explain(
    *,
    resource: Annotated[str, typer.Option(metavar="TYPE/ID", help="The record, e.g. Condition/abc.")],
    assessment: AssessmentOption = None,
    bundle: BundleOption = None,
    patient: PatientOption = None,
    source: SourceOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a record stands where it does: the concepts found, the facts between them, the parts of its score."""
    if assessment is None:
        raise typer.BadParameter("say what the patient is here for: --assessment TEXT")
    check_assessment(assessment)  # before a file is read in vain
    name = model_or_default(model)
    with the_history(bundle, patient, source) as (store, key, vectors):
        explained = explain_record(store, key, assessment, resource, name, cache=vectors, base=installed_facts())
    warn(explained.ranking.fallback)
    if as_json:
        typer.echo(orjson.dumps(explanation_as_json(explained), option=orjson.OPT_INDENT_2).decode())
        return
    with on_paper() as console:
        print_explanation(explained, console)


def print_explanation(explained: Explanation, console: Console) -> None:
    """Print an explanation, part by part."""
    entry, ranking = explained.entry, explained.ranking
    console.print(Text(entry.item.text, style="bold"))
    console.print(Text(f"{explained.reference}: rank {entry.rank} of {len(ranking.items)} by {ranking.model}"))
    members = len(entry.item.members)
    if members > 1:
        console.print(Text(f"one of {members} records of one thing, shown and ranked as {entry.item.reference}"))
    if entry.pinned:
        console.print(Text(f"pinned, whatever its rank: {entry.pinned.category} ({entry.pinned.reason})"))
    for part in (_asked(explained), _told(explained), _path(explained), _parts(explained)):
        console.print()
        console.print(part)


def _asked(explained: Explanation) -> Table:
    table = _table("Found in the assessment", "nothing the facts know", explained.asked)
    for one in explained.asked:
        written = f"“{one.written}”" if one.written else "its words, in another order"
        table.add_row(one.kind, Text(one.name), Text(written), "denied" if one.denied else "")
    return table


def _told(explained: Explanation) -> Table:
    table = _table("Found in the record", "nothing the facts know", explained.told)
    for one in explained.told:
        table.add_row(one.kind, Text(one.name), f"weight {one.weight:.2f}", one.role)
    return table


def _path(explained: Explanation) -> Table:
    reason, facts = explained.entry.reason, explained.ranking.facts
    none = "no path" if explained.uses_paths else f"{explained.ranking.model} does not use the facts"
    table = _table("What ties them", none, reason)
    if reason:
        if len(explained.steps) != 1:  # one step says what the whole path says
            table.add_row(Text(reason.words))
        for step in explained.steps:
            table.add_row(Text.assemble(f"{step.words}  ", (step.row, "dim")))
        table.add_row(Text(f"a built-in hint for ranking, not a reference; facts {facts}", style="dim"))
    return table


def _parts(explained: Explanation) -> Table:
    parts, entry = explained.parts, explained.entry
    table = _table("Score", "", parts)
    table.add_row("the model's own", f"{parts.score:+.4f}")
    if explained.uses_paths:
        strength = entry.reason.strength if entry.reason and parts.path else 0.0
        table.add_row(f"all paths, strength {strength:.2f}", f"{parts.path:+.4f}")
        if parts.sought:
            table.add_row("what is asked for", f"{parts.sought:+.4f}")
        table.add_row("the record by itself", f"{parts.worth + 0.0:+.4f}")  # no -0.0
    if parts.again:
        table.add_row("read again, or kept behind what was", f"{parts.again:+.4f}")
    table.add_row("raw", f"{entry.raw:+.4f}, shown as {entry.score:.2f}")
    return table


def _table(title: str, none: str, content: object) -> Table:
    """Return a part with its title, and the word for there being nothing in it."""
    table = Table(box=None, show_header=False, title=title, title_justify="left", title_style="bold", pad_edge=True)
    if not content:
        table.add_row(Text(none, style="dim"))
    return table
