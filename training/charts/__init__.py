"""Judged charts beside the samples: what ranking is chosen and reported on. Knows no engine.

Half of them, `choosing`, serve to choose between ways of ranking; the other half, `reporting`, is measured only
with what was chosen. Each was judged record by record before the ranking measured on it was written.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

from fhir_samples.chart import Chart

Family = Literal["hand_written", "synthea_like"]
Part = Literal["choosing", "reporting"]


def charts(family: Family, part: Part) -> list[Chart]:
    """Return the charts of a part of a family: every other one, in the order of their modules' names."""
    package = import_module(f"{__name__}.{family}")
    modules = sorted(module.name for module in iter_modules(package.__path__))
    return [import_module(f"{package.__name__}.{name}").CHART for name in modules[part == "reporting" :: 2]]
