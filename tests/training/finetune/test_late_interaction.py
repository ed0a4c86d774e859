"""Late interaction, against sentence-transformers' own on the same weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import MultiVectorEncoder
from sentence_transformers.base.modules import Normalize, Transformer
from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
from sentence_transformers.util.similarity import maxsim, mean_maxsim

from emr_rerank.engine.pooling import unit
from tests.training.finetune.tasks import CPU, bi_task
from training.finetune.adapters import head_of, merged
from training.finetune.contests import Contest
from training.finetune.loop import train
from training.finetune.run_folder import RunFolder
from training.finetune.settings import TrainSettings
from training.finetune.towers import late_interaction

QUERIES = ["dizzy on standing", "cough"]
TEXTS = ["Amiodarone mg", "fracture knee left", "Hypertension", "cough two months potassium low"]


def reference(folder: Path) -> list[list[float]]:
    """Return what sentence-transformers scores with the model of a folder."""
    modules = [Transformer(str(folder)), MultiVectorMask(), Normalize("token_embeddings")]
    model = MultiVectorEncoder(modules=modules, similarity_fn_name="meanmaxsim", device="cpu").eval()
    found: list[list[float]] = model.similarity(model.encode_query(QUERIES), model.encode_document(TEXTS)).tolist()
    return found


def test_what_was_learnt_token_by_token_scores_alike_in_sentence_transformers(tmp_path: Path) -> None:
    """By heart, in a few steps; merged into the base, MultiVectorEncoder reads it and scores as the task did."""
    task = bi_task(tmp_path, scoring="maxsim", lora={"rank": 8, "alpha": 16})
    contests = [Contest(query, tuple(TEXTS), (1.0, 0.0, 0.0, 0.0), graded=False, source="s") for query in QUERIES]
    task.module.eval()
    for found, expected in zip(task.scores(contests), reference(tmp_path / "tiny"), strict=True):
        assert found == pytest.approx(expected, abs=1e-5)

    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    outcome = train(task, TrainSettings(batch=8, epochs=30, rate=5e-3), run, CPU)
    before = next(line["evaluation"] for line in run.noted() if "evaluation" in line)
    assert before["MRR@10"] < 0.8
    assert outcome.evaluation["MRR@10"] > 0.95

    task.save(tmp_path / "result")
    assert head_of(tmp_path / "result")[0]["scoring"] == "maxsim"
    whole = merged(tmp_path / "result", task.base)
    whole.save_pretrained(tmp_path / "merged")  # type: ignore[operator]  # a transformers model's own
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "merged" / name).write_bytes((tmp_path / "tiny" / name).read_bytes())
    task.module.eval()
    for found, expected in zip(task.scores(contests), reference(tmp_path / "merged"), strict=True):
        assert found == pytest.approx(expected, abs=1e-4)


@given(
    tokens=st.tuples(*[st.lists(st.integers(1, 6), min_size=1, max_size=4)] * 2),
    seed=st.integers(0, 2**20),
)
@settings(max_examples=40, deadline=None)
def test_our_mean_of_best_cosines_is_their_sum_by_the_query_tokens(
    tokens: tuple[list[int], list[int]], seed: int
) -> None:
    """Queries and passages of any lengths, padded with what must not count."""
    torch.manual_seed(seed)
    queries, passages = (unit(torch.randn(len(lengths), max(lengths), 8)) for lengths in tokens)
    asked, found = (torch.arange(max(one))[None, :] < torch.tensor(one)[:, None] for one in tokens)
    ours = late_interaction(queries, asked, passages, found)
    sums = maxsim(queries, passages, a_mask=asked, b_mask=found)
    torch.testing.assert_close(ours * asked.sum(dim=1, keepdim=True), sums, atol=1e-5, rtol=0)
    torch.testing.assert_close(ours, mean_maxsim(queries, passages, a_mask=asked, b_mask=found), atol=1e-5, rtol=0)


def test_states_are_the_same_however_few_are_computed_together(tmp_path: Path) -> None:
    """Padding and order change nothing."""
    tower = bi_task(tmp_path, scoring="maxsim").query.eval()
    with torch.enable_grad():
        (plain, there), (chunked, again) = (tower.states(TEXTS, 32, chunk=chunk) for chunk in (0, 1))
    torch.testing.assert_close(chunked, plain, atol=1e-5, rtol=0)
    assert there.tolist() == again.tolist()
    assert there.sum(dim=1).tolist() == [len(one.ids) for one in tower.tokenizer.encode_batch(TEXTS)]
