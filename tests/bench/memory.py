"""Prints the peak memory of importing one large NDJSON file, as JSON. See `make bench-memory`; it takes minutes."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from emr_rerank.pipeline.importing import import_paths
from emr_rerank.settings import sqlite_url
from emr_rerank.store import open_store
from tests.bench import chart

NOTE = "Seen on the ward round; no change to the plan. " * 12  # about as long as a real export's line


def write(path: Path, size: int) -> int:
    """Write at least `size` bytes of one patient's results, a resource a line; return how many."""
    patient = {"resourceType": "Patient", "id": chart.PATIENT, "name": [{"text": "Bench Mark"}]}
    count = written = 0
    with path.open("wb") as file:
        written += file.write(json.dumps(patient).encode() + b"\n")
        while written < size:
            count += 1
            result = chart.result(f"r{count}", "Sodium in serum", f"{1950 + count % 70}-01-01", count % 50)
            written += file.write(json.dumps(result | {"note": [{"text": f"{count}. {NOTE}"}]}).encode() + b"\n")
    return count + 1


def main() -> None:
    """Write, import, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bytes", type=int, default=10**9, help="how large a file")
    size = options.parse_args().bytes
    with TemporaryDirectory() as name:
        source = Path(name) / "large.ndjson"
        resources = write(source, size)
        store = open_store(sqlite_url(Path(name) / "store.sqlite"))
        start = time.perf_counter()
        report = import_paths(store, [source])
        seconds = time.perf_counter() - start
        store.close()
    unit = 1 if sys.platform == "darwin" else 1024
    figures = {
        "bytes": size,
        "resources": resources,
        "imported": report.resources,
        "resources_per_second": round(resources / seconds),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 10**6),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
