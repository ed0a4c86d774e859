"""Nothing of one person ever gets into another's chart, and no file ends the import of the others."""

from __future__ import annotations

import os
from base64 import b64encode
from itertools import permutations
from pathlib import Path

import orjson
import pytest

from emr_rerank.errors import SourceError
from emr_rerank.pipeline.importing import ImportReport, import_paths
from emr_rerank.store.database import Store, open_store
from emr_rerank.store.patients import PatientKey, search_patients
from emr_rerank.store.quarantine import count_quarantine, count_quarantined
from emr_rerank.store.records import load_records
from emr_rerank.store.resources import load_versions
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

ODD_DATE = {"recordedDate": "03/04/2016"}
HOST = "https://h.example/fhir"


def bert(own: str = "bert", **more: object) -> Json:
    return patient(own, "Quitte", "Bert") | {"birthDate": "1980-03-04"} | more


def refused(store: Store, folder: Path, *resources: Json) -> str:
    """Import what must be refused, and return why; the store must not have changed."""
    before = dump(store)
    done: ImportReport = bring(store, folder, *resources)
    assert dump(store) == before
    [failure] = done.failed
    assert "--source" in failure.message
    return failure.message


def owned(store: Store, own: str = "anna", source: str = "local") -> int:
    with store.read() as transaction:
        return count_quarantined(transaction, PatientKey(source, own))


@pytest.mark.parametrize("fault", [{"birthDate": "03/04/1980"}, {"birthDate": 7, "name": []}])
def test_another_person_who_cannot_be_read_is_refused(store: Store, tmp_path: Path, fault: Json) -> None:
    bring(store, tmp_path, patient(), condition())
    other = bert("anna", **fault)
    assert "another person" in refused(store, tmp_path, other, condition("c2", text="Measles"))
    for order in ((other, patient()), (patient(), other)):
        assert bring(open_store("sqlite://"), tmp_path, *order).failed


def test_a_person_mended_is_the_same_person(store: Store, tmp_path: Path) -> None:
    faulty = patient() | {"birthDate": "07/03/1950"}
    for _ in range(2):
        assert not bring(store, tmp_path, faulty, condition()).failed
    assert not bring(store, tmp_path, patient()).failed
    assert set(lines(store)) == {"Condition/c1"}
    assert not bring(store, tmp_path, faulty).failed


def test_an_older_version_of_another_person_is_refused(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(meta={"lastUpdated": "2020-01-01T00:00:00Z"}))
    older = bert("anna", meta={"lastUpdated": "2010-01-01T00:00:00Z"})
    assert "another person" in refused(store, tmp_path, older, condition("c2"))


def test_another_servers_patient_is_never_the_default_sources(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient())
    bring(store, tmp_path, condition("c9", f"{HOST}/Patient/anna"), condition("q", f"{HOST}/Patient/anna", **ODD_DATE))
    assert lines(store) == {}
    assert owned(store) == 0
    bring(store, tmp_path, bundle((f"{HOST}/Patient/anna", bert("anna"))))
    assert list(lines(store, "anna", HOST).values()) == ["Condition: Gout"]
    assert (owned(store), owned(store, "anna", HOST)) == (0, 1)


def test_whoever_names_the_source_says_that_absolute_references_mean_it(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition(subject=f"{HOST}/Patient/anna"), source="clinic")
    assert set(lines(store, "anna", "clinic")) == {"Condition/c1"}


def test_an_entry_without_full_url_belongs_to_its_own_bundle(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition())
    nameless = condition(subject="Patient/anna")
    del nameless["id"]
    bring(store, tmp_path, bundle(condition("c2"), nameless, (f"{HOST}/Patient/anna", bert("anna"))))
    assert set(lines(store)) == {"Condition/c1"}
    assert set(lines(store, "anna", HOST)) == {"Condition/c2"}
    assert (owned(store), owned(store, "anna", HOST)) == (0, 1)


def test_in_a_bundle_of_several_servers_the_bundles_own_patient_is_meant(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition())
    doctor = {"resourceType": "Practitioner", "id": "p"}
    loose = [condition("c2"), condition("q", **ODD_DATE), {"resourceType": "Flag", "id": "f", **condition("f")}]
    loose[2]["resourceType"] = "Flag"
    bring(
        store,
        tmp_path,
        bundle(*loose, (f"{HOST}/Patient/anna", bert("anna")), ("https://g.example/Practitioner/p", doctor)),
    )
    assert set(lines(store)) == {"Condition/c1"}
    assert list(lines(store, "anna", HOST)) == ["Condition/c2@local"]
    assert (owned(store), owned(store, "anna", HOST)) == (0, 1)
    assert [row[-1] for row in told(store)["others"]] == ["anna"]


def test_two_patients_of_one_id_in_a_bundle_leave_it_open_who_is_meant(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient())
    two = [(f"https://{host}/Patient/anna", bert("anna")) for host in ("g", "h")]
    done = bring(store, tmp_path, bundle(*two, condition()))
    assert done.quarantined == {"its patient is not in the store": 1}
    bring(store, tmp_path, patient(gender="female"))
    assert lines(store) == {}


@pytest.mark.parametrize("day", ["2010", "2030"])
def test_a_resource_that_names_another_patient_than_before_is_refused(store: Store, tmp_path: Path, day: str) -> None:
    bring(store, tmp_path, patient(), bert(), condition(meta={"lastUpdated": "2020-01-01T00:00:00Z"}))
    moved = condition(subject="Patient/bert", text="Measles", meta={"lastUpdated": f"{day}-01-01T00:00:00Z"})
    assert "Condition/c1 is known as another patient's" in refused(store, tmp_path, moved)
    with store.read() as transaction:
        assert len(load_versions(transaction, ANNA, "Condition/c1")) == 1


def test_a_resource_may_not_name_another_patient_before_either_is_known(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, condition())
    refused(store, tmp_path, condition(subject="Patient/bert"))


def test_a_resource_given_to_another_patient_by_its_bundle_is_refused(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, patient(), condition())
    refused(store, tmp_path, bundle(("urn:uuid:p", bert()), condition(subject="urn:uuid:p", text="Measles")))


def note(own: str, subject: str) -> Json:
    attachment = {"contentType": "text/plain", "url": "Binary/n1"}
    return {
        "resourceType": "DocumentReference",
        "id": own,
        "status": "current",
        "subject": {"reference": subject},
        "content": [{"attachment": attachment}],
    }


def binary(text: str) -> Json:
    data = b64encode(text.encode()).decode()
    return {"resourceType": "Binary", "id": "n1", "contentType": "text/plain", "data": data}


def chart(own: str, words: str, day: str = "2020") -> list[Json]:
    who = patient() if own == "anna" else bert()
    drug = medication("m1", words, meta={"lastUpdated": f"{day}-01-01T00:00:00Z"})
    return [who, drug, request(f"r-{own}", f"Patient/{own}"), note(f"n-{own}", f"Patient/{own}"), binary(words)]


@pytest.mark.parametrize("day", ["2010", "2030"])
def test_equal_ids_of_medicines_and_notes_never_mix_two_charts(store: Store, tmp_path: Path, day: str) -> None:
    bring(store, tmp_path, bundle(*chart("anna", "Aspirin")))
    refused(store, tmp_path, bundle(*chart("bert", "Warfarin", day)))
    bring(store, tmp_path, bundle(*chart("bert", "Warfarin")), source="ward")
    assert "Aspirin" in lines(store)["MedicationRequest/r-anna"]
    assert "Warfarin" in lines(store, "bert", "ward")["MedicationRequest/r-bert"]


def test_equal_ids_of_medicines_in_two_bundles_of_a_file_are_refused(store: Store, tmp_path: Path) -> None:
    refused(store, tmp_path, bundle(*chart("anna", "Aspirin")), bundle(*chart("bert", "Warfarin")))


def test_a_system_that_says_who_it_is_may_change_its_medicines(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, *chart("anna", "Aspirin"), source="ward")
    assert not bring(store, tmp_path, medication("m1", "Warfarin"), source="ward").failed
    assert "Warfarin" in lines(store, "anna", "ward")["MedicationRequest/r-anna"]


def test_records_of_two_sources_under_one_id_are_told_apart(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, bundle((f"{HOST}/Patient/anna", patient()), (f"{HOST}/Condition/c1", condition())))
    other = condition(subject=f"{HOST}/Patient/anna", text="Measles")
    bring(store, tmp_path, bundle(("https://g.example/Condition/c1", other)))
    key = PatientKey(HOST, "anna")
    assert lines(store, "anna", HOST) == {
        "Condition/c1": "Condition: Gout",
        "Condition/c1@https://g.example": "Condition: Measles",
    }
    with store.read() as transaction:
        for record in load_records(transaction, key):
            [version] = load_versions(transaction, key, record.reference)
            assert orjson.loads(version.raw)["code"]["text"] in record.text


def test_a_reports_words_never_come_from_a_result_that_is_nobodys(store: Store, tmp_path: Path) -> None:
    stray = observation("o1", value=9.9) | {"subject": {"reference": "#x"}, "contained": [bert("x")]}
    bring(store, tmp_path, patient(), stray, report())
    assert "9.9" not in lines(store)["DiagnosticReport/d1"]


@pytest.mark.parametrize("field", ["subject", "identifier"])
def test_deep_nesting_costs_one_resource(store: Store, tmp_path: Path, field: str) -> None:
    deep = '{"resourceType":"Condition","id":"c2","' + field + '":' + "[" * 1000 + "]" * 1000 + "}"
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"\n".join([orjson.dumps(patient()), deep.encode(), orjson.dumps(condition())]))
    done = import_paths(store, [path])
    assert not done.failed
    assert set(lines(store)) == {"Condition/c1"}


def test_a_file_name_that_is_no_text_and_odd_addresses_harm_no_backend(store: Store, tmp_path: Path) -> None:
    long = "x" * 6000
    content = bundle(
        ("http://h\0/fhir/Patient/anna", patient()),
        ("http://h\0/fhir/Condition/c1", condition()),
        condition("c3", f"http://{long}/fhir/Patient/anna"),
        condition("c4", f"http://{long}/fhir/Patient/anna", **ODD_DATE),
    )
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/ann\xff.json"))
    path.write_bytes(orjson.dumps(content))
    other = save(tmp_path, "b.json", bundle((f"http://{long}/fhir/Patient/anna", bert("anna"))))
    done = import_paths(store, [path, other])
    assert (done.failed, done.files) == ((), 2)
    with store.read() as transaction:
        first, second = search_patients(transaction)
    assert len(lines(store, first.id, first.source)) == len(lines(store, second.id, second.source)) == 1


@pytest.mark.parametrize("source", ["x" * 201, "a\0b"])
def test_a_source_that_cannot_be_filed_is_one_line(store: Store, tmp_path: Path, source: str) -> None:
    with pytest.raises(SourceError, match=r"^--source: "):
        bring(store, tmp_path, patient(), source=source)


def test_a_broken_line_is_quarantined_and_the_rest_goes_in(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"\n".join([orjson.dumps(patient()), b"{oops", orjson.dumps(condition())]))
    for _ in range(2):
        done = import_paths(store, [path])
        assert (done.failed, done.quarantined) == ((), {"not JSON": 1})
    assert set(lines(store)) == {"Condition/c1"}
    [row] = told(store)["quarantine"]
    assert b"{oops" in row
    with pytest.raises(SourceError, match=r"a\.ndjson line 2: resource: not JSON"):
        import_paths(store, [path], strict=True)


def test_what_has_no_id_is_quarantined_once_a_source(store: Store, tmp_path: Path) -> None:
    nameless = condition()
    del nameless["id"]
    for source in ("a", "b", "a"):
        bring(store, tmp_path, bundle(patient(), nameless), source=source)
    with store.read() as transaction:
        assert sum(count_quarantine(transaction).values()) == 2
    assert owned(store, "anna", "a") == owned(store, "anna", "b") == 1


def test_any_order_gives_what_was_set_aside_to_the_same_patient(tmp_path: Path) -> None:
    mrn: Json = {"identifier": [{"system": "s", "value": "1"}]}
    files = [
        condition("q", "Patient?identifier=s|1", **ODD_DATE),
        {"resourceType": "Flag", "id": "f", "subject": {"reference": "Patient?identifier=s|1"}},
        patient(**mrn),
        bert(**mrn),
    ]
    for order in permutations(files):
        store = open_store("sqlite://")
        for resource in order:
            bring(store, tmp_path, resource)
        assert (owned(store), owned(store, "bert")) == (0, 0)
        assert told(store)["others"][0][-1] is None


def test_a_file_that_holds_two_versions_changes_nothing_again(store: Store, tmp_path: Path) -> None:
    two = [patient(), condition(text="Gout"), condition(text="Gouty arthritis")]
    bring(store, tmp_path, *two)
    before = dump(store)
    again = bring(store, tmp_path, *two)
    assert dump(store) == before
    assert (again.unchanged, again.updated) == ({"Patient": 1, "Condition": 2}, {})
    bring(store, tmp_path, condition(text="Gout"))
    assert lines(store) == {"Condition/c1": "Condition: Gout"}
