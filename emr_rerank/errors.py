"""Everything this library raises on purpose.

    EmrRerankError
    ├── SourceError         a file, folder or archive cannot be read as FHIR
    ├── IdentityError       importing would merge two different people
    ├── StoreError          the database is missing, newer than this version, or unreachable
    │   └── RefusedError    the database works (store.database), and refuses what one transaction wrote
    ├── UnknownPatientError no such patient, or the id is ambiguous
    ├── ModelError          a model is unknown, absent or not what its checksum says
    │   └── EngineUnavailableError  it is set up, and cannot answer now: another model may stand in
    ├── FactsError          a table of clinical facts, or a terminology, cannot be read or does not hold together
    └── RequestError        a request (assessment, request file, gold file) cannot be understood

Messages are one line and name the fault, the place and the remedy. They carry no patient content:
resource types, ids, file names and field names only.
"""

from __future__ import annotations


class EmrRerankError(Exception):
    """The root; the command line shows its message and exits 1."""


class SourceError(EmrRerankError):
    """A file, folder or archive cannot be read as FHIR."""


class IdentityError(EmrRerankError):
    """Importing would merge two different people under one id."""


class StoreError(EmrRerankError):
    """The database is missing, newer than this version, or unreachable."""


class UnknownPatientError(EmrRerankError):
    """No such patient, or the id names several."""


class ModelError(EmrRerankError):
    """A model is unknown, absent or not what its checksum says."""


class EngineUnavailableError(ModelError):
    """A model that is set up cannot answer now: its server is silent, refuses or answers wrongly, or memory ran out.

    What may be met by ranking with another model; every other ModelError wants somebody to mend the settings.
    """


class FactsError(EmrRerankError):
    """A table of clinical facts, or a terminology, cannot be read or does not hold together.

    The message names file, line and column.
    """


class RequestError(EmrRerankError):
    """A request cannot be understood."""
