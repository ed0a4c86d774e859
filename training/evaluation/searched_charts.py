"""What readers type into a chart's search box, asked of the judged charts: "any allergies?", "kidney function".

`training.charts.searches` judges the lines by kind, standing and the words of their titles, not by the facts that the
model `knowledge` ranks by. What only mentions a topic further on in its line was never decided and is no candidate of
it. Both parts ask the same topics in other words, each of its own charts. Ranks nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from emr_rerank.pipeline.evaluation import Judged
from emr_rerank.types import HistoryItem
from fhir_samples.chart import Chart
from training.ablation import Case, cases
from training.charts import Family, Part, charts
from training.charts.searches import Topic, topics
from training.emr.dice import dice

TOPICS = 12  # asked of one chart, at most
LEAST = 3  # the best grade of an answer: what only belongs to it, or is context, answers nothing
MOST = 0.4  # of the candidates relevant; a topic that most of a chart answers puts nothing to the test
PRONOUNS = {"female": {"she": "she", "her": "her"}, "male": {"she": "he", "her": "his"}}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a chart has for a topic: the grades of the relevant items by reference, and the items it is asked of."""

    topic: Topic
    grades: Mapping[str, int]
    candidates: Sequence[HistoryItem]


def searched_cases(part: Part) -> Iterator[Case]:
    """Yield the judged searches of this part's charts, a wording of the part each.

    A chart is asked the topics that it answers and that charts before it were asked least.
    """
    asked: Counter[str] = Counter()
    for chart, items in _histories(part):
        answers = [found for topic in topics() if (found := answer(topic, items)) is not None]
        rng = dice("searched", chart.slug)
        drawn = sorted(rng.sample(answers, len(answers)), key=lambda one: asked[one.topic.id])[:TOPICS]
        asked.update(one.topic.id for one in drawn)
        yield from (_case(chart, one, part) for one in drawn)


def answer(topic: Topic, items: Sequence[HistoryItem]) -> Answer | None:
    """Return what a chart has for a topic, or None where it answers too little of it or is mostly answer."""
    grades = topic.grades(items)
    candidates = [item for item in items if item.reference in grades or not topic.only_mentioned(item)]
    telling = max(grades.values(), default=0) >= LEAST
    return Answer(topic, grades, candidates) if telling and len(grades) < MOST * len(candidates) else None


def worded(topic: Topic, chart: Chart, part: Part) -> str:
    """Return one wording of the part, with this patient's pronouns."""
    wordings = topic.choosing if part == "choosing" else topic.reporting
    return dice("searched", part, chart.slug, topic.id).choice(wordings).format(**PRONOUNS[chart.sex])


def _histories(part: Part) -> Iterator[tuple[Chart, Sequence[HistoryItem]]]:
    """Yield the charts of both families with their items, which their assessments bring along."""
    with TemporaryDirectory() as folder:
        for chart in (one for family in get_args(Family) for one in charts(family, part)):
            yield chart, next(cases([chart], Path(folder))).items


def _case(chart: Chart, found: Answer, part: Part) -> Case:
    judged = Judged(
        id=f"{chart.slug}-{found.topic.id}",
        bundle=Path(f"{chart.slug}.json"),  # read already
        patient=chart.slug,
        category=found.topic.category,
        assessment=worded(found.topic, chart, part),
        judgements=found.grades,
    )
    return Case(judged, found.candidates)
