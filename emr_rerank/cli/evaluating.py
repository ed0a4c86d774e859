"""The command that measures engines on judged assessments. Knows the metrics' names, no metric."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.table import Table

import fhir_samples
from emr_rerank.cli.common import JsonOption, installed_facts, known_model, on_paper
from emr_rerank.pipeline.bundles import Bundles
from emr_rerank.pipeline.evaluation import evaluate as measure_all
from emr_rerank.pipeline.evaluation import read_gold, summarise
from emr_rerank.pipeline.models import offered
from emr_rerank.ranking.metrics import METRICS
from emr_rerank.settings import read_settings


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(epilog="Example: emr-rerank evaluate --model embedding --model hybrid")(evaluate)


def _known_models(names: list[str] | None) -> list[str] | None:
    for name in names or ():
        known_model(name)
    return names


def evaluate(
    *,
    gold: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Judged assessments. [default: the sample patients']")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Once per engine. [default: all that are set up]", callback=_known_models),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure engines on judged assessments, per item: nDCG@10, MRR@10, MAP@10, Hit@1, overall and by category."""
    judged = read_gold(gold or fhir_samples.gold_path())
    bundles = Bundles()
    try:
        base = installed_facts()
        names = model or offered(read_settings())
        results = {name: summarise(measure_all(judged, name, bundles, base=base)) for name in names}
    finally:
        bundles.close()
    if as_json:
        typer.echo(orjson.dumps(results, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("model", "category", "n", *METRICS, box=None)
    for name, groups in results.items():
        for group, values in groups.items():
            table.add_row(name, group, f"{values['assessments']:.0f}", *(f"{values[metric]:.3f}" for metric in METRICS))
    with on_paper() as console:
        console.print(table)
