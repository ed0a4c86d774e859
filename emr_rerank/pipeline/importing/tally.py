"""What an import did, counted. Knows numbers, types and file names; nothing from inside a resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is."""

    file: str  # the one being read
    files_done: int
    files: int
    entries: int  # read so far, of all files


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file of which nothing was imported, and why in one line."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. The mappings count resources by type, repairs by kind, quarantined ones by reason."""

    files: int  # read to their end
    entries: int  # resources met in them, of every type
    added: Mapping[str, int]
    updated: Mapping[str, int]
    unchanged: Mapping[str, int]
    ignored: Mapping[str, int]  # billing and administration: not part of a history
    other: Mapping[str, int]  # clinical, but not ranked: counted on the patient's page
    repairs: Mapping[str, int]
    quarantined: Mapping[str, int]
    pending: int  # resources in the store that wait for their patient
    dangling: int  # references in the store, other than to patients, that lead nowhere yet
    failed: tuple[FileFailure, ...]
    skipped: tuple[str, ...]  # one line for each file in a folder that is plainly not FHIR
    seconds: float

    @property
    def resources(self) -> int:
        """Resources of the files that are now in the store."""
        return sum(sum(counts.values()) for counts in (self.added, self.updated, self.unchanged))

    @property
    def rate(self) -> float:
        """Entries read per second."""
        return self.entries / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class Tally:
    """Counts while they grow: one a file, added to the command's when the file is committed."""

    entries: int = 0
    added: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)

    def add(self, more: Tally) -> None:
        """Add a file's counts."""
        self.entries += more.entries
        for each in fields(self)[1:]:
            getattr(self, each.name).update(getattr(more, each.name))

    def sums(self) -> dict[str, int]:
        """Return one number for each count, for the log of imports."""
        return {"entries": self.entries} | {each.name: getattr(self, each.name).total() for each in fields(self)[1:]}
