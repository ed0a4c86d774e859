"""What every test may use: the data folder, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.databases import database_url, postgresql_server, postgresql_url, store

__all__ = ["database_url", "postgresql_server", "postgresql_url", "store"]  # fixtures for every folder

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the public data folder, or skip saying how to name it."""
    folder = Path(os.environ.get("EMR_RERANK_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the public data folder is absent; name it with EMR_RERANK_TEST_DATA=FOLDER")
    return folder
