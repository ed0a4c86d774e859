"""Original synthetic patients and gold judgements of their records. Knows where the files lie, not what reads them."""

from __future__ import annotations

from pathlib import Path

GOLD = "gold.json"


def folder() -> Path:
    """Return the folder that holds the bundles and the gold file."""
    return Path(__file__).parent


def bundles() -> list[Path]:
    """Return the sample patients' FHIR R4 bundles, one file per patient, in name order."""
    return sorted(path for path in folder().glob("*.json") if path.name != GOLD)


def gold_path() -> Path:
    """Return the file of example assessments with their graded records (its shape: see `fhir_samples.build`)."""
    return folder() / GOLD
