"""Examples from charts (`training.emr`) as sources: composed ones, Synthea's bundles, a bulk export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.emr.sources import ComposedCharts, FileRecords
from training.examples import Example
from training.sources.reading import Faults

SEED = 1
CHARTS = 100_000  # there is no last one: `limits.composed_charts` says how many examples are wanted


def composed(_: Path, __: Faults) -> Iterator[Example]:
    """Yield the assessments of composed charts, in the order of their numbers."""
    return ComposedCharts(SEED, CHARTS).examples()


def synthea(path: Path, _: Faults) -> Iterator[Example]:
    """Yield the assessments of a folder of Bundles, one patient each."""
    return FileRecords("synthea_records", path, together=False, seed=SEED).examples()


def bulk(path: Path, _: Faults) -> Iterator[Example]:
    """Yield the assessments of a folder of NDJSON, one file a resource type."""
    return FileRecords("bulk_records", path, together=True, seed=SEED).examples()
