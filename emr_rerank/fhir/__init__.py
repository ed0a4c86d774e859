"""FHIR in: read sources, validate, repair, name, convert. The only room that knows FHIR's looseness.

    find_files, read_entries    files and folders -> entries (plain JSON), bounded and streamed
    role_of                     what a resource type is to a history: record, supporting, ignored, other
    validate                    a resource -> Accepted (as it is, or a repaired copy) or Rejected with reasons
    identity, addresses         who a resource is, and what may point at it
    subject_of, targets         whose it is, and where to look for what it points at
    to_record, to_patient       a validated resource -> the domain's Record or Patient

Knows nothing of rows, engines or pages.
"""

from __future__ import annotations

from emr_rerank.fhir.convert import CONVERTERS, to_patient, to_record
from emr_rerank.fhir.references import (
    DEFAULT_SOURCE,
    Identity,
    addresses,
    identity,
    normalise,
    subject_of,
    targets,
    text_references,
    with_identity,
)
from emr_rerank.fhir.resource import Entry, LookUp, Resource
from emr_rerank.fhir.roles import IGNORED_TYPES, NAMING_TYPES, RECORD_TYPES, SUPPORTING_TYPES, Role, role_of
from emr_rerank.fhir.sources import FoundFile, NotFhir, find_files, read_entries
from emr_rerank.fhir.unpacking import DEFAULT_LIMITS, Limits
from emr_rerank.fhir.validate import Accepted, Rejected, validate

__all__ = [
    "CONVERTERS",
    "DEFAULT_LIMITS",
    "DEFAULT_SOURCE",
    "IGNORED_TYPES",
    "NAMING_TYPES",
    "RECORD_TYPES",
    "SUPPORTING_TYPES",
    "Accepted",
    "Entry",
    "FoundFile",
    "Identity",
    "Limits",
    "LookUp",
    "NotFhir",
    "Rejected",
    "Resource",
    "Role",
    "addresses",
    "find_files",
    "identity",
    "normalise",
    "read_entries",
    "role_of",
    "subject_of",
    "targets",
    "text_references",
    "to_patient",
    "to_record",
    "validate",
    "with_identity",
]
