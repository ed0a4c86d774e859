"""Records and scores in, the ranked list out: pure functions over types. Knows no model, no table and no page."""

from __future__ import annotations

from emr_rerank.ranking import language
from emr_rerank.ranking.calibration import CALIBRATIONS
from emr_rerank.ranking.cascade import joined, shortlist
from emr_rerank.ranking.items import to_items
from emr_rerank.ranking.rank import best_windows, rank, safety_strip, unranked
from emr_rerank.ranking.safety import latest_date
from emr_rerank.ranking.windows import Passage, passages, passages_of, split, split_query
from emr_rerank.ranking.worth import worth

__all__ = [
    "CALIBRATIONS",
    "Passage",
    "best_windows",
    "joined",
    "language",
    "latest_date",
    "passages",
    "passages_of",
    "rank",
    "safety_strip",
    "shortlist",
    "split",
    "split_query",
    "to_items",
    "unranked",
    "worth",
]
