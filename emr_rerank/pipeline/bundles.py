"""Files ranked without the user's store: each is read into a scratch store in memory, once. Knows no ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from emr_rerank.errors import SourceError, UnknownPatientError
from emr_rerank.fhir.unpacking import DEFAULT_LIMITS
from emr_rerank.pipeline.importing import ImportReport, import_paths
from emr_rerank.store import PatientKey, Store, count_patients, find_patient, open_store, search_patients
from emr_rerank.types import Patient

KEPT = 4  # scratch stores held open at once: requests about one bundle tend to come together
NAMED = 20  # patients a message lists


def open_scratch(
    paths: Sequence[Path], source: str | None = None, *, expanded: int = DEFAULT_LIMITS.expanded
) -> tuple[Store, ImportReport]:
    """Import files into a store in memory, gone when closed; one that unpacks to over `expanded` bytes is refused.

    Raises:
        SourceError: a file cannot be read.
    """
    store = open_store("sqlite://")
    try:
        report = import_paths(store, paths, source=source, limits=replace(DEFAULT_LIMITS, expanded=expanded))
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
        total = count_patients(transaction)
        first = search_patients(transaction, limit=NAMED)
        if not total:
            raise SourceError(f"{file}: holds no Patient resource; records without their patient cannot be ranked")
        if patient is not None:
            try:
                return PatientKey.of(find_patient(transaction, patient))
            except UnknownPatientError:
                raise UnknownPatientError(f"{file}: holds no patient {patient}; {_those(first, total)}") from None
    if total > 1:
        raise UnknownPatientError(
            f'{file}: holds {total} patients; name one with --patient (in a request: "patient"); {_those(first, total)}'
        )
    return PatientKey.of(first[0])


def _those(first: Sequence[Patient], total: int) -> str:
    more = f" and {total - len(first)} more" if total > len(first) else ""
    return f"it has: {', '.join(person.id for person in first)}{more}"
