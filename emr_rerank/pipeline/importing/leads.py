"""Where the references of an import's resources lead: inside their own Bundle first, then in the store.

Knows addresses and primary keys, no content. One of it lives as long as one file's import.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from emr_rerank.fhir.references import DEFAULT_SOURCE, targets
from emr_rerank.fhir.resource import Entry, Resource
from emr_rerank.store.database import Transaction
from emr_rerank.store.links import Address, LinkValues, Target, resolve

_LONGEST, _KEPT = 255, 200  # characters: databases refuse to index much more
_REMEMBERED = 20_000  # addresses; a bound on memory
_DOUBT = 0  # no resource's primary key: a reference that its own Bundle leads to two resources


@dataclass(slots=True)
class Held:
    """A stored resource with the JSON that converters read."""

    pk: int
    source: str
    type: str
    fhir_id: str
    resource: Resource
    patient_pk: int | None = None
    pending: bool = False
    scope: str | None = None  # which Bundle of this file it lies in; None for a resource of an earlier import
    fresh: bool = False  # added by this import: it has no record and no links yet
    settled: bool = False  # nothing that is imported later can change whose it is


@dataclass(frozen=True, slots=True)
class Lead:
    """What a reference leads to. `tried` are the addresses up to the one that led somewhere, with their targets."""

    pk: int | None
    is_patient: bool
    local: bool
    settled: bool  # nothing that is imported later can change it
    tried: tuple[tuple[Address, int | None], ...]

    def rows(self, holder: Held, reference: str, *, subject: bool, allowed: bool = True) -> list[LinkValues]:
        """Return the rows of `links` that remember it; a target that is not `allowed` is remembered as open."""
        return [
            {
                "resource_pk": holder.pk,
                "reference": filed(reference),
                "source": source,
                "address": address,
                "subject": subject,
                "local": self.local,
                "target_pk": pk if allowed else None,
            }
            for (source, address), pk in self.tried
        ]


def scope_of(entry: Entry) -> str:
    """Return which Bundle of the file an entry lies in: what is before "entry 12" in its position."""
    return entry.position.rpartition("entry ")[0]


def is_bundled(entry: Entry) -> bool:
    """Return whether an entry lies in a Bundle at all."""
    return "entry " in entry.position


def storable(written: str) -> str:
    """Return text from a resource without the one character that PostgreSQL cannot keep."""
    return written.replace("\0", "\ufffd")


def filed(address: str) -> str:
    """Return an address as the store files it: a very long one by its beginning and a hash."""
    address = storable(address)
    if len(address) <= _LONGEST:
        return address
    return f"{address[:_KEPT]}#{blake2b(address.encode(), digest_size=16).hexdigest()}"


class Leads:
    """Follows references within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._local: dict[tuple[str, str], int] = {}
        self._settled: dict[tuple[int, str], int] = {}
        self._patients: set[int] = set()
        self._known: dict[Address, Target | None] = {}

    def enter(self, scope: str, address: str, pk: int) -> None:
        """Note an address of a Bundle's entry; one that two of its resources share leads to neither."""
        key = (scope, address)
        self._local[key] = pk if self._local.get(key, pk) == pk else _DOUBT

    def enter_patient(self, pk: int) -> None:
        """Note that this resource is a Patient."""
        self._patients.add(pk)

    def settle(self, found: dict[tuple[int, str], int]) -> None:
        """Note what references of earlier imports' resources led to inside their own Bundles."""
        self._settled.update(found)

    def forget_unknown(self) -> None:
        """Look again for what was not there: resources have been added."""
        self._known = {address: target for address, target in self._known.items() if target}

    def fetch(self, wanted: Iterable[tuple[Held, str]]) -> None:
        """Resolve references at once, so that `follow` need not ask."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        addresses: dict[Address, None] = {}
        for holder, reference in wanted:
            if self._inside(holder, reference) is None:
                addresses.update(dict.fromkeys(a for a in self._addresses(holder, reference) if a not in self._known))
        found = resolve(self._transaction, addresses) if addresses else {}
        self._known.update({address: found.get(address) for address in addresses})

    def is_known(self, holder: Held, reference: str) -> bool:
        """Whether `follow` has an answer without `fetch`."""
        if self._inside(holder, reference) is not None:
            return True
        return all(address in self._known for address in self._addresses(holder, reference))

    def follow(self, holder: Held, reference: str) -> Lead:
        """Return where a reference leads; it must have been fetched."""
        addresses = self._addresses(holder, reference)
        inside = self._inside(holder, reference)
        if inside == _DOUBT:
            return Lead(None, is_patient=False, local=True, settled=True, tried=())
        if inside is not None:
            return Lead(inside, inside in self._patients, local=True, settled=True, tried=((addresses[0], inside),))
        tried: list[tuple[Address, int | None]] = []
        for address in addresses:
            target = self._known.get(address)
            tried.append((address, target.pk if target else None))
            if target:
                settled = target.exact and len(tried) == 1
                return Lead(target.pk, target.type == "Patient", local=False, settled=settled, tried=tuple(tried))
        return Lead(None, is_patient=False, local=False, settled=False, tried=tuple(tried))

    def is_inside(self, holder: Held, reference: str) -> bool:
        """Whether a reference leads to a resource of its own Bundle."""
        return self._inside(holder, reference) is not None

    def met_patients(self) -> set[int]:
        """Return the Patients that were noted."""
        return self._patients

    def _inside(self, holder: Held, reference: str) -> int | None:
        if holder.scope is None:
            return self._settled.get((holder.pk, filed(reference)))
        source, address = targets(reference, holder.source)[0]
        if source != holder.source or (source != DEFAULT_SOURCE and not address.startswith("urn:")):
            return None  # another server's, or what the own server calls so
        return self._local.get((holder.scope, address))

    def _addresses(self, holder: Held, reference: str) -> tuple[Address, ...]:
        return tuple((source, filed(address)) for source, address in targets(reference, holder.source))
