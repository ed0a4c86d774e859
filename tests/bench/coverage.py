"""Prints in how many titles of charts a name is found, as one JSON object: `python -m tests.bench.coverage FILES`.

Distinct titles, and titles weighed by how often they stand there, by kind of record; presentations do not count.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.settings import sqlite_url
from emr_rerank.store import PatientKey, load_records, open_store, search_patients
from emr_rerank.types import Kind

EVERYBODY = 1_000_000  # patients


def titles(source: Path) -> dict[Kind, Counter[str]]:
    """Return how often each title stands in the records of FHIR files, by kind."""
    found: dict[Kind, Counter[str]] = {}
    with TemporaryDirectory() as folder:
        store = open_store(sqlite_url(Path(folder) / "titles.sqlite"))
        import_paths(store, [source])
        with store.read() as transaction:
            for patient in search_patients(transaction, limit=EVERYBODY):
                for record in load_records(transaction, PatientKey.of(patient)):
                    found.setdefault(record.kind, Counter())[record.title] += 1
        store.close()
    return found


def figures(source: Path) -> dict[str, dict[str, float]]:
    """Return the shares by kind."""
    reader = knowledge_base().reader
    shares = {}
    for kind, counted in sorted(titles(source).items()):
        known = {title: count for title, count in counted.items() if reader.concepts(title)}
        shares[kind.value] = {
            "distinct": len(counted),
            "distinct_found": round(len(known) / len(counted), 3),
            "entries_found": round(sum(known.values()) / counted.total(), 3),
        }
    return shares


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, help="FHIR files or a folder of them")
    print(json.dumps(figures(parser.parse_args().files), indent=2))


if __name__ == "__main__":
    main()
