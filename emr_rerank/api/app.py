"""The FastAPI application that everything served hangs on. Knows its own health, no page and no model."""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel

from emr_rerank import __version__


class Health(BaseModel):
    """That the process answers, and which version it is."""

    status: str
    version: str


def create_api() -> FastAPI:
    """Return the application; its generated documentation pages are off, as they load scripts from other hosts."""
    api = FastAPI(title="emr-rerank", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)

    @api.get("/health")
    def health() -> Health:
        return Health(status="ok", version=__version__)

    return api
