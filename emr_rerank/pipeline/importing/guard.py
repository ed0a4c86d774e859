"""What keeps people apart: checks that nothing under a known id comes to belong to, or to speak of, another patient.

Knows identities, owners and who uses what; writes nothing. What it refuses is the whole file, with one remedy, a source
of its own: ids are only the same within one source. The rules:

- A Patient under a known id must be able to be the known person, and, where one of the two cannot be read, surely be.
- A resource under a known id must not name another patient than the known one does, newer or older.
- A Medication or Binary belongs to nobody, and lends its words to records. In `DEFAULT_SOURCE`, which files of several
  systems may share, one that differs from the known one is taken for another system's, unless the file also holds every
  patient whose records use the known one; and so are two that differ in two Bundles of one file. Under a server's base
  or a given source it is that system's newer version.
"""

from __future__ import annotations

import orjson

from emr_rerank.errors import IdentityError
from emr_rerank.fhir.references import DEFAULT_SOURCE, Identity, subject_of, targets
from emr_rerank.fhir.resource import Entry, Resource
from emr_rerank.fhir.validate import Accepted, Rejected
from emr_rerank.pipeline.importing.leads import Held, Leads, is_bundled, scope_of
from emr_rerank.pipeline.importing.same_person import is_surely_same_person, may_be_same_person
from emr_rerank.store.database import Transaction
from emr_rerank.store.links import users_of
from emr_rerank.store.resources import Known, all_versions, moved_resource, owners_in_import

_LENT = frozenset({"Binary", "Medication"})
GUARDED = _LENT | {"Patient"}
"""Types of which an unreadable one matters, too."""

_REMEDY = "import with --source NAME to keep them apart; nothing was imported from this file"


class Guard:
    """Checks the entries of one file: each on its way in, and all when their owners are known."""

    def __init__(self, transaction: Transaction, leads: Leads, file: str) -> None:
        self._transaction = transaction
        self._leads = leads
        self._file = file
        self._people: set[int] = set()  # owners of unchanged resources of the file
        self._lent_in: dict[int, str] = {}  # Bundle of each Medication and Binary
        self._contested: dict[Identity, Entry] = {}

    def note(self, entry: Entry, who: Identity, pk: int) -> None:
        """Note that the file holds this resource, as it is now stored."""
        if who.type in _LENT and is_bundled(entry):
            self._lent_in.setdefault(pk, scope_of(entry))

    def meet(self, owner: int | None) -> None:
        """Note that the file holds an unchanged resource of this patient."""
        if owner is not None:
            self._people.add(owner)

    def admit(
        self, entry: Entry, who: Identity, checked: Accepted | Rejected, known: int | None, unread: Resource | None
    ) -> None:
        """Let a resource that differs from what is stored (`known`) or quarantined (`unread`) under its id pass.

        Raises:
            IdentityError: it is another person's.
        """
        if known is None and (unread is None or unread == entry.resource):
            return
        if who.type == "Patient":
            self._require_same_person(entry, who, checked, known, unread)
        elif who.type in _LENT and who.source == DEFAULT_SOURCE:
            if known is not None and self._lent_in.get(known, scope_of(entry)) != scope_of(entry):
                raise self._refusal(entry.position, f"{who.reference} is another one in another Bundle of the file")
            self._contested[who] = entry

    def require_same_subject(self, entry: Entry, who: Identity, content: Resource, known: Known) -> int | None:
        """Return the patient that a changed resource names, where that one is known already.

        Raises:
            IdentityError: the known version names another.
        """
        named = subject_of(content)
        if who.type == "Patient" or named is None:
            return None
        stored = subject_of(orjson.loads(all_versions(self._transaction, known.pk)[0].raw))
        holder = Held(0, who.source, who.type, who.id, content, scope=scope_of(entry))
        self._leads.fetch([(holder, named)])
        lead = self._leads.follow(holder, named)
        owner = lead.pk if lead.is_patient else None
        differs = stored is not None and _surely_differ(named, stored, who.source)
        if differs or (known.patient_pk is not None and owner is not None and owner != known.patient_pk):
            raise self._refusal(entry.position, f"{who.reference} is known as another patient's")
        return owner

    def check(self, import_pk: int | None, since: str) -> None:
        """Look at the whole file when it is known whose everything in it is.

        Raises:
            IdentityError: it gives something of one patient to another.
        """
        if import_pk is not None and (moved := moved_resource(self._transaction, import_pk, since)):
            reference, position = moved
            raise self._refusal(position, f"{reference} is known as another patient's")
        if not self._contested:
            return
        held = self._people | self._leads.met_patients()
        if import_pk is not None:
            held |= owners_in_import(self._transaction, import_pk)
        for who, entry in self._contested.items():
            if users_of(self._transaction, who.source, who.type, who.id) - held:
                raise self._refusal(entry.position, f"{who.reference} differs from the one other patients' records use")

    def _require_same_person(
        self, entry: Entry, who: Identity, checked: Accepted | Rejected, known: int | None, unread: Resource | None
    ) -> None:
        readable = isinstance(checked, Accepted)
        person = checked.resource if isinstance(checked, Accepted) else entry.resource
        if known is None:
            same = unread is None or is_surely_same_person(person, unread)
        else:
            versions = [orjson.loads(version.raw) for version in all_versions(self._transaction, known)]
            same = all(may_be_same_person(person, version) for version in versions) and (
                readable or any(is_surely_same_person(person, version) for version in versions)
            )
        if not same:
            what = "name or birth date differ" if readable and known is not None else "one of the two cannot be read"
            raise IdentityError(
                f"{self._file} {entry.position}: {who.reference} is known as another person ({what}); "
                "import with --source NAME to keep them apart, or forget the known one first; "
                "nothing was imported from this file"
            )

    def _refusal(self, position: str, fault: str) -> IdentityError:
        return IdentityError(f"{self._file} {position}: {fault}; {_REMEDY}")


def _surely_differ(one: str, other: str, source: str) -> bool:
    """Whether two references name two patients whatever the store holds: by two ids."""
    first, second = (targets(reference, source)[0][1] for reference in (one, other))
    return first != second and all(address.startswith("Patient/") for address in (first, second))
