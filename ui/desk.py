"""What a visitor may ask for: patients, charts, rankings, sources; from the store, or from an upload kept in memory.

Knows no Gradio and makes no HTML. An upload is never written to the store, and its file is deleted once read.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import fhir_samples
from emr_rerank.engine import MemoryVectors, set_threads
from emr_rerank.errors import ModelError, RequestError, SourceError, UnknownPatientError
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline import history
from emr_rerank.pipeline.bundles import open_scratch
from emr_rerank.pipeline.history import Ranking
from emr_rerank.pipeline.models import EMBEDDED, load_model, offered
from emr_rerank.pipeline.stand_in import ANY, STAND_IN
from emr_rerank.settings import Settings
from emr_rerank.store import PatientKey, Store, find_patient, search_patients
from emr_rerank.types import Patient, RankedItem
from ui.shelf import Shelf

LISTED = 24  # patients shown to pick from
VISITS, VISIT_SECONDS = 128, 4 * 3600.0  # histories held so that their records can be opened
UNPACKED = 2  # how many times the largest upload a packed one may unpack to
UPLOADS, UPLOAD_SECONDS = 8, 3600.0  # uploads held; each may take some ten times its file's size


@dataclass(frozen=True, slots=True)
class Place:
    """Whose history, and where it is: the store, or the upload of that name."""

    patient: PatientKey
    upload: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Patients to pick from; `more` if others matched as well."""

    patients: tuple[Patient, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Received:
    """An upload that was read: its name on the shelf and who is in it."""

    upload: str
    patients: tuple[Patient, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A history in hand; `visit` is the name to ask for its records by."""

    visit: str
    place: Place
    ranking: Ranking


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a history in hand."""

    ranked: RankedItem
    scored: bool
    facts: str  # the version of the built-in facts


@dataclass(frozen=True, slots=True)
class _Upload:
    store: Store
    patients: tuple[Patient, ...]
    # A store in memory is one connection: its visitor's requests take turns.
    turn: threading.RLock = field(default_factory=threading.RLock)


@dataclass(frozen=True, slots=True)
class _Visit:
    place: Place
    ranking: Ranking


class Desk:
    """Answers every visitor; what one visitor uploaded is reached by an unguessable name only."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._base = knowledge_base(settings.facts, settings.terminology)
        self._visits: Shelf[_Visit] = Shelf(VISITS, VISIT_SECONDS)
        self._uploads: Shelf[_Upload] = Shelf(UPLOADS, UPLOAD_SECONDS, drop=_close)
        self._loading = threading.Lock()
        self._examples = _read_examples(fhir_samples.gold_path())

    def warm(self) -> None:
        """Load the default model's weights, which the first ranking would wait for, and those of its stand-in."""
        # What is wrong with the model is said to whoever ranks with it.
        with self._loading, suppress(ModelError):
            if self._settings.threads:
                set_threads(self._settings.threads)
            chosen = self._settings.model
            for model in (chosen,) if chosen in EMBEDDED else (STAND_IN, chosen):
                load_model(model, MemoryVectors(), self._base).warm()

    def find(self, words: str) -> Found:
        """Return the stored patients whose name, id or birth date hold every word; everybody for ""."""
        with self._store.read() as transaction:
            found = search_patients(transaction, words, limit=LISTED + 1)
        return Found(tuple(found[:LISTED]), more=len(found) > LISTED)

    def receive(self, path: Path) -> Received:
        """Read an uploaded file into memory, delete it, and return who is in it.

        Raises:
            SourceError: it cannot be read as FHIR, is too large, or holds no patient.
        """
        try:
            if not path.is_file():  # two visitors' equal files share a name, and the first read deletes it
                raise SourceError("the upload has been read and deleted; upload the file again")
            if path.stat().st_size > self.max_upload_bytes:
                raise self.too_large()
            store, _ = open_scratch([path], expanded=UNPACKED * self.max_upload_bytes)
        finally:
            path.unlink(missing_ok=True)
            with suppress(OSError):  # Gradio's folder for this one upload; another is not empty and stays
                path.parent.rmdir()
        with store.read() as transaction:
            patients = tuple(search_patients(transaction, "", limit=LISTED * 20))
        if not patients:
            store.close()
            raise SourceError("the file holds no Patient that could be read; upload a bundle with its Patient resource")
        return Received(self._uploads.put(_Upload(store, patients)), patients)

    @property
    def max_upload_bytes(self) -> int:
        """How large an upload may be."""
        return self._settings.max_upload_bytes

    def too_large(self) -> SourceError:
        """Return what is said of a larger one."""
        limit = self.max_upload_bytes / 1_000_000
        return SourceError(f"the file is larger than {limit:g} MB; import it with `emr-rerank import` instead")

    @property
    def models(self) -> tuple[str, ...]:
        """Which models a visitor may choose from."""
        return offered(self._settings)

    @property
    def sends_to(self) -> str:
        """Which host the texts of a ranking by `remote` are sent to; "" where none is set up."""
        return urlsplit(self._settings.remote_url or "").netloc

    def received(self, upload: str) -> Received | None:
        """Return an upload that is still in memory, or None."""
        held = self._uploads.get(upload)
        return Received(upload, held.patients) if held else None

    def chart(self, place: Place) -> Opened:
        """Return the history newest first, before any assessment."""
        with self._reading(place) as store:
            return self._open(place, history.read_chart(store, place.patient, self._base))

    def rank(self, place: Place, assessment: str, model: str) -> Opened:
        """Return the history in the order that fits the assessment."""
        with self._loading:  # wait for `warm`: loading the same weights beside it would take longer still
            pass
        with self._reading(place) as store:
            ranking = history.rank_patient(store, place.patient, assessment, model, base=self._base, forgiven=ANY)
            return self._open(place, ranking)

    def entry(self, visit: str, item: int) -> Entry | None:
        """Return the item at a rank of a history in hand; None once it has left memory, or its patient the store."""
        held = self._visits.get(visit)
        if held is None or not 1 <= item <= len(held.ranking.items):
            return None
        if not self._is_known(held.place):
            self._visits.take(visit)
            return None
        ranking = held.ranking
        return Entry(ranking.items[item - 1], scored=bool(ranking.model), facts=ranking.facts)

    def source(self, visit: str, item: int, member: int) -> str | None:
        """Return the JSON of one record behind an item, as received; None once the history has left memory."""
        held, entry = self._visits.get(visit), self.entry(visit, item)
        if held is None or entry is None or not 0 <= member < len(entry.ranked.item.members):
            return None
        with self._reading(held.place) as store:
            return history.source_json(store, held.place.patient, entry.ranked.item.members[member].reference)

    def examples(self, patient: Patient) -> tuple[str, ...]:
        """Return the example assessments of a sample patient; none for anybody else."""
        return self._examples.get(patient.id, ())

    def leave(self, visit: str, upload: str) -> None:
        """Let go of what a visitor has in hand; "" for what they have not."""
        self._visits.take(visit)
        self._uploads.take(upload)

    def close(self) -> None:
        """Give back the store and every upload."""
        self._uploads.clear()
        self._store.close()

    def _is_known(self, place: Place) -> bool:
        """Whether the patient is still there: one who was forgotten is not shown from memory."""
        try:
            with self._reading(place) as store, store.read() as transaction:
                find_patient(transaction, place.patient.id, place.patient.source)
        except UnknownPatientError:
            return False
        return True

    def _open(self, place: Place, ranking: Ranking) -> Opened:
        return Opened(self._visits.put(_Visit(place, ranking)), place, ranking)

    @contextmanager
    def _reading(self, place: Place) -> Iterator[Store]:
        if not place.upload:
            yield self._store
            return
        upload = self._uploads.get(place.upload)
        if upload is None:
            raise RequestError("the upload is no longer in memory; upload the file again")
        with upload.turn:
            yield upload.store


def _close(upload: _Upload) -> None:
    with upload.turn:  # not while a request still reads it
        upload.store.close()


def _read_examples(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the gold set's assessments by patient id; none where the file is absent from an installation."""
    if not path.is_file():
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for one in json.loads(path.read_text(encoding="utf-8")):
        found[one["patient"]] = (*found.get(one["patient"], ()), one["assessment"])
    return found
