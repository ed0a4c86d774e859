"""Small FHIR resources and files for the import's tests, and what a store says after it, without its own numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from emr_rerank.pipeline.importing import ImportReport, import_paths
from emr_rerank.store.database import Store
from emr_rerank.store.patients import PatientKey
from emr_rerank.store.records import load_records
from emr_rerank.store.tables import (
    AliasRow,
    HistoryRow,
    LinkRow,
    OtherRow,
    PatientRow,
    QuarantineRow,
    RecordRow,
    ResourceRow,
)

Json = dict[str, Any]
ANNA = PatientKey("local", "anna")


def patient(own: str = "anna", family: str = "Zwetschge", given: str = "Anna", **more: Any) -> Json:
    name = [{"family": family, "given": [given]}]
    return {"resourceType": "Patient", "id": own, "name": name, "birthDate": "1950-03-07", **more}


def condition(own: str = "c1", subject: str = "Patient/anna", text: str = "Gout", **more: Any) -> Json:
    return {"resourceType": "Condition", "id": own, "code": {"text": text}, "subject": {"reference": subject}, **more}


def medication(own: str = "m1", text: str = "Metformin 500 mg", **more: Any) -> Json:
    return {"resourceType": "Medication", "id": own, "code": {"text": text}, **more}


def request(own: str = "r1", subject: str = "Patient/anna", medicine: str = "Medication/m1", **more: Any) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": own,
        "status": "active",
        "intent": "order",
        "subject": {"reference": subject},
        "medicationReference": {"reference": medicine},
        **more,
    }


def observation(own: str = "o1", subject: str = "Patient/anna", value: float = 8.1, **more: Any) -> Json:
    return {
        "resourceType": "Observation",
        "id": own,
        "status": "final",
        "code": {"text": "Hemoglobin A1c"},
        "subject": {"reference": subject},
        "valueQuantity": {"value": value, "unit": "%"},
        **more,
    }


def report(own: str = "d1", subject: str = "Patient/anna", result: str = "Observation/o1", **more: Any) -> Json:
    return {
        "resourceType": "DiagnosticReport",
        "id": own,
        "status": "final",
        "code": {"text": "Blood panel"},
        "subject": {"reference": subject},
        "result": [{"reference": result}],
        **more,
    }


def bundle(*entries: Json | tuple[str, Json]) -> Json:
    """Return a Bundle of resources, each with a `fullUrl` where given as a pair."""
    pairs = [entry if isinstance(entry, tuple) else ("", entry) for entry in entries]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} | ({"fullUrl": url} if url else {}) for url, resource in pairs],
    }


def save(folder: Path, name: str, *resources: Json) -> Path:
    """Write a file: one resource as JSON, several as NDJSON."""
    path = folder / name
    path.write_bytes(b"\n".join(orjson.dumps(resource) for resource in resources))
    return path


def bring(store: Store, folder: Path, *resources: Json, name: str = "file.json", **options: Any) -> ImportReport:
    """Import resources as one file."""
    return import_paths(store, [save(folder, name, *resources)], **options)


def lines(store: Store, patient_id: str = "anna", source: str = "local") -> dict[str, str]:
    """Return a patient's records as lines, by reference."""
    with store.read() as transaction:
        return {record.reference: record.text for record in load_records(transaction, PatientKey(source, patient_id))}


def told(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return everything the store says but its own numbers and times: the same for the same resources."""
    named = {
        "patients": sa.select(*_but(PatientRow, "pk")),
        "resources": sa.select(
            *_but(ResourceRow, "pk", "import_pk", "patient_pk", "position"), PatientRow.fhir_id
        ).join(PatientRow, PatientRow.pk == ResourceRow.patient_pk, isouter=True),
        "history": sa.select(HistoryRow.raw, ResourceRow.fhir_id).join(
            ResourceRow, ResourceRow.pk == HistoryRow.resource_pk
        ),
        "records": sa.select(*_but(RecordRow, "pk", "patient_pk"), PatientRow.source, PatientRow.fhir_id).join(
            PatientRow, PatientRow.pk == RecordRow.patient_pk
        ),
        "quarantine": sa.select(
            *_but(QuarantineRow, "pk", "import_pk", "patient_pk", "resource_pk", "position", "file"), PatientRow.fhir_id
        ).join(PatientRow, PatientRow.pk == QuarantineRow.patient_pk, isouter=True),
        "others": sa.select(*_but(OtherRow, "pk", "patient_pk"), PatientRow.fhir_id).join(
            PatientRow, PatientRow.pk == OtherRow.patient_pk, isouter=True
        ),
        "aliases": sa.select(AliasRow.source, AliasRow.address, ResourceRow.type, ResourceRow.fhir_id).join(
            ResourceRow, ResourceRow.pk == AliasRow.resource_pk
        ),
        "links": _links(),
    }
    with store.read() as transaction:
        return {
            table: sorted((tuple(row) for row in transaction.execute(wanted)), key=repr)
            for table, wanted in named.items()
        }


def _but(table: Any, *left_out: str) -> list[Any]:
    return [getattr(table, column.key) for column in sa.inspect(table).columns if column.key not in left_out]


def _links() -> sa.Select[Any]:
    holder, target = aliased(ResourceRow), aliased(ResourceRow)
    return (
        sa.select(
            holder.source,
            holder.type,
            holder.fhir_id,
            *_but(LinkRow, "pk", "resource_pk", "target_pk"),
            target.type.label("to"),
            target.fhir_id.label("to_id"),
        )
        .join(holder, holder.pk == LinkRow.resource_pk)
        .join(target, target.pk == LinkRow.target_pk, isouter=True)
    )
