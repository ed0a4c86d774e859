"""The only room that knows rows: patients, resources as received, records, quarantine, vectors.

Knows nothing of FHIR's meaning, of models or of pages. Every query about a person takes that person's `PatientKey`.
"""

from __future__ import annotations

from emr_rerank.store.database import Store, open_store
from emr_rerank.store.forget import Forgotten, forget_patient
from emr_rerank.store.others import count_others
from emr_rerank.store.patients import PatientKey, count_patients, find_patient, search_patients
from emr_rerank.store.quarantine import count_quarantined
from emr_rerank.store.records import load_records
from emr_rerank.store.resources import load_versions
from emr_rerank.store.vectors import PatientVectors

__all__ = [
    "Forgotten",
    "PatientKey",
    "PatientVectors",
    "Store",
    "count_others",
    "count_patients",
    "count_quarantined",
    "find_patient",
    "forget_patient",
    "load_records",
    "load_versions",
    "open_store",
    "search_patients",
]
