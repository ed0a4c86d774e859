"""Paths in, a store with their patients and a report out: one transaction for each file.

Knows files, failures and counts; what happens to an entry is `intake`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from emr_rerank.errors import IdentityError, SourceError
from emr_rerank.fhir.references import LONGEST_SOURCE
from emr_rerank.fhir.roles import RECORD_TYPES
from emr_rerank.fhir.sources import FoundFile, NotFhir, find_files, name_of, read_entries
from emr_rerank.fhir.unpacking import DEFAULT_LIMITS, Limits
from emr_rerank.pipeline.importing.asides import find_asides_owners
from emr_rerank.pipeline.importing.intake import Intake
from emr_rerank.pipeline.importing.rendering import UNKNOWN_PATIENT, quarantined
from emr_rerank.pipeline.importing.tally import FileFailure, ImportReport, Progress, Tally
from emr_rerank.store.database import RefusedError, Store, Transaction
from emr_rerank.store.links import count_dangling
from emr_rerank.store.quarantine import save_quarantine, waiting_resources
from emr_rerank.store.resources import count_pending

TOLD_EVERY = 500  # entries between two calls of `progress`


def import_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    strict: bool = False,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ImportReport:
    """Import files and folders of FHIR R4 into the store, and say what was done.

    Each file is imported wholly or not at all; one that cannot be, or that would merge two people, is in the report's
    `failed` and the others go on. Resources that cannot be read are quarantined. Importing again changes nothing that
    did not change. `source` names the system the files come from, instead of what their URLs say;
    `limits` bounds what one file may hold and unpack to.

    With `strict` nothing is repaired and nothing quarantined: the first fault, in any file, undoes the whole import.

    Raises:
        SourceError: a path does not exist, the source is too long or cannot be shown, or, when strict, a fault; names
            the file, the place and the type.
        IdentityError: when strict, something under a known id that is another person's.
        StoreError: the database is in use by another import, or fails.
    """
    if source is not None and not (len(source) <= LONGEST_SOURCE and source.isprintable()):
        raise SourceError(f"--source: longer than {LONGEST_SOURCE} characters, or not plain text; give a shorter name")
    run = _Run(store, list(find_files(paths)), source, progress, strict=strict, limits=limits)
    began = time.perf_counter()
    if strict:
        run.all_or_nothing()
    else:
        run.file_by_file()
    return run.report(time.perf_counter() - began)


class _Run:
    """One call of `import_paths`."""

    def __init__(
        self,
        store: Store,
        files: Sequence[FoundFile],
        source: str | None,
        progress: Callable[[Progress], None] | None,
        *,
        strict: bool,
        limits: Limits,
    ) -> None:
        self._store = store
        self._files = files
        self._source = source
        self._progress = progress
        self._strict = strict
        self._limits = limits
        self._tally = Tally()
        self._read = 0
        self._failed: list[FileFailure] = []
        self._skipped: list[str] = []

    def all_or_nothing(self) -> None:
        """Import all files in one transaction."""
        with self._store.begin() as transaction:
            for number, found in enumerate(self._files):
                try:
                    self._import(transaction, number, found.path)
                except NotFhir as error:
                    if found.named:
                        raise
                    self._skipped.append(str(error))
            for waiting in waiting_resources(transaction, RECORD_TYPES):
                raise SourceError(
                    f"{waiting.file} {waiting.position}: {waiting.type}: {UNKNOWN_PATIENT}; "
                    "nothing was imported (--strict)"
                )
            find_asides_owners(transaction)

    def file_by_file(self) -> None:
        """Import each file in a transaction of its own; what fails is noted."""
        for number, found in enumerate(self._files):
            try:
                with self._store.begin() as transaction:
                    self._import(transaction, number, found.path)
            except NotFhir as error:
                if found.named:
                    self._failed.append(FileFailure(name_of(found.path), str(error)))
                else:
                    self._skipped.append(str(error))
            except (SourceError, IdentityError) as error:
                self._failed.append(FileFailure(name_of(found.path), str(error)))
            except RefusedError as error:
                name = name_of(found.path)
                self._failed.append(FileFailure(name, f"{name}: {error}; nothing was imported from this file"))
        with self._store.begin() as transaction:
            self._quarantine_waiting(transaction)
            find_asides_owners(transaction)

    def report(self, seconds: float) -> ImportReport:
        """Return what was done."""
        with self._store.read() as transaction:
            pending, dangling = count_pending(transaction, RECORD_TYPES), count_dangling(transaction)
        return ImportReport(
            files=self._read,
            entries=self._tally.entries,
            added=self._tally.added,
            updated=self._tally.updated,
            unchanged=self._tally.unchanged,
            ignored=self._tally.ignored,
            other=self._tally.other,
            repairs=self._tally.repairs,
            quarantined=self._tally.quarantined,
            pending=pending,
            dangling=dangling,
            failed=tuple(self._failed),
            skipped=tuple(self._skipped),
            seconds=seconds,
        )

    def _import(self, transaction: Transaction, number: int, path: Path) -> None:
        name = name_of(path)
        intake = Intake(transaction, name, source=self._source, strict=self._strict)
        for entry in read_entries(path, limits=self._limits, on_skip=self._skipped.append):
            intake.take(entry)
            if intake.tally.entries % TOLD_EVERY == 0:
                self._tell(name, number, intake.tally.entries)
        intake.finish()
        self._tally.add(intake.tally)
        self._read += 1
        self._tell(name, number + 1, 0)

    def _tell(self, file: str, done: int, entries: int) -> None:
        if self._progress:
            self._progress(Progress(file, done, len(self._files), self._tally.entries + entries))

    def _quarantine_waiting(self, transaction: Transaction) -> None:
        """Quarantine what still waits for its patient; it is looked for again at every later import."""
        while waiting := waiting_resources(transaction, RECORD_TYPES):
            save_quarantine(transaction, [quarantined(origin, UNKNOWN_PATIENT) for origin in waiting])
            self._tally.quarantined[UNKNOWN_PATIENT] += len(waiting)
