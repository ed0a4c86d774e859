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


MAY_SKIP = frozenset({"data", "gpu"})
_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note each test that was skipped for want of something that .ci/run installs."""
    if report.skipped and not MAY_SKIP.intersection(report.keywords):
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run that skipped what it must not: a test nobody runs guards nothing."""
    if os.environ.get("CI") and _skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name those tests."""
    if os.environ.get("CI"):
        for name in _skipped:
            terminalreporter.write_line(f"skipped, though CI must run it: {name}", red=True)
