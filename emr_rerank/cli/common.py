"""What several commands share: their options and how they open the store. Knows typer, no command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from emr_rerank.engine import MemoryVectors, set_threads
from emr_rerank.errors import RequestError
from emr_rerank.knowledge import KnowledgeBase, knowledge_base
from emr_rerank.pipeline.bundles import only_patient, open_scratch
from emr_rerank.pipeline.models import MODEL_NAMES
from emr_rerank.settings import read_settings
from emr_rerank.store import PatientKey, PatientVectors, Store, find_patient, open_store
from emr_rerank.types import VectorCache


def known_model(name: str | None) -> str | None:
    """Return the name, or tell the user which there are."""
    if name is not None and name not in MODEL_NAMES:
        raise typer.BadParameter(f"no model is called {name!r}; choose one of: {', '.join(MODEL_NAMES)}")
    return name


ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help=f"The engine: {', '.join(MODEL_NAMES)}. [default: EMR_RERANK_MODEL]",
        callback=known_model,
    ),
]
BundleOption = Annotated[
    Path | None, typer.Option("--bundle", metavar="FILE", help="A FHIR file to rank without storing it.")
]
AssessmentOption = Annotated[
    str | None, typer.Option("--assessment", metavar="TEXT", help="What the patient is here for.")
]
PatientOption = Annotated[str | None, typer.Option("--patient", metavar="ID", help="The patient's FHIR id.")]
SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help="Which source the id is from, where several have it.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def model_or_default(name: str | None) -> str:
    """Return the engine asked for, else the installation's."""
    settings = read_settings()
    if settings.threads:
        set_threads(settings.threads)
    if name is None and settings.model not in MODEL_NAMES:
        raise RequestError(
            f"EMR_RERANK_MODEL: no model is called {settings.model!r}; set it to one of: {', '.join(MODEL_NAMES)}"
        )
    return name or settings.model


def installed_facts() -> KnowledgeBase:
    """Return what this installation knows: the shipped facts, its own rows and its licensed names.

    Raises:
        FactsError: the own rows or the terminology cannot be read.
    """
    settings = read_settings()
    return knowledge_base(settings.facts, settings.terminology)


@contextmanager
def on_paper() -> Iterator[Console]:
    """Yield a console whose output is echoed when it is done.

    Not printed by rich itself, which ends the program with a failure where a reader (head, less) has seen enough.
    """
    console = Console(highlight=False)
    with console.capture() as captured:
        yield console
    typer.echo(captured.get(), nl=False)


def warn(notice: str) -> None:
    """Say on standard error what a reader of the answer should know; nothing for ""."""
    if notice:
        typer.echo(f"emr-rerank: {notice}", err=True)


def counted(count: int, noun: str) -> str:
    """Return "1 patient" or "2 patients"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@contextmanager
def the_store() -> Iterator[Store]:
    """Yield the installation's store."""
    store = open_store(read_settings().database_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def the_history(
    bundle: Path | None, patient: str | None, source: str | None
) -> Iterator[tuple[Store, PatientKey, VectorCache]]:
    """Yield the store that holds the history meant, whose it is, and where its line vectors are kept.

    That of a file is read into memory and gone afterwards.
    """
    if bundle is not None:
        scratch, _ = open_scratch([bundle], source)
        try:
            yield scratch, only_patient(scratch, bundle.name, patient), MemoryVectors()
        finally:
            scratch.close()
        return
    if patient is None:
        raise typer.BadParameter("say whose history: --bundle FILE, or --patient ID for a stored one")
    with the_store() as store:
        with store.read() as transaction:
            key = PatientKey.of(find_patient(transaction, patient, source))
        yield store, key, PatientVectors(store, key)
