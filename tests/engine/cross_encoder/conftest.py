"""One tiny BERT for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tiny


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny BERT cross-encoder."""
    return tiny.save_bert(tmp_path_factory.mktemp("bert"))
