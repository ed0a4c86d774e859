"""Prints what a user waits for as one JSON object: import rates, ranking times, start-up. See `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from emr_rerank.engine import MemoryVectors
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.history import rank_patient
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.pipeline.models import SHOWN, load_model
from emr_rerank.settings import sqlite_url
from emr_rerank.store import PatientKey, Store, open_store
from tests.bench import chart, recognition

ASSESSMENT = (
    "Three weeks of swollen ankles and breathlessness on stairs, worse lying flat; on furosemide, ?renal function"
)
ITEMS, MANY = 500, 2000
COMPARED = ("cascade", "knowledge", "embedding")  # on the longer chart
ROUNDS = 15
START_LIMIT = 120.0  # seconds before the app counts as not starting


@contextmanager
def fresh_store(folder: Path, name: str) -> Iterator[Store]:
    """Yield an empty store on disk."""
    store = open_store(sqlite_url(folder / name))
    try:
        yield store
    finally:
        store.close()


def timed(action: Callable[[], object]) -> float:
    """Return the seconds an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def import_rates(folder: Path, bundles: Path) -> dict[str, Any]:
    """Import every bundle, then again: entries per second, all entries counted."""
    with fresh_store(folder, "import.sqlite") as store:
        fresh, again = (import_paths(store, [bundles]) for _ in range(2))
    return {
        "entries": fresh.entries,
        "quarantined": sum(fresh.quarantined.values()),
        "entries_per_second": round(fresh.rate),
        "entries_per_second_unchanged": round(again.rate),
    }


def ranking_times(folder: Path, items: int, models: Sequence[str]) -> dict[str, Any]:
    """Rank a chart of so many items with each model: first with nothing cached, then in turn with all of it."""
    source = folder / "chart.json"
    source.write_text(json.dumps(chart.bundle(items)))
    patient = PatientKey("local", chart.PATIENT)
    with ExitStack() as stack:
        stores = {model: stack.enter_context(fresh_store(folder, f"{model}-{items}.sqlite")) for model in models}
        cold: dict[str, float] = {}
        for model, store in stores.items():
            import_paths(store, [source])
            load_model(model, MemoryVectors(), knowledge_base()).warm()
            cold[model] = timed(partial(rank_patient, store, patient, ASSESSMENT, model))
        warm: dict[str, list[float]] = {model: [] for model in stores}
        for number in range(ROUNDS):
            asked = f"{ASSESSMENT} Seen {number + 2} times."  # another each time: what was read again is remembered
            for model, store in stores.items():
                warm[model].append(timed(partial(rank_patient, store, patient, asked, model)))
    return {
        "items": items,
        "knowledge_to_embedding": round(median(warm["knowledge"]) / median(warm["embedding"]), 2),
    } | {
        model: {
            "cold_ms": round(1000 * cold[model]),
            "warm_ms": round(1000 * median(times)),
            "warm_ms_worst": round(1000 * max(times)),
            "cold_to_warm": round(cold[model] / median(times), 1),
        }
        for model, times in warm.items()
    }


def rankings(folder: Path) -> dict[str, Any]:
    """Measure every model that can be chosen on a page, and some of them on a longer chart."""
    return {
        "ranking": ranking_times(folder, ITEMS, SHOWN),
        "ranking_longer": ranking_times(folder, MANY, COMPARED),
    }


def start_seconds(folder: Path) -> float:
    """Start the web app in a process of its own and wait for its first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"EMR_RERANK_DATABASE_URL": sqlite_url(folder / "start.sqlite")}
    command = [sys.executable, "-m", "emr_rerank.cli", "serve", "--port", str(port)]
    start = time.perf_counter()
    server = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        while time.perf_counter() - start < START_LIMIT and server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=START_LIMIT):
                    return round(time.perf_counter() - start, 1)
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
    finally:
        server.terminate()
        server.wait()
    raise RuntimeError("the app did not start")


def machine() -> dict[str, Any]:
    """Name the machine, as far as it tells."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": sys.version.split()[0],
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, help="folder with synthea/ in it; without it imports are not measured")
    options.add_argument("--ranking", action="store_true", help="measure ranking only")
    asked = options.parse_args()
    data: Path | None = asked.data
    with TemporaryDirectory() as name:
        folder = Path(name)
        if asked.ranking:
            print(json.dumps({"machine": machine()} | rankings(folder), indent=2))
            return
        bundles = data / "synthea" if data else None
        figures = {
            "machine": machine(),
            "start_to_first_page_s": start_seconds(folder),
            **rankings(folder),
            "recognition": recognition.figures(),
            "import": import_rates(folder, bundles)
            if bundles and bundles.is_dir()
            else "not measured: no --data folder",
        }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
