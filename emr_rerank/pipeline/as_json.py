"""A ranking as the JSON that programs read. Its keys are a promise: some may be added, none renamed or removed."""

from __future__ import annotations

from typing import Any

from emr_rerank.pipeline.explanation import Explanation
from emr_rerank.pipeline.history import Ranking
from emr_rerank.types import RankedItem, Reason

DIGITS = 6  # more than any engine's scores mean
FACTS_NOTE = (
    "built-in hints for ranking, written from general medical knowledge and reviewed by no clinician; not a reference"
)


def ranking_as_json(ranking: Ranking, top: int | None = None) -> dict[str, Any]:
    """Return the whole answer; `top` shortens `records` only, never `safety`."""
    return {
        "patient": {
            "id": ranking.patient.id,
            "source": ranking.patient.source,
            "name": ranking.patient.name,
            "birth_date": ranking.patient.birth_date,
            "sex": ranking.patient.sex,
            "deceased": ranking.patient.deceased,
        },
        "model": ranking.model,
        "requested_model": ranking.requested_model,
        "engines": list(ranking.engines),
        "assessment": ranking.assessment,
        "notices": list(ranking.notices),
        "quarantined": ranking.quarantined,
        "other_resources": dict(ranking.other_resources),
        "safety": [_entry(entry) for entry in ranking.safety],
        "records": [_entry(entry) for entry in ranking.items[:top]],
        "total": len(ranking.items),
        "facts": _facts(ranking),
    }


def explanation_as_json(explanation: Explanation) -> dict[str, Any]:
    """Return why one record stands where it does; `record` is as in a ranking, `path` null where there is none."""
    ranking, entry, parts = explanation.ranking, explanation.entry, explanation.parts
    return {
        "patient": {"id": ranking.patient.id, "source": ranking.patient.source},
        "model": ranking.model,
        "requested_model": ranking.requested_model,
        "engines": list(ranking.engines),
        "assessment": ranking.assessment,
        "notices": list(ranking.notices),
        "resource": explanation.reference,
        "record": _entry(entry),
        "total": len(ranking.items),
        "uses_paths": explanation.uses_paths,
        "concepts": {
            "assessment": [
                {"kind": one.kind, "name": one.name, "written": one.written, "denied": one.denied}
                for one in explanation.asked
            ],
            "record": [
                {"kind": one.kind, "name": one.name, "role": one.role, "weight": round(one.weight, DIGITS)}
                for one in explanation.told
            ],
        },
        "path": {
            "words": entry.reason.words,
            "links": [{"words": step.words, "row": step.row} for step in explanation.steps],
        }
        if entry.reason
        else None,
        "parts": {
            "score": round(parts.score, DIGITS),
            "path": round(parts.path, DIGITS),
            "sought": round(parts.sought, DIGITS),
            "worth": round(parts.worth, DIGITS),
            "again": round(parts.again, DIGITS),
        },
        "facts": _facts(ranking),
    }


def _facts(ranking: Ranking) -> dict[str, str]:
    return {"version": ranking.facts, "note": FACTS_NOTE}


def _entry(entry: RankedItem) -> dict[str, Any]:
    item = entry.item
    return {
        "rank": entry.rank,
        "score": round(entry.score, DIGITS),
        "raw_score": round(entry.raw, DIGITS),
        "resource": item.reference,
        "members": [member.reference for member in item.members],
        "kind": item.kind.value,
        "title": item.title,
        "date": item.date,
        "status": item.status,
        "standing": item.standing.value,
        "text": item.text,
        "pinned": {"category": entry.pinned.category, "reason": entry.pinned.reason} if entry.pinned else None,
        "window": {"start": entry.window.start, "end": entry.window.end, "of": entry.window.of}
        if entry.window
        else None,
        "reason": _reason(entry.reason) if entry.reason else None,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"words": reason.words, "rows": list(reason.rows), "strength": round(reason.strength, DIGITS)}
