"""Test sets of judged charts: an assessment asks, the lines of one patient's history are its candidates.

Validation may be looked at while choosing; the test's charts are those that `training.charts` keeps for reporting,
composed charts of themes that no training chart has, and held-out histories of the data folder. Knows no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from emr_rerank.ranking.windows import full_text
from emr_rerank.types import HistoryItem
from fhir_samples.build import all_charts
from fhir_samples.chart import Chart
from training.ablation import Case, cases
from training.charts import Family, Part, charts
from training.emr.judged import composed_cases
from training.evaluation.data_folder import Wanted
from training.evaluation.linked_charts import linked_cases
from training.evaluation.searched_charts import searched_cases
from training.evaluation.sets import Question, TestSet, checked
from training.split import Side

PARTS: Mapping[Side, Part] = {"validation": "choosing", "test": "reporting"}
SEEDS: Mapping[Side, int] = {"validation": 6, "test": 5}


def of_cases(name: str, judged: Iterable[Case], *, home: bool = False) -> TestSet:
    """Return judged assessments as a set. An item's grade is its best member's, its text what a reader sees of it."""
    items: dict[str, HistoryItem] = {}
    questions = []
    for case in judged:
        one = case.judged
        ids = {f"{one.patient}/{item.reference}": item for item in case.items}
        items.update(ids)
        best = {
            key: max(one.judgements.get(member.reference, 0) for member in item.members) for key, item in ids.items()
        }
        grades = {key: grade for key, grade in best.items() if grade > 0}
        questions.append(Question(one.id, one.assessment, grades, one.patient, tuple(ids)))
    return TestSet(name, {key: full_text(item) for key, item in items.items()}, tuple(questions), home, items)


def _written(name: str, patients: Iterable[Chart]) -> TestSet:
    with TemporaryDirectory() as folder:
        return of_cases(name, cases(list(patients), Path(folder)))


def _family(family: Family, _: Path, wanted: Wanted) -> TestSet | None:
    return _written(f"charts_{family}", charts(family, PARTS[wanted.side]))


def _samples(_: Path, wanted: Wanted) -> TestSet | None:
    """Return the samples for validation alone: ranking was chosen on them."""
    return _written("charts_samples", all_charts()) if wanted.side == "validation" else None


def _composed(_: Path, wanted: Wanted) -> TestSet | None:
    return of_cases("charts_composed", composed_cases(wanted.questions, SEEDS[wanted.side]), home=True)


def _linked(folder: Path, wanted: Wanted) -> TestSet | None:
    return of_cases("charts_linked", linked_cases(folder, wanted), home=True)


def _searched(_: Path, wanted: Wanted) -> TestSet | None:
    return of_cases("charts_search", searched_cases(PARTS[wanted.side]))


def _lines(folder: Path, wanted: Wanted) -> TestSet | None:
    """Return the searches over lines that are nothing but text: another system's, through `rerank`."""
    one = READERS["charts_search"](folder, wanted)
    return replace(one, name="lines_search", items={}) if one else None


READERS: Mapping[str, Callable[[Path, Wanted], TestSet | None]] = {
    "charts_samples": _samples,
    "charts_hand_written": partial(_family, "hand_written"),
    "charts_synthea_like": partial(_family, "synthea_like"),
    "charts_composed": _composed,
    "charts_linked": _linked,
    "charts_search": _searched,
    "lines_search": _lines,
}


def chart_set(name: str, folder: Path, wanted: Wanted) -> TestSet | None:
    """Return the named set, or None where this side of it is empty; `folder` is the data folder.

    Raises:
        SourceError: its files are absent or cannot be read.
        RequestError: the set does not hold together.
    """
    one = READERS[name](folder, wanted)
    return checked(one) if one else None
