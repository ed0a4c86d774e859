"""Starting the server: where it listens, and as a Space does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ui import app

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset what a host might name."""
    for name in ("GRADIO_SERVER_NAME", "GRADIO_SERVER_PORT", "PORT", "EMR_RERANK_HOST", "EMR_RERANK_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environment", "host", "port"),
    [
        ({}, "127.0.0.1", 7860),
        ({"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "7000"}, "0.0.0.0", 7000),  # noqa: S104
        ({"PORT": "8123"}, "127.0.0.1", 8123),
        ({"PORT": "8123", "GRADIO_SERVER_PORT": "7000"}, "127.0.0.1", 7000),
        ({"EMR_RERANK_PORT": "9000"}, "127.0.0.1", 9000),
    ],
)
def test_a_space_listens_where_its_host_says(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], host: str, port: int
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = app.space_settings("sqlite://")
    assert (settings.host, settings.port, settings.database_url) == (host, port, "sqlite://")


def test_run_as_a_space_the_first_page_comes_soon(tmp_path: Path, free_port: int, wait_for: Any) -> None:
    log = tmp_path / "space.log"
    environment = os.environ | {"GRADIO_SERVER_PORT": str(free_port), "TMPDIR": str(tmp_path)}
    begun = time.monotonic()
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, REPOSITORY / "ui" / "app.py"], cwd="/", env=environment, stdout=written, stderr=written
        )
    try:
        wait_for(f"http://127.0.0.1:{free_port}/", process, log)
        assert time.monotonic() - begun < 30  # seconds on a loaded machine; `make bench` measures it on a free one
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert log.read_text() == f"emr-rerank is starting on http://127.0.0.1:{free_port} (Ctrl+C stops it)\n"
    assert list(tmp_path.glob("emr-rerank-*")) == []


def test_a_port_in_use_is_one_line_with_its_remedy(tmp_path: Path, free_port: int) -> None:
    environment = os.environ | {"PORT": str(free_port), "TMPDIR": str(tmp_path)}
    with socket.create_server(("127.0.0.1", free_port)):
        ended = subprocess.run(
            [sys.executable, REPOSITORY / "ui" / "app.py"], env=environment, capture_output=True, text=True, check=False
        )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        f"emr-rerank: 127.0.0.1:{free_port}: cannot listen there (Address already in use); name another in PORT\n"
    )
