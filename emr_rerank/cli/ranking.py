"""The commands that put things in order: rank, rerank, score. Know the contract's shapes, no engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from emr_rerank.cli.common import (
    AssessmentOption,
    BundleOption,
    JsonOption,
    ModelOption,
    PatientOption,
    SourceOption,
    counted,
    installed_facts,
    model_or_default,
    on_paper,
    the_history,
    warn,
)
from emr_rerank.cli.table import print_ranking
from emr_rerank.engine import MemoryVectors
from emr_rerank.pipeline.as_json import ranking_as_json
from emr_rerank.pipeline.documents import rerank_documents
from emr_rerank.pipeline.history import check_assessment, rank_patient
from emr_rerank.pipeline.requests import Answered, rank_requests, rerank_requests


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(epilog="Example: emr-rerank rank --bundle chart.json --assessment 'dizzy on standing' --top 10")(rank)
    app.command(epilog="Example: emr-rerank rerank --input candidates.jsonl --output ranked.jsonl")(rerank)
    app.command(epilog="Example: emr-rerank score --query 'nose bleeds' --document 'Warfarin 3 mg tablets'")(score)


def rank(
    *,
    bundle: BundleOption = None,
    patient: PatientOption = None,
    source: SourceOption = None,
    assessment: AssessmentOption = None,
    model: ModelOption = None,
    top: Annotated[int | None, typer.Option(min=1, help="Show only the first N; the safety strip stays whole.")] = None,
    as_json: JsonOption = False,
    requests: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help='Lines {"id", "bundle": path, "assessment"}.'),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.jsonl", help="Where the answers to --requests go.")] = None,
) -> None:
    """Rank a patient's history for an assessment."""
    if requests is not None:
        if out is None or bundle or patient or assessment:
            raise typer.BadParameter("--requests goes with --out, and without --bundle, --patient or --assessment")
        _report(rank_requests(requests, out, model_or_default(model), installed_facts()), out)
        return
    if assessment is None:
        raise typer.BadParameter("say what the patient is here for: --assessment TEXT")
    check_assessment(assessment)  # before a file is read in vain
    name = model_or_default(model)
    with the_history(bundle, patient, source) as (store, key, vectors):
        ranking = rank_patient(store, key, assessment, name, vectors, base=installed_facts())
    if as_json:
        warn(ranking.fallback)
        typer.echo(orjson.dumps(ranking_as_json(ranking, top), option=orjson.OPT_INDENT_2).decode())
    else:
        with on_paper() as console:
            print_ranking(ranking, top, console)


def rerank(
    requests: Annotated[
        Path, typer.Option("--input", metavar="FILE.jsonl", help='Lines {"query_id", "query", "documents"}.')
    ],
    out: Annotated[Path, typer.Option("--output", metavar="FILE.jsonl", help='Lines {"query_id", "results"}.')],
    model: ModelOption = None,
) -> None:
    """Rerank documents that any retriever found; each is {"id", "text"}."""
    _report(rerank_requests(requests, out, model_or_default(model), installed_facts()), out)


def _report(answered: Answered, out: Path) -> None:
    other = f", {answered.stood_in} by another model than asked for (see their notices)" if answered.stood_in else ""
    typer.echo(f"{counted(answered.requests, 'request')}, {answered.failed} failed{other}; answers in {out}", err=True)
    if answered.requests and answered.failed == answered.requests:
        raise typer.Exit(1)


def score(
    query: Annotated[str, typer.Option(help="What is asked.")],
    document: Annotated[str, typer.Option(help="What may answer it.")],
    model: ModelOption = None,
) -> None:
    """Print how relevant one document is to one query, from 0 to 1."""
    reranked = rerank_documents(query, [document], model_or_default(model), MemoryVectors(), installed_facts())
    for notice in reranked.notices:
        warn(notice)
    (only,) = reranked.results
    typer.echo(f"{only.score:.6f}")
