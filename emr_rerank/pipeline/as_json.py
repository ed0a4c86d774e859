"""A ranking as the JSON that programs read. Its keys are a promise: some may be added, none renamed or removed."""

from __future__ import annotations

from typing import Any

from emr_rerank.pipeline.history import Ranking
from emr_rerank.types import RankedItem

DIGITS = 6  # more than any engine's scores mean


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
        "assessment": ranking.assessment,
        "notices": list(ranking.notices),
        "quarantined": ranking.quarantined,
        "other_resources": dict(ranking.other_resources),
        "safety": [_entry(entry) for entry in ranking.safety],
        "records": [_entry(entry) for entry in ranking.items[:top]],
        "total": len(ranking.items),
    }


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
    }
