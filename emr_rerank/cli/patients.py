"""The commands about what is stored: import, patients, index, forget. Know the store's answers, no rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from emr_rerank.cli.common import (
    JsonOption,
    ModelOption,
    PatientOption,
    SourceOption,
    counted,
    installed_facts,
    model_or_default,
    the_store,
)
from emr_rerank.cli.progress import show_progress, show_report
from emr_rerank.errors import SourceError
from emr_rerank.pipeline.history import index_patient
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.store import PatientKey, count_patients, find_patient, forget_patient, search_patients

LISTED = 50


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("import", epilog="Example: emr-rerank import export/ more.ndjson.gz")(import_files)
    app.command(epilog="Example: emr-rerank patients 'haddad 1961'")(patients)
    app.command(epilog="Example: emr-rerank index --patient haddad")(index)
    app.command(epilog="Example: emr-rerank forget --patient haddad")(forget)


def import_files(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Bundles, NDJSON, .gz, .zip or folders.")],
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="The system they come from; keeps equal ids apart.")
    ] = None,
    *,
    strict: Annotated[bool, typer.Option(help="Repair nothing; at the first fault import nothing.")] = False,
) -> None:
    """Import FHIR R4 files; importing again changes nothing that did not change."""
    with the_store() as store, show_progress() as progress:
        report = import_paths(store, paths, source=source, strict=strict, progress=progress)
    show_report(report)
    if report.failed:
        raise typer.Exit(1)
    if not report.entries:
        raise SourceError(f"{', '.join(map(str, paths))}: holds no FHIR resource; name FHIR files or a folder of them")


def patients(
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="Words of the name, birth date or id.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = LISTED,
    *,
    as_json: JsonOption = False,
) -> None:
    """List or search the stored patients: id, name, birth date, sex and source, separated by tabs."""
    with the_store() as store, store.read() as transaction:
        found = search_patients(transaction, text, limit=limit)
        total = count_patients(transaction)
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    # Tab-separated: an id is what other commands need, so it is never shortened nor wrapped.
    for person in found:
        typer.echo("\t".join((person.id, person.name, person.birth_date, person.sex, person.source)))
    typer.echo(f"{counted(len(found), 'patient')} of {total}", err=True)


def index(patient: PatientOption = None, source: SourceOption = None, model: ModelOption = None) -> None:
    """Prepare line vectors ahead of time, for one patient or all, so that a first ranking is as fast as the next."""
    name = model_or_default(model)
    with the_store() as store:
        with store.read() as transaction:
            people = (
                [find_patient(transaction, patient, source)]
                if patient
                else search_patients(transaction, limit=count_patients(transaction))
            )
        lines = sum(index_patient(store, PatientKey.of(person), name, installed_facts()) for person in people)
    typer.echo(f"{counted(lines, 'line')} of {counted(len(people), 'patient')} ready for {name}")


def forget(
    patient: Annotated[str, typer.Option(metavar="ID", help="The patient's FHIR id.")], source: SourceOption = None
) -> None:
    """Remove a patient wholly: records, history, quarantine, cached lines."""
    with the_store() as store:
        removed = forget_patient(store, patient, source)
    typer.echo(
        f"patient {removed.patient.id} of source {removed.patient.source} is forgotten: {removed.resources} resources, "
        f"{removed.records} records, {removed.quarantined} quarantined"
    )
    if not removed.erased:
        typer.echo("deleted rows are not yet overwritten on disk: the database was in use; run this again", err=True)
