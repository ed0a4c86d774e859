"""Measures a ranking against graded judgements, as trec_eval does. Knows ids and grades, nothing else.

Sources: trec_eval's ndcg_cut_10 (linear gain, discount log2(rank + 1), ideal from all judged), map_cut_10 (divided by
the number of all relevant) and recip_rank, here cut at 10; Hit@1 is success_1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log2

DEPTH = 10


def ndcg(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return nDCG@10 with linear gain; 0 where nothing is relevant."""
    ideal = _dcg(sorted(grades.values(), reverse=True))
    return _dcg(grades.get(found, 0) for found in ranking[:DEPTH]) / ideal if ideal else 0.0


def _dcg(gains: Iterable[int]) -> float:
    return sum(gain / log2(place + 1) for place, gain in zip(range(1, DEPTH + 1), gains, strict=False))


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return 1 / rank of the first relevant within 10, else 0."""
    return next((1 / place for place, found in enumerate(ranking[:DEPTH], start=1) if grades.get(found, 0) > 0), 0.0)


def average_precision(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return the precision at each relevant place within 10, summed and divided by the number of all relevant."""
    relevant = sum(grade > 0 for grade in grades.values())
    places = [place for place, found in enumerate(ranking[:DEPTH], start=1) if grades.get(found, 0) > 0]
    return sum(hits / place for hits, place in enumerate(places, start=1)) / relevant if relevant else 0.0


def hit(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return 1 if the first is relevant, else 0."""
    return float(any(grades.get(found, 0) > 0 for found in ranking[:1]))


Metric = Callable[[Sequence[str], Mapping[str, int]], float]
METRICS: Mapping[str, Metric] = {"nDCG@10": ndcg, "MRR@10": reciprocal_rank, "MAP@10": average_precision, "Hit@1": hit}
