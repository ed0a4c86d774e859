"""One source file into the store, within one transaction: taken in, given owners, rendered.

Knows the order of these steps and nothing of SQL or of what a resource says. First all entries are stored, in batches;
then whose they are is settled and their records are made, when everything the file holds can be referred to; last,
records of earlier imports that refer to what is new are made again. So the order of files and entries never matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from emr_rerank.errors import SourceError
from emr_rerank.fhir.convert import to_patient, to_record
from emr_rerank.fhir.references import Identity, addresses, identity, normalise, subject_of
from emr_rerank.fhir.resource import Entry, Resource
from emr_rerank.fhir.roles import NAMING_TYPES, Role, role_of
from emr_rerank.fhir.shapes import is_resource_type
from emr_rerank.fhir.validate import Rejected, validate
from emr_rerank.pipeline.importing.asides import Asides, quarantine_key, type_of
from emr_rerank.pipeline.importing.fingerprint import content_hash, is_older, last_updated, to_json
from emr_rerank.pipeline.importing.guard import GUARDED, Guard
from emr_rerank.pipeline.importing.leads import Held, Leads, filed, scope_of
from emr_rerank.pipeline.importing.rendering import Convert, Renderer
from emr_rerank.pipeline.importing.tally import Tally
from emr_rerank.pipeline.importing.written import HELD_BYTES, Written
from emr_rerank.store.database import Transaction
from emr_rerank.store.imports import begin_import, finish_import, next_import_pk
from emr_rerank.store.links import AliasValues, add_aliases, dependants, drop_identifiers
from emr_rerank.store.patients import add_patient, replace_patient
from emr_rerank.store.quarantine import release
from emr_rerank.store.resources import (
    Known,
    ResourceValues,
    add_older_version,
    add_resources,
    came_together,
    has_version,
    known_resources,
    next_resource_pk,
    replace_resource,
    set_version,
)

AT_ONCE = 500
NO_ID = "has no id, and no fullUrl to take one from"


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry on its way in."""

    entry: Entry
    who: Identity
    role: Role
    hash: bytes

    @property
    def scope(self) -> str:
        """Which Bundle of the file the entry lies in."""
        return scope_of(self.entry)


@dataclass(frozen=True, slots=True)
class _News:
    """An item that is new or changed, and can be read."""

    item: _Item
    holder: Held
    known: Known | None
    raw: bytes
    repaired: bytes | None


class Intake:
    """Takes in the entries of one file: `take` each, then `finish`. An error leaves the transaction to be undone."""

    def __init__(
        self,
        transaction: Transaction,
        file: str,
        *,
        source: str | None,
        strict: bool,
        hold: int = HELD_BYTES,
        convert: Convert = to_record,
    ) -> None:
        self.tally = Tally()
        self._transaction = transaction
        self._file = file
        self._source = source
        self._strict = strict
        self._leads = Leads(transaction)
        self._started = now()
        self._import_pk: int | None = None  # until something is written
        self._next_pk = next_resource_pk(transaction)
        self._written = Written(self._next_pk, hold)
        self._renderer = Renderer(transaction, self._leads, self._written.held, self._note_fault, convert)
        self._batch: dict[Identity, _Item] = {}
        self._renamed: set[int] = set()  # known resources that got a further address
        self._asides = Asides(transaction, self._leads, file, source, self._import)
        self._guard = Guard(transaction, self._leads, file)
        self._repeated: dict[Identity, _Item] = {}  # versions that the file may go on to replace, as it did before
        self._at_end = False

    def take(self, entry: Entry) -> None:
        """Take in one entry.

        Raises:
            IdentityError: what it says belongs to another person than what is known under its id.
            SourceError: it has a fault, and the import is strict.
        """
        self.tally.entries += 1
        if self._asides.are_many(entry):
            self._flush()
            self._asides.save()
        if entry.fault:
            self._reject(entry, None, entry.fault, ())
            return
        kind = entry.resource.get("resourceType")
        role = role_of(kind)
        if role is Role.IGNORED:
            self.tally.ignored[str(kind)] += 1
            if kind not in NAMING_TYPES:
                return
        who = identity(entry, self._source)
        if role is Role.OTHER and is_resource_type(kind):
            self.tally.other[str(kind)] += 1
            self._asides.count_other(entry, who)
        elif who is None or role is Role.OTHER:
            if role is not Role.IGNORED:
                self._refuse(entry, who)
        else:
            if who in self._batch:
                self._flush()
            self._batch[who] = _Item(entry, who, role, content_hash(entry.resource))
            if len(self._batch) >= AT_ONCE:
                self._flush()

    def finish(self) -> None:
        """Settle whose everything is, make the records, and log the import if it changed anything.

        Raises IdentityError as `take` does.
        """
        self._flush()
        self._batch, self._repeated, self._at_end = self._repeated, {}, True
        self._flush()
        self._leads.forget_unknown()
        load = self._renderer.load
        for holders in self._written.without_owner(load):
            self._renderer.find_owners(holders)
        self._guard.check(self._import_pk, self._started)
        for holders in self._written.everything(load):
            self._renderer.find_owners(holders)  # where read back; found already, so nothing is written
            self._renderer.render(holders)
        self._render_dependants()
        self._asides.save()
        if self._import_pk is not None:
            finish_import(self._transaction, self._import_pk, now(), self.tally.sums())

    def _flush(self) -> None:
        batch, self._batch = list(self._batch.values()), {}
        by_source: dict[str, list[str]] = defaultdict(list)
        for item in batch:
            by_source[item.who.source].append(item.who.id)
        known = {
            Identity(source, kind, fhir_id): found
            for source, ids in by_source.items()
            for (kind, fhir_id), found in known_resources(self._transaction, source, ids).items()
        }
        unread = self._asides.unread([item.who for item in batch if item.who.type in GUARDED])
        news = [found for item in batch if (found := self._compare(item, known.get(item.who), unread.get(item.who)))]
        self._save_patients([each for each in news if each.holder.type == "Patient"])
        self._save_rest([each for each in news if each.holder.type != "Patient"])
        if news:
            release(self._transaction, [quarantine_key(each.item.who) for each in news])
        self._save_aliases(batch, {who: found.pk for who, found in known.items()}, news)

    def _compare(self, item: _Item, known: Known | None, unread: Resource | None) -> _News | None:
        """Return what is to be written of an item: nothing where it is known and has not changed.

        `unread` is what lies in quarantine under its identity.
        """
        if self._repeated.pop(item.who, None):
            self.tally.unchanged[item.who.type] += 1
        updated = last_updated(item.entry.resource)
        older = known is not None and is_older(updated, known.last_updated)
        if known and known.content_hash == item.hash and not (self._strict and known.repaired):
            if is_older(known.last_updated, updated):
                set_version(self._transaction, known.pk, raw=to_json(item.entry.resource), last_updated=updated)
            self._meet(item, known)
            return None
        if known and not older and not self._at_end and came_together(self._transaction, known.pk, item.hash):
            self._repeated[item.who] = item
            self._enter(item, known.pk)
            return None
        return self._read(item, known, unread, older=older)

    def _read(self, item: _Item, known: Known | None, unread: Resource | None, *, older: bool) -> _News | None:
        """Return an item that differs from what is known, unless it is faulty or older than that."""
        content = item.entry.resource
        repairs: tuple[str, ...] = ()
        if item.role is not Role.IGNORED:
            checked = validate(content, repair=not self._strict)
            self._guard.admit(item.entry, item.who, checked, known.pk if known else None, unread)
            if isinstance(checked, Rejected):
                if not older:
                    self._reject(item.entry, item.who, checked.reason, checked.fields)
                return None
            content, repairs = checked.resource, checked.repairs
        if content.get("id") != item.who.id:
            content = {**content, "id": item.who.id}  # what references name it
        owner = self._guard.require_same_subject(item.entry, item.who, content, known) if known else None
        if known and older:
            if not has_version(self._transaction, known.pk, item.hash):
                row = self._row(item, known.pk, to_json(item.entry.resource))
                row["patient_pk"] = owner
                add_older_version(self._transaction, row, now())
            self._meet(item, known)
            return None
        self.tally.repairs.update(repairs)
        if known is None:
            pk, self._next_pk = self._next_pk, self._next_pk + 1
        else:
            pk = known.pk
        self._enter(item, pk)
        holder = Held(pk, item.who.source, item.who.type, item.who.id, content, scope=item.scope, fresh=known is None)
        repaired = None if content is item.entry.resource else to_json(content)
        return _News(item, holder, known, to_json(item.entry.resource), repaired)

    def _enter(self, item: _Item, pk: int) -> None:
        """Let the rest of the file refer to a resource by its `fullUrl`."""
        base, address = normalise(item.entry.full_url)
        if address and base is None:
            self._leads.enter(item.scope, address, pk)
        if item.entry.mixed:
            self._leads.enter(item.scope, item.who.reference, pk)
        self._guard.note(item.entry, item.who, pk)
        if item.who.type == "Patient":
            self._leads.enter_patient(pk)

    def _meet(self, item: _Item, known: Known) -> None:
        if item.role is not Role.IGNORED:
            self.tally.unchanged[item.who.type] += 1
        self._guard.meet(known.patient_pk)
        self._enter(item, known.pk)

    def _save_patients(self, news: Sequence[_News]) -> None:
        for each in news:
            holder = each.holder
            holder.patient_pk, holder.settled = holder.pk, True
            person = to_patient(holder.resource, holder.source)
            if each.known:
                replace_patient(self._transaction, holder.pk, person)
            else:
                add_patient(self._transaction, holder.pk, person)
        self._save(news)

    def _save_rest(self, news: Sequence[_News]) -> None:
        """Save these with the patient they name, where no later entry or file can change who that is."""
        self._leads.forget_unknown()
        mixed = {each.holder.pk for each in news if each.item.entry.mixed}  # the whole Bundle must be read first
        named = [(each.holder, subject_of(each.holder.resource)) for each in news]
        self._leads.fetch((holder, reference) for holder, reference in named if reference)
        for holder, reference in named:
            lead = self._leads.follow(holder, reference) if reference else None
            holder.settled = lead is None or (lead.settled and holder.pk not in mixed)
            if lead and holder.settled and lead.is_patient:
                holder.patient_pk = lead.pk
        self._save(news)

    def _save(self, news: Sequence[_News]) -> None:
        added: list[ResourceValues] = []
        for each in news:
            row = self._row(each.item, each.holder.pk, each.raw)
            row["patient_pk"], row["repaired"] = each.holder.patient_pk, each.repaired
            if each.known:
                replace_resource(self._transaction, row, now())
                drop_identifiers(self._transaction, row["pk"])
            else:
                added.append(row)
            if each.item.role is not Role.IGNORED:
                (self.tally.updated if each.known else self.tally.added)[each.holder.type] += 1
        add_resources(self._transaction, added)
        for each in news:
            self._written.add(each.holder, len(each.raw))

    def _save_aliases(self, batch: Iterable[_Item], pks: dict[Identity, int], news: Sequence[_News]) -> None:
        """File resources under the addresses that their identity does not give."""
        pks |= {each.item.who: each.holder.pk for each in news}
        written = {each.item.who for each in news}
        rows: list[AliasValues] = [
            {"source": item.who.source, "address": filed(address), "resource_pk": pks[item.who]}
            for item in batch
            if item.who in written or (item.who in pks and _is_telling(item))
            for address in addresses(item.entry)
            if address not in (item.who.reference, f"urn:uuid:{item.who.id}")
        ]
        self._renamed.update(pk for pk in add_aliases(self._transaction, rows) if pk not in self._written)

    def _render_dependants(self) -> None:
        """Make again the records of earlier imports that refer to what this one brought."""
        found: set[int] = set()
        for numbers in (*self._written.numbers(), sorted(self._renamed)):
            found |= dependants(self._transaction, numbers)
        found = {pk for pk in found if pk not in self._written}
        while found:
            portions = list(_portions(sorted(found)))
            moved = [pk for some in portions for pk in self._renderer.find_owners(self._renderer.load(some))]
            for some in portions:
                holders = self._renderer.load(some)
                self._renderer.find_owners(holders)
                self._renderer.render(holders)
            found = dependants(self._transaction, moved)  # they show words of what has just got its patient

    def _refuse(self, entry: Entry, who: Identity | None) -> None:
        """Set aside what has no identity or is no FHIR resource."""
        checked = validate(entry.resource)
        faults = (checked.reason, checked.fields) if isinstance(checked, Rejected) else (NO_ID, ("id",))
        self._reject(entry, who, *faults)

    def _reject(self, entry: Entry, who: Identity | None, reason: str, fields: tuple[str, ...]) -> None:
        self._note_fault(entry.position, type_of(entry), reason)
        self._asides.quarantine(entry, who, reason, fields)

    def _note_fault(self, position: str, kind: str, reason: str) -> None:
        if self._strict:
            raise SourceError(f"{self._file} {position}: {kind}: {reason}; nothing was imported (--strict)")
        self.tally.quarantined[reason] += 1

    def _import(self) -> int:
        """Return this import's primary key; its row is written when there is something to write."""
        if self._import_pk is None:
            self._import_pk = next_import_pk(self._transaction)
            begin_import(self._transaction, self._import_pk, self._file, self._started)
        return self._import_pk

    def _row(self, item: _Item, pk: int, raw: bytes) -> ResourceValues:
        return {
            "pk": pk,
            "source": item.who.source,
            "type": item.who.type,
            "fhir_id": item.who.id,
            "patient_pk": None,
            "pending": False,
            "import_pk": self._import(),
            "position": item.entry.position,
            "last_updated": last_updated(item.entry.resource),
            "content_hash": item.hash,
            "raw": raw,
            "repaired": None,
        }


def now() -> str:
    """Return this instant as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _is_telling(item: _Item) -> bool:
    """Whether an unchanged item's `fullUrl` may be a further address; its other addresses are filed already."""
    url = item.entry.full_url
    return bool(url) and url.lower() != f"urn:uuid:{item.who.id}" and url != f"{item.who.source}/{item.who.reference}"


def _portions(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]
