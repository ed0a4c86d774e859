"""A patient's chart and its example assessments, bound into one R4 Bundle. Knows no file and ranks nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum
from uuid import NAMESPACE_URL, uuid5

from fhir_samples.codes import coding
from fhir_samples.vocabulary import TERMINOLOGY, Entry, Resource

SERVER = "https://ehr.example.org/fhir"
NUMBERS = "https://hospital.example.org/patient-number"
SYNTHETIC = coding(f"{TERMINOLOGY}/v3-ActReason", "HTEST", "test health data")
PATIENT = "@patient"
# Where a record says whose it is; other types say `subject`, and the last four belong to no one patient.
BELONGS = {
    "AllergyIntolerance": "patient",
    "Device": "patient",
    "FamilyMemberHistory": "patient",
    "Immunization": "patient",
}
SHARED = frozenset({"Patient", "Medication", "Practitioner", "Organization"})


class References(Enum):
    """How a bundle's resources point at each other; hospitals differ."""

    RELATIVE = "Patient/x, no fullUrl"
    UUID = "urn:uuid:..., as many exports do"
    ABSOLUTE = "https://server/Patient/x"
    CONDITIONAL = "Patient?identifier=system|number for the patient, else Type/x"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much one record, or each of a series, matters to an assessment: 3 decisive, 2 relevant, 1 context."""

    grade: int
    why: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a clinician (or the patient) has just written, and the records that bear on it, by local id.

    A series is judged as one by its stem: "obs-creat" stands for each of "obs-creat-20240304", ...
    """

    key: str
    category: str
    text: str
    decisive: Mapping[str, str]
    relevant: Mapping[str, str]
    context: Mapping[str, str]

    def judgements(self) -> dict[str, Judgement]:
        """Return the judgement of each local id or stem; one judged twice is an error."""
        made: dict[str, Judgement] = {}
        for grade, judged in ((3, self.decisive), (2, self.relevant), (1, self.context)):
            for local, why in judged.items():
                if local in made:
                    raise ValueError(f"assessment {self.key}: {local} is judged twice; keep one grade")
                made[local] = Judgement(grade, why)
        return made


@dataclass(frozen=True, slots=True)
class Chart:
    """One synthetic patient. `name` is "Given Family"; ids begin with the family name in lower case."""

    name: str
    sex: str
    born: str
    number: str
    entries: Sequence[Entry]
    assessments: Sequence[Assessment]
    kind: str = "collection"
    references: References = References.RELATIVE
    terse: bool = False  # an export that sends codes and structure but no free text beside them

    @property
    def slug(self) -> str:
        """The patient's id and the file's stem: "amina-haddad"."""
        return re.sub(r"[^a-z]+", "-", self.name.lower())

    @property
    def prefix(self) -> str:
        """What the chart's ids begin with: "haddad"."""
        return self.slug.rsplit("-", 1)[-1]

    def patient(self) -> Resource:
        """Return the Patient."""
        *given, family = self.name.split()
        return {
            "resourceType": "Patient",
            "id": "patient",
            "identifier": [{"system": NUMBERS, "value": self.number}],
            "name": [{"use": "official", "text": self.name, "family": family, "given": given}],
            "gender": self.sex,
            "birthDate": self.born,
        }

    def resources(self) -> list[Resource]:
        """Return every resource with its final id, tag, subject and references, the patient first."""
        local = [self.patient()]
        for entry in self.entries:
            local.extend(entry if isinstance(entry, list) else [entry])
        if self.kind == "document":  # a document begins with its Composition
            local.sort(key=lambda resource: resource["resourceType"] != "Composition")
        ids = [resource["id"] for resource in local]
        if repeated := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"chart {self.slug}: ids used twice: {repeated}; give each entry its own key")
        addresses = {f"@{resource['id']}": self.address(resource) for resource in local}
        return [self.bound(resource, addresses) for resource in local]

    def final_id(self, local: str) -> str:
        """Return the id that goes out for a local one."""
        return self.slug if local == "patient" else f"{self.prefix}-{local}"

    def address(self, resource: Resource) -> str:
        """Return how the others refer to a resource, in this bundle's style."""
        relative = f"{resource['resourceType']}/{self.final_id(resource['id'])}"
        if self.references is References.CONDITIONAL and resource["resourceType"] == "Patient":
            return f"Patient?identifier={NUMBERS}|{self.number}"
        return self.full_url(relative) or relative

    def full_url(self, relative: str) -> str:
        """Return the entry's fullUrl, "" where the style has none."""
        if self.references is References.UUID:
            return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{SERVER}/{relative}')}"
        return f"{SERVER}/{relative}" if self.references is References.ABSOLUTE else ""

    def bound(self, resource: Resource, addresses: Mapping[str, str]) -> Resource:
        """Return a copy with its final id, the synthetic tag, its subject, and references resolved."""
        kind = resource["resourceType"]
        made = {"resourceType": kind, "id": self.final_id(resource["id"]), "meta": {"tag": [SYNTHETIC]}}
        made |= {name: value for name, value in deepcopy(resource).items() if name not in made}
        if kind not in SHARED:
            made[BELONGS.get(kind, "subject")] = {"reference": PATIENT}
        point(made, addresses, self.slug)
        return without_words(made) if self.terse else made

    def bundle(self) -> Resource:
        """Return the chart as one R4 Bundle."""
        made: Resource = {
            "resourceType": "Bundle",
            "id": f"{self.slug}-bundle",
            "meta": {"tag": [SYNTHETIC]},
            "type": self.kind,
        }
        if self.kind == "document":
            made["identifier"] = {"system": NUMBERS, "value": f"{self.number}-document"}
            made["timestamp"] = "2025-12-01T08:00:00Z"
        made["entry"] = [self.entry(resource) for resource in self.resources()]
        return made

    def entry(self, resource: Resource) -> Resource:
        """Return the Bundle entry of a resource, with what the bundle's type asks for."""
        relative = f"{resource['resourceType']}/{resource['id']}"
        full_url = self.full_url(relative)
        entry: Resource = ({"fullUrl": full_url} if full_url else {}) | {"resource": resource}
        if self.kind in ("transaction", "batch"):
            entry["request"] = {"method": "PUT", "url": relative}
        if self.kind == "searchset":
            entry["search"] = {"mode": "match"}
        return entry

    def judged(self, assessment: Assessment) -> dict[str, Judgement]:
        """Return an assessment's judgements by "Type/id"; a stem stands for each of its series."""
        types = {resource["id"]: resource["resourceType"] for resource in self.resources()}
        made: dict[str, Judgement] = {}
        for local, judgement in assessment.judgements().items():
            wanted = re.compile(rf"{re.escape(self.final_id(local))}(-\d+)?")
            found = [one for one in types if wanted.fullmatch(one)]
            if not found:
                raise ValueError(f"assessment {assessment.key}: the chart of {self.slug} has no {local}")
            made |= {f"{types[one]}/{one}": judgement for one in found}
        return dict(sorted(made.items(), key=lambda pair: (-pair[1].grade, pair[0])))


def point(value: object, addresses: Mapping[str, str], chart: str) -> None:
    """Resolve every "@local" reference below a value, in place; an unknown one is an error."""
    if isinstance(value, list):
        for one in value:
            point(one, addresses, chart)
    elif isinstance(value, dict):
        target = value.get("reference")
        if isinstance(target, str) and target.startswith("@"):
            if target not in addresses:
                raise ValueError(f"chart {chart}: nothing is called {target[1:]}; a reference names another entry")
            value["reference"] = addresses[target]
        for one in value.values():
            point(one, addresses, chart)


def without_words(resource: Resource) -> Resource:
    """Return a resource as a terse export sends it: no free text where a code or a structure says the same."""
    if resource["resourceType"] == "Condition" and "coding" in resource["code"]:
        resource["code"].pop("text")
    for dosage in resource.get("dosageInstruction", []):
        if "doseAndRate" in dosage:
            dosage.pop("text")
    return resource
