"""The order of files and of entries never changes what a store says; what comes later completes what came before."""

from __future__ import annotations

import tempfile
from itertools import pairwise, permutations
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.fhir.resource import Entry
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.pipeline.importing.intake import Intake
from emr_rerank.store.database import Store, open_store
from tests.pipeline.charts import (
    Json,
    bring,
    bundle,
    condition,
    lines,
    medication,
    observation,
    patient,
    report,
    request,
    save,
    told,
)

ODD_DATE = {"recordedDate": "03/04/2016"}
MRN: Json = {"identifier": [{"system": "urn:mrn", "value": "77"}]}
IMAGING = {"resourceType": "ImagingStudy", "id": "i1", "status": "available", "subject": {"reference": "Patient/anna"}}
DOCTOR = {"resourceType": "Practitioner", "id": "p1", "name": [{"family": "Birne", "given": ["Ines"]}]}
RELATIVE = {"resourceType": "RelatedPerson", "id": "rp", "patient": {"reference": "Patient/anna"}}
NOTE = {
    "resourceType": "DocumentReference",
    "id": "n1",
    "status": "current",
    "subject": {"reference": "Patient/anna"},
    "author": [{"reference": "Practitioner/p1"}],
    "content": [{"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}}],
}


def version(text: str, day: str) -> Json:
    return condition("v", text=text, meta={"lastUpdated": f"2020-01-{day}T00:00:00Z"})


POOL: tuple[Json, ...] = (
    patient(**MRN),
    patient("bert", "Quitte", "Bert"),
    condition(),
    condition("c2", "Patient?identifier=urn:mrn|77", "Asthma"),
    condition("c3", "urn:uuid:anna", "Migraine"),
    condition("c4", "Patient/nobody", "Measles"),
    condition("bad", **ODD_DATE),
    version("older", "01"),
    version("newer", "02"),
    request(reasonReference=[{"reference": "Condition/c1"}]),
    request("r2", "Patient/bert"),
    request("r3", medicine="Medication/missing"),
    medication(),
    observation(),
    observation("o2", "Patient/bert"),
    report(),
    report("d2", result="Observation/o2"),  # another patient's result: no words of it
    IMAGING,
    DOCTOR,
    RELATIVE,
    NOTE,
)


def imported(files: list[list[Json]]) -> dict[str, list[tuple[object, ...]]]:
    """Return what a new store says after these files, imported one command each."""
    store = open_store("sqlite://")
    with tempfile.TemporaryDirectory() as folder:
        for number, resources in enumerate(files):
            import_paths(store, [save(Path(folder), f"{number}.ndjson", *resources)])
    found = told(store)
    store.close()
    return found


EXPECTED = imported([list(POOL)])


def test_the_pool_holds_what_an_order_could_spoil() -> None:
    texts = {str(row[0]): str(row[3]) for row in EXPECTED["records"]}
    assert set(texts) == {
        *(f"Condition/{own}" for own in ("c1", "c2", "c3", "v")),
        *(f"MedicationRequest/{own}" for own in ("r1", "r2", "r3")),
        *("Observation/o1", "Observation/o2", "DiagnosticReport/d1", "DiagnosticReport/d2", "DocumentReference/n1"),
    }
    assert "for: Gout" in texts["MedicationRequest/r1"]
    assert "8.1 %" in texts["DiagnosticReport/d1"]
    assert "8.1 %" not in texts["DiagnosticReport/d2"]
    assert "Birne" in texts["DocumentReference/n1"]
    assert "newer" in texts["Condition/v"]
    assert len(EXPECTED["quarantine"]) == 2
    assert len(EXPECTED["others"]) == 1
    assert len(EXPECTED["history"]) == 1


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(POOL), cuts=st.lists(st.integers(0, len(POOL)), max_size=6))
def test_any_order_in_any_files_gives_the_same_store(order: list[Json], cuts: list[int]) -> None:
    edges = [0, *sorted(set(cuts) - {0, len(POOL)}), len(POOL)]
    assert imported([order[start:end] for start, end in pairwise(edges)]) == EXPECTED


def test_any_order_of_bundles_gives_the_same_store() -> None:
    files = [
        [bundle(("urn:uuid:p", patient()), ("urn:uuid:c", condition("c1", "urn:uuid:p")))],
        [bundle(("urn:uuid:p", patient("bert", "Quitte", "Bert")), ("urn:uuid:c", condition("c2", "urn:uuid:p")))],
        [bundle(("urn:uuid:x", condition("c3", "urn:uuid:p")))],  # which of the two? neither
        [
            bundle(request(medicine="urn:uuid:m")),
        ],
        [bundle(("urn:uuid:m", medication()), ("urn:uuid:r", request("r2", medicine="urn:uuid:m")))],
    ]
    expected = imported(files)
    assert {row[0] for row in expected["records"]} == {
        "Condition/c1",
        "Condition/c2",
        "MedicationRequest/r1",
        "MedicationRequest/r2",
    }
    for order in permutations(files):
        assert imported(list(order)) == expected


def test_a_line_gains_its_words_when_they_come_in_a_later_file(store: Store, tmp_path: Path) -> None:
    first = bring(store, tmp_path, patient(), request(), report())
    assert first.dangling == 2
    assert set(lines(store)) == {"MedicationRequest/r1", "DiagnosticReport/d1"}
    last = bring(store, tmp_path, medication(), observation())
    assert last.dangling == 0
    assert "Metformin 500 mg" in lines(store)["MedicationRequest/r1"]
    assert "8.1 %" in lines(store)["DiagnosticReport/d1"]


def test_records_wait_for_their_patient_and_come_out_of_quarantine(store: Store, tmp_path: Path) -> None:
    first = bring(store, tmp_path, condition(), observation())
    assert first.quarantined == {"its patient is not in the store": 2}
    assert first.pending == 2
    again = bring(store, tmp_path, condition(), observation())
    assert again.pending == 2
    last = bring(store, tmp_path, patient())
    assert last.pending == 0
    assert set(lines(store)) == {"Condition/c1", "Observation/o1"}
    assert told(store)["quarantine"] == []


def test_a_patient_in_a_later_file_of_the_same_command_leaves_nothing_in_quarantine(
    store: Store, tmp_path: Path
) -> None:
    paths = [save(tmp_path, "Condition.ndjson", condition()), save(tmp_path, "Patient.ndjson", patient())]
    done = import_paths(store, paths)
    assert (done.quarantined, done.pending) == ({}, 0)
    assert set(lines(store)) == {"Condition/c1"}


def test_a_record_made_again_keeps_what_its_own_bundle_settled(store: Store, tmp_path: Path) -> None:
    own = bundle(
        ("urn:uuid:p", patient()),
        ("urn:uuid:m", medication()),
        (
            "urn:uuid:r",
            request(subject="urn:uuid:p", medicine="urn:uuid:m", reasonReference=[{"reference": "Condition/c1"}]),
        ),
    )
    bring(store, tmp_path, own)
    bring(
        store,
        tmp_path,
        bundle(("urn:uuid:p", patient("bert", "Quitte", "Bert")), ("urn:uuid:m", medication("m2", "Aspirin"))),
    )
    bring(store, tmp_path, condition())
    line = lines(store)["MedicationRequest/r1"]
    assert "Metformin 500 mg" in line
    assert "for: Gout" in line


def test_a_file_too_large_to_hold_is_read_back_and_gives_the_same_store() -> None:
    for hold in (0, 1, 700, 2500):
        for files in ([POOL, POOL], [POOL[::-1]], [POOL * 2], [POOL[5:], POOL[:5] + POOL]):
            store = open_store("sqlite://")
            for resources in files:
                with store.begin() as transaction:
                    intake = Intake(transaction, "x.ndjson", source=None, strict=False, hold=hold)
                    for number, resource in enumerate(resources):
                        intake.take(Entry(resource, position=f"line {number}"))
                    intake.finish()
            import_paths(store, [])  # the end of a command looks again for patients
            assert told(store) == EXPECTED, (hold, len(files))


def test_large_bundles_keep_their_own_references_when_read_back() -> None:
    store = open_store("sqlite://")
    with store.begin() as transaction:
        intake = Intake(transaction, "x.zip", source=None, strict=False, hold=0)
        for member, own in (("a.json", "anna"), ("b.json", "bert")):
            intake.take(Entry(condition(f"c-{own}", "urn:uuid:p", own), "urn:uuid:c", f"{member} entry 1"))
            intake.take(Entry(patient(own), "urn:uuid:p", f"{member} entry 2"))
        intake.finish()
    assert lines(store, "anna") == {"Condition/c-anna": "Condition: anna"}
    assert lines(store, "bert") == {"Condition/c-bert": "Condition: bert"}
