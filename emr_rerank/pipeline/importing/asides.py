"""What makes no record: resources that cannot be read, and those of types that are only counted.

They wait until their file is read, so that the patient they name can be looked up. Knows no reason and no rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b

import orjson

from emr_rerank.fhir.references import Identity, canonical, source_of, subject_of
from emr_rerank.fhir.resource import Entry, Resource
from emr_rerank.pipeline.importing.fingerprint import content_hash, to_json
from emr_rerank.pipeline.importing.leads import Held, Leads, is_bundled, scope_of, storable
from emr_rerank.store.database import Transaction
from emr_rerank.store.others import (
    OtherValues,
    add_others,
    change_other,
    known_others,
    set_other_owner,
    unsettled_others,
)
from emr_rerank.store.quarantine import (
    QuarantineValues,
    Unsettled,
    known_quarantine,
    quarantined_raw,
    save_quarantine,
    set_owner,
    unsettled,
)

AT_ONCE = 500


def quarantine_key(who: Identity) -> str:
    """Return the key under which a resource is quarantined, at most once."""
    return f"{who.source} {who.reference}"


def type_of(entry: Entry) -> str:
    """Return an entry's type, for naming it: "resource" where what stands there is no name."""
    kind = entry.resource.get("resourceType")
    return kind if isinstance(kind, str) and kind.isalnum() else "resource"


class Asides:
    """Collects one file's asides and saves them.

    Those of a Bundle are saved when all of it has been read: whom they name may lie at its end.
    """

    def __init__(
        self, transaction: Transaction, leads: Leads, file: str, source: str | None, import_pk: Callable[[], int]
    ) -> None:
        self._transaction = transaction
        self._leads = leads
        self._file = file
        self._source = source
        self._last = Entry({})
        self._import_pk = import_pk
        self._quarantine: list[tuple[Held, QuarantineValues]] = []
        self._others: dict[tuple[str, str, str], tuple[Held, OtherValues]] = {}

    def quarantine(self, entry: Entry, who: Identity | None, reason: str, fields: tuple[str, ...]) -> None:
        """Set aside a resource that cannot be read."""
        holder = self._holder(entry, who)
        content = content_hash(entry.resource) if not entry.fault else blake2b(entry.raw, digest_size=16).digest()
        row = QuarantineValues(
            key=quarantine_key(who) if who else f"{holder.source} #{content.hex()}",
            import_pk=0,
            source=holder.source,
            file=self._file,
            position=entry.position,
            type=type_of(entry),
            fhir_id=who.id if who else "",
            subject=_subject(entry),
            patient_pk=None,
            settled=False,
            resource_pk=None,
            reason=reason,
            fields=orjson.dumps(fields).decode(),
            content_hash=content,
            raw=entry.raw if entry.fault else to_json(entry.resource),
        )
        self._quarantine.append((holder, row))

    def count_other(self, entry: Entry, who: Identity | None) -> None:
        """Set aside a resource of a type that makes no record."""
        holder = self._holder(entry, who)
        fhir_id = who.id if who else f"#{content_hash(entry.resource).hex()}"
        row = OtherValues(
            source=holder.source,
            type=type_of(entry),
            fhir_id=fhir_id,
            subject=_subject(entry),
            patient_pk=None,
            settled=False,
        )
        self._others[row["source"], row["type"], fhir_id] = (holder, row)

    def are_many(self, entry: Entry) -> bool:
        """Whether it is time to save, before this entry is taken in."""
        before, self._last = self._last, entry
        if len(self._quarantine) < AT_ONCE and len(self._others) < AT_ONCE:
            return False
        return not is_bundled(entry) or scope_of(before) != scope_of(entry)

    def unread(self, named: Sequence[Identity]) -> dict[Identity, Resource]:
        """Return those of these resources that are in quarantine because they could not be read, as JSON."""
        if not named:
            return {}
        keys = {quarantine_key(who): who for who in named}
        found = quarantined_raw(self._transaction, list(keys))
        found |= {row["key"]: row["raw"] for _, row in self._quarantine if row["key"] in keys and row["raw"]}
        return {keys[key]: orjson.loads(raw) for key, raw in found.items()}

    def save(self) -> None:
        """Save what was set aside, with the patients named where those are known."""
        asides = [*self._quarantine, *self._others.values()]
        self._leads.forget_unknown()
        self._leads.fetch((holder, row["subject"]) for holder, row in asides if row["subject"])
        for holder, row in asides:
            row["patient_pk"], row["settled"] = _owner(self._leads, holder, row["subject"])
        self._save_quarantine({row["key"]: row for _, row in self._quarantine})
        self._save_others([row for _, row in self._others.values()])
        self._quarantine.clear()
        self._others.clear()

    def _save_quarantine(self, rows: dict[str, QuarantineValues]) -> None:
        known = known_quarantine(self._transaction, list(rows)) if rows else {}
        new = [row for key, row in rows.items() if known.get(key) != (row["content_hash"], row["reason"])]
        for row in new:
            row["import_pk"] = self._import_pk()
        save_quarantine(self._transaction, new)

    def _save_others(self, rows: list[OtherValues]) -> None:
        for source in dict.fromkeys(row["source"] for row in rows):
            some = [row for row in rows if row["source"] == source]
            known = known_others(self._transaction, source, [row["fhir_id"] for row in some])
            add_others(self._transaction, [row for row in some if (row["type"], row["fhir_id"]) not in known])
            for row in some:
                found = known.get((row["type"], row["fhir_id"]))
                if found and found.subject != row["subject"]:
                    change_other(self._transaction, found.pk, row)

    def _holder(self, entry: Entry, who: Identity | None) -> Held:
        source = who.source if who else source_of(entry, self._source)
        return Held(0, source, type_of(entry), "", {}, scope=scope_of(entry))


def find_asides_owners(transaction: Transaction) -> None:
    """Look again for the patients of what any import set aside, where what came since may have changed them."""
    leads = Leads(transaction)
    after = 0
    while rows := unsettled(transaction, after=after):
        after = rows[-1].pk
        for pk, owner, settled in _changes(leads, rows):
            set_owner(transaction, pk, owner, settled=settled)
    after = 0
    while others := unsettled_others(transaction, after=after):
        after = others[-1].pk
        for pk, owner, settled in _changes(leads, others):
            set_other_owner(transaction, pk, owner, settled=settled)


def _changes(leads: Leads, rows: Sequence[Unsettled]) -> list[tuple[int, int | None, bool]]:
    """Return (number, patient, settled) of those rows whose patient is not the one they have."""
    holders = [Held(0, row.source, "", "", {}, scope="") for row in rows]
    leads.fetch((holder, row.subject) for holder, row in zip(holders, rows, strict=True))
    found = [(row, *_owner(leads, holder, row.subject)) for holder, row in zip(holders, rows, strict=True)]
    return [(row.pk, owner, settled) for row, owner, settled in found if settled or owner != row.patient_pk]


def _owner(leads: Leads, holder: Held, subject: str) -> tuple[int | None, bool]:
    """Return the patient that is named, if known, and whether that can no longer change."""
    if not subject:
        return None, True
    lead = leads.follow(holder, subject)
    return lead.pk if lead.is_patient else None, lead.settled


def _subject(entry: Entry) -> str:
    return storable(canonical(subject_of(entry.resource) or ""))
