"""One patient's history, ranked for an assessment: the store, an engine and the ranking rules joined.

Knows whose history it is and which engine ran; formats nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from emr_rerank.errors import RequestError
from emr_rerank.knowledge import Bearing, KnowledgeBase, knowledge_base
from emr_rerank.pipeline.cascade import Reread
from emr_rerank.pipeline.models import INDEXED, MODELS, Model, load_model
from emr_rerank.pipeline.stand_in import PASSING, STAND_IN, Faults, run
from emr_rerank.ranking import (
    best_windows,
    language,
    latest_date,
    passages_of,
    rank,
    safety_strip,
    to_items,
    unranked,
    worth,
)
from emr_rerank.store import (
    PatientKey,
    PatientVectors,
    Store,
    count_others,
    count_quarantined,
    find_patient,
    load_records,
    load_versions,
)
from emr_rerank.types import HistoryItem, Parts, Patient, RankedItem, Reason, VectorCache

MAX_ASSESSMENT = 1_000_000  # characters; more is a chart pasted by mistake
TOLD = 0.1  # what a record gains at least, for a reader to be told that it was asked for
LONG_ASSESSMENT = 10_000  # characters; from here on the reader is told how it was read


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer. `items` holds every item, in order; `safety` the pinned ones, which `items` holds too."""

    patient: Patient
    model: str  # what actually ran; "" for a chart nobody has asked anything of yet
    assessment: str
    items: tuple[RankedItem, ...]
    safety: tuple[RankedItem, ...]
    notices: tuple[str, ...]  # sentences the reader should see
    quarantined: int  # this patient's resources that could not be read
    other_resources: Mapping[str, int]  # this patient's resources of types that are not ranked, by type
    requested_model: str = ""  # what was asked for: another than `model` where that could not answer
    fallback: str = ""  # the notice that says why; "" where the model asked for ran
    engines: tuple[str, ...] = ()  # what computed the scores, and in which precision
    facts: str = ""  # the version of the built-in facts that pins and reasons rest on


def read_chart(store: Store, patient: PatientKey, base: KnowledgeBase | None = None) -> Ranking:
    """Return a patient's history newest first, unscored: what there is before an assessment is typed.

    `base` is what this installation knows; the shipped facts unless given.

    Raises:
        UnknownPatientError: the store has no such patient.
    """
    chart, items = _read(store, patient)
    known = base or knowledge_base()
    ranked = unranked(items, known.safety.of_items(items))
    return replace(chart, items=ranked, safety=safety_strip(ranked), facts=known.version)


def rank_patient(
    store: Store,
    patient: PatientKey,
    assessment: str,
    model: str,
    cache: VectorCache | None = None,
    *,
    base: KnowledgeBase | None = None,
    forgiven: Faults = PASSING,
) -> Ranking:
    """Rank a patient's history for an assessment.

    Line vectors are kept in the store unless `cache` says where else; `base` is what this installation knows, the
    shipped facts unless given. Where the model has a fault that is `forgiven`, the built-in one ranks the whole
    history, and the answer says so.

    Raises:
        RequestError: the assessment is empty or too long.
        UnknownPatientError: the store has no such patient.
        ModelError: no such model, or it has a fault that is not forgiven.
    """
    check_assessment(assessment)
    chart, items = _read(store, patient)
    ran = run(
        model,
        cache or PatientVectors(store, patient),
        base or knowledge_base(),
        lambda loaded: in_order(items, assessment, loaded),
        forgiven,
    )
    ordered = ran.answer
    return replace(
        chart,
        model=ran.model.name,
        requested_model=model,
        fallback=ran.notice,
        assessment=assessment,
        items=ordered.items,
        safety=safety_strip(ordered.items),
        notices=(
            *filter(None, (ran.notice, *chart.notices, *_notices(assessment))),
            *_cut_notice(len(ordered.cut)),
            *ordered.again.notices(),
        ),
        engines=ran.model.engines,
        facts=ran.model.base.version,
    )


def _read(store: Store, patient: PatientKey) -> tuple[Ranking, list[HistoryItem]]:
    """Return what is known of a patient, with no items in it yet, and the items to put in order."""
    with store.read() as transaction:
        person = find_patient(transaction, patient.id, patient.source)
        records = load_records(transaction, patient)
        quarantined = count_quarantined(transaction, patient)
        others = count_others(transaction, patient)
    items = to_items(records)
    chart = Ranking(
        patient=person,
        model="",
        assessment="",
        items=(),
        safety=(),
        notices=() if items else ("This patient has no records that can be ranked.",),
        quarantined=quarantined,
        other_resources=others,
    )
    return chart, items


@dataclass(frozen=True, slots=True)
class Ordered:
    """Every item, best first, and how they were read."""

    items: tuple[RankedItem, ...]
    cut: frozenset[str]  # the references of those that the model did not read whole
    again: Reread


def rank_items(items: Sequence[HistoryItem], assessment: str, model: Model) -> tuple[RankedItem, ...]:
    """Return every item, best first."""
    return in_order(items, assessment, model).items


def in_order(items: Sequence[HistoryItem], assessment: str, model: Model) -> Ordered:
    """Put every item in order, best first, each scored by its best window against the assessment's best window."""
    passages = passages_of(items)
    today = latest_date(items)
    read = model.read(assessment, passages)
    best = best_windows(len(items), passages, read.rows)
    bearings = model.bearings(assessment, items)
    first = [
        model.first(one.score, bearing, worth(item, today))
        for one, bearing, item in zip(best, bearings, items, strict=True)
    ]
    texts = [passages[one.column].text for one in best]
    again = model.again([read.windows[one.row] for one in best], texts, first)
    ranked = rank(
        items,
        [passages[one.column].span for one in best],
        again.parts,
        model.name,
        drugs=model.base.safety.of_items(items),
        reasons=[_reason(bearing, parts) for bearing, parts in zip(bearings, first, strict=True)],
    )
    cut = again.cut.union(passage.of for passage, short in zip(passages, read.cut, strict=True) if short)
    return Ordered(ranked, frozenset(items[place].reference for place in cut), again)


def _reason(bearing: Bearing, parts: Parts) -> Reason | None:
    """Return what a reader is told: what adds more, the paths or that the record is what was asked for."""
    path, asked = bearing.path, bearing.lookup
    if asked and parts.sought > max(parts.path, TOLD):
        return Reason(bearing.sought, f"asked for: {asked.name}", (asked.where,))
    return Reason(bearing.strength, path.words, path.rows) if path else None


def check_assessment(assessment: str) -> None:
    """Raise RequestError where there is nothing to rank for, too much, or no text."""
    if not assessment.strip():
        raise RequestError("the assessment is empty; say what the patient is here for, e.g. 'dizzy on standing'")
    if not is_utf_8(assessment):
        raise RequestError("the assessment is not UTF-8 text; say it in UTF-8")
    if len(assessment) > MAX_ASSESSMENT:
        raise RequestError(f"the assessment has more than {MAX_ASSESSMENT:,} characters; give its relevant part")


def is_utf_8(text: str) -> bool:
    """Return whether no byte of another encoding is left in it, as a terminal's or a shell's words may have."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _notices(assessment: str) -> tuple[str, ...]:
    long = (
        f"The assessment has {len(assessment):,} characters: each record is ranked by the part that fits it best. "
        "A short assessment ranks better."
        if len(assessment) > LONG_ASSESSMENT
        else ""
    )
    return tuple(filter(None, (language.notice(assessment), long)))


def _cut_notice(cut: int) -> tuple[str, ...]:
    if not cut:
        return ()
    records = "1 record was" if cut == 1 else f"{cut:,} records were"
    return (f"{records} not read whole by the model, which cuts long text: what it left out did not count.",)


def source_json(store: Store, patient: PatientKey, reference: str) -> str:
    """Return one record's FHIR JSON as it was received, indented.

    Raises:
        RequestError: this patient has no such record.
        UnknownPatientError: the store has no such patient.
    """
    with store.read() as transaction:
        versions = load_versions(transaction, patient, reference)
    if not versions:
        raise RequestError(f"{reference}: this patient has no such record")
    return orjson.dumps(orjson.loads(versions[0].raw), option=orjson.OPT_INDENT_2).decode()


def index_patient(store: Store, patient: PatientKey, model: str, base: KnowledgeBase | None = None) -> int:
    """Fill the vectors a later ranking of this patient needs; return how many lines and windows there are.

    Raises:
        RequestError: the model keeps no vectors.
        ModelError: no such model, or it cannot be loaded.
    """
    if model in MODELS and model not in INDEXED:
        raise RequestError(
            f"{model} keeps no vectors; name the model that stands in for it when it cannot answer: --model {STAND_IN}"
        )
    passages = passages_of(_read(store, patient)[1])
    loaded = load_model(model, PatientVectors(store, patient), base or knowledge_base())
    loaded.scorer.score("", loaded.lines([passage.text for passage in passages]))
    return len(passages)
