"""Files ranked without the user's store: each is read into a scratch store in memory, once. Knows no ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emr_rerank.errors import SourceError, UnknownPatientError
from emr_rerank.pipeline.importing import ImportReport, import_paths
from emr_rerank.store import PatientKey, Store, open_store, search_patients

KEPT = 4  # scratch stores held open at once: requests about one bundle tend to come together
NAMED = 20  # patients a message lists


def open_scratch(paths: Sequence[Path]) -> tuple[Store, ImportReport]:
    """Import files into a store in memory, gone when closed.

    Raises:
        SourceError: a file cannot be read.
    """
    store = open_store("sqlite://")
    try:
        report = import_paths(store, paths)
    except BaseException:
        store.close()
        raise
    if report.failed:
        store.close()
        raise SourceError(report.failed[0].message)
    return store, report


@dataclass(frozen=True, slots=True)
class Bundles:
    """The bundles of a run of requests, each imported once while it is among the last few asked for."""

    opened: dict[Path, Store] = field(default_factory=dict)

    def open(self, path: Path, patient: str | None = None) -> tuple[Store, PatientKey]:
        """Return a bundle's scratch store and the one patient meant.

        Raises:
            SourceError: the file cannot be read, or holds no patient.
            UnknownPatientError: it holds several and none of them was named, or not the one named.
        """
        store = self.opened.pop(path, None) or open_scratch([path])[0]
        self.opened[path] = store
        while len(self.opened) > KEPT:
            self.opened.pop(next(iter(self.opened))).close()
        return store, only_patient(store, path.name, patient)

    def close(self) -> None:
        """Let go of every store."""
        for store in self.opened.values():
            store.close()
        self.opened.clear()


def only_patient(store: Store, file: str, patient: str | None) -> PatientKey:
    """Return the patient named, or the only one there is."""
    with store.read() as transaction:
        found = search_patients(transaction, limit=1000)
    if not found:
        raise SourceError(f"{file}: holds no Patient resource; records without their patient cannot be ranked")
    ids = [person.id for person in found]
    if patient is None and len(found) > 1:
        more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        raise UnknownPatientError(
            f"{file}: holds {len(ids)} patients; add --patient with one of: {', '.join(ids[:NAMED])}{more}"
        )
    wanted = [person for person in found if patient in (None, person.id)]
    if not wanted:
        raise UnknownPatientError(f"{file}: holds no patient {patient}; it has: {', '.join(ids[:NAMED])}")
    if len(wanted) > 1:
        raise UnknownPatientError(f"{file}: patient {patient} comes from several sources; split the file by source")
    return PatientKey.of(wanted[0])
