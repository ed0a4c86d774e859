"""Runs the command line here, on a store of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from emr_rerank.cli import main
from emr_rerank.settings import sqlite_url


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Return a function that runs the command line here, on a store of its own."""
    monkeypatch.setenv("EMR_RERANK_DATABASE_URL", sqlite_url(tmp_path / "store.sqlite"))
    monkeypatch.setenv("COLUMNS", "160")

    def call(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["emr-rerank", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
            sys.exit(0)
        printed = capsys.readouterr()
        return Ran(int(stopped.value.code or 0), printed.out, printed.err)

    return call
