"""The joint encoding, its heads and losses, by definition, and what it learns."""

from __future__ import annotations

from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from emr_rerank.errors import ModelError, RequestError
from tests.training.finetune.tasks import CPU, bi_task, cross_task
from tests.training.finetune.toys import rows
from training.finetune.batches import Batch
from training.finetune.bi_encoder import BiEncoderTask
from training.finetune.cross_encoder import CrossEncoderTask
from training.finetune.loop import train
from training.finetune.run_folder import RunFolder
from training.finetune.settings import TrainSettings

QUERY = "dizzy on standing"
TEXTS = ["Amiodarone mg", "fracture knee left", "Hypertension", "cough two months potassium low"]
ROWS: list[dict[str, Any]] = [
    {"query": "cough", "pos": ["Asthma"], "neg": ["Fracture", "knee"], "source": "s"},
    {"query": "dizzy", "pos": ["Hypertension"], "neg": ["Asthma"], "source": "s"},
]


def oracle(base: Path, query: str, text: str) -> float:
    """Return the cosine of the pooled joint states, one pair at a time and number by number."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModel.from_pretrained(base).eval()
    encoded = tokenizer(query, text, return_tensors="pt")
    with torch.inference_mode():
        states = model(**encoded).last_hidden_state[0].double().tolist()
    end = encoded.input_ids[0].tolist().index(tokenizer.sep_token_id) + 1
    first, second = states[:end], states[end:]
    one = [sum(column) / len(first) for column in zip(*first, strict=True)]
    other = [sum(column) / len(second) for column in zip(*second, strict=True)]
    product = sum(x * y for x, y in zip(one, other, strict=True))
    return float(product) / sqrt(sum(x * x for x in one) * sum(y * y for y in other))


def logits(task: CrossEncoderTask, query: str, texts: list[str]) -> list[float]:
    """Return what a task's module says of some texts."""
    task.module.eval()
    with torch.inference_mode():
        return [float(one) for one in task.module.logits([(query, texts)])]


@pytest.mark.parametrize("mapped", [False, True])
def test_an_untrained_segment_head_orders_as_the_cosine_of_the_pooled_joint_states(
    tmp_path: Path, *, mapped: bool
) -> None:
    """Twenty times that cosine, in the order given, whatever the lengths and the low-rank matrices of zeros."""
    task = cross_task(tmp_path, head={"mapped": mapped})
    expected = [20 * oracle(tmp_path / "tiny", QUERY, text) for text in TEXTS]
    found = logits(task, QUERY, TEXTS)
    assert found == pytest.approx(expected, abs=2e-4)
    assert len({round(one, 2) for one in expected}) == len(TEXTS)


def test_types_are_left_out_when_asked(tmp_path: Path) -> None:
    """They change what the encoder sees."""
    typed, plain = (logits(cross_task(tmp_path, typed=typed), QUERY, TEXTS) for typed in (True, False))
    assert all(abs(one - other) > 1e-3 for one, other in zip(typed, plain, strict=True))


def test_the_first_head_is_berts_own_classification_head(tmp_path: Path) -> None:
    """From the base's pooler: BERT's own pooled output, and one row."""
    task = cross_task(tmp_path, head={"kind": "first"})
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "tiny")
    model = AutoModel.from_pretrained(tmp_path / "tiny").eval()
    row = task.module.head.state_dict()
    with torch.inference_mode():
        pooled = [model(**tokenizer(QUERY, text, return_tensors="pt")).pooler_output[0] for text in TEXTS]
    expected = [float(row["out.weight"][0] @ one + row["out.bias"][0]) for one in pooled]
    assert logits(task, QUERY, TEXTS) == pytest.approx(expected, abs=1e-5)


def expected_listwise(task: CrossEncoderTask) -> float:
    """The definition."""
    whole = 0.0
    for row in ROWS:
        scores = logits(task, row["query"], [*row["pos"], *row["neg"]])
        whole += log(sum(map(exp, scores))) - scores[0]
    return whole / len(ROWS)


def expected_bce(task: CrossEncoderTask) -> float:
    """The definition."""
    found = [one for row in ROWS for one in logits(task, row["query"], [*row["pos"], *row["neg"]])]
    right = [1.0, 0.0, 0.0, 1.0, 0.0]
    return (
        sum(log(1 + exp(-score)) if wanted else log(1 + exp(score)) for score, wanted in zip(found, right, strict=True))
        / 5
    )


@pytest.mark.parametrize(("loss", "expected"), [("listwise", expected_listwise), ("bce", expected_bce)])
def test_a_batch_loses_what_its_lists_do(tmp_path: Path, loss: str, expected: Any) -> None:
    """Lists of different lengths, each alone."""
    task = cross_task(tmp_path, ROWS, loss=loss)
    task.module.eval()
    assert task.loss(Batch((0, 1), 0)).item() == pytest.approx(expected(task), rel=1e-4)


def test_distillation_holds_a_list_to_the_retrievers_cosines(tmp_path: Path) -> None:
    """The teacher is the base's own vectors, each text alone."""
    plain, distilled = (cross_task(tmp_path, ROWS[:1], distil=distil) for distil in (0.0, 3.0))
    texts = [*ROWS[0]["pos"], *ROWS[0]["neg"]]
    with torch.inference_mode():
        vectors = distilled.retriever.vectors([ROWS[0]["query"], *texts], 64)
    taught = torch.softmax(20 * (vectors[1:] @ vectors[0]), dim=0)
    said = torch.softmax(torch.tensor(logits(plain, ROWS[0]["query"], texts)), dim=0)
    divergence = float((taught * (taught / said).log()).sum())
    for task in (plain, distilled):
        task.module.eval()
    more = distilled.loss(Batch((0,), 0)).item() - plain.loss(Batch((0,), 0)).item()
    assert more == pytest.approx(3 * divergence, rel=1e-3)
    assert divergence > 0.01


def test_unlabelled_rows_are_learnt_from_the_teacher_alone(tmp_path: Path) -> None:
    """Which of their passages is called positive changes nothing but the order."""
    plain, kept = (cross_task(tmp_path, ROWS, keep=keep) for keep in (0.0, 2.0))
    for task in (plain, kept):
        task.module.eval()
    batch = Batch((0, 1), 3)
    distilled = cross_task(tmp_path, ROWS, distil=2.0)
    distilled.module.eval()
    assert kept.loss(batch).item() == pytest.approx(distilled.loss(batch).item(), rel=1e-4)
    assert kept.loss(batch).item() > plain.loss(batch).item()


LORA = {"rank": 4, "alpha": 8}


def started(folder: Path, **more: Any) -> tuple[BiEncoderTask, CrossEncoderTask]:
    """Return a bi-encoder trained for a few steps and written, and a cross-encoder that starts from it."""
    task = bi_task(folder, rows(), lora=LORA)
    run = RunFolder(folder / "run")
    run.path.mkdir()
    train(task, TrainSettings(batch=8, max_steps=5, rate=5e-3), run, CPU)
    task.save(folder / "result")
    return task, cross_task(folder, rows(), **{"start": str(folder / "result"), "lora": LORA, **more})


def test_it_starts_with_what_a_bi_encoder_learnt(tmp_path: Path) -> None:
    """Its low-rank matrices, and the teacher's cosines: those of the bi-encoder, not of the base."""
    task, joint = started(tmp_path)
    learnt = {name.split("shared.")[1]: one for name, one in task.module.named_parameters() if "lora_" in name}
    own = {name: one for name, one in joint.module.named_parameters() if "lora_" in name}
    assert len(own) == len(learnt) > 0
    assert all(torch.equal(one, learnt[name]) for name, one in own.items())
    task.module.eval()
    with torch.inference_mode():
        cosines = task.query.vectors(TEXTS, 64) @ task.query.vectors([QUERY], 64)[0]
        taught = joint.retriever.vectors(TEXTS, 64) @ joint.retriever.vectors([QUERY], 64)[0]
        plain = task.frozen.vectors(TEXTS, 64) @ task.frozen.vectors([QUERY], 64)[0]
    assert taught.tolist() == pytest.approx(cosines.tolist(), abs=1e-5)
    assert taught.tolist() != pytest.approx(plain.tolist(), abs=1e-3)


@pytest.mark.parametrize("other", [{"rank": 8, "alpha": 8}, {"rank": 4, "alpha": 4}, {"rank": 4, "targets": ["query"]}])
def test_a_start_of_another_shape_is_refused(tmp_path: Path, other: dict[str, Any]) -> None:
    """Half of it would be as it was drawn."""
    with pytest.raises(ModelError, match=r"model\.start: .* another rank, alpha or targets"):
        started(tmp_path, lora=other)


def test_a_start_that_is_no_adapter_is_one_line(tmp_path: Path) -> None:
    """Absent, or trained whole."""
    (tmp_path / "nothing").mkdir()
    for name in ("nothing", "absent"):
        with pytest.raises(ModelError, match=r"model\.start: .* holds no adapter; name the result folder of a run"):
            cross_task(tmp_path, rows(), start=str(tmp_path / name), lora=LORA)


def test_a_start_is_gone_on_with_by_an_adapter(tmp_path: Path) -> None:
    """Whole weights have no place for it."""
    with pytest.raises(RequestError, match=r"model\.start: .* give model\.lora"):
        started(tmp_path, lora=None)


def test_a_teacher_without_scores_is_refused(tmp_path: Path) -> None:
    """By the key that asks for it."""
    with pytest.raises(RequestError, match=r"model\.teacher: the rows have no pos_scores; choose retriever"):
        cross_task(tmp_path, ROWS, teacher="scores", distil=1.0)


@pytest.mark.parametrize(
    ("given", "lora"),
    [
        ({"head": {"kind": "segments", "mapped": True}}, {"rank": 4}),
        ({"head": {"kind": "first"}, "loss": "bce"}, None),
    ],
)
def test_encoder_and_head_are_both_trained(tmp_path: Path, given: dict[str, Any], lora: dict[str, int] | None) -> None:
    """A head that stays as it was drawn is the classic way to train nothing; a scale moves faster than a matrix."""
    task = cross_task(tmp_path, lora=lora, **given)
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    before = {name: one.detach().clone() for name, one in task.module.named_parameters() if one.requires_grad}
    train(task, TrainSettings(batch=8, max_steps=3, rate=1e-3), run, CPU)
    now = dict(task.module.named_parameters())
    unchanged = {name for name, one in before.items() if torch.equal(one, now[name])}
    assert not unchanged - {"head.bias"}  # a softmax over a list does not see a constant
    assert any(name.startswith("head.") for name in before)
    assert any(name.startswith("model.") for name in before)


@pytest.mark.parametrize("head", ["segments", "first"])
def test_it_learns_which_word_asks_for_which(tmp_path: Path, head: str) -> None:
    """By heart, in a few steps."""
    task = cross_task(tmp_path, rows(), lora=None, head={"kind": head})
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    settings = TrainSettings(batch=8, epochs=40, rate=2e-3, log_every=5)
    outcome = train(task, settings, run, CPU)
    losses = [line["loss"] for line in run.noted() if "loss" in line]
    before = next(line["evaluation"] for line in run.noted() if "evaluation" in line)
    assert losses[-1] < losses[0] / 2
    assert before["MRR@10"] < 0.8
    assert outcome.evaluation["MRR@10"] > 0.9
