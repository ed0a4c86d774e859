"""Why one record stands where it does: concepts found, the best path between them, and the parts of its score.

Ranks as `history` does and takes that apart; formats nothing. What rests on the facts is a hint, not a reference.
"""

from __future__ import annotations

from dataclasses import dataclass

from emr_rerank.errors import RequestError
from emr_rerank.knowledge import KnowledgeBase, knowledge_base
from emr_rerank.pipeline.history import Ranking, rank_patient
from emr_rerank.pipeline.models import load_model
from emr_rerank.store import PatientKey, PatientVectors, Store
from emr_rerank.types import Parts, RankedItem, VectorCache

LONGEST_SHOWN = 100  # characters of a reference that a message repeats; FHIR's ids have at most 64


@dataclass(frozen=True, slots=True)
class Asked:
    """A concept of the assessment."""

    kind: str  # "medicine", "class", "condition", "test", "procedure", "food", "presentation"
    name: str
    written: str  # as the assessment has it; "" where its words stand there in another order
    denied: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A concept of the record: as what it is recorded ("", "allergy", "family") and its weight there, in (0, 1]."""

    kind: str
    name: str
    role: str
    weight: float


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of a path, in words, and the table row that says it."""

    words: str
    row: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one record stands where it does in a ranking."""

    ranking: Ranking
    reference: str  # the record asked about, which may be one of several behind the item
    entry: RankedItem
    uses_paths: bool  # whether the model lets the facts count
    asked: tuple[Asked, ...]
    told: tuple[Told, ...]
    steps: tuple[Step, ...]  # the best path's, from the record's end; none where both name one concept, or no path

    @property
    def parts(self) -> Parts:
        """What the record's raw score is the sum of."""
        return self.entry.parts


def explain(
    store: Store,
    patient: PatientKey,
    assessment: str,
    reference: str,
    model: str,
    *,
    cache: VectorCache | None = None,
    base: KnowledgeBase | None = None,
) -> Explanation:
    """Explain one record's place; a record that repeats a thing is explained by the item that shows it.

    `reference` is "Condition/abc"; the other arguments and their errors are `rank_patient`'s.

    Raises:
        RequestError: this patient's list has no such record.
    """
    known, vectors = base or knowledge_base(), cache or PatientVectors(store, patient)
    ranking = rank_patient(store, patient, assessment, model, vectors, base=known)
    places = {member.reference: place for place, one in enumerate(ranking.items) for member in one.item.members}
    if reference not in places:
        raise RequestError(_absent(reference, ranking.quarantined))
    place = places[reference]
    entry, loaded = ranking.items[place], load_model(ranking.model, vectors, known)
    subjects, asked = known.reader.of_item(entry.item), known.reader.of_assessment(assessment)
    path = known.reader.bearing(subjects, asked).path if loaded.use.paths else None
    return Explanation(
        ranking=ranking,
        reference=reference,
        entry=entry,
        uses_paths=bool(loaded.use.paths),
        asked=_asked(assessment, known),
        told=tuple(Told(one.concept.kind, one.concept.name, one.role, one.salience) for one in subjects),
        steps=tuple(Step(link.sentence(), link.where) for link in path.links) if path else (),
    )


def _absent(reference: str, quarantined: int) -> str:
    shown = reference if reference.isprintable() and len(reference) <= LONGEST_SHOWN else "that record"
    unread = f"; {quarantined} of this patient's resources could not be read" if quarantined else ""
    return f"{shown}: not in this patient's list; name a record as `rank --json` does, e.g. Condition/abc{unread}"


def _asked(assessment: str, base: KnowledgeBase) -> tuple[Asked, ...]:
    """Return what the assessment is about, each way of writing once, in its order; what it says loosely is last."""
    mentions = base.recogniser.find(assessment)
    named = [
        Asked(one.concept.kind, one.concept.name, assessment[one.start : one.end], one.negated) for one in mentions
    ]
    known = {one.concept for one in mentions}
    loose = [
        Asked(one.concept.kind, one.concept.name, "", denied=False)
        for one in base.reader.of_assessment(assessment)
        if one.concept not in known
    ]
    return tuple(dict.fromkeys((*named, *loose)))
