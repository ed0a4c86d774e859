"""How well scores rank the passages of held-out rows, by source and over all sources alike. Knows no model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from emr_rerank.ranking.metrics import METRICS
from training.finetune.contests import Contest

WATCHED = ("nDCG@10", "MRR@10")
GRADES = 4  # steps that a worth in (0, 1] is rounded to: judgements are whole numbers

Scoring = Callable[[Sequence[Contest]], Sequence[Sequence[float]]]  # one score per passage of each contest


def validated(contests: Sequence[Contest], scoring: Scoring) -> dict[str, float]:
    """Return each metric as "nDCG@10 of SOURCE", and as "nDCG@10": the mean over sources, however large each is.

    Passages with equal scores rank worst first: a model that tells nothing apart gains nothing.
    """
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for contest, scores in zip(contests, scoring(contests), strict=True):
        grades = {str(place): _grade(worth) for place, worth in enumerate(contest.worth)}
        ranking = _ranking(scores, contest.worth)
        for metric in WATCHED:
            values[metric][contest.source].append(METRICS[metric](ranking, grades))
    found: dict[str, float] = {}
    for metric, by_source in values.items():
        means: Mapping[str, float] = {source: fmean(ones) for source, ones in sorted(by_source.items())}
        found[metric] = fmean(means.values())
        found.update({f"{metric} of {source}": mean for source, mean in means.items()})
    return found


def _grade(worth: float) -> int:
    return -int(-worth * GRADES // 1) if worth > 0 else 0  # rounded up: what is worth little is worth something


def _ranking(scores: Sequence[float], worth: Sequence[float]) -> list[str]:
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], worth[place]))
    return [str(place) for place in order]
