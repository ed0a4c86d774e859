"""Whether the shipped model ranks alike whatever computes it: OpenVINO in bf16, in fp32, or torch. Chooses nothing.

    python -m training.agreement [--data FOLDER] [--vectors FOLDER] [--json]

Every assessment of the samples, of the charts for choosing and of composed charts, and with a data folder its
validation questions, is ranked by the default model with each runtime that this machine has. Prints for every two of
them how many queries have the same ten best, how many in the same order, and how far apart scores are; and nDCG@10 of
each. On charts the same again with the second stage, whose two encoders are then of that runtime.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import combinations
from math import inf
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import get_args

from rich.console import Console
from rich.table import Table

from emr_rerank.engine import MemoryVectors, runtime
from emr_rerank.engine.embedding import EmbeddingScorer
from emr_rerank.engine.joint import read_joint
from emr_rerank.engine.result import embedded, folder_of
from emr_rerank.engine.tuned import read_tuned
from emr_rerank.errors import ModelError
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.cascade import SecondStage
from emr_rerank.pipeline.documents import score_documents
from emr_rerank.pipeline.evaluation import measure
from emr_rerank.pipeline.history import rank_items
from emr_rerank.pipeline.models import BY_DOCUMENTS, MODELS, Model
from emr_rerank.ranking.metrics import DEPTH, METRICS
from emr_rerank.settings import read_settings
from emr_rerank.types import VectorCache
from fhir_samples.build import all_charts
from training.ablation import DEPTH as READ_AGAIN
from training.ablation import METRIC, Case, cases
from training.charts import Family, charts
from training.emr.judged import composed_cases
from training.evaluation.chart_sets import SEEDS
from training.evaluation.data_folder import Wanted, read_set
from training.evaluation.retrieval import DiskVectors
from training.evaluation.sets import Question, TestSet
from training.weights import DOCUMENTS, QUESTIONS

RUNTIMES: Mapping[str, tuple[runtime.Name, runtime.Precision]] = {
    "openvino-bf16": ("openvino", "bf16"),
    "openvino-fp32": ("openvino", "fp32"),
    "torch-fp32": ("torch", "fp32"),
}
EVERYTHING = "all"  # the queries of all sets together
AGAIN = f", {READ_AGAIN} read again"  # what a set is called, the second stage among what ranks it


@dataclass(frozen=True, slots=True)
class Answer:
    """One query's candidates, best first, with their raw scores, and what the order is worth."""

    names: tuple[str, ...]
    raw: tuple[float, ...]
    value: float

    def best(self) -> tuple[str, ...]:
        """Return the first ten."""
        return self.names[:DEPTH]


Query = Callable[[Model], Answer]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the answers of two runtimes to the same queries agree."""

    queries: int
    same_ten: float  # share of queries with the same ten best, in any order
    same_order: float  # share of queries with the same ten best in the same order
    apart: float  # the greatest difference between a candidate's two scores
    gap: float  # the greatest by which, in the first's scores, one that left the ten best was ahead of one that came


@dataclass(frozen=True, slots=True)
class Compared:
    """One set: each runtime's mean nDCG@10, and the agreement of every two, "one/other"."""

    values: Mapping[str, float]
    pairs: Mapping[str, Agreement]


def of_chart(case: Case, model: Model) -> Answer:
    """Rank a patient's items for an assessment."""
    ranked = rank_items(case.items, case.judged.assessment, model)
    return Answer(
        tuple(one.item.reference for one in ranked),
        tuple(one.raw for one in ranked),
        measure(case.judged, ranked)[METRIC],
    )


def of_question(one: TestSet, question: Question, model: Model) -> Answer:
    """Rank a question's candidates as `rerank` does."""
    ids = one.found(question)
    raw = [parts.raw for parts in score_documents(question.text, one.texts(ids), model).parts]
    order = sorted(range(len(raw)), key=lambda place: -raw[place])
    names = tuple(ids[place] for place in order)
    return Answer(names, tuple(raw[place] for place in order), METRICS[METRIC](names, question.grades))


def chart_queries(folder: Path, composed: int = QUESTIONS) -> Iterator[tuple[str, list[Query]]]:
    """Yield the queries of each set of charts; bundles are written to `folder`."""
    families: tuple[Family, ...] = get_args(Family)
    sets: dict[str, Iterable[Case]] = {
        "samples": cases(all_charts(), folder),
        **{family: cases(charts(family, "choosing"), folder) for family in families},
        "composed": composed_cases(composed, SEEDS["validation"]),
    }
    for name, found in sets.items():
        yield name, [partial(of_chart, case) for case in found]


def document_queries(data: Path) -> Iterator[tuple[str, list[Query]]]:
    """Yield the validation questions of the data folder."""
    for name in DOCUMENTS:
        one = read_set(name, data, Wanted("validation", QUESTIONS))
        if one is not None:
            yield name, [partial(of_question, one, question) for question in one.questions]


def computed(name: str, cache: VectorCache) -> Model:
    """Return the default model with the fine-tuned encoder in both its parts, all of it by this runtime.

    What ships ranks charts by the base, which is computed by torch alone; here charts hold the runtimes apart, too.

    Raises:
        ModelError: this machine does not have it, or a model is not there.
    """
    recipe, settings, by = MODELS["cascade"], read_settings(), RUNTIMES[name]
    assert recipe.again is not None  # noqa: S101  (what the cascade is)
    assert recipe.documents is not None  # noqa: S101
    first = folder_of("bi_encoder", settings.tuned_adapter, "EMR_RERANK_TUNED_ADAPTER")
    second = folder_of("cross_encoder", settings.joint_adapter, "EMR_RERANK_JOINT_ADAPTER")
    scorer, base = EmbeddingScorer(read_tuned(first, *by), cache, "tuned"), knowledge_base()
    again = SecondStage(read_joint(second, embedded(), *by), recipe.again.weight, READ_AGAIN, inf)
    documents = Model(BY_DOCUMENTS, scorer, recipe.documents.use, base)
    return Model("cascade", scorer, recipe.use, base, again, lambda: documents)


def answers(
    model: Model, on_charts: Mapping[str, Sequence[Query]], on_documents: Mapping[str, Sequence[Query]]
) -> dict[str, list[Answer]]:
    """Return the model's answers by set: to all without the second stage, and to charts with it, too."""
    first = replace(model, second=None)
    found = {name: [ask(first) for ask in asked] for name, asked in {**on_charts, **on_documents}.items()}
    return found | {f"{name}{AGAIN}": [ask(model) for ask in asked] for name, asked in on_charts.items()}


def agreement(one: Sequence[Answer], other: Sequence[Answer]) -> Agreement:
    """Hold two runtimes' answers to the same queries beside each other."""
    pairs = list(zip(one, other, strict=True))
    return Agreement(
        queries=len(pairs),
        same_ten=fmean(set(a.best()) == set(b.best()) for a, b in pairs),
        same_order=fmean(a.best() == b.best() for a, b in pairs),
        apart=max(_apart(a, b) for a, b in pairs),
        gap=max(_gap(a, b) for a, b in pairs),
    )


def compared(by_runtime: Mapping[str, Mapping[str, Sequence[Answer]]]) -> dict[str, Compared]:
    """Return what every set comes to, and all of them together: without the second stage, and with it."""
    sets = list(next(iter(by_runtime.values())))
    groups = {name: [name] for name in sets}
    groups[EVERYTHING] = [name for name in sets if not name.endswith(AGAIN)]
    groups[EVERYTHING + AGAIN] = [name for name in sets if name.endswith(AGAIN)]
    found = {}
    for group, members in groups.items():
        given = {name: [one for each in members for one in ones[each]] for name, ones in by_runtime.items()}
        found[group] = Compared(
            {name: fmean(one.value for one in ones) for name, ones in given.items()},
            {f"{one}/{other}": agreement(given[one], given[other]) for one, other in combinations(given, 2)},
        )
    return found


def _apart(one: Answer, other: Answer) -> float:
    there = dict(zip(other.names, other.raw, strict=True))
    return max((abs(raw - there[name]) for name, raw in zip(one.names, one.raw, strict=True)), default=0.0)


def _gap(one: Answer, other: Answer) -> float:
    raw = dict(zip(one.names, one.raw, strict=True))
    left, came = (set(a.best()) - set(b.best()) for a, b in ((one, other), (other, one)))
    return max((raw[gone] - raw[new] for gone in left for new in came), default=0.0)


def show(found: Mapping[str, Compared]) -> None:
    """Print a line for each set and pair of runtimes."""
    console = Console(width=130)
    table = Table("set", "queries", "runtimes", "same ten", "same order", "scores apart", "gap at ten", METRIC)
    for name, one in found.items():
        for pair, each in one.pairs.items():
            table.add_row(
                name,
                str(each.queries),
                pair,
                f"{each.same_ten:.1%}",
                f"{each.same_order:.1%}",
                f"{each.apart:.1e}",
                f"{each.gap:.1e}",
                " / ".join(f"{one.values[runs]:.4f}" for runs in pair.split("/")),
            )
        table.add_section()
    console.print(table)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.agreement", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="the data folder; without it, charts alone")
    parser.add_argument("--vectors", type=Path, help="a folder that keeps vectors from run to run")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    asked = parser.parse_args()
    by_runtime = {}
    with TemporaryDirectory() as folder:
        on_charts = dict(chart_queries(Path(folder)))
        on_documents = dict(document_queries(asked.data)) if asked.data else {}
        for name in RUNTIMES:
            # Each runtime has vectors of its own: those of one precision go by the same name.
            cache = DiskVectors(asked.vectors / f"{name}.sqlite") if asked.vectors else MemoryVectors()
            try:
                model = computed(name, cache)
            except ModelError as fault:
                sys.stderr.write(f"{name}: {fault}\n")
                continue
            by_runtime[name] = answers(model, on_charts, on_documents)
    found = compared(by_runtime)
    if asked.json:
        sys.stdout.write(json.dumps({name: asdict(one) for name, one in found.items()}))
    else:
        show(found)


if __name__ == "__main__":
    main()
