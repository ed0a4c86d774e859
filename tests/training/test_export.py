"""Results of tiny fine-tuned models as folders of sentence-transformers: the same scores there, or one line."""

from __future__ import annotations

import json
import string
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import CrossEncoder, MultiVectorEncoder, SentenceTransformer

from emr_rerank.engine import MemoryVectors, ModelSource
from emr_rerank.errors import ModelError, RequestError
from tests.tiny import WORDS
from tests.training.finetune.tasks import base, bi_task, cross_task
from training.__main__ import main
from training.configuration import configured
from training.evaluation.scorers import scorer_named
from training.export import Config, export
from training.finetune.bi_encoder import BiEncoderTask
from training.finetune.contests import Contest
from training.finetune.cross_encoder import CrossEncoderTask
from training.finetune.encoders import base_named, encoder_of, tokenizer_of
from training.finetune.towers import Tower, late_interaction
from training.merge import Config as MergeConfig
from training.merge import merge

QUERIES = ["Dizzy on standing?", "cough two months, DRY " * 9, "fracture"]
TEXTS = ["Amiodarone mg", "fracture; knee left " * 12, "Hypertension", "Cough two months: potassium low"]
OPENED: dict[str, Callable[[str], Any]] = {
    "cosine": lambda folder: SentenceTransformer(folder, device="cpu", local_files_only=True),
    "maxsim": lambda folder: MultiVectorEncoder(folder, device="cpu", local_files_only=True),
    "first": lambda folder: CrossEncoder(folder, device="cpu", local_files_only=True),
}
LORA = {"rank": 4, "alpha": 8}
SHORT: dict[str, Any] = {
    "query_tokens": 12,
    "passage_tokens": 20,
}  # both sides of QUERIES and TEXTS hold some that are longer


Task = BiEncoderTask | CrossEncoderTask
WORD = st.one_of(st.sampled_from(WORDS), st.sampled_from([*string.punctuation]), st.text(max_size=4))
TEXT = st.lists(WORD, max_size=30).map(" ".join)


def learnt(task: Task, seed: int = 1) -> list[list[float]]:
    """Change what a run would change; return how the task scores then."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for weights in task.module.parameters():
            if weights.requires_grad:
                weights.add_(torch.randn_like(weights) * 0.2)
    task.module.eval()
    return scored(task, QUERIES, TEXTS)


def scored(task: Task, queries: Sequence[str], texts: Sequence[str]) -> list[list[float]]:
    worth = tuple(0.0 for _ in texts)
    return task.scores([Contest(query, tuple(texts), worth, graded=False, source="s") for query in queries])


def exported(folder: Path, result: Path, **more: str) -> Config:
    """Return the configuration that exports a result over the tiny base."""
    given = {"result": str(result), "base": str(folder / "tiny"), "output": str(folder / "exported"), **more}
    return configured("export", [f"{key}={value}" for key, value in given.items()], Config)


def similarities(opened: Any, queries: Sequence[str] = QUERIES, texts: Sequence[str] = TEXTS) -> list[list[float]]:
    asked, answering = opened.encode_query(list(queries)), opened.encode_document(list(texts))
    found: list[list[float]] = opened.similarity(asked, answering).tolist()
    return found


def predictions(opened: Any, queries: Sequence[str] = QUERIES, texts: Sequence[str] = TEXTS) -> list[list[float]]:
    pairs = [(query, text) for query in queries for text in texts]
    found: list[list[float]] = opened.predict(pairs, batch_size=5).reshape(len(queries), len(texts)).tolist()
    return found


def alike(found: Sequence[Sequence[float]], expected: Sequence[Sequence[float]]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


@pytest.mark.parametrize(
    ("scoring", "towers", "lora"),
    [
        ("cosine", "shared", LORA),
        ("cosine", "shared", None),
        ("cosine", "both", LORA),
        ("maxsim", "shared", LORA),
        ("maxsim", "query", LORA),
    ],
)
def test_an_encoder_scores_there_as_it_does_here(
    tmp_path: Path, scoring: str, towers: str, lora: dict[str, int] | None
) -> None:
    """With texts that are cut, in one batch with short ones; from the words of its own folder."""
    task = bi_task(tmp_path, scoring=scoring, towers=towers, lora=lora, **SHORT)
    plain = learnt(task)
    task.save(tmp_path / "result")
    config = exported(tmp_path, tmp_path / "result")
    assert export(config).difference < 1e-5
    (tmp_path / "tiny").rename(tmp_path / "gone")
    alike(similarities(OPENED[scoring](str(config.output))), plain)


@pytest.mark.parametrize(("typed", "lora"), [(True, LORA), (False, None)])
def test_a_cross_encoder_with_berts_own_head_scores_there_and_as_any_other_here(
    tmp_path: Path, lora: dict[str, int] | None, *, typed: bool
) -> None:
    """Its logits are CrossEncoder's, and the folder is a cross-encoder that is served here, too."""
    task = cross_task(tmp_path, head={"kind": "first"}, lora=lora, typed=typed, max_tokens=24)
    plain = learnt(task)
    task.save(tmp_path / "result")
    config = exported(tmp_path, tmp_path / "result")
    assert export(config).opens == "CrossEncoder"
    opened = OPENED["first"](str(config.output))
    alike(predictions(opened), plain)
    served = scorer_named(ModelSource(str(config.output), device="cpu"), MemoryVectors())
    alike([served.score(query, TEXTS) for query in QUERIES], plain)


@pytest.fixture(scope="module")
def pairs_of_programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Task, Any]]:
    """Return by scoring what was learnt here, and what was opened there."""
    found: dict[str, tuple[Task, Any]] = {}
    for scoring, opening in OPENED.items():
        folder = tmp_path_factory.mktemp(scoring)
        task: Task = (
            cross_task(folder, head={"kind": "first"}, max_tokens=24)
            if scoring == "first"
            else bi_task(folder, scoring=scoring, **SHORT)
        )
        learnt(task)
        task.save(folder / "result")
        export(exported(folder, folder / "result"))
        found[scoring] = task, opening(str(folder / "exported"))
    return found


@pytest.mark.parametrize("scoring", ["cosine", "maxsim", "first"])
@given(queries=st.lists(TEXT, min_size=1, max_size=3), texts=st.lists(TEXT, min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_any_texts_score_alike(
    pairs_of_programs: dict[str, tuple[Task, Any]], scoring: str, queries: list[str], texts: list[str]
) -> None:
    """Whatever the words, the signs and the padding: theirs are the oracle of our tokens, masks, means and maxima."""
    task, opened = pairs_of_programs[scoring]
    theirs = (predictions if scoring == "first" else similarities)(opened, queries, texts)
    alike(scored(task, queries, texts), theirs)


def test_what_a_merge_kept_is_exported_as_it_scores(tmp_path: Path) -> None:
    task = bi_task(tmp_path, lora=LORA)
    learnt(task)
    task.save(tmp_path / "result")
    given = [f"tuned=[{tmp_path / 'result'}]", f"base={tmp_path / 'tiny'}", f"output={tmp_path / 'merged'}"]
    rows = f"validation={tmp_path / 'rows.jsonl'}"
    merge(configured("merge", [*given, rows, "weights=[0.5]", "device=cpu"], MergeConfig))
    config = exported(tmp_path, tmp_path / "merged")
    export(config)
    export(config)  # its own output may be replaced
    source = ModelSource(str(tmp_path / "tiny"), adapter=str(tmp_path / "merged"), device="cpu")
    scorer = scorer_named(source, MemoryVectors())
    alike(similarities(OPENED["cosine"](str(config.output))), [scorer.score(query, TEXTS) for query in QUERIES])


def test_what_their_trainer_made_of_it_is_a_base_here(tmp_path: Path) -> None:
    """There and back: exported, trained on by MultiVectorEncoderTrainer, read as model.base is."""
    from datasets import Dataset  # noqa: PLC0415  (seconds of import time, in this test alone)
    from sentence_transformers.multi_vector_encoder import (  # noqa: PLC0415
        MultiVectorEncoderTrainer,
        MultiVectorEncoderTrainingArguments,
    )
    from sentence_transformers.multi_vector_encoder.losses import (  # noqa: PLC0415
        MultiVectorMultipleNegativesRankingLoss,
    )

    task = bi_task(tmp_path, scoring="maxsim", lora=LORA)
    before = learnt(task)
    task.save(tmp_path / "result")
    config = exported(tmp_path, tmp_path / "result")
    export(config)
    opened = MultiVectorEncoder(str(config.output), device="cpu", local_files_only=True)
    arguments = MultiVectorEncoderTrainingArguments(
        output_dir=str(tmp_path / "there"),
        max_steps=2,
        per_device_train_batch_size=2,
        learning_rate=1e-2,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
        use_cpu=True,
    )
    rows = Dataset.from_dict({"anchor": QUERIES[:2], "positive": TEXTS[:2]})
    loss = MultiVectorMultipleNegativesRankingLoss(opened)
    MultiVectorEncoderTrainer(model=opened, args=arguments, train_dataset=rows, loss=loss).train()
    opened.eval().save(str(tmp_path / "back"), create_model_card=False)

    there = base_named(str(tmp_path / "back"))
    tower = Tower(encoder_of(there), tokenizer_of(there)).eval()
    with torch.inference_mode():
        asked, found = tower.states(QUERIES, 128), tower.states(TEXTS, 256)
        scores = late_interaction(*asked, *found).tolist()
    alike(scores, similarities(opened))
    assert max(abs(one - other) for one, other in zip(scores[0], before[0], strict=True)) > 1e-3  # it learnt


def test_what_cannot_be_expressed_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cross_task(tmp_path).save(tmp_path / "segments")
    with pytest.raises(ModelError, match="either part of a pair, which no CrossEncoder does"):
        export(exported(tmp_path, tmp_path / "segments"))
    (tmp_path / "answer").mkdir()
    (tmp_path / "answer" / "scoring.json").write_text(json.dumps({"scoring": "answer", "base": "gemma"}))
    with pytest.raises(ModelError, match="decoder"):
        export(exported(tmp_path, tmp_path / "answer"))
    (tmp_path / "answer" / "scoring.json").write_text(json.dumps({"scoring": "tomorrow's", "base": "gemma"}))
    with pytest.raises(ModelError, match="not known here"):
        export(exported(tmp_path, tmp_path / "answer"))
    with pytest.raises(ModelError, match=r"no scoring\.json"):
        export(exported(tmp_path, tmp_path / "nothing"))
    assert not (tmp_path / "exported").exists()
    assert main(["export"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("result: ")
    assert said.count("\n") == 1


def test_words_that_would_be_read_otherwise_there_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    """A tokenizer_config.json that contradicts tokenizer.json; ours reads the second, theirs both."""
    words = base(tmp_path) / "tokenizer_config.json"
    words.write_text(json.dumps({**json.loads(words.read_text()), "do_lower_case": False}))
    task = bi_task(tmp_path, lora=LORA)
    task.save(tmp_path / "result")
    with pytest.raises(ModelError, match=r"score it otherwise.*tokenizer_config.json of tiny"):
        export(exported(tmp_path, tmp_path / "result"))
    assert not (tmp_path / "exported").exists()


def test_another_folder_is_not_replaced_and_a_missing_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bi_task(tmp_path, lora=LORA).save(tmp_path / "result")
    with pytest.raises(RequestError, match=r"holds no export\.json"):
        export(exported(tmp_path, tmp_path / "result", output=str(tmp_path / "tiny")))
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(RequestError, match="pip install"):
        export(exported(tmp_path, tmp_path / "result"))
