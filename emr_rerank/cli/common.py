"""What several commands share: their options and how they open the store. Knows typer, no command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from emr_rerank.engine import MODEL_NAMES, set_threads
from emr_rerank.settings import read_settings
from emr_rerank.store import Store, open_store

ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help=f"The engine: {', '.join(MODEL_NAMES)}. [default: EMR_RERANK_MODEL]"),
]
PatientOption = Annotated[str | None, typer.Option("--patient", metavar="ID", help="The patient's FHIR id.")]
SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help="Which source the id is from, where several have it.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ExistingPath = Annotated[Path, typer.Argument()]


def model_or_default(name: str | None) -> str:
    """Return the engine asked for, else the installation's."""
    settings = read_settings()
    if settings.threads:
        set_threads(settings.threads)
    return name or settings.model


@contextmanager
def the_store() -> Iterator[Store]:
    """Yield the installation's store."""
    store = open_store(read_settings().database_url)
    try:
        yield store
    finally:
        store.close()
