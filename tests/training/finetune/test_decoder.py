"""The decoder as a task: the shared prefix against whole sequences, its losses by definition, what it learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any

import orjson
import pytest
import torch
from torch import Tensor

from emr_rerank.engine import ModelSource, load_reranker
from emr_rerank.engine.gemma.naive import NaiveScorer
from emr_rerank.engine.pairs import Pair
from emr_rerank.errors import ModelError, RequestError
from tests.tiny import Sizes, save_gemma
from tests.training.finetune.tasks import CPU, data
from tests.training.finetune.toys import ASKED, save_encoder
from training.finetune.batches import Batch
from training.finetune.checkpoints import is_whole
from training.finetune.decoder import DecoderTask, decoder
from training.finetune.loop import Outcome, seed_all, train
from training.finetune.run_folder import RunFolder
from training.finetune.settings import DecoderSettings, TrainSettings, checked
from training.finetune.shared_prefix import FEW

SMALL = Sizes(layers=2, width=32, inner=64, heads=2)
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SETTINGS = TrainSettings(batch=8)
LORA = {"rank": 4, "alpha": 8, "targets": ALL}
ORDERS = ("instruction_last", "instruction_first")
QUERY = "dizzy on standing"
TEXTS = ["Amiodarone mg", "fracture knee left", "Hypertension", "cough two months potassium low"]
GRADED: dict[str, Any] = {
    "query": "cough", "pos": ["Asthma", "dry cough"], "neg": ["Fracture"], "source": "graded",
    "pos_scores": [1.0, 0.5], "neg_scores": [0.25],
}  # fmt: skip
PLAIN: dict[str, Any] = {"query": "dizzy", "pos": ["Hypertension"], "neg": ["Asthma"], "source": "plain"}


def task_of(
    folder: Path,
    given: Sequence[Mapping[str, Any]] | None = None,
    settings: TrainSettings = SETTINGS,
    **more: Any,
) -> DecoderTask:
    """Return the task of training a tiny Gemma on toy rows."""
    base = folder / "tiny"
    if not base.is_dir():
        save_gemma(base, SMALL)
    asked = DecoderSettings.model_validate({"kind": "gemma", "base": str(base), "lora": LORA, **more})
    opened_rows = data(folder, given)
    seed_all(0)
    return decoder(asked, settings, opened_rows, CPU)


def stirred(task: DecoderTask) -> DecoderTask:
    """Draw both factors, one of which is zero at the start, so that the matrices count and all have a gradient."""
    torch.manual_seed(1)
    for weight in trained(task).values():
        weight.data.normal_(0.0, 0.1)
    return task


def trained(task: DecoderTask) -> dict[str, torch.nn.Parameter]:
    """Return the weights that are trained."""
    return {name: weight for name, weight in task.module.named_parameters() if weight.requires_grad}


def run_folder(path: Path) -> RunFolder:
    """Return a new run folder."""
    path.mkdir(exist_ok=True)
    return RunFolder(path)


def one_by_one(task: DecoderTask, pairs: Sequence[Pair]) -> Tensor:
    """Return the answer's logits of whole sequences through the library's own forward pass, with gradients."""
    answers = [
        task.module.whole(input_ids=torch.tensor([pair.ids]), logits_to_keep=1).logits[0, -1, task.encoder.answer_id]
        for pair in pairs
    ]
    return torch.stack(answers)


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("prompt", ORDERS)
def test_a_shared_prefix_gives_the_logits_and_gradients_of_whole_sequences(
    tmp_path: Path, prompt: str, *, checkpointing: bool
) -> None:
    """Groups of several sizes and lengths, one of them larger than a sequence holds."""
    task = stirred(task_of(tmp_path, prompt=prompt, checkpointing=checkpointing))
    task.module.train()
    asked = [
        (QUERY, TEXTS),
        ("knee pain", TEXTS[:1]),
        ("cough", [TEXTS[place % 4] + " mg" * place for place in range(FEW + 2)]),
    ]
    groups = [task.encoder.encode(query, texts).pairs for query, texts in asked]
    pairs = [pair for group in groups for pair in group]
    weights = torch.linspace(-1.0, 1.0, len(pairs))  # what each logit counts for in the gradient

    expected = one_by_one(task, pairs)
    (expected @ weights).backward()  # type: ignore[no-untyped-call]
    whole = {name: weight.grad for name, weight in trained(task).items()}
    task.module.zero_grad(set_to_none=True)
    computed: list[None] = []
    task.module.whole.base_model.layers[0].self_attn.register_forward_hook(lambda *_: computed.append(None))
    found = task.module.logits(groups)
    (found @ weights).backward()  # type: ignore[no-untyped-call]

    assert len(computed) == 1 + checkpointing
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    assert expected.std() > 1e-2
    assert len(whole) == 2 * len(ALL) * SMALL.layers
    for name, weight in trained(task).items():
        assert weight.grad is not None
        assert weight.grad.abs().max() > 1e-4, name
        torch.testing.assert_close(weight.grad, whole[name], atol=1e-5, rtol=1e-5)


def test_a_query_is_read_once_a_group_and_no_vocabulary_is_computed(tmp_path: Path) -> None:
    """By what goes through the embedding and the output matrix."""
    task = task_of(tmp_path)
    pairs = task.encoder.encode(QUERY, TEXTS).pairs
    read: list[int] = []
    computed: list[Any] = []
    task.module.whole.get_input_embeddings().register_forward_hook(lambda _, ids, __: read.append(ids[0].numel()))
    task.module.whole.get_output_embeddings().register_forward_hook(lambda _, states, __: computed.append(states))
    task.module.logits([pairs])
    assert read == [len(pairs[0].prefix) + sum(len(pair.own) for pair in pairs)]
    assert not computed


def naive(task: DecoderTask, row: Mapping[str, Any]) -> list[float]:
    """Return the engine's oracle's logits of a row."""
    pairs = task.encoder.encode(row["query"], [*row["pos"], *row["neg"]]).pairs
    return NaiveScorer(task.module.whole, task.encoder.answer_id).logits(pairs)


def shares(scores: Sequence[float]) -> list[float]:
    """Return the softmax."""
    whole = sum(map(exp, scores))
    return [exp(score) / whole for score in scores]


def test_a_batch_loses_what_its_lists_do(tmp_path: Path) -> None:
    """Each list's cross-entropy with its grades, shared out; and for the graded one alone, the teacher's divergence."""
    given = [GRADED, PLAIN]
    plain, taught = (stirred(task_of(tmp_path, given, distil=distil, teacher_scale=2.0)) for distil in (0.0, 3.0))
    for task in (plain, taught):
        task.module.eval()
    first, second = (shares(naive(plain, row)) for row in given)
    grades = (1.0, 0.5, 0.25)
    listwise = -sum(grade / sum(grades) * log(share) for grade, share in zip(grades, first, strict=True))
    expected = (listwise - log(second[0])) / 2
    found = plain.loss(Batch((0, 1), 0)).item()
    assert found == pytest.approx(expected, rel=1e-4)
    teacher = shares([2.0 * grade for grade in grades])
    divergence = sum(wanted * log(wanted / share) for wanted, share in zip(teacher, first, strict=True))
    assert taught.loss(Batch((0, 1), 0)).item() - found == pytest.approx(3 * divergence, rel=1e-3)
    assert divergence > 1e-3


def now_or_before() -> list[dict[str, Any]]:
    """Return rows whose query says which of the same two passages answers."""
    found = []
    for place, word in enumerate(ASKED):
        asked, right, wrong = ("now", "active", "resolved") if place % 2 else ("before", "resolved", "active")
        found.append(
            {"query": f"{word} {asked}", "pos": [f"{word} {right}"], "neg": [f"{word} {wrong}"], "source": "s"}
        )
    return found


@pytest.mark.parametrize("prompt", ORDERS)
def test_it_learns_what_answers_which_query(tmp_path: Path, prompt: str) -> None:
    """By heart, in a few steps; and only its low-rank matrices change."""
    settings = TrainSettings(batch=8, epochs=20, rate=1e-2, log_every=10)
    task = task_of(tmp_path, now_or_before(), settings, prompt=prompt, lora={**LORA, "rank": 8, "alpha": 32})
    run = run_folder(tmp_path / "run")
    frozen = {name: one.detach().clone() for name, one in task.module.named_parameters() if not one.requires_grad}
    outcome = train(task, settings, run, CPU)
    lost = [line["loss"] for line in run.noted() if "loss" in line]
    before = next(line["evaluation"] for line in run.noted() if "evaluation" in line)
    assert lost[-1] < lost[0] / 3
    assert before["MRR@10"] < 0.8
    assert outcome.evaluation["MRR@10"] > 0.9
    now = dict(task.module.named_parameters())
    assert all(torch.equal(one, now[name]) for name, one in frozen.items())
    assert all("lora_" in name for name in trained(task))


@pytest.mark.parametrize("prompt", ORDERS)
def test_the_engine_reads_the_adapter_and_scores_as_the_trained_model(tmp_path: Path, prompt: Any) -> None:
    """On its own base, by hash; with the same prompt."""
    task = stirred(task_of(tmp_path, prompt=prompt))
    task.module.eval()
    task.save(tmp_path / "result")
    assert is_whole(tmp_path / "result")
    assert orjson.loads((tmp_path / "result" / "scoring.json").read_bytes())["prompt"] == prompt
    base, adapter = str(tmp_path / "tiny"), str(tmp_path / "result")
    served = load_reranker(ModelSource(base, adapter, dtype="fp32", device="cpu", prompt=prompt))
    plain = load_reranker(ModelSource(base, dtype="fp32", device="cpu", prompt=prompt))
    with torch.inference_mode():
        logits = task.module.logits([task.encoder.encode(QUERY, TEXTS).pairs]).tolist()

    def scored(reranker: Any) -> list[float]:
        found: list[float] = reranker.scorer.logits(reranker.encoder.encode(QUERY, TEXTS).pairs)
        return found

    assert scored(served) == pytest.approx(logits, abs=1e-4)
    assert all(abs(one - other) > 1e-3 for one, other in zip(scored(served), scored(plain), strict=True))
    other = save_gemma(tmp_path / "other" / "tiny", SMALL, seed=1)
    with pytest.raises(ModelError, match=r"model\.safetensors differs from the one it was trained on"):
        load_reranker(ModelSource(str(other), adapter, dtype="fp32", device="cpu"))


class Broken(Exception):  # noqa: N818  (no error: the test's own end of a run)
    """A run was broken off."""


@dataclass(slots=True)
class BreakingOff:
    """A task that ends its run at the so-many-th loss."""

    task: DecoderTask
    left: int

    def __getattr__(self, name: str) -> Any:
        """Return everything else of the task."""
        return getattr(self.task, name)

    def loss(self, batch: Batch) -> Tensor:
        """Return the task's, until it ends."""
        self.left -= 1
        if not self.left:
            raise Broken
        return self.task.loss(batch)


def test_a_run_broken_off_ends_at_the_same_weights(tmp_path: Path) -> None:
    """Bit for bit, with dropout, accumulation and activations computed twice."""
    settings = TrainSettings(batch=4, max_steps=3, rate=1e-2, accumulate=2, checkpoint_every=2)
    more = {"lora": {**LORA, "dropout": 0.1}, "checkpointing": True}

    def ran(name: str, breaks_at: int | None = None) -> tuple[Outcome, DecoderTask]:
        task = task_of(tmp_path, None, settings, **more)
        going: Any = task if breaks_at is None else BreakingOff(task, breaks_at)
        return train(going, settings, run_folder(tmp_path / name), CPU), task

    outcome, unbroken = ran("unbroken")
    with pytest.raises(Broken):
        ran("broken", breaks_at=6)  # within the third step
    again, resumed = ran("broken")
    assert again == outcome
    found = trained(resumed)
    assert all(torch.equal(weight, found[name]) for name, weight in trained(unbroken).items())


def test_half_precision_holds_the_base_and_not_what_is_learnt(tmp_path: Path) -> None:
    """Small steps would be lost in bf16's eight bits."""
    settings = TrainSettings(batch=8, max_steps=2, rate=1e-3, precision="bf16")
    task = task_of(tmp_path, None, settings)
    before = {name: weight.detach().clone() for name, weight in trained(task).items()}
    train(task, settings, run_folder(tmp_path / "run"), CPU)
    after = trained(task)
    assert {weight.dtype for weight in after.values()} == {torch.float32}
    assert not any(torch.equal(weight, before[name]) for name, weight in after.items())
    kept = {weight.dtype for weight in task.module.parameters() if not weight.requires_grad}
    assert kept == {torch.bfloat16}


def test_what_cannot_be_trained_is_one_line(tmp_path: Path) -> None:
    """By the key at fault."""
    with pytest.raises(RequestError, match=r"model\.distil: the rows have no pos_scores; leave it at 0"):
        task_of(tmp_path, [PLAIN], distil=1.0)
    with pytest.raises(RequestError, match=r"model\.lora\.targets\.0"):
        checked(DecoderSettings, {"kind": "gemma", "lora": {"targets": ["lm_head"]}}, "model")
    with pytest.raises(ModelError, match=r"bert.*lacks weights|bert.*cannot be loaded|bert.*type 'bert'"):
        task_of(tmp_path, base=str(save_encoder(tmp_path / "bert")))
