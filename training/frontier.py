"""How quality pays for time in the cascade: nDCG@10 and seconds by how many lines are read again. Chooses nothing.

    python -m training.frontier [--json FILE] [--plot FILE]

Quality is that of the samples and the charts for choosing. Time is one ranking of 500 different lines, and of 2,000,
whose vectors are kept, by this processor, nothing of the second stage remembered. Beside it, in the same run, over 500
lines: the cross-encoder alone over every line, by this engine, and an encoder of the same size by
sentence-transformers' `CrossEncoder.predict`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean, median

import orjson
from rich.console import Console
from rich.table import Table

from emr_rerank.engine import MemoryVectors
from emr_rerank.engine.minilm import published
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.engine.reranker import Reranker
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.cascade import SecondStage
from emr_rerank.pipeline.history import rank_items
from emr_rerank.pipeline.models import MODELS, Model, made
from emr_rerank.types import HistoryItem, Parts, Record
from training.emr.compose import Composer
from training.weights import Judged, Weights, of_charts, shipped, unweighted

DEPTHS = (0, 4, 8, 16, 24, 32, 48, 64, 96, 128)
ITEMS = 500  # in a long chart
SIZES = {ITEMS: 1.0, 2000: 2.0}  # items, and the seconds their ranking may take
EVERY_LINE, PREDICT = "cross-encoder alone, every line", "CrossEncoder.predict, every line"
ROUNDS = 5
MARGIN = 0.02  # of nDCG@10, above and below what is drawn
ASSESSMENT = (
    "67-year-old with three days of breathlessness on exertion and ankle swelling, more tired than usual; known heart "
    "failure and kidney disease. Which medicines and results matter before changing the diuretic?"
)


@dataclass(frozen=True, slots=True)
class Point:
    """One depth, or one model beside the cascade."""

    name: str  # "48": the lines that are read again
    quality: float | None  # mean over sets of nDCG@10
    seconds: Mapping[int, float]  # median of a warm ranking of so many lines


def chart(size: int) -> list[HistoryItem]:
    """Return so many items whose lines all differ."""
    composer, lines = Composer(knowledge_base(), seed=9), dict[str, HistoryItem]()
    number = 0
    while len(lines) < size:
        for item in composer.chart(number).items:
            lines.setdefault(item.text, replace(item, members=tuple(_named(item, number))))
        number += 1
    return list(lines.values())[:size]


def _named(item: HistoryItem, number: int) -> Sequence[Record]:
    return [replace(member, reference=f"{member.reference}-{number}") for member in item.members]


def forgetful(model: Model, depth: int) -> Model:
    """Return the model with a second stage that remembers no score, and as much time as it wants."""
    assert model.second is not None  # noqa: S101  (what the cascade is)
    scorer = model.second.scorer
    assert isinstance(scorer, Reranker)  # noqa: S101  (what `joint` is)
    assert isinstance(scorer.scorer, RememberedScores)  # noqa: S101
    bare = replace(scorer, scorer=scorer.scorer.scorer)
    return replace(model, second=SecondStage(bare, model.second.weight, depth, float("inf")) if depth else None)


def seconds(model: Model, items: Sequence[HistoryItem]) -> float:
    """Return the median time of a warm ranking."""
    rank_items(items, ASSESSMENT, model)
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        rank_items(items, ASSESSMENT, model)
        taken.append(time.perf_counter() - start)
    return median(taken)


def quality(sets: Sequence[Sequence[Judged]], depth: int) -> float:
    """Return the mean over sets with the shipped weights at this depth."""
    again = MODELS["cascade"].again
    assert again is not None  # noqa: S101  (what the cascade is)
    weights = replace(shipped(), again=again.weight if depth else 0.0, depth=depth)
    return fmean(fmean(one.value(weights) for one in ones) for ones in sets)


def frontier() -> list[Point]:
    """Return a point for each depth, and then the cross-encoders over everything."""
    model = made("cascade", MODELS["cascade"], MemoryVectors(), knowledge_base(), max(DEPTHS))
    sets = [ones for _, ones in of_charts(unweighted(model))]
    items = chart(max(SIZES))
    points = []
    for depth in DEPTHS:
        ready = forgetful(model, depth)
        points.append(Point(str(depth), quality(sets, depth), {size: seconds(ready, items[:size]) for size in SIZES}))
    return [*points, *alone(model, sets, items[:ITEMS])]


def alone(model: Model, sets: Sequence[Sequence[Judged]], items: Sequence[HistoryItem]) -> Iterator[Point]:
    """Yield what the cross-encoder does over every line: by this engine, and by sentence-transformers."""
    only = [[replace(one, parts=tuple(Parts(part.again) for part in one.parts)) for one in ones] for ones in sets]
    second = forgetful(model, ITEMS).second
    assert second is not None  # noqa: S101  (as its depth is not 0)
    lines = model.lines([item.text for item in items])
    question = model.question(ASSESSMENT)
    yield Point(
        EVERY_LINE,
        fmean(fmean(one.value(Weights(0.0, 0.0, 0.0)) for one in ones) for ones in only),
        {len(items): _timed(lambda: second.scorer.score(question, lines))},
    )
    if find_spec("sentence_transformers"):
        from sentence_transformers import CrossEncoder  # noqa: PLC0415  (a dependency of development)

        other = CrossEncoder(str(published()), num_labels=1)  # with a head drawn at random: for its time
        taken = _timed(lambda: other.predict([(question, line) for line in lines]))
        yield Point(PREDICT, None, {len(items): taken})


def _timed(run: Callable[[], object]) -> float:
    run()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def draw(points: Sequence[Point], path: Path) -> None:
    """Draw quality over time."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (half a second of import time)

    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axes = figure.subplots()
    stages = [one for one in points if one.name.isdigit()]
    for colour, side, (size, limit) in zip(("tab:blue", "tab:orange"), (9, -16), SIZES.items(), strict=True):
        taken = [one.seconds[size] for one in stages]
        axes.plot(taken, [one.quality or 0.0 for one in stages], marker="o", color=colour, label=f"{size:,} items")
        axes.axvline(limit, color=colour, linestyle="--", linewidth=0.8)
        for one in stages[::2]:  # all of them would hide each other
            where = one.seconds[size], one.quality or 0.0
            axes.annotate(one.name, where, textcoords="offset points", xytext=(-3, side))
    found = [one.quality or 0.0 for one in stages]
    axes.set_ylim(min(found) - MARGIN, max(found) + MARGIN)  # a difference of nothing is to look like it
    axes.legend(loc="lower right")
    axes.set(xlabel="seconds, warm", ylabel="nDCG@10, charts for choosing", title="lines read again")
    figure.savefig(path, dpi=120)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.frontier", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the points there")
    parser.add_argument("--plot", type=Path, help="draw them there, as PNG")
    asked = parser.parse_args()
    points = frontier()
    table = Table("read again", "nDCG@10", *(f"seconds, {size:,} items" for size in SIZES))
    for one in points:
        taken = (f"{one.seconds[size]:.3f}" if size in one.seconds else "" for size in SIZES)
        table.add_row(one.name, "" if one.quality is None else f"{one.quality:.3f}", *taken)
    Console().print(table)
    if asked.json:
        asked.json.write_bytes(
            orjson.dumps([asdict(one) for one in points], option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
        )
    if asked.plot:
        draw(points, asked.plot)


if __name__ == "__main__":
    main()
