from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from emr_rerank import __version__


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_the_app_says_where_it_is_and_answers_there(command: str, tmp_path: Path) -> None:
    settings = {"EMR_RERANK_DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite'}", "XDG_DATA_HOME": str(tmp_path)}
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "emr_rerank.cli", command, "--port", "0"],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        address = next(
            found[0] for line in server.stdout if (found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line))
        )
        assert httpx.get(f"{address}/health", timeout=120).json() == {"status": "ok", "version": __version__}
        assert "emr-rerank" in httpx.get(address, timeout=120).text
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)
    # The demo has a database of its own: sample patients never end up among real ones.
    assert (tmp_path / "emr-rerank" / "demo.sqlite").exists() == (command == "demo")
    assert (tmp_path / "own.sqlite").exists() == (command == "serve")
