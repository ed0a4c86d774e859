"""Where references lead: addresses of resources, and the references that records wait for. Knows no reference's syntax
beyond `Type/id` and `urn:uuid:id`, the two addresses that a resource's own identity gives it.

An address resolves when exactly one resource answers to it: two that do are a doubt, and a doubt is not resolved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import delete, func, insert, select, union

from emr_rerank.store.database import Transaction
from emr_rerank.store.tables import AliasRow, LinkRow, ResourceRow

Address = tuple[str, str]
"""(source, address)."""

AT_ONCE = 500
_URN = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class Target:
    """The resource an address leads to."""

    pk: int
    type: str
    patient_pk: int | None
    pending: bool
    exact: bool  # the address is the resource's own `Type/id`, which no later resource can contest


class LinkValues(TypedDict):
    """A row of `links`."""

    resource_pk: int
    reference: str
    source: str
    address: str
    subject: bool
    local: bool
    target_pk: int | None


class AliasValues(TypedDict):
    """A row of `aliases`."""

    source: str
    address: str
    resource_pk: int


def resolve(transaction: Transaction, addresses: Iterable[Address]) -> dict[Address, Target]:
    """Return where these addresses lead; those that lead nowhere, or to several resources, are absent."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, address in addresses:
        by_source[source].append(address)
    found: dict[Address, dict[int, Target]] = defaultdict(dict)
    for source, wanted in by_source.items():
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            for address, target in _by_identity(transaction, source, some):
                found[source, address][target.pk] = target
            inexact = [
                address for address in some if not any(target.exact for target in found[source, address].values())
            ]
            for address, target in _by_alias(transaction, source, inexact):
                found[source, address].setdefault(target.pk, target)
    return {address: next(iter(targets.values())) for address, targets in found.items() if len(targets) == 1}


def add_aliases(transaction: Transaction, rows: Sequence[AliasValues]) -> list[int]:
    """File resources under further addresses; return the resources that were not known under one of them before."""
    new: list[AliasValues] = []
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        known = select(AliasRow.source, AliasRow.address, AliasRow.resource_pk).where(
            AliasRow.resource_pk.in_([row["resource_pk"] for row in some])
        )
        present = {(source, address, pk) for source, address, pk in transaction.execute(known)}
        new += [row for row in some if (row["source"], row["address"], row["resource_pk"]) not in present]
    if new:
        transaction.execute(insert(AliasRow), new)
    return [row["resource_pk"] for row in new]


def drop_identifiers(transaction: Transaction, resource_pk: int) -> None:
    """Forget the conditional addresses of a resource that changed; a `fullUrl` it once had stays its own."""
    transaction.execute(
        delete(AliasRow).where(AliasRow.resource_pk == resource_pk, AliasRow.address.contains("?identifier="))
    )


def save_links(transaction: Transaction, rows: Sequence[LinkValues]) -> None:
    """Add links."""
    if rows:
        transaction.execute(insert(LinkRow), rows)


def delete_links(transaction: Transaction, resource_pks: Sequence[int]) -> None:
    """Delete the links of these resources, at most a few hundred at a time."""
    transaction.execute(delete(LinkRow).where(LinkRow.resource_pk.in_(resource_pks)))


def local_targets(transaction: Transaction, resource_pks: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return what references resolved to inside their own Bundles, by (resource, reference as written)."""
    wanted = select(LinkRow.resource_pk, LinkRow.reference, LinkRow.target_pk).where(
        LinkRow.resource_pk.in_(resource_pks), LinkRow.local
    )
    return {(pk, reference): target for pk, reference, target in transaction.execute(wanted) if target is not None}


def open_subjects(transaction: Transaction, resource_pks: Sequence[int]) -> set[int]:
    """Return those of these resources whose patient a later import could change: the others' is settled."""
    wanted = select(LinkRow.resource_pk).where(LinkRow.resource_pk.in_(resource_pks), LinkRow.subject)
    return set(transaction.scalars(wanted))


def dependants(transaction: Transaction, resource_pks: Sequence[int]) -> set[int]:
    """Return the resources that refer to these, whether or not the reference led here before."""
    found: set[int] = set()
    for start in range(0, len(resource_pks), AT_ONCE):
        some = resource_pks[start : start + AT_ONCE]
        led_here = select(LinkRow.resource_pk).where(LinkRow.target_pk.in_(some))
        by_identity = [
            select(LinkRow.resource_pk)
            .join(ResourceRow, (LinkRow.source == ResourceRow.source) & (LinkRow.address == own))
            .where(ResourceRow.pk.in_(some), LinkRow.local.is_(False))
            for own in (ResourceRow.type + "/" + ResourceRow.fhir_id, _URN + ResourceRow.fhir_id)
        ]
        by_alias = (
            select(LinkRow.resource_pk)
            .join(AliasRow, (LinkRow.source == AliasRow.source) & (LinkRow.address == AliasRow.address))
            .where(AliasRow.resource_pk.in_(some), LinkRow.local.is_(False))
        )
        found.update(transaction.scalars(union(led_here, *by_identity, by_alias)))
    return found


def users_of(transaction: Transaction, source: str, kind: str, fhir_id: str) -> set[int]:
    """Return the patients whose resources refer to this one, whether or not it is stored."""
    own = (LinkRow.source == source) & (LinkRow.address == f"{kind}/{fhir_id}")
    pk = select(ResourceRow.pk).where(
        ResourceRow.source == source, ResourceRow.fhir_id == fhir_id, ResourceRow.type == kind
    )
    referring = union(
        select(LinkRow.resource_pk).where(own), select(LinkRow.resource_pk).where(LinkRow.target_pk.in_(pk))
    )
    owners = select(ResourceRow.patient_pk).where(ResourceRow.pk.in_(referring)).distinct()
    return {owner for owner in transaction.scalars(owners) if owner is not None}


def count_dangling(transaction: Transaction) -> int:
    """Return how many references of records, other than to their patients, lead nowhere yet."""
    open_ones = (
        select(LinkRow.resource_pk, LinkRow.reference)
        .where(LinkRow.subject.is_(False))
        .group_by(LinkRow.resource_pk, LinkRow.reference)
        .having(func.max(LinkRow.target_pk).is_(None))
    )
    return transaction.scalar(select(func.count()).select_from(open_ones.subquery())) or 0


def _by_identity(transaction: Transaction, source: str, addresses: Sequence[str]) -> list[tuple[str, Target]]:
    """Find those that are a resource's `Type/id` or the `urn:uuid:` of its id."""
    ids: dict[str, str] = {}
    for address in addresses:
        if address.startswith(_URN):
            ids[address] = address.removeprefix(_URN)
        elif "?" not in address and ":" not in address:
            ids[address] = address.partition("/")[2]
    wanted = select(
        ResourceRow.fhir_id, ResourceRow.pk, ResourceRow.type, ResourceRow.patient_pk, ResourceRow.pending
    ).where(ResourceRow.source == source, ResourceRow.fhir_id.in_(set(ids.values())))
    found: list[tuple[str, Target]] = []
    for fhir_id, pk, kind, owner, pending in transaction.execute(wanted) if ids else ():
        if (own := f"{kind}/{fhir_id}") in ids:
            found.append((own, Target(pk, kind, owner, pending, exact=True)))
        if (urn := _URN + fhir_id) in ids:
            found.append((urn, Target(pk, kind, owner, pending, exact=False)))
    return found


def _by_alias(transaction: Transaction, source: str, addresses: Sequence[str]) -> list[tuple[str, Target]]:
    wanted = (
        select(AliasRow.address, ResourceRow.pk, ResourceRow.type, ResourceRow.patient_pk, ResourceRow.pending)
        .join(ResourceRow, ResourceRow.pk == AliasRow.resource_pk)
        .where(AliasRow.source == source, AliasRow.address.in_(addresses))
    )
    return [
        (address, Target(pk, kind, owner, pending, exact=False))
        for address, pk, kind, owner, pending in (transaction.execute(wanted) if addresses else ())
    ]
