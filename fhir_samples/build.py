"""Writes the sample bundles and gold.json from the charts. Ranks nothing, validates nothing.

Run it as `python -m fhir_samples.build`.

gold.json is a list of {"id", "bundle" (file name), "patient" (id), "category", "assessment", "judgements":
{"Type/id": grade}, "why": {"Type/id": words}}; grades are 3 decisive, 2 clearly relevant, 1 useful context, and
whatever is not listed is 0.
"""

from __future__ import annotations

import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from fhir_samples import GOLD, charts, folder
from fhir_samples.chart import Chart


def all_charts() -> list[Chart]:
    """Return every chart in `fhir_samples.charts`, in name order."""
    modules = sorted(module.name for module in iter_modules(charts.__path__))
    return [import_module(f"{charts.__name__}.{name}").CHART for name in modules]


def gold(chart: Chart) -> list[dict[str, Any]]:
    """Return a chart's assessments with their graded records."""
    judged = [(assessment, chart.judged(assessment)) for assessment in chart.assessments]
    return [
        {
            "id": f"{chart.prefix}-{assessment.key}",
            "bundle": f"{chart.slug}.json",
            "patient": chart.slug,
            "category": assessment.category,
            "assessment": assessment.text,
            "judgements": {record: judgement.grade for record, judgement in judgements.items()},
            "why": {record: judgement.why for record, judgement in judgements.items()},
        }
        for assessment, judgements in judged
    ]


def written() -> dict[str, bytes]:
    """Return every file by name, as it is written."""
    patients = all_charts()
    contents: dict[str, Any] = {f"{chart.slug}.json": chart.bundle() for chart in patients}
    contents[GOLD] = [judged for chart in patients for judged in gold(chart)]
    return {
        name: (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode() for name, content in contents.items()
    }


def main() -> None:
    """Write every file into the package's folder."""
    for name, content in written().items():
        (folder() / name).write_bytes(content)


if __name__ == "__main__":
    main()
