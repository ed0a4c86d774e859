"""FHIR files into the store: read, recognised, owned, rendered as records, reported. Knows no ranking and no engine.

`command` is one import of many files, `intake` one file's; `leads` follows references, `rendering` makes records,
`asides` keeps what makes none.
"""

from __future__ import annotations

from emr_rerank.pipeline.importing.command import import_paths
from emr_rerank.pipeline.importing.tally import FileFailure, ImportReport, Progress

__all__ = ["FileFailure", "ImportReport", "Progress", "import_paths"]
