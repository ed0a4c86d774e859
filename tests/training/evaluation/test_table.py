"""The table: every column always, the fused weight chosen on validation, losses flagged with their causes."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.training.evaluation.worlds import WORDS, CountingRetriever, FunctionScorer, cosine, world
from training.evaluation.columns import COLUMNS, TITLES, Answered, Column, Rankers, answered, chosen_fusion, fused
from training.evaluation.metrics import MEASURES
from training.evaluation.report import as_json, draw, markdown
from training.evaluation.retrieval import numpy_flat
from training.evaluation.runs import Found
from training.evaluation.table import Report, tabled

GOOD = FunctionScorer(lambda _, text: float(text.startswith("All about")) + cosine(_, text))
BAD = FunctionScorer(lambda query, text: -cosine(query, text))


def asked(scorers: dict[Column, FunctionScorer]) -> tuple[Answered, Answered]:
    rankers = Rankers(CountingRetriever(), numpy_flat, scorers, depth=5)
    return answered(world("home", home=True), rankers), answered(world("test"), rankers)


def report_of(scorers: dict[Column, FunctionScorer]) -> Report:
    home, test = asked(scorers)
    fusion = chosen_fusion([home])
    return tabled([fused(test, fusion)], [fused(home, fusion)], fusion, 5)


def test_every_column_stands_in_the_table_whether_it_is_there_or_not() -> None:
    tried: list[dict[Column, FunctionScorer]] = [{}, {"finetuned": GOOD}]
    for scorers in tried:
        report = report_of(scorers)
        text = markdown(report, {"retriever": "words"})
        (header,) = {line for line in text.splitlines() if line.startswith("| set |")}
        assert header == f"| set | questions | {' | '.join(TITLES.values())} |"
        row = next(line for line in text.splitlines() if line.startswith("| test |"))
        assert row.count("not there") == len(COLUMNS) - 1 - 2 * len(scorers)
        columns = orjson.loads(as_json(report, {}))["rows"]["test"]["columns"]
        assert tuple(columns) == COLUMNS
        assert sum(one is None for one in columns.values()) == len(COLUMNS) - 1 - 2 * len(scorers)


def test_the_fused_weight_is_never_one_that_loses_on_validation() -> None:
    assert (chosen := chosen_fusion([asked({"base": BAD})[0]])) is not None
    assert chosen.weight == 0.0
    both = chosen_fusion([asked({"base": BAD, "merged": FunctionScorer(cosine)})[0]])
    assert both is not None
    assert report_of({"base": BAD}).rows[0].cells["fused"].measures["nDCG@10"].mean == pytest.approx(
        report_of({}).rows[0].cells["retrieval"].measures["nDCG@10"].mean
    )
    assert chosen_fusion([]) is None


def test_a_column_that_loses_is_flagged_with_what_the_checks_found() -> None:
    report = report_of({"base": BAD})
    assert report.rows[0].losses.keys() == {"base"}
    assert report.rows[0].cells["base"].p["nDCG@10"] < 0.05
    text = markdown(report, {})
    assert "**test, + base reranker**: saturation" in text  # BAD gives ties
    assert r"\*↓ |" in text
    assert "Nowhere." in markdown(report_of({}), {})


def test_a_cell_holds_every_measure_what_scores_say_and_the_speed() -> None:
    cells = report_of({"finetuned": GOOD}).overall.cells
    for column in ("retrieval", "finetuned", "fused"):
        cell = cells[column]
        assert cell.measures.keys() == MEASURES.keys()
        assert all(one.low <= one.mean <= one.high for one in cell.measures.values())
        assert cell.decided.auroc == cell.decided.f1 == 1.0
        assert cell.decided.ece is not None
        assert cell.decided.mse is not None
        assert cell.speed.ms_per_query is not None
        assert cell.speed.pairs_per_second is not None
    assert cells["retrieval"].p == {}


def test_without_validation_nothing_is_chosen_and_nothing_fused() -> None:
    test = asked({"finetuned": GOOD})[1]
    cells = tabled([test], [], None, 5).rows[0].cells
    assert "fused" not in cells
    assert cells["finetuned"].decided.f1 is None
    assert cells["finetuned"].decided.auroc == 1.0


def test_another_tools_run_stands_in_a_column_and_costs_nothing_we_know() -> None:
    def run(_: object) -> dict[str, list[Found]]:
        return {f"q-{word}": [Found(f"p-{word}", 1.0)] for word in WORDS}

    rankers = Rankers(CountingRetriever(), numpy_flat, runs={"base": run})
    one = answered(world(), rankers)
    cell = tabled([one], [], None, 5).rows[0].cells["base"]
    assert cell.measures["Hit@1"].mean == 1.0
    assert cell.speed.ms_per_query is None


def test_pictures_are_drawn_whatever_is_there(tmp_path: Path) -> None:
    tried: list[dict[Column, FunctionScorer]] = [{}, {"base": GOOD}]
    for scorers in tried:
        draw(report_of(scorers), tmp_path)
        for name in ("table.png", "reliability.png"):
            assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
