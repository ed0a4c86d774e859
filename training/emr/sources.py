"""Sources of training examples from charts: composed ones, and those of FHIR files. Yields texts, knows no model.

An example's groups are its patient and, of a composed chart, its theme: charts about gout never stand on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emr_rerank.knowledge import knowledge_base
from emr_rerank.store import Store
from emr_rerank.types import HistoryItem
from training.emr.asking import Asked
from training.emr.compose import Composed, Composer
from training.emr.histories import History, histories, stored_histories
from training.emr.record_questions import Questioner
from training.emr.telling import Telling, as_scored, line_of
from training.examples import Example

DECIMALS = 2


@dataclass(frozen=True, slots=True)
class ComposedCharts:
    """Charts composed from the facts, numbered from 0; those of themes held out are left to evaluation."""

    seed: int
    count: int  # of charts; each has one to three assessments
    told: Telling = as_scored

    @property
    def name(self) -> str:
        """What reports call it."""
        return "composed_charts"

    def examples(self) -> Iterator[Example]:
        """Yield every chart's assessments, in the order of their numbers."""
        composer = Composer(knowledge_base(), self.seed)
        for number in range(self.count):
            yield from _of_chart(composer.chart(number), self.name, self.told)


@dataclass(frozen=True, slots=True)
class FileRecords:
    """A folder of FHIR files: Bundles, each with all of a patient's resources, or together those of all patients.

    Read together, as a bulk export with its file for each type has to be, all of it is held in memory.
    """

    name: str  # what reports call it
    folder: Path
    together: bool
    seed: int = 0
    told: Telling = as_scored

    def examples(self) -> Iterator[Example]:
        """Yield every patient's assessments; SourceError where the folder or a file cannot be read."""
        yield from _of_histories(histories(self.folder, together=self.together), self.seed, self.name, self.told)


@dataclass(frozen=True, slots=True)
class StoreRecords:
    """The patients of an installation's own store."""

    store: Store
    seed: int = 0
    told: Telling = as_scored

    @property
    def name(self) -> str:
        """What reports call it."""
        return "stored_records"

    def examples(self) -> Iterator[Example]:
        """Yield every patient's assessments."""
        yield from _of_histories(stored_histories(self.store), self.seed, self.name, self.told)


def _of_chart(chart: Composed, source: str, told: Telling) -> Iterator[Example]:
    groups = (f"patient:{chart.name}", chart.theme.group)
    for asked in chart.asked:
        yield from _example(asked, chart.items, told, source, groups)


def _of_histories(people: Iterator[History], seed: int, source: str, told: Telling) -> Iterator[Example]:
    questioner = Questioner(knowledge_base(), seed)
    for history in people:
        for asked in questioner.questions(history):
            yield from _example(asked, history.items, told, source, (history.group,))


def _example(
    asked: Asked, items: Sequence[HistoryItem], told: Telling, source: str, groups: tuple[str, ...]
) -> Iterator[Example]:
    """Yield the example with each text once: of lines that read the same the best grade holds; none if no side is left.

    Lines of more than one window are left out: of a long note nobody said which part matters.
    """
    lines = {item.reference: line for item in items if (line := line_of(item))}
    good: dict[str, float] = {}
    for reference, grade in sorted(asked.grades.items(), key=lambda pair: -pair[1]):
        if reference in lines:
            good.setdefault(lines[reference], grade)
    negatives = frozenset(asked.negatives)
    others = {line for reference, line in lines.items() if reference not in negatives}
    bad = [line for line in dict.fromkeys(lines[one] for one in asked.negatives if one in lines) if line not in others]
    if good and bad:
        question, positives = told(asked.asking.text, list(good))
        yield Example(
            query=question,
            positives=tuple(positives),
            source=source,
            groups=groups,
            negatives=tuple(told(asked.asking.text, bad)[1]),
            positive_scores=tuple(round(grade, DECIMALS) for grade in good.values()),
            topic=asked.topic,
            facet=asked.asking.category,
        )
