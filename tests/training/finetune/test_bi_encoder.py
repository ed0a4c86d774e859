"""The bi-encoder's loss, by definition, and what it learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.finetune.tasks import CPU, bi_task
from tests.training.finetune.toys import rows
from training.finetune.batches import Batch
from training.finetune.bi_encoder import BiEncoderTask
from training.finetune.loop import train
from training.finetune.run_folder import RunFolder
from training.finetune.settings import TrainSettings

PLAIN: list[dict[str, Any]] = [
    {"query": "cough", "pos": ["Asthma"], "neg": ["Fracture"], "source": "s"},
    {"query": "dizzy", "pos": ["Hypertension"], "neg": ["Asthma"], "source": "s"},
    {"query": "breathless", "pos": ["heart failure"], "neg": ["knee"], "source": "s"},
]


def cosines(task: BiEncoderTask, query: str, texts: list[str]) -> list[float]:
    """Return what the task's towers say of some texts."""
    with torch.inference_mode():
        asked = task.query.vectors([query], 32)
        return [float(asked[0] @ one) for one in task.passage.vectors(texts, 32)]


def cross_entropy(scores: list[float], right: int) -> float:
    """The definition."""
    return log(sum(map(exp, scores))) - scores[right]


def test_a_query_competes_with_all_of_the_batch_but_its_own_answers(tmp_path: Path) -> None:
    """The second row's negative answers the first row's question, and is no negative there."""
    task = bi_task(tmp_path, PLAIN)
    task.module.eval()
    everything = ["Asthma", "Fracture", "Hypertension", "Asthma", "heart failure", "knee"]
    expected = []
    for number, row in enumerate(PLAIN):
        kept = [text for text in everything if number != 0 or text != "Asthma"]
        scores = [20 * one for one in cosines(task, row["query"], [row["pos"][0], *kept])]
        competing = scores[1:] if number else scores  # its own positive stands once in `kept`, but for the first
        right = kept.index(row["pos"][0]) if number else 0
        expected.append(cross_entropy(competing, right))
    loss = task.loss(Batch((0, 1, 2), 0))
    assert loss.item() == pytest.approx(sum(expected) / 3, rel=1e-4)


def test_rows_that_share_a_question_do_not_compete(tmp_path: Path) -> None:
    """Each alone loses as much as both together."""
    same = [PLAIN[0], {**PLAIN[0], "pos": ["Hypertension"], "neg": ["knee"]}]
    task = bi_task(tmp_path, same)
    task.module.eval()
    apart = (task.loss(Batch((0,), 0)) + task.loss(Batch((1,), 0))) / 2
    assert task.loss(Batch((0, 1), 0)).item() == pytest.approx(apart.item(), rel=1e-5)


def test_a_graded_row_is_a_contest_among_its_own_passages(tmp_path: Path) -> None:
    """What another patient's record says is no negative; the grades share the loss out."""
    row = {"query": "cough", "pos": ["Asthma", "dry"], "neg": ["knee"], "source": "s"}
    task = bi_task(tmp_path, [{**row, "pos_scores": [1.0, 0.5], "neg_scores": [0.0]}, PLAIN[1]])
    task.module.eval()
    scores = [20 * one for one in cosines(task, "cough", ["Asthma", "dry", "knee"])]
    expected = 2 / 3 * cross_entropy(scores, 0) + 1 / 3 * cross_entropy(scores, 1)
    alone = task.loss(Batch((1,), 0)).item()
    assert task.loss(Batch((0,), 0)).item() == pytest.approx(expected, rel=1e-4)
    assert task.loss(Batch((0, 1), 0)).item() == pytest.approx((expected + alone) / 2, rel=1e-4)


def test_passages_look_for_their_query_too(tmp_path: Path) -> None:
    """Without given negatives the matrix is square, and the loss the mean of both ways."""
    given = [{**row, "neg": []} for row in PLAIN]
    task = bi_task(tmp_path, given, both_directions=True)
    task.module.eval()
    texts = [row["pos"][0] for row in given]
    matrix = [[20 * one for one in cosines(task, row["query"], texts)] for row in given]
    there = sum(cross_entropy(matrix[place], place) for place in range(3)) / 3
    back = sum(cross_entropy([row[place] for row in matrix], place) for place in range(3)) / 3
    assert task.loss(Batch((0, 1, 2), 0)).item() == pytest.approx((there + back) / 2, rel=1e-4)


def test_staying_near_the_base_costs_nothing_until_something_moves(tmp_path: Path) -> None:
    """And then it does."""
    plain, kept = (bi_task(tmp_path, lora=None, keep=keep) for keep in (0.0, 100.0))
    batch = Batch((0, 1, 2), 5)
    for task in (plain, kept):
        task.module.eval()
    assert kept.loss(batch).item() == pytest.approx(plain.loss(batch).item(), abs=1e-4)
    for task in (plain, kept):
        with torch.no_grad():
            for weight in task.module.parameters():
                if weight.requires_grad and weight.ndim > 1:
                    weight.mul_(1.5)
    assert kept.loss(batch).item() > plain.loss(batch).item() + 0.01


def moved_tasks(folder: Path, given: Sequence[Mapping[str, Any]]) -> tuple[BiEncoderTask, BiEncoderTask]:
    """Return a task that holds and one that does not, their weights moved alike from the base's."""
    held, free = (bi_task(folder, given, lora=None, hold=hold) for hold in (10.0, 0.0))
    for task in (held, free):
        task.module.eval()
        with torch.no_grad():
            for weight in task.module.parameters():
                if weight.requires_grad and weight.ndim > 1:
                    weight.mul_(1.5)
    return held, free


def test_what_does_not_compete_is_held_where_the_base_had_it(tmp_path: Path) -> None:
    """A graded row's question and other rows' passages: the mean square of how far their cosines went."""
    given = rows(graded=True)
    held, free = moved_tasks(tmp_path, given)
    squares = []
    for row in given[:3]:
        for other in given[:3]:
            if other is not row:
                texts = [*other["pos"], *other["neg"]]
                with torch.inference_mode():
                    before = held.frozen.vectors(texts, 32) @ held.frozen.vectors([row["query"]], 32)[0]
                now = cosines(held, row["query"], texts)
                squares += [(one - float(was)) ** 2 for one, was in zip(now, before, strict=True)]
    batch = Batch((0, 1, 2), 5)
    moved = held.loss(batch).item() - free.loss(batch).item()
    assert moved == pytest.approx(10 * sum(squares) / len(squares), rel=1e-2)
    assert moved > 0.001


def test_what_shares_an_answer_is_not_held(tmp_path: Path) -> None:
    """Nor what shares a question or a group: the base need not know that they belong together."""
    grades = {"pos_scores": [1.0], "neg_scores": [0.0]}
    given = [
        {**PLAIN[0], **grades},
        {**PLAIN[1], **grades},  # its negative is what the first one's question is answered by
        {**PLAIN[0], "pos": ["knee"], "neg": ["dry"], **grades},  # the first one's question
    ]
    held, free = moved_tasks(tmp_path, given)
    strangers = [("cough", ["Hypertension"]), ("dizzy", ["Asthma", "Fracture"])]
    squares = []
    for query, texts in strangers:
        with torch.inference_mode():
            before = held.frozen.vectors(texts, 32) @ held.frozen.vectors([query], 32)[0]
        squares += [(now - float(was)) ** 2 for now, was in zip(cosines(held, query, texts), before, strict=True)]
    batch = Batch((0, 1), 5)
    moved = held.loss(batch).item() - free.loss(batch).item()
    assert moved == pytest.approx(10 * sum(squares) / len(squares), rel=1e-2)
    assert moved > 0.001
    same = Batch((0, 2), 5)
    assert held.loss(same).item() == free.loss(same).item()


@pytest.mark.parametrize(
    ("towers", "trained"), [("shared", {"shared"}), ("query", {"query"}), ("both", {"query", "passage"})]
)
@pytest.mark.parametrize("lora", [None, {"rank": 4, "alpha": 8}])
def test_towers_are_trained_as_asked_and_start_as_the_base(
    tmp_path: Path, towers: str, trained: set[str], lora: dict[str, int] | None
) -> None:
    """Every trained weight gets a gradient, and no frozen one."""
    task = bi_task(tmp_path, towers=towers, lora=lora)
    assert {name for name, _ in task.module.named_children()} == trained
    reference = bi_task(tmp_path)
    for each in (task, reference):
        each.module.eval()
    assert cosines(task, "cough", ["Asthma", "knee"]) == pytest.approx(cosines(reference, "cough", ["Asthma", "knee"]))
    for step in range(2):  # a low-rank matrix of zeros keeps the gradient from its partner in the first step
        task.module.zero_grad()
        task.loss(Batch((0, 1, 2, 3), step)).backward()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            for weight in task.module.parameters():
                if weight.grad is not None:
                    weight.sub_(0.1 * weight.grad)
    for name, weight in task.module.named_parameters():
        assert (weight.grad is not None and bool(weight.grad.any())) == weight.requires_grad, name
    assert all(weight.grad is None for weight in task.frozen.parameters())
    if lora:
        assert all("lora_" in name for name, weight in task.module.named_parameters() if weight.requires_grad)


@pytest.mark.parametrize("graded", [False, True])
def test_it_learns_which_word_asks_for_which(tmp_path: Path, *, graded: bool) -> None:
    """By heart, in a few steps; the losses fall."""
    task = bi_task(tmp_path, rows(graded=graded), lora={"rank": 8, "alpha": 16})
    run = RunFolder(tmp_path / f"run {graded}")
    run.path.mkdir()
    settings = TrainSettings(batch=8, epochs=20, rate=5e-3, log_every=5)
    outcome = train(task, settings, run, CPU)
    losses = [line["loss"] for line in run.noted() if "loss" in line]
    before = next(line["evaluation"] for line in run.noted() if "evaluation" in line)
    assert losses[-1] < losses[0] * 0.6
    assert before["nDCG@10"] < 0.8
    assert outcome.evaluation["nDCG@10"] > 0.95
