"""The cross-encoder with the segment head: the logits it was trained to give, in any company."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.engine import MemoryVectors, load_scorer
from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.joint import load_joint, read_joint
from emr_rerank.engine.remembered import RememberedScores
from emr_rerank.engine.reranker import Reranker
from emr_rerank.engine.result import HEAD, MANIFEST, embedded
from emr_rerank.engine.runtime import Name
from emr_rerank.errors import ModelError
from tests.engine.results import save_cross_encoder
from tests.tiny import WORDS
from tests.training.finetune.toys import save_encoder
from training.finetune.joint import JointEncoder

Both = tuple[JointEncoder, Reranker]

texts = st.one_of(st.text(max_size=12), st.lists(st.sampled_from(WORDS), max_size=90).map(" ".join))
KINDS: dict[str, tuple[dict[str, bool], Name]] = {
    "typed, torch": ({"typed": True}, "torch"),
    "typed": ({"typed": True}, "openvino"),
    "untyped, with a map": ({"typed": False, "mapped": True}, "openvino"),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return Checkpoint("tiny", save_encoder(tmp_path_factory.mktemp("joint") / "tiny"), "model")


@pytest.fixture(scope="module", params=KINDS)
def both(request: pytest.FixtureRequest, base: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Return what was trained, and the engine that reads its result."""
    more, name = KINDS[request.param]
    folder = tmp_path_factory.mktemp("joint") / "result"
    trained = save_cross_encoder(folder, base, **more)
    return trained, read_joint(folder, base, name, "fp32")


@pytest.fixture
def result(base: Checkpoint, tmp_path: Path) -> Path:
    save_cross_encoder(tmp_path / "result", base)
    return tmp_path / "result"


@settings(deadline=None, max_examples=20)
@given(query=texts, lines=st.lists(texts, min_size=1, max_size=8))
def test_its_logits_are_those_of_training(both: Both, query: str, lines: list[str]) -> None:
    trained, engine = both
    with torch.inference_mode():
        expected = trained.logits([(query, lines)]).tolist()
    np.testing.assert_allclose(engine.score(query, lines), expected, atol=1e-4)
    assert engine.read(query, lines).cut == list(trained.encoder.encode(query, lines).truncated)


def test_what_is_longer_than_in_training_is_cut_and_said(both: Both) -> None:
    _, engine = both
    lines = ["knee", "knee " * 80]
    assert engine.read("pain", lines).cut == [False, True]
    assert engine.read("pain " * 80, ["knee"]).cut == [True]
    assert len({len(pair) for pair in engine.encoder.encode("pain", [lines[1]]).pairs} | {64}) == 1
    assert engine.score("pain", []) == []


def company(line: str) -> list[str]:
    """Return the line twice beside each of ninety others: more tokens than one batch has, of many lengths."""
    others = [f"Observation potassium {' high' * (place % 40)} {place}" for place in range(90)]
    return [one for other in others for one in (line, other, line)]


LINE = f"Condition Asthma{' high' * 20}"


def test_equal_lines_of_one_request_have_one_score(both: Both) -> None:
    """They fill more than one batch, and in two batches the last digits would differ."""
    _, engine = both
    scores = engine.score("dizzy", company(LINE))
    assert len(set(scores[0::3] + scores[2::3])) == 1
    assert len(set(scores)) > 60


def moved(engine: Reranker) -> float:
    """Return how far company moves a line's logit at most; each is computed anew."""
    kept = engine.scorer
    assert isinstance(kept, RememberedScores)
    anew = replace(engine, scorer=kept.scorer)
    lines = company(LINE)
    together = dict(zip(lines, anew.score("dizzy", lines), strict=True))
    return max(abs(together[line] - anew.score("dizzy", [line])[0]) for line in [LINE, *lines[1::15]])


def test_a_line_scores_the_same_in_any_company(both: Both) -> None:
    """To the sixth digit or so: batches of other widths are summed in another order."""
    assert moved(both[1]) < 1e-5


def test_what_is_shipped_scores_a_line_the_same_in_any_company_to_what_its_precision_holds() -> None:
    """In bf16 a logit of some 14 may move by a hundredth, and a near-tie of two requests swap."""
    engine = load_joint()
    assert moved(engine) < {"float32": 1e-4, "bfloat16": 0.05}[engine.dtype]


def test_several_threads_get_each_their_own_scores(both: Both) -> None:
    _, engine = both
    asked = [(WORDS[place], WORDS[place : place + 9]) for place in range(20)]
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda one: engine.score(*one), asked))
    for one, found in zip(asked, together, strict=True):
        np.testing.assert_allclose(engine.score(*one), found, atol=1e-6)
    assert len({tuple(scores) for scores in together}) == len(asked)


def test_the_engine_is_what_the_settings_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the embedded encoder, as what is shipped is."""
    trained = save_cross_encoder(tmp_path / "result", embedded())
    monkeypatch.setenv("EMR_RERANK_JOINT_ADAPTER", str(tmp_path / "result"))
    monkeypatch.setenv("EMR_RERANK_RUNTIME", "torch")
    scorer = load_scorer("joint", MemoryVectors())
    with torch.inference_mode():
        expected = trained.logits([("cough", ["Amiodarone 200 mg", ""])]).tolist()
    np.testing.assert_allclose(scorer.score("cough", ["Amiodarone 200 mg", ""]), expected, atol=1e-4)
    assert isinstance(scorer, Reranker)
    assert (scorer.name, scorer.dtype) == ("joint", "float32")
    assert scorer.title == "all-MiniLM-L6-v2 + result (torch fp32)"
    assert scorer.key.startswith("all-MiniLM-L6-v2@53aa51172d14+")
    assert load_scorer("joint", MemoryVectors()) is scorer


def test_another_base_is_refused(result: Path, tmp_path: Path) -> None:
    other = save_encoder(tmp_path / "other" / "tiny")
    weights = other / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelError, match=r"model\.safetensors differs from the one it was trained on"):
        read_joint(result, Checkpoint("tiny", other, "model"), "torch")


@pytest.mark.parametrize("name", ["adapter_model.safetensors", HEAD, "scoring.json"])
def test_a_file_that_was_altered_is_named(base: Checkpoint, result: Path, name: str) -> None:
    """By the hashes that the run noted: weights that still can be read would rank, wrongly."""
    content = (result / name).read_bytes()
    (result / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=f"{name}: missing or altered since the run wrote it; fetch it again$"):
        read_joint(result, base, "torch")
    (result / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: missing or altered since the run wrote it; fetch it again$"):
        read_joint(result, base, "torch")


def test_a_result_that_is_not_whole_or_of_another_kind_is_refused(
    base: Checkpoint, result: Path, tmp_path: Path
) -> None:
    (result / MANIFEST).unlink()
    scoring = (result / "scoring.json").read_text()
    (result / "scoring.json").write_text(scoring.replace("segments", "first"))
    with pytest.raises(ModelError, match=r"scores by 'first'; name a cross-encoder with the head `segments`$"):
        read_joint(result, base, "torch")
    (result / "scoring.json").write_text(scoring)
    (result / HEAD).unlink()
    with pytest.raises(ModelError, match=r"max_tokens, typed or head\.safetensors is missing; fetch it again$"):
        read_joint(result, base, "torch")
    whole = Path(shutil.copytree(base.folder, tmp_path / "whole"))
    with pytest.raises(ModelError, match="a whole model, not an adapter"):
        read_joint(whole, base, "torch")
