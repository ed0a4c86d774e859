"""Composed charts of themes held out, as judged cases that `training.ablation` measures. Ranks nothing itself.

No theme here is in `ComposedCharts`. What is in neither a case's positives nor its negatives is left out of its items,
so that nobody is measured on what was never decided. The judgements rest on the same facts that the model `knowledge`
ranks by: they tell how much of the facts a model has learnt, not how well it ranks for clinicians.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.evaluation import Judged
from training.ablation import Case
from training.emr.asking import Asked
from training.emr.compose import Composed, Composer

SEED = 5
DECISIVE, RELEVANT = 0.8, 0.55  # grades from which on a record is judged 3 or 2; what is worth less is judged 1


def composed_cases(count: int, seed: int = SEED) -> list[Case]:
    """Return this many judged assessments of charts whose themes no training chart has."""
    cases: list[Case] = []
    composer = Composer(knowledge_base(), seed, themes_held_out=True)
    number = 0
    while len(cases) < count:
        cases.extend(_cases(composer.chart(number)))
        number += 1
    return cases[:count]


def _cases(chart: Composed) -> Iterator[Case]:
    for place, asked in enumerate(chart.asked):
        decided = asked.grades.keys() | set(asked.negatives)
        judged = Judged(
            id=f"{chart.name}-{place}",
            bundle=Path(chart.name),  # made up, never written
            patient=chart.name,
            category=asked.asking.category,
            assessment=asked.asking.text,
            judgements=judgements(asked),
        )
        yield Case(judged, [item for item in chart.items if item.reference in decided])


def judgements(asked: Asked) -> dict[str, int]:
    """Return the grades as whole numbers: 3 decisive, 2 relevant, 1 context."""
    return {
        reference: 3 if grade >= DECISIVE else 2 if grade >= RELEVANT else 1
        for reference, grade in sorted(asked.grades.items())
    }
