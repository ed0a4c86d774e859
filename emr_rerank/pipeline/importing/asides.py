"""What makes no record: resources that cannot be read, and those of types that are only counted.

They wait until their file is read, so that the patient they name can be looked up. Knows no reason and no rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import orjson

from emr_rerank.fhir.references import DEFAULT_SOURCE, Identity, subject_of
from emr_rerank.fhir.resource import Entry
from emr_rerank.pipeline.importing.fingerprint import content_hash, to_json
from emr_rerank.pipeline.importing.leads import Held, Leads, storable
from emr_rerank.store.database import Transaction
from emr_rerank.store.others import (
    OtherValues,
    add_others,
    change_subject,
    known_others,
    set_other_owners,
    unowned_others,
)
from emr_rerank.store.quarantine import (
    QuarantineValues,
    known_quarantine,
    save_quarantine,
    set_owner,
    unowned,
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
    """Collects one file's asides and saves them."""

    def __init__(
        self, transaction: Transaction, leads: Leads, file: str, source: str | None, import_pk: Callable[[], int]
    ) -> None:
        self._transaction = transaction
        self._leads = leads
        self._file = file
        self._source = source or DEFAULT_SOURCE
        self._import_pk = import_pk
        self._quarantine: list[tuple[Held, QuarantineValues]] = []
        self._others: dict[tuple[str, str, str], tuple[Held, OtherValues]] = {}

    def quarantine(self, entry: Entry, who: Identity | None, reason: str, fields: tuple[str, ...]) -> None:
        """Set aside a resource that cannot be read."""
        holder = self._holder(entry, who)
        content = content_hash(entry.resource)
        row = QuarantineValues(
            key=quarantine_key(who) if who else f"#{content.hex()}",
            import_pk=0,
            source=holder.source,
            file=self._file,
            position=entry.position,
            type=type_of(entry),
            fhir_id=who.id if who else "",
            subject=storable(subject_of(entry.resource) or ""),
            patient_pk=None,
            resource_pk=None,
            reason=reason,
            fields=orjson.dumps(fields).decode(),
            content_hash=content,
            raw=to_json(entry.resource),
        )
        self._quarantine.append((holder, row))
        if len(self._quarantine) >= AT_ONCE:
            self.save()

    def count_other(self, entry: Entry, who: Identity | None) -> None:
        """Set aside a resource of a type that makes no record."""
        holder = self._holder(entry, who)
        fhir_id = who.id if who else f"#{content_hash(entry.resource).hex()}"
        row = OtherValues(
            source=holder.source,
            type=type_of(entry),
            fhir_id=fhir_id,
            subject=storable(subject_of(entry.resource) or ""),
            patient_pk=None,
        )
        self._others[row["source"], row["type"], fhir_id] = (holder, row)
        if len(self._others) >= AT_ONCE:
            self.save()

    def save(self) -> None:
        """Save what was set aside, with the patients named where those are known."""
        asides = [*self._quarantine, *self._others.values()]
        self._leads.forget_unknown()
        self._leads.fetch((holder, row["subject"]) for holder, row in asides if row["subject"])
        for holder, row in asides:
            row["patient_pk"] = self._leads.patient(holder, row["subject"])
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
                    change_subject(self._transaction, found.pk, row["subject"], row["patient_pk"])

    def _holder(self, entry: Entry, who: Identity | None) -> Held:
        scope = entry.position.rpartition("entry ")[0]
        return Held(0, who.source if who else self._source, type_of(entry), "", {}, scope=scope)


def find_asides_owners(transaction: Transaction) -> None:
    """Look again for the patients of what was set aside by any import and whose patient was not known then."""
    leads = Leads(transaction)
    after = 0
    while rows := unowned(transaction, after=after):
        after = rows[-1].pk
        for pk, owner in _owners(leads, [(row.pk, row.source, row.subject) for row in rows]):
            set_owner(transaction, pk, owner)
    after = 0
    while others := unowned_others(transaction, after=after):
        after = others[-1].pk
        set_other_owners(transaction, dict(_owners(leads, [(row.pk, row.source, row.subject) for row in others])))


def _owners(leads: Leads, rows: list[tuple[int, str, str]]) -> Iterator[tuple[int, int]]:
    """Yield (number, patient) for those rows of (number, source, reference) whose patient is known."""
    holders = [(Held(0, source, "", "", {}, scope=""), subject, pk) for pk, source, subject in rows]
    leads.fetch((holder, subject) for holder, subject, _ in holders)
    for holder, subject, pk in holders:
        owner = leads.patient(holder, subject)
        if owner is not None:
            yield pk, owner
