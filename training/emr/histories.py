"""FHIR files in, one patient's history at a time out: items as the product makes them, and the resources behind them.

Knows no assessment. Resources are converted as they stand; validation and repair are the importer's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from emr_rerank.fhir import (
    CONVERTERS,
    Entry,
    Resource,
    addresses,
    find_files,
    identity,
    normalise,
    read_entries,
    subject_of,
    to_record,
)
from emr_rerank.ranking import to_items
from emr_rerank.store import PatientKey, Store, count_patients, load_records, load_versions, search_patients
from emr_rerank.types import HistoryItem
from training.emr.people import Person

THIS_YEAR = 2025  # where a history names none; a fixed one, so that every run says the same
ASSUMED_AGE = 50  # years, of a patient whose birth date is not told


@dataclass(frozen=True, slots=True)
class History:
    """One patient's records. References are "Type/id"; `aliases` maps every address to one."""

    patient: str
    person: Person
    items: tuple[HistoryItem, ...]
    resources: Mapping[str, Resource]
    aliases: Mapping[str, str]

    @property
    def group(self) -> str:
        """What all that is asked of this patient shares: by it `training.held_out` keeps patients from training."""
        return f"patient:{self.patient.removeprefix('Patient/')}"

    def reference(self, written: str) -> str:
        """Return which resource a reference names, as far as it is this patient's; "" for none."""
        return self.aliases.get(written) or self.aliases.get(normalise(written)[1], "")


def histories(folder: Path, *, together: bool) -> Iterator[History]:
    """Yield the patients of a folder in the order of their files, and within one of their ids.

    `together`: a patient's resources are spread over the files (a bulk export), so that all are read first.

    Raises:
        SourceError: the folder is absent, or a file in it cannot be read.
    """
    files = [found.path for found in find_files([folder])]
    if together:
        yield from _patients(entry for path in files for entry in read_entries(path))
    else:
        for path in files:
            yield from _patients(read_entries(path))


def stored_histories(store: Store) -> Iterator[History]:
    """Yield a store's patients by name, one held at a time; their resources as they were received."""
    with store.read() as transaction:
        people = search_patients(transaction, limit=count_patients(transaction))
    for one in people:
        with store.read() as transaction:
            key = PatientKey.of(one)
            records = load_records(transaction, key)
            sent = {record.reference: load_versions(transaction, key, record.reference)[0].raw for record in records}
        resources = {reference: orjson.loads(raw) for reference, raw in sent.items()}
        aliases = {address: reference for reference in resources for address in (reference, _urn(reference))}
        person = _person({"birthDate": one.birth_date, "gender": one.sex}, _last_year(resources))
        yield History(f"Patient/{one.id}", person, tuple(to_items(records)), resources, aliases)


def _urn(reference: str) -> str:
    """Return how bundles write a reference that the store knows by type and id: most take the one from the other."""
    return f"urn:uuid:{reference.partition('/')[2].lower()}"


def _patients(entries: Iterable[Entry]) -> Iterator[History]:
    kept = [entry for entry in entries if not entry.fault]
    people = {
        address: named.reference
        for entry in kept
        if (named := identity(entry)) and named.type == "Patient"
        for address in addresses(entry)
    }
    belonging: dict[str, list[Entry]] = {reference: [] for reference in people.values()}
    for entry in kept:
        subject = subject_of(entry.resource)
        owner = people.get(normalise(subject)[1]) if subject else None
        named = identity(entry)
        if named and named.type == "Patient":
            owner = named.reference
        if owner:
            belonging[owner].append(entry)
    for patient in sorted(belonging):
        yield _history(patient, belonging[patient])


def _history(patient: str, entries: list[Entry]) -> History:
    resources: dict[str, Resource] = {}
    aliases: dict[str, str] = {}
    for entry in entries:
        if named := identity(entry):
            resources[named.reference] = entry.resource
            aliases |= dict.fromkeys(addresses(entry), named.reference)

    def look_up(written: str) -> Resource | None:
        found = aliases.get(written) or aliases.get(normalise(written)[1], "")
        return resources.get(found)

    records = [to_record(one, look_up) for one in resources.values() if one.get("resourceType") in CONVERTERS]
    return History(
        patient, _person(resources[patient], _last_year(resources)), tuple(to_items(records)), resources, aliases
    )


def _last_year(resources: Mapping[str, Resource]) -> int:
    starts = [str(one.get("period", {}).get("start", "")) for one in resources.values() if "period" in one]
    years = [int(start[:4]) for start in starts if start[:4].isdigit()]
    return max(years, default=THIS_YEAR)


def _person(patient: Resource, year: int) -> Person:
    born = str(patient.get("birthDate", ""))[:4]
    age = year - int(born) if born.isdigit() else ASSUMED_AGE
    return Person(max(0, min(age, 110)), "male" if patient.get("gender") == "male" else "female")
