"""`python -m training evaluate`: reads the sets, asks every column, writes report, pictures and runs. Thin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator
from rich.console import Console

from emr_rerank.engine import ModelSource
from emr_rerank.errors import RequestError
from emr_rerank.types import Scorer, VectorCache
from training.configuration import configured
from training.evaluation import chart_sets, data_folder
from training.evaluation.columns import MODELS, TITLES, Answered, Column, Rankers, RunOf, answered, chosen_fusion, fused
from training.evaluation.data_folder import Wanted
from training.evaluation.report import ABSENT, as_json, draw, markdown
from training.evaluation.retrieval import SEARCHES, DiskVectors, search_named
from training.evaluation.runs import Run, read_run, write_qrels, write_run
from training.evaluation.scorers import load_retriever, scorer_named
from training.evaluation.sets import TestSet
from training.evaluation.table import Report, tabled
from training.evaluation.triplet_files import triplet_sets
from training.folders import replaced
from training.split import Side

REPORT = "report.json"
SETS = (*data_folder.READERS, *chart_sets.READERS)


class PerModel(BaseModel):
    """One value for each column that a model can fill."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str | None = None
    finetuned: str | None = None
    merged: str | None = None

    def given(self) -> dict[Column, str]:
        """Return what is not null."""
        return {column: value for column in MODELS if (value := getattr(self, column)) is not None}


class Config(BaseModel):
    """Everything a run is told; configs/evaluate.yaml says what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    output: Path
    vectors: Path
    triplets: Path | None
    sets: tuple[str, ...]
    questions: int = Field(gt=0)
    validation: bool
    found: int = Field(gt=0)
    depth: int = Field(gt=0)
    search: str | None
    models: PerModel
    adapters: PerModel
    runs: PerModel
    device: str | None
    dtype: str | None

    @field_validator("sets")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in names if name not in SETS]:
            raise ValueError(f"{unknown[0]} is no test set; known: {', '.join(SETS)}")
        return names

    @field_validator("search")
    @classmethod
    def _search(cls, name: str | None) -> str | None:
        if name is not None and name not in SEARCHES:
            raise ValueError(f"{name} is no search; known: {', '.join(SEARCHES)}")
        return name


def run(overrides: Sequence[str]) -> None:
    """Run from the command line.

    Raises:
        RequestError: the configuration is wrong, or a set does not hold together.
        SourceError: a file of a set is absent or not what it should be.
        ModelError: a model is absent or not whole.
    """
    console = Console()
    config = configured("evaluate", overrides, Config)
    evaluate(config, console)
    console.print((config.output / "report.md").read_text(encoding="utf-8"), markup=False, soft_wrap=True)


def evaluate(config: Config, console: Console) -> Report:
    """Measure every column on every set and write `config.output`: report.md, report.json, pictures and TREC runs."""
    cache = DiskVectors(config.vectors)
    name, search = search_named(config.search)
    scorers = _scorers(config, cache)

    def side(of: Side) -> list[Answered]:
        rankers = Rankers(
            load_retriever(cache), search, scorers, _runs(config, of), found=config.found, depth=config.depth
        )
        found = []
        for one in test_sets(config, of):
            console.print(f"{of}: {one.name}, {len(one.questions):,} questions", style="dim")
            found.append(answered(one, rankers))
        return found

    validation = side("validation") if config.validation else []
    test = side("test")
    if not test:
        raise RequestError("no set has a test part; name others with sets=[...]")
    fusion = chosen_fusion(validation)
    validation, test = ([fused(one, fusion) for one in each] for each in (validation, test))
    report = tabled(test, validation, fusion, config.depth)
    about = _about(config, name, validation)
    with replaced(config.output, REPORT) as folder:
        (folder / "report.md").write_text(markdown(report, about), encoding="utf-8")
        (folder / REPORT).write_bytes(as_json(report, about))
        draw(report, folder)
        for of, sets in (("validation", validation), ("test", test)):
            _write_runs(folder, of, sets)
    return report


def test_sets(config: Config, of: Side) -> Iterator[TestSet]:
    """Yield this side of every set that has it."""
    wanted = Wanted(of, config.questions)
    for name in config.sets:
        read = data_folder.read_set if name in data_folder.READERS else chart_sets.chart_set
        if (one := read(name, config.data, wanted)) is not None:
            yield one
    if config.triplets:
        yield from triplet_sets(config.triplets, wanted)


def _scorers(config: Config, cache: VectorCache) -> dict[Column, Scorer]:
    models, adapters, runs = config.models.given(), config.adapters.given(), config.runs.given()
    for column in adapters:
        if column not in models:
            raise RequestError(f"adapters.{column}: an adapter without a model; name its base with models.{column}")
    for column in runs:
        if column in models:
            raise RequestError(f"runs.{column}: models.{column} is given, too; leave one of them null")
    return {
        column: scorer_named(ModelSource(model, adapters.get(column), config.dtype, config.device), cache)
        for column, model in models.items()
    }


def _runs(config: Config, of: Side) -> dict[Column, RunOf]:
    def reader(folder: Path) -> RunOf:
        def read(one: TestSet) -> Run | None:
            path = folder / f"{one.name}.{of}.run"
            return read_run(path) if path.is_file() else None

        return read

    return {column: reader(Path(folder)) for column, folder in config.runs.given().items()}


def _write_runs(folder: Path, of: str, sets: Sequence[Answered]) -> None:
    for one in sets:
        (folder / "qrels").mkdir(exist_ok=True)
        write_qrels(
            folder / "qrels" / f"{one.set.name}.{of}.qrels",
            {question.id: question.grades for question in one.set.questions},
        )
        for column, answers in one.answers.items():
            (folder / "runs" / column).mkdir(parents=True, exist_ok=True)
            found = {name: answer.found() for name, answer in answers.by_question.items()}
            write_run(folder / "runs" / column / f"{one.set.name}.{of}.run", found, f"emr-rerank-{column}")


def _about(config: Config, search: str, validation: Sequence[Answered]) -> Mapping[str, str]:
    named = {**config.models.given(), **config.runs.given()}
    adapters = config.adapters.given()
    return {
        "retriever": f"all-MiniLM-L6-v2, flat inner product ({search}), the first {config.depth} reranked",
        **{
            TITLES[column][2:]: " + ".join(filter(None, (named.get(column, ABSENT), adapters.get(column))))
            for column in MODELS
        },
        "chosen on": ", ".join(f"{one.set.name} (validation)" for one in validation) or "nothing",
    }
