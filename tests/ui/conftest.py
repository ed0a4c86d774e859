"""Hand-made records for the page's pure parts; a running server and a real browser for the page itself."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest

import fhir_samples
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.settings import sqlite_url
from emr_rerank.store import open_store
from emr_rerank.types import HistoryItem, Kind, Parts, Pin, RankedItem, Reason, Record, Span

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPOSITORY = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
# Of a sandbox, a display and reports to its makers, a test machine has none.
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
MAX_UPLOAD = 2_000_000
MakeRecord = Callable[..., Record]
MakeEntry = Callable[..., RankedItem]


def make_record(reference: str = "Condition/one", **fields: Any) -> Record:
    """Return a record with what a test does not care about filled in."""
    given: dict[str, Any] = {"kind": Kind.CONDITION, "title": "Gout", "text": "Condition (active): Gout"} | fields
    return Record(reference, **given)


def make_entry(
    *members: Record,
    rank: int = 1,
    score: float = 0.5,
    pinned: Pin | None = None,
    window: Span | None = None,
    trend: str = "",
    reason: Reason | None = None,
) -> RankedItem:
    """Return a ranked item of these records, newest first; the first one speaks for it."""
    head = members[0]
    item = HistoryItem(
        head.kind, head.title, head.text, head.date, head.status, head.standing, members, trend=trend, body=head.body
    )
    return RankedItem(rank, score, Parts(score), item, pinned, window, reason)


@pytest.fixture(name="record")
def record_fixture() -> MakeRecord:
    """Make a record."""
    return make_record


@pytest.fixture(name="entry")
def entry_fixture() -> MakeEntry:
    """Make a ranked item."""
    return make_entry


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, its temporary folder and what it logs."""

    url: str
    log: Path
    temporary: Path
    database_url: str


def find_port() -> int:
    """Return a port that nothing listens on just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Return once the address answers; fail with the log's end if the server dies or is too slow."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  (a loopback address made here)
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"no server at {url}: {log.read_text()[-2000:]}")


@pytest.fixture(name="free_port")
def free_port_fixture() -> int:
    """Find a free loopback port."""
    return find_port()


@pytest.fixture(name="wait_for")
def wait_for_fixture() -> Callable[..., None]:
    """Wait for a server that a test started."""
    return wait_for


@contextmanager
def serving(folder: Path, paths: Sequence[Path], **settings: str) -> Iterator[Server]:
    """Serve the patients of these files from a temporary database on a free loopback port."""
    temporary = folder / "tmp"
    temporary.mkdir()
    database_url = sqlite_url(folder / "store.sqlite")
    store = open_store(database_url)
    import_paths(store, paths)
    store.close()
    port, log = find_port(), folder / "server.log"
    environment = os.environ | {
        "EMR_RERANK_DATABASE_URL": database_url,
        "EMR_RERANK_PORT": str(port),
        "EMR_RERANK_MAX_UPLOAD_BYTES": str(MAX_UPLOAD),
        "TMPDIR": str(temporary),
        **settings,
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "ui.app:create_app", "--port", str(port)]
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=written, stderr=written)
    try:
        wait_for(f"http://127.0.0.1:{port}/", process, log)
        yield Server(f"http://127.0.0.1:{port}/", log, temporary, database_url)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the sample patients."""
    with serving(tmp_path_factory.mktemp("server"), fhir_samples.bundles()) as started:
        yield started


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, or skip saying how to get it."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}; apt-get install chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (the pure tests need no browser driver)

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Open the start page as a new visitor; afterwards, nothing was asked of another host and no script failed."""
    opened: list[Page] = []
    faults: list[str] = []
    here = urlsplit(server.url).netloc

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
        page.on(
            "request",
            lambda request: (
                faults.append(f"foreign request: {request.url}")
                if urlsplit(request.url).scheme not in {"data", "blob"} and urlsplit(request.url).netloc != here
                else None
            ),
        )

    def open_page(**options: Any) -> Page:
        page = chromium.new_page(**({"viewport": {"width": 1280, "height": 900}} | options))
        page.set_default_timeout(20_000)
        watch(page)
        opened.append(page)
        page.goto(server.url)
        page.wait_for_selector("#matches button")
        return page

    yield open_page
    for page in opened:
        page.close()
    assert faults == []


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    """Return a collection Bundle of these resources."""
    entries = [
        {"fullUrl": f"urn:uuid:{resource['resourceType']}-{resource['id']}", "resource": resource}
        for resource in resources
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def patient(ident: str, family: str, given: str = "Test", born: str = "1950-05-05") -> dict[str, Any]:
    """Return a Patient."""
    return {
        "resourceType": "Patient",
        "id": ident,
        "name": [{"family": family, "given": [given]}],
        "birthDate": born,
        "gender": "female",
    }


def condition(ident: str, whose: str, text: str, since: str = "2019-01-01") -> dict[str, Any]:
    """Return an active, confirmed Condition."""
    return {
        "resourceType": "Condition",
        "id": ident,
        "subject": {"reference": f"Patient/{whose}"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"text": text},
        "onsetDateTime": since,
    }


def observation(ident: str, whose: str, text: str, quantity: tuple[float, str], when: str) -> dict[str, Any]:
    """Return a final Observation with a (value, unit)."""
    return {
        "resourceType": "Observation",
        "id": ident,
        "status": "final",
        "subject": {"reference": f"Patient/{whose}"},
        "code": {"text": text},
        "valueQuantity": {"value": quantity[0], "unit": quantity[1]},
        "effectiveDateTime": when,
    }


def note(ident: str, whose: str, text: str, kind: str = "text/plain") -> dict[str, Any]:
    """Return a DocumentReference that carries this text."""
    return {
        "resourceType": "DocumentReference",
        "id": ident,
        "status": "current",
        "subject": {"reference": f"Patient/{whose}"},
        "type": {"text": "Clinic letter"},
        "date": "2020-02-02T10:00:00Z",
        "content": [{"attachment": {"contentType": kind, "data": base64.b64encode(text.encode()).decode()}}],
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write resources to a bundle file, by name."""

    def written(name: str, *resources: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(bundle(*resources)), encoding="utf-8")
        return path

    return written


@pytest.fixture
def resources() -> Any:
    """Give the makers of small resources."""

    class Makers:
        patient = staticmethod(patient)
        condition = staticmethod(condition)
        observation = staticmethod(observation)
        note = staticmethod(note)

    return Makers
