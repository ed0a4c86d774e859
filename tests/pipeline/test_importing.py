"""What importing does to a store: added once, replaced, quarantined, refused, undone."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import orjson
import pytest

from emr_rerank.errors import SourceError
from emr_rerank.fhir.convert import to_record
from emr_rerank.fhir.resource import Entry, LookUp
from emr_rerank.pipeline.importing import Progress, import_paths
from emr_rerank.pipeline.importing.intake import Intake
from emr_rerank.store.database import Store, open_store
from emr_rerank.store.forget import forget_patient
from emr_rerank.store.imports import list_imports
from emr_rerank.store.others import count_others
from emr_rerank.store.patients import count_patients, search_patients
from emr_rerank.store.quarantine import count_quarantined, load_quarantined
from emr_rerank.store.resources import load_versions
from emr_rerank.types import Record
from tests.pipeline.charts import (
    ANNA,
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
from tests.store.rows import dump

ODD_DATE = {"recordedDate": "03/04/2016"}  # whose month? not plain, so not repaired
IMAGING = {"resourceType": "ImagingStudy", "id": "i1", "status": "available", "subject": {"reference": "Patient/anna"}}
CLAIM = {"resourceType": "Claim", "id": "x", "patient": {"reference": "Patient/anna"}}


def test_a_bundle_becomes_a_patient_with_records(store: Store, tmp_path: Path) -> None:
    done = bring(store, tmp_path, bundle(patient(), condition(), request(), medication(), observation(), report()))
    assert done.added == {
        "Patient": 1,
        "Condition": 1,
        "MedicationRequest": 1,
        "Medication": 1,
        "Observation": 1,
        "DiagnosticReport": 1,
    }
    assert (done.files, done.entries, done.resources) == (1, 6, 6)
    assert set(lines(store)) == {"Condition/c1", "MedicationRequest/r1", "Observation/o1", "DiagnosticReport/d1"}
    assert "Metformin 500 mg" in lines(store)["MedicationRequest/r1"]
    assert "8.1 %" in lines(store)["DiagnosticReport/d1"]


def test_importing_again_writes_nothing(store: Store, tmp_path: Path) -> None:
    chart = bundle(patient(), condition(), request(), medication(), IMAGING, CLAIM, condition("bad", **ODD_DATE))
    bring(store, tmp_path, chart)
    before = dump(store)
    again = bring(store, tmp_path, chart)
    assert dump(store) == before
    assert again.unchanged == {"Patient": 1, "Condition": 1, "MedicationRequest": 1, "Medication": 1}
    assert not again.added
    assert not again.updated


def test_key_order_and_a_servers_touch_are_no_change(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition(meta={"versionId": "1", "lastUpdated": "2020-01-01T00:00:00Z"}))
    touched = condition(meta={"lastUpdated": "2021-01-01T00:00:00Z", "versionId": "2"})
    again = bring(store, tmp_path, patient(), dict(reversed(touched.items())))
    assert again.unchanged == {"Patient": 1, "Condition": 1}


def test_a_changed_resource_replaces_the_old_one_which_stays_as_history(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition(text="Gout"))
    done = bring(store, tmp_path, condition(text="Pseudogout"))
    assert done.updated == {"Condition": 1}
    assert list(lines(store).values()) == ["Condition: Pseudogout"]
    with store.read() as transaction:
        versions = load_versions(transaction, ANNA, "Condition/c1")
    assert [orjson.loads(version.raw)["code"]["text"] for version in versions] == ["Pseudogout", "Gout"]
    assert versions[0].replaced_at == ""
    assert versions[1].replaced_at > "2020"


def test_a_version_that_arrives_after_its_successor_becomes_history(store: Store, tmp_path: Path) -> None:
    def version(text: str, day: str) -> dict[str, object]:
        return condition(text=text, meta={"lastUpdated": f"2020-01-{day}T00:00:00Z"})

    bring(store, tmp_path, patient(), version("new", "02"))
    bring(store, tmp_path, version("old", "01"))
    bring(store, tmp_path, version("old", "01"))
    assert list(lines(store).values()) == ["Condition: new"]
    with store.read() as transaction:
        assert len(load_versions(transaction, ANNA, "Condition/c1")) == 2


def test_a_resource_twice_in_a_file_counts_once_and_the_last_version_stands(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition(text="Gout"), condition(text="Gout"), condition(text="Asthma"))
    assert list(lines(store).values()) == ["Condition: Asthma"]


def test_a_changed_medicine_or_result_changes_the_lines_that_name_it(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, bundle(patient(), request(), medication(), observation(), report()))
    bring(store, tmp_path, medication(text="Metformin 850 mg"), observation(value=6.4))
    assert "Metformin 850 mg" in lines(store)["MedicationRequest/r1"]
    assert "6.4 %" in lines(store)["DiagnosticReport/d1"]


def test_a_records_words_never_come_from_another_patient(store: Store, tmp_path: Path) -> None:
    bert = [patient("bert", "Quitte", "Bert"), observation("o9", "Patient/bert", 9.9)]
    bring(store, tmp_path, patient(), report(result="Observation/o9"), *bert)
    assert "9.9" not in lines(store)["DiagnosticReport/d1"]


def test_an_id_missing_in_the_resource_comes_from_its_full_url(store: Store, tmp_path: Path) -> None:
    someone, gout = patient(), condition(subject="urn:uuid:3fe1b4a2-0000-4000-8000-000000000001")
    del someone["id"], gout["id"]
    urls = [f"urn:uuid:3fe1b4a2-0000-4000-8000-00000000000{number}" for number in (1, 2)]
    bring(store, tmp_path, bundle((urls[0], someone), (urls[1], gout)))
    assert lines(store, urls[0].removeprefix("urn:uuid:")) == {
        f"Condition/{urls[1].removeprefix('urn:uuid:')}": "Condition: Gout"
    }


def test_bundles_that_use_the_same_placeholders_do_not_mix(store: Store, tmp_path: Path) -> None:
    def chart(own: str, given: str, illness: str) -> dict[str, object]:
        return bundle(
            ("urn:uuid:p", patient(own, given=given)), ("urn:uuid:c", condition(f"c-{own}", "urn:uuid:p", illness))
        )

    paths = [
        save(tmp_path, "a.json", chart("anna", "Anna", "Gout")),
        save(tmp_path, "b.json", chart("bert", "Bert", "Asthma")),
    ]
    import_paths(store, paths)
    assert lines(store, "anna") == {"Condition/c-anna": "Condition: Gout"}
    assert lines(store, "bert") == {"Condition/c-bert": "Condition: Asthma"}


@pytest.mark.parametrize(
    "subject",
    [
        "Patient/anna",
        "Patient/anna/_history/3",
        "/Patient/anna",
        "./Patient/anna",
        "patient/anna",
        "Patient?identifier=urn:mrn|77",
        "Patient?identifier=urn%3Amrn%7C77",
        "urn:uuid:0f5e1c9a-aaaa-4bbb-8ccc-1234567890ab",
    ],
)
def test_references_of_every_form_find_the_patient(store: Store, tmp_path: Path, subject: str) -> None:
    known = patient(identifier=[{"system": "urn:mrn", "value": "77"}])
    url = "urn:uuid:0f5e1c9a-aaaa-4bbb-8ccc-1234567890ab"
    bring(store, tmp_path, bundle((url, known), condition(subject=subject)), name="b.json")
    assert lines(store) == {"Condition/c1": "Condition: Gout"}


def test_an_identifier_of_two_patients_names_neither(store: Store, tmp_path: Path) -> None:
    shared: Json = {"identifier": [{"system": "urn:mrn", "value": "77"}]}
    two = patient(**shared), patient("bert", "Quitte", "Bert", **shared)
    done = bring(store, tmp_path, *two, condition(subject="Patient?identifier=urn:mrn|77"))
    assert done.quarantined == {"its patient is not in the store": 1}


def test_equal_ids_of_two_servers_are_two_patients(store: Store, tmp_path: Path) -> None:
    for number, given in enumerate(("Anna", "Ada")):
        base = f"https://h{number}.example/fhir"
        pair = [
            (f"{base}/Patient/1", patient("1", given=given)),
            (f"{base}/Condition/1", condition("1", "Patient/1", given)),
        ]
        bring(store, tmp_path, bundle(*pair))
    assert lines(store, "1", "https://h0.example/fhir") == {"Condition/1": "Condition: Anna"}
    assert lines(store, "1", "https://h1.example/fhir") == {"Condition/1": "Condition: Ada"}


def test_a_given_source_stands_for_the_servers_address(store: Store, tmp_path: Path) -> None:
    base = "https://h.example/fhir"
    pair = (f"{base}/Patient/anna", patient()), (f"{base}/Condition/c1", condition(subject=f"{base}/Patient/anna"))
    bring(store, tmp_path, bundle(*pair), source="clinic")
    assert lines(store, "anna", "clinic") == {"Condition/c1": "Condition: Gout"}


@pytest.mark.parametrize("other", [{"family": "Quitte"}, {"given": "Ada"}, {"birthDate": "1951-03-07"}])
def test_another_person_under_a_known_id_is_refused(store: Store, tmp_path: Path, other: dict[str, str]) -> None:
    bring(store, tmp_path, patient(), condition())
    before = dump(store)
    done = bring(store, tmp_path, condition("c2"), patient(**other), name="b.ndjson")
    assert dump(store) == before
    [failure] = done.failed
    assert failure.message.startswith("b.ndjson line 2: Patient/anna is known as another person")
    assert "--source" in failure.message
    assert not {"Zwetschge", "Quitte", "Ada", "1951"} & set(failure.message.split())


def test_another_person_within_one_file_is_refused(store: Store, tmp_path: Path) -> None:
    done = bring(store, tmp_path, patient(), patient(family="Quitte"))
    assert len(done.failed) == 1
    with store.read() as transaction:
        assert count_patients(transaction) == 0


def test_another_person_is_another_patient_under_another_source(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient())
    assert not bring(store, tmp_path, patient(family="Quitte"), source="clinic").failed
    with store.read() as transaction:
        assert count_patients(transaction) == 2


@pytest.mark.parametrize(
    "same",
    [
        {"family": "  zwetschge ", "given": "ANNA"},
        {"name": []},
        {"birthDate": "1950"},
        {"gender": "female"},
        {"name": [{"family": "Pflaume", "given": ["Anna"]}, {"family": "Zwetschge", "given": ["Anna"]}]},
    ],
)
def test_the_same_person_with_other_details_is_updated(store: Store, tmp_path: Path, same: Json) -> None:
    bring(store, tmp_path, patient())
    done = bring(store, tmp_path, patient() | patient(**same) if "family" in same else patient() | same)
    assert (done.failed, done.updated) == ((), {"Patient": 1})


def test_a_name_left_out_between_two_names_does_not_merge_two_people(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient())
    bring(store, tmp_path, patient() | {"name": []})
    assert len(bring(store, tmp_path, patient(family="Quitte")).failed) == 1


def test_what_cannot_be_read_is_quarantined_and_the_rest_goes_in(store: Store, tmp_path: Path) -> None:
    done = bring(store, tmp_path, patient(), condition("bad", **ODD_DATE), condition(), name="x.ndjson")
    assert sum(done.quarantined.values()) == 1
    assert not done.failed
    assert set(lines(store)) == {"Condition/c1"}
    with store.read() as transaction:
        assert count_quarantined(transaction, ANNA) == 1
        [entry] = load_quarantined(transaction, ANNA)
    assert (entry.source, entry.file, entry.position, entry.type, entry.id) == (
        "local",
        "x.ndjson",
        "line 2",
        "Condition",
        "bad",
    )
    assert entry.fields == ("Condition.recordedDate",)
    assert orjson.loads(entry.raw) == condition("bad", **ODD_DATE)


def test_quarantine_is_counted_for_its_patient_even_when_the_patient_comes_later(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, condition("bad", **ODD_DATE))
    bring(store, tmp_path, patient())
    with store.read() as transaction:
        assert count_quarantined(transaction, ANNA) == 1


def test_what_is_mended_leaves_the_quarantine(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition(**ODD_DATE))
    bring(store, tmp_path, condition(recordedDate="2016-04-03"))
    with store.read() as transaction:
        assert count_quarantined(transaction, ANNA) == 0
    assert set(lines(store)) == {"Condition/c1"}


def test_a_version_that_cannot_be_read_leaves_the_last_good_one(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition())
    bring(store, tmp_path, condition(**ODD_DATE))
    assert set(lines(store)) == {"Condition/c1"}
    with store.read() as transaction:
        assert count_quarantined(transaction, ANNA) == 1


def test_repairs_are_counted_and_the_raw_json_kept(store: Store, tmp_path: Path) -> None:
    faulty = condition(invented="x")
    done = bring(store, tmp_path, patient(), faulty)
    assert done.repairs == {"unknown field dropped": 1}
    with store.read() as transaction:
        [version] = load_versions(transaction, ANNA, "Condition/c1")
    assert orjson.loads(version.raw) == faulty
    assert lines(store) == {"Condition/c1": "Condition: Gout"}


@pytest.mark.parametrize("odd", [{"resourceType": "Cnodition", "id": "1"}, {"resourceType": 7}, "text", [1], None])
def test_what_is_no_resource_is_quarantined_not_lost(store: Store, tmp_path: Path, odd: object) -> None:
    done = bring(store, tmp_path, bundle(patient()) | {"entry": [{"resource": patient()}, {"resource": odd}]})
    assert sum(done.quarantined.values()) == (0 if odd is None else 1)
    assert done.added == {"Patient": 1}


def test_nul_characters_and_very_long_addresses_harm_no_backend(store: Store, tmp_path: Path) -> None:
    long = "x" * 5000
    names: Json = {"identifier": [{"system": "s", "value": "a\0b"}, {"system": "s", "value": long}]}
    note = {
        "resourceType": "DocumentReference",
        "id": "n1",
        "status": "current",
        "subject": {"reference": f"Patient?identifier=s|{long}"},
        "author": [{"reference": "Practitioner/a\0b"}, {"reference": f"Practitioner?identifier=s|{long}"}],
        "content": [{"attachment": {"contentType": "text/plain", "data": b64encode(b"one\0two").decode()}}],
    }
    done = bring(
        store,
        tmp_path,
        patient(**names),
        note,
        condition("c2", "Patient?identifier=s|a\0b", "Go\0ut", meta={"lastUpdated": "\0"}),
        condition("c3", "Patient/an\0na", **ODD_DATE),
        IMAGING | {"subject": {"reference": "Patient/an\0na"}},
    )
    assert not done.failed
    assert "DocumentReference/n1" in lines(store)
    assert bring(store, tmp_path, patient(**names), note).unchanged == {"Patient": 1, "DocumentReference": 1}


def test_a_resource_without_any_id_is_quarantined(store: Store, tmp_path: Path) -> None:
    nameless = condition()
    del nameless["id"]
    done = bring(store, tmp_path, bundle(patient(), nameless))
    assert done.quarantined == {"has no id, and no fullUrl to take one from": 1}
    with store.read() as transaction:
        assert count_quarantined(transaction, ANNA) == 1


def test_a_record_that_names_no_patient_is_quarantined(store: Store, tmp_path: Path) -> None:
    stray = observation()
    del stray["subject"]
    assert bring(store, tmp_path, patient(), stray).quarantined == {"names no patient": 1}
    assert bring(store, tmp_path, observation()).updated == {"Observation": 1}
    assert set(lines(store)) == {"Observation/o1"}
    assert told(store)["quarantine"] == []


def test_other_types_are_counted_by_patient_and_billing_is_not_kept(store: Store, tmp_path: Path) -> None:
    done = bring(store, tmp_path, IMAGING, CLAIM, patient())
    bring(store, tmp_path, IMAGING)
    assert (done.other, done.ignored) == ({"ImagingStudy": 1}, {"Claim": 1})
    with store.read() as transaction:
        assert count_others(transaction, ANNA) == {"ImagingStudy": 1}


def test_an_other_resource_is_counted_for_a_patient_who_comes_later(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, IMAGING)
    bring(store, tmp_path, patient())
    with store.read() as transaction:
        assert count_others(transaction, ANNA) == {"ImagingStudy": 1}


def test_strict_repairs_nothing_and_imports_nothing_at_all(store: Store, tmp_path: Path) -> None:
    good = save(tmp_path, "a.ndjson", patient(), condition())
    faulty = save(tmp_path, "b.ndjson", condition("c2"), condition("c3", invented="secret"))
    before = dump(store)
    with pytest.raises(SourceError) as fault:
        import_paths(store, [good, faulty], strict=True)
    assert dump(store) == before
    message = str(fault.value)
    assert message.startswith("b.ndjson line 2: Condition: ")
    assert "invented" in message
    assert "secret" not in message
    assert "\n" not in message


def test_strict_refuses_what_an_earlier_import_repaired(store: Store, tmp_path: Path) -> None:
    faulty = save(tmp_path, "b.ndjson", patient(), condition(invented="x"))
    import_paths(store, [faulty])
    with pytest.raises(SourceError, match="invented"):
        import_paths(store, [faulty], strict=True)


def test_strict_refuses_a_record_whose_patient_is_nowhere(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\.ndjson line 1: Condition: its patient is not in the store"):
        bring(store, tmp_path, condition(), observation(), name="a.ndjson", strict=True)
    assert told(store)["resources"] == []


def test_strict_accepts_what_has_no_fault_in_any_order_of_files(store: Store, tmp_path: Path) -> None:
    paths = [save(tmp_path, "a.ndjson", condition(), observation()), save(tmp_path, "b.ndjson", patient())]
    assert import_paths(store, paths, strict=True).added.keys() == {"Condition", "Observation", "Patient"}


def test_an_unreadable_file_is_told_and_the_others_go_in(store: Store, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ndjson"
    broken.write_bytes(orjson.dumps(patient("bert", "Quitte", "Bert"))[:-1] + b"\n{oops")
    done = import_paths(store, [broken, save(tmp_path, "good.json", bundle(patient()))])
    assert [failure.file for failure in done.failed] == ["broken.ndjson"]
    assert "line 2" in done.failed[0].message
    assert (done.files, done.entries) == (1, 1)
    with store.read() as transaction:
        assert [person.id for person in search_patients(transaction)] == ["anna"]


def test_files_that_are_not_fhir_are_passed_over_in_folders_and_told_when_named(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    save(folder, "a.json", patient())
    readme = folder / "README.txt"
    readme.write_text("An export.")
    done = import_paths(store, [folder])
    assert (done.files, done.failed, len(done.skipped)) == (1, (), 1)
    assert len(import_paths(store, [readme]).failed) == 1


def test_a_path_that_does_not_exist_imports_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        import_paths(store, [save(tmp_path, "a.json", patient()), tmp_path / "missing"])
    assert told(store)["patients"] == []


def test_progress_is_told_by_file_and_within_large_ones(tmp_path: Path) -> None:
    store = open_store("sqlite://")
    seen: list[Progress] = []
    paths = [
        save(tmp_path, "a.ndjson", patient(), *(observation(f"o{number}") for number in range(1199))),
        save(tmp_path, "b.ndjson", condition()),
    ]
    import_paths(store, paths, progress=seen.append)
    assert [(step.file, step.files_done, step.entries) for step in seen] == [
        ("a.ndjson", 0, 500),
        ("a.ndjson", 0, 1000),
        ("a.ndjson", 1, 1200),
        ("b.ndjson", 2, 1201),
    ]
    assert {step.files for step in seen} == {2}


def test_the_log_of_imports_names_files_that_changed_something(store: Store, tmp_path: Path) -> None:
    for name in ("a.ndjson", "b.ndjson"):
        bring(store, tmp_path, patient(), condition(), name=name)
    with store.read() as transaction:
        [logged] = list_imports(transaction)
    assert logged.file == "a.ndjson"
    assert (logged.counts["added"], logged.counts["entries"]) == (2, 2)
    assert logged.started <= logged.finished


def test_nothing_from_inside_a_resource_is_logged(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="emr_rerank")
    bring(store, tmp_path, patient(), condition(text="Marzipan"), condition("b", text="Marzipan", **ODD_DATE))
    bring(store, tmp_path, patient(family="Quitte"))
    assert not [word for word in ("Marzipan", "Zwetschge", "Quitte", "03/04/2016") if word in caplog.text]


def test_a_patient_is_forgotten_with_all_that_an_import_brings(store: Store, tmp_path: Path) -> None:
    known = patient(identifier=[{"system": "urn:mrn", "value": "mrn-77"}])
    bring(store, tmp_path, patient("bert", "Quitte", "Bert"), name="bert.json")
    chart = [known, condition(text="Marzipan"), request(), medication(text="Marzipan drops"), IMAGING, observation()]
    bring(store, tmp_path, *chart, condition("b", text="Marzipan", **ODD_DATE), name="zwetschge.ndjson")
    bring(store, tmp_path, condition(text="Marzipan, milder"), name="more-of-anna.json")
    forget_patient(store, "anna")
    left = dump(store).casefold()
    assert [trace for trace in ("anna", "zwetschge", "marzipan", "mrn-77") if trace in left] == []
    assert "quitte" in left


def test_a_converters_bug_costs_one_record_and_is_told(store: Store) -> None:
    def fails_on_gout(resource: Json, look_up: LookUp) -> Record:
        if resource["code"] == {"text": "Gout"}:
            raise KeyError("Gout")
        return to_record(resource, look_up)

    with store.begin() as transaction:
        intake = Intake(transaction, "a.ndjson", source=None, strict=False, convert=fails_on_gout)
        for resource in (patient(), condition(), condition("c2", text="Asthma")):
            intake.take(Entry(resource))
        intake.finish()
    assert intake.tally.quarantined == {"no record could be made of it": 1}
    assert set(lines(store)) == {"Condition/c2"}
    with store.read() as transaction:
        assert [found.id for found in load_quarantined(transaction, ANNA)] == ["c1"]


KILLED = """
import sys
from pathlib import Path
from emr_rerank.pipeline.importing import import_paths
from emr_rerank.store.database import open_store
tell = lambda step: print(step.entries, flush=True)
import_paths(open_store(sys.argv[1]), [Path(sys.argv[2])], progress=tell)
"""


def test_a_kill_in_the_middle_leaves_the_store_as_before_and_a_rerun_completes_it(
    database_url: str, tmp_path: Path
) -> None:
    store = open_store(database_url)
    bring(store, tmp_path, patient(), condition())
    before = dump(store)
    large = save(
        tmp_path, "large.ndjson", patient(gender="female"), *(observation(f"o{number}") for number in range(5000))
    )
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url, str(large)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    for told_entries in process.stdout:
        if int(told_entries) >= 2500:
            os.kill(process.pid, signal.SIGKILL)
            break
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    for _ in range(50):  # PostgreSQL notices after a moment that its client is gone
        if dump(store) == before:
            break
        time.sleep(0.1)
    assert dump(store) == before
    assert import_paths(store, [large]).added == {"Observation": 5000}
    assert len(lines(store)) == 5001
