"""The vectors of one patient's lines, kept across requests and forgotten with the patient. Knows no model, no text."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite

from emr_rerank.errors import StoreError
from emr_rerank.store.database import Store
from emr_rerank.store.patients import PatientKey, patient_pk
from emr_rerank.store.tables import VectorRow, VectorUseRow
from emr_rerank.types import Vector

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Keys to one query: well under the databases' limits on parameters."""

PATIENCE = 0.25
"""Seconds to wait for another writer. A cache that cannot be written now is written at the next request."""

_FLOAT32 = np.dtype("<f4")


class PatientVectors:
    """A `types.VectorCache` for one request about one patient; asks the database for each key at most once.

    Make one per request: it remembers what it met, and does not look again for what another process has since added.
    """

    def __init__(self, store: Store, patient: PatientKey) -> None:
        self._store = store
        self._patient = patient
        self._met: dict[tuple[str, str], Vector | None] = {}

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, Vector]:
        """Return the vectors known for these keys, and note that this patient's lines use them."""
        new = [key for key in dict.fromkeys(keys) if (model, key) not in self._met]
        if new:
            found, unnoted = self._look_up(model, new)
            self._met.update({(model, key): found.get(key) for key in new})
            self._write(model, {}, unnoted)
        known = ((key, self._met[model, key]) for key in keys)
        return {key: vector for key, vector in known if vector is not None}

    def put(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep these vectors and note that this patient's lines use them; what is already kept stays as it is."""
        self._met.update({(model, key): vector for key, vector in vectors.items()})
        self._write(model, vectors, list(vectors))

    def _look_up(self, model: str, keys: Sequence[str]) -> tuple[dict[str, Vector], list[str]]:
        found: dict[str, Vector] = {}
        noted: set[str] = set()
        with self._store.read() as transaction:
            owner = patient_pk(transaction, self._patient)
            for some in _portions(keys):
                kept = select(VectorRow.text_hash, VectorRow.vector).where(
                    VectorRow.model == model, VectorRow.text_hash.in_(some)
                )
                found |= {key: np.frombuffer(blob, _FLOAT32) for key, blob in transaction.execute(kept)}
                used = select(VectorUseRow.text_hash).where(
                    VectorUseRow.patient_pk == owner, VectorUseRow.model == model, VectorUseRow.text_hash.in_(some)
                )
                noted.update(transaction.scalars(used))
        return found, [key for key in found if key not in noted]

    def _write(self, model: str, vectors: Mapping[str, Vector], used: Sequence[str]) -> None:
        if not used:
            return
        rows = [
            {"model": model, "text_hash": key, "vector": np.ascontiguousarray(vector, _FLOAT32).tobytes()}
            for key, vector in vectors.items()
        ]
        try:
            with self._store.begin(wait=PATIENCE) as transaction:
                owner = patient_pk(transaction, self._patient)
                uses = [{"patient_pk": owner, "model": model, "text_hash": key} for key in used]
                for table, some in ((VectorRow, rows), (VectorUseRow, uses)):
                    if some:
                        transaction.execute(_unless_there(self._store, table), some)
        except StoreError:
            # An import holds the database: the request still has its vectors, only the next one computes them again.
            log.info("vectors not kept: the database is being written to")


def _unless_there(store: Store, table: type[VectorRow] | type[VectorUseRow]) -> Insert:
    if store.on_sqlite:
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _portions(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some
