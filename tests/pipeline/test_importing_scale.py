"""Importing much: memory that does not grow with the file, and the public Synthea bundles whole."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from emr_rerank.fhir.resource import Entry
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.pipeline.importing.intake import Intake
from emr_rerank.store.database import open_store
from tests.pipeline.charts import observation, patient


def peak_of(entries: int) -> int:
    """Return the most bytes of Python objects that an import of so many entries holds, none kept parsed."""
    store = open_store("sqlite://")
    with store.begin() as transaction:
        intake = Intake(transaction, "large.ndjson", source=None, strict=False, hold=0)
        intake.take(Entry(patient(), position="line 1"))
        tracemalloc.start()
        for number in range(entries):
            intake.take(Entry(observation(f"o{number}"), position=f"line {number}"))
        intake.finish()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    store.close()
    return peak


def test_memory_does_not_grow_with_the_file() -> None:
    peak_of(600)  # caches fill
    small, large = peak_of(1000), peak_of(4000)
    assert large - small < 3000 * 100  # bytes an entry; one parsed would be about 3,000


@pytest.mark.data
def test_public_synthea_bundles_import_without_quarantine(data_folder: Path) -> None:
    store = open_store("sqlite://")
    folder = data_folder / "synthea"
    done = import_paths(store, sorted(folder.iterdir())[:20])
    assert (done.files, done.quarantined, done.pending, done.dangling, done.failed) == (20, {}, 0, 0, ())
    again = import_paths(store, sorted(folder.iterdir())[:20])
    assert (again.added, again.updated) == ({}, {})
    assert again.unchanged == done.added


@pytest.mark.data
def test_a_public_bulk_export_imports_file_by_file_in_any_order(data_folder: Path) -> None:
    files = sorted((data_folder / "bulk_ndjson").iterdir())  # Conditions before Patients
    store = open_store("sqlite://")
    done = import_paths(store, files)
    assert (done.quarantined, done.pending, done.failed) == ({}, 0, ())
    assert done.added["Patient"] > 0
    assert done.added["DocumentReference"] > 0
