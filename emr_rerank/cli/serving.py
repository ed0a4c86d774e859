"""The commands that start the web app: serve and demo. Know addresses and settings; the pages are in `ui`."""

from __future__ import annotations

import os
from typing import Annotated

import typer

import fhir_samples
from emr_rerank.cli.listening import address, listening
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.settings import data_folder, read_settings, sqlite_url
from emr_rerank.store import open_store

APP = "ui.app:create_app"  # by name: `ui` imports the library, never the reverse

HostOption = Annotated[str | None, typer.Option(help="Where to listen. [default: EMR_RERANK_HOST, else 127.0.0.1]")]
PortOption = Annotated[
    int | None, typer.Option(min=0, max=65535, help="0 takes a free one. [default: EMR_RERANK_PORT, else 7860]")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(epilog="Example: emr-rerank serve --port 8000")(serve)
    app.command(epilog="Example: emr-rerank demo")(demo)


def serve(host: HostOption = None, port: PortOption = None) -> None:
    """Start the web app on the stored patients."""
    settings = read_settings()
    open_store(settings.database_url).close()  # a fault of the database is said before the app is
    _run(host or settings.host, settings.port if port is None else port)


def demo(host: HostOption = None, port: PortOption = None) -> None:
    """Start the web app on the sample patients, in a database of their own."""
    url = sqlite_url(data_folder() / "demo.sqlite")
    store = open_store(url)
    try:
        report = import_paths(store, fhir_samples.bundles())
    finally:
        store.close()
    typer.echo(f"{len(fhir_samples.bundles())} synthetic patients, {report.resources} resources")
    os.environ["EMR_RERANK_DATABASE_URL"] = url  # what the app reads its settings from
    serve(host, port)


def _run(host: str, port: int) -> None:
    import uvicorn  # noqa: PLC0415  (only here)

    with listening(host, port) as listener:
        bound = listener.getsockname()[1]
        # What the app reads its settings from; it answers to other names than loopback's only where it listens there.
        os.environ |= {"EMR_RERANK_HOST": host, "EMR_RERANK_PORT": str(bound)}
        config = uvicorn.Config(APP, factory=True, log_level="warning", access_log=False)
        typer.echo(f"emr-rerank is starting on {address(host, listener)} (Ctrl+C stops it)")
        uvicorn.Server(config).run(sockets=[listener])
