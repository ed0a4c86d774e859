"""Where the web server begins: `uvicorn --factory ui.app:create_app`, or `python ui/app.py` as a Space does.

Puts the page and the API in one FastAPI app. Knows addresses, ports and privacy settings; shows nothing itself.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

# A Space runs this file in a fresh clone, where nothing is installed but what requirements.txt names.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.middleware import Middleware

import fhir_samples
from emr_rerank.api.addresses import LOOPBACK
from emr_rerank.api.app import create_api
from emr_rerank.errors import EmrRerankError, RequestError
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.settings import Settings, read_settings, sqlite_url
from emr_rerank.store import open_store
from ui.clinician import Page
from ui.desk import Desk
from ui.doors import OnlyOpenDoors, OwnHostOnly
from ui.theme import theme

SWEEP_SECONDS = 600  # how often uploads that were never read (their visitor left) are deleted, and how old they are
NOWHERE = ("'none'",)
SPACE_FRAMES = ("'self'", "https://huggingface.co", "https://*.hf.space")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the API with the page at `/`, on the store that the settings name; the model loads meanwhile.

    Raises:
        StoreError: the database cannot be opened.
    """
    settings = settings or read_settings()
    uploads = tempfile.mkdtemp(prefix="emr-rerank-uploads-")  # for its owner only; Gradio puts uploads where this says
    os.environ["GRADIO_TEMP_DIR"] = uploads
    app = create_api()
    desk = Desk(open_store(settings.database_url), settings)
    threading.Thread(target=desk.warm, name="model", daemon=True).start()
    page = Page(desk, model=settings.model, uploads=Path(uploads), delete_cache=(SWEEP_SECONDS, SWEEP_SECONDS))
    gr.mount_gradio_app(
        app,
        page.blocks,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=settings.max_upload_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css_paths=Path(__file__).parent / "style.css",
        app_kwargs={"middleware": [Middleware(OnlyOpenDoors)], "openapi_url": None},
    )
    page.blocks.has_launched = (
        True  # mounted Blocks do not say so, and until they do Gradio takes any path for an upload
    )
    _at_end(app, desk.close, lambda: shutil.rmtree(uploads, ignore_errors=True))
    local = settings.host in LOOPBACK
    app.add_middleware(OwnHostOnly, hosts=LOOPBACK if local else None, framed_by=NOWHERE if local else SPACE_FRAMES)
    return app


def serve_samples() -> None:
    """Serve the sample patients from a throwaway database, at the address a Space's host names, else at loopback.

    Raises:
        EmrRerankError: a setting is wrong, or the address is taken.
    """
    with tempfile.TemporaryDirectory(prefix="emr-rerank-samples-") as folder:
        settings = space_settings(sqlite_url(Path(folder) / "samples.sqlite"))
        listener = _listening(settings.host, settings.port)
        bound = listener.getsockname()[1]
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        sys.stdout.write(f"emr-rerank is starting on http://{shown}:{bound} (Ctrl+C stops it)\n")
        sys.stdout.flush()
        store = open_store(settings.database_url)
        import_paths(store, fhir_samples.bundles())
        store.close()
        # uvicorn repeats the signal that ended it; by itself that would end the process before the folder is gone.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        # No access log: addresses say who looked at what, and when.
        config = uvicorn.Config(create_app(settings), access_log=False, log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()  # a browser that comes before the page is ready waits instead of being refused
    except OSError as error:
        raise RequestError(f"{host}:{port}: cannot listen there ({error.strerror}); name another in PORT") from None
    return listener


def space_settings(database_url: str) -> Settings:
    """Return this installation's settings with the address that a Space's host names, and this database."""
    settings = read_settings()
    named = {
        "host": os.environ.get("GRADIO_SERVER_NAME"),
        "port": os.environ.get("GRADIO_SERVER_PORT") or os.environ.get("PORT"),
    }
    chosen = {field: value for field, value in named.items() if value}
    return Settings.model_validate(settings.model_dump() | chosen | {"database_url": database_url})


def _at_end(app: FastAPI, *closing: Callable[[], None]) -> None:
    """Do these when the server stops; exit handlers are too late, as a server that is told to end does not run them."""
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[None]:
        async with inner(served):
            yield
        with ExitStack() as last:  # each is done, whatever becomes of the others
            for close in closing:
                last.callback(close)

    app.router.lifespan_context = lifespan


if __name__ == "__main__":
    try:
        serve_samples()
    except EmrRerankError as error:
        sys.exit(f"emr-rerank: {error}")
