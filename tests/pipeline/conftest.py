"""A bundle file to rank, and helpers to write others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import allergy, bundle, condition, observation, prescription

WriteBundle = Callable[..., Path]


@pytest.fixture
def write_bundle(tmp_path: Path) -> WriteBundle:
    """Return a function that writes a Bundle file and returns its path."""

    def write(content: dict[str, Any], name: str = "chart.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(content))
        return path

    return write


@pytest.fixture
def chart(write_bundle: WriteBundle) -> Path:
    """Return a small chart: seven records in six items, two of them pinned, one refuted."""
    return write_bundle(
        bundle(
            "p1",
            prescription("warfarin", "Warfarin 3 mg tablets"),
            allergy("penicillin", "Penicillin"),
            condition("asthma", "Asthma", onsetDateTime="2016-03"),
            condition(
                "embolism",
                "Pulmonary embolism",
                verificationStatus={"coding": [{"code": "refuted"}]},
                onsetDateTime="2020-02-03",
            ),
            observation("inr-1", "INR", effectiveDateTime="2020-01-01", valueQuantity={"value": 2.4, "unit": "{INR}"}),
            observation("inr-2", "INR", effectiveDateTime="2020-02-01", valueQuantity={"value": 4.9, "unit": "{INR}"}),
            prescription("ibuprofen", "Ibuprofen 400 mg tablets", "stopped"),
        )
    )
