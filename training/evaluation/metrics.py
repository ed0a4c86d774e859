"""Measures rankings against graded judgements with ir-measures (trec_eval's definitions). Knows ids and grades only.

The order given counts, not scores: ties are the ranking's to break. A question whose answers were not found counts 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from training.evaluation.sets import Question

# Our name -> ir-measures' name. MAP@10 divides by the number of all relevant, MRR is cut at its depth.
MEASURES: Mapping[str, str] = {
    "nDCG@10": "nDCG@10",
    "MRR@1": "RR@1",
    "MRR@5": "RR@5",
    "MRR@10": "RR@10",
    "MRR@100": "RR@100",
    "MAP@10": "AP@10",
    "Hit@1": "Success@1",
    "Recall@1": "R@1",
    "Recall@10": "R@10",
    "Recall@100": "R@100",
}
HEADLINE = "nDCG@10"


def measured(questions: Sequence[Question], orders: Mapping[str, Sequence[str]]) -> dict[str, list[float]]:
    """Return every measure of each question, in the order given.

    Args:
        questions: with their grades.
        orders: passage ids by question id, best first; a question without one found nothing.
    """
    import ir_measures  # noqa: PLC0415  (half a second of import time, and of the `training` extra)

    measures = {ir_measures.parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    qrels = {one.id: dict(one.grades) for one in questions}
    # Places instead of scores: trec_eval would break ties by the ids' letters.
    run = {
        one.id: {passage: float(-place) for place, passage in enumerate(orders.get(one.id, ()))} for one in questions
    }
    values = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    for metric in ir_measures.iter_calc(list(measures), qrels, run):
        values[measures[metric.measure]][metric.query_id] = float(metric.value)
    return {name: [of[one.id] for one in questions] for name, of in values.items()}
