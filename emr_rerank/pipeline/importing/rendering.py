"""Stored resources in, records out: whose each is, and its line with the words of what it refers to.

Knows how resources, links and records belong together; reads no file. A record shows words of its own patient's
resources and of medicines, notes' texts and names that are nobody's, never of another patient's. A record from another
source than its patient's says so in its reference, "Condition/1@https://h.example/fhir": so no two are confused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import orjson

from emr_rerank.fhir.convert import to_record
from emr_rerank.fhir.references import Identity, subject_of, text_references
from emr_rerank.fhir.resource import LookUp, Resource
from emr_rerank.fhir.roles import NAMING_TYPES, RECORD_TYPES, SUPPORTING_TYPES
from emr_rerank.pipeline.importing.asides import quarantine_key
from emr_rerank.pipeline.importing.leads import Held, Leads
from emr_rerank.store.database import Transaction
from emr_rerank.store.links import LinkValues, delete_links, local_targets, open_subjects, save_links
from emr_rerank.store.patients import sources_of
from emr_rerank.store.quarantine import Origin, QuarantineValues, origins, release_resources, save_quarantine
from emr_rerank.store.records import delete_records, save_records
from emr_rerank.store.resources import set_owners, stored_resources
from emr_rerank.types import Record

log = logging.getLogger(__name__)

Convert = Callable[[Resource, LookUp], Record]

NO_PATIENT = "names no patient"
UNKNOWN_PATIENT = "its patient is not in the store"
NOT_CONVERTED = "no record could be made of it"

_NOBODYS = SUPPORTING_TYPES | NAMING_TYPES
_ROUNDS = 5  # how far words are followed from reference to reference
AT_ONCE = 500
_REMEMBERED = 5_000  # resources; a bound on memory


def quarantined(origin: Origin, reason: str, owner: int | None = None, subject: str = "") -> QuarantineValues:
    """Return the row that quarantines a stored resource."""
    return {
        "key": quarantine_key(Identity(origin.source, origin.type, origin.fhir_id)),
        "import_pk": origin.import_pk,
        "source": origin.source,
        "file": origin.file,
        "position": origin.position,
        "type": origin.type,
        "fhir_id": origin.fhir_id,
        "subject": subject,
        "patient_pk": owner,
        "settled": True,  # the resource's own patient is looked for
        "resource_pk": origin.pk,
        "reason": reason,
        "fields": "[]",
        "content_hash": origin.content_hash,
        "raw": None,
    }


@dataclass(slots=True)
class _Batch:
    records: list[tuple[int, int, Record]] = field(default_factory=list)
    links: list[LinkValues] = field(default_factory=list)
    faulty: dict[int, tuple[str, int | None]] = field(default_factory=dict)  # reason and owner


class Renderer:
    """Makes records within one transaction."""

    def __init__(
        self,
        transaction: Transaction,
        leads: Leads,
        held: Mapping[int, Held],
        on_fault: Callable[[str, str, str], None],
        convert: Convert = to_record,
    ) -> None:
        self._to_record = convert
        self._transaction = transaction
        self._leads = leads
        self._on_fault = on_fault
        self._held = held  # what the caller keeps at hand
        self._fetched: dict[int, Held] = {}  # because records refer to them

    def load(self, pks: Sequence[int]) -> list[Held]:
        """Return resources of earlier imports, at most a few hundred at a time."""
        self._leads.settle(local_targets(self._transaction, pks))
        unsettled = open_subjects(self._transaction, pks)
        return [
            Held(
                row.pk,
                row.source,
                row.type,
                row.fhir_id,
                orjson.loads(row.content),
                row.patient_pk,
                row.pending,
                settled=row.pk not in unsettled,
            )
            for row in stored_resources(self._transaction, pks)
        ]

    def find_owners(self, holders: Sequence[Held]) -> list[int]:
        """Find out whose these resources are; return the primary keys of those for which that changed."""
        named = [(holder, subject_of(holder.resource)) for holder in holders if not holder.settled]
        self._leads.fetch((holder, reference) for holder, reference in named if reference)
        changed: list[Held] = []
        for holder, reference in named:
            lead = self._leads.follow(holder, reference) if reference else None
            owner = lead.pk if lead and lead.is_patient else None
            pending = lead is not None and lead.pk is None
            holder.settled = lead is None or lead.settled
            if (owner, pending) != (holder.patient_pk, holder.pending):
                holder.patient_pk, holder.pending = owner, pending
                changed.append(holder)
        if changed:
            self._fetched.clear()  # they may be among them
        set_owners(
            self._transaction,
            {holder.pk: holder.patient_pk for holder in changed},
            pending=[holder.pk for holder in changed if holder.pending],
        )
        return [holder.pk for holder in changed]

    def render(self, holders: Sequence[Held]) -> None:
        """Make the records of these resources, whose owners are known, and remember what they referred to."""
        if len(self._fetched) > _REMEMBERED:
            self._fetched.clear()
        batch = _Batch()
        for holder in holders:
            self._note_subject(holder, batch)
            if holder.pending:
                self._note_inside(holder, batch)
        self._convert([each for each in holders if each.type in RECORD_TYPES and each.patient_pk is not None], batch)
        if known := [holder.pk for holder in holders if not holder.fresh]:
            delete_records(self._transaction, known)
            delete_links(self._transaction, known)
            release_resources(self._transaction, [each.pk for each in holders if not each.fresh and not each.pending])
        save_records(self._transaction, self._referable(batch.records, {each.pk: each.source for each in holders}))
        save_links(self._transaction, batch.links)
        if batch.faulty:
            rows = [
                quarantined(origin, *batch.faulty[origin.pk])
                for origin in origins(self._transaction, list(batch.faulty))
            ]
            save_quarantine(self._transaction, rows)
            for row in rows:
                self._on_fault(row["position"], row["type"], row["reason"])

    def _referable(
        self, records: Sequence[tuple[int, int, Record]], sources: Mapping[int, str]
    ) -> list[tuple[int, int, Record]]:
        """Return the records under references that are unique within their patient."""
        patients = sources_of(self._transaction, {owner for _, owner, _ in records})
        return [
            (pk, owner, record)
            if sources[pk] == patients[owner]
            else (pk, owner, replace(record, reference=f"{record.reference}@{sources[pk]}"))
            for pk, owner, record in records
        ]

    def _note_subject(self, holder: Held, batch: _Batch) -> None:
        reference = None if holder.settled else subject_of(holder.resource)
        if reference:
            batch.links += self._leads.follow(holder, reference).rows(holder, reference, subject=True)
        if holder.type in RECORD_TYPES and holder.patient_pk is None and not holder.pending:
            batch.faulty[holder.pk] = (NO_PATIENT, None)

    def _note_inside(self, holder: Held, batch: _Batch) -> None:
        """Remember what a resource that waits for its patient refers to in its own Bundle, which will be gone then."""
        for reference in text_references(holder.resource):
            if self._leads.is_inside(holder, reference):
                batch.links += self._leads.follow(holder, reference).rows(holder, reference, subject=False)

    def _convert(self, holders: Sequence[Held], batch: _Batch) -> None:
        """Convert until nothing is looked up that was not at hand: each round fetches what all still miss, at once."""
        waiting = list(holders)
        for remaining in reversed(range(_ROUNDS)):
            missed: list[_Looking] = []
            for holder in waiting:
                looking = _Looking(holder, self._leads, self._at_hand)
                record = self._record(holder, looking)
                if looking.missed and remaining:
                    missed.append(looking)
                    continue
                batch.links += looking.links()
                if record is None:
                    batch.faulty[holder.pk] = (NOT_CONVERTED, holder.patient_pk)
                elif holder.patient_pk is not None:
                    batch.records.append((holder.pk, holder.patient_pk, record))
            if not missed:
                return
            self._fetch(missed)
            waiting = [looking.holder for looking in missed]

    def _record(self, holder: Held, looking: _Looking) -> Record | None:
        try:
            return self._to_record(holder.resource, looking.look_up)
        except Exception as error:  # a converter's bug costs one record, which is told, not the import
            log.warning("%s could not be converted (%s)", holder.type, type(error).__name__)
            return None

    def _fetch(self, missed: Sequence[_Looking]) -> None:
        """Bring what was looked up to hand."""
        wanted = [(looking.holder, reference) for looking in missed for reference in looking.missed]
        self._leads.fetch(wanted)
        pks = {self._leads.follow(*each).pk for each in wanted}
        absent = [pk for pk in pks if pk is not None and self._at_hand(pk) is None]
        for start in range(0, len(absent), AT_ONCE):
            self._fetched.update((found.pk, found) for found in self.load(absent[start : start + AT_ONCE]))

    def _at_hand(self, pk: int) -> Held | None:
        return self._held.get(pk) or self._fetched.get(pk)


class _Looking:
    """One resource's conversion: what it looked up, and what was not at hand."""

    def __init__(self, holder: Held, leads: Leads, at_hand: Callable[[int], Held | None]) -> None:
        self.holder = holder
        self.missed: list[str] = []
        self._leads = leads
        self._at_hand = at_hand
        self._asked: dict[str, bool] = {}  # reference as written -> whether its words may be shown

    def look_up(self, reference: str) -> Resource | None:
        """Return what a reference of this resource names: a `fhir.resource.LookUp`."""
        self._asked[reference] = False
        if not self._leads.is_known(self.holder, reference):
            self.missed.append(reference)
            return None
        pk = self._leads.follow(self.holder, reference).pk
        if pk is None:
            return None
        found = self._at_hand(pk)
        if found is None:
            self.missed.append(reference)
            return None
        if found.pending or found.patient_pk not in (None, self.holder.patient_pk):
            return None
        if found.patient_pk is None and found.type not in _NOBODYS:
            return None
        self._asked[reference] = True
        return found.resource

    def links(self) -> list[LinkValues]:
        """Return the rows of `links` that remember what the record's words depend on."""
        return [
            row
            for reference, allowed in self._asked.items()
            for row in self._leads.follow(self.holder, reference).rows(
                self.holder, reference, subject=False, allowed=allowed
            )
        ]
