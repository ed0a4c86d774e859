"""The model server as a process of its own, with a tiny Gemma on disk."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from emr_rerank.engine.gemma.naive import NaiveScorer
from emr_rerank.engine.gemma.prompt import PromptEncoder, PromptSpec
from tests.cli.conftest import Run
from tests.tiny import WORDS, bpe_tokenizer, gemma, save_gemma

QUERY = "three months of breathless on stairs, Amiodarone"
TEXTS = [" ".join(WORDS[start : start + 1 + start % 9]) for start in range(60)] + ["", "Größe 180 cm ☤"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_gemma(tmp_path_factory.mktemp("gemma"))


@contextmanager
def process(*words: object, **settings: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-m", "emr_rerank.cli", "model-server", "--port", "0", *map(str, words)]
    started = subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def line(started: subprocess.Popen[str]) -> str:
    assert started.stdout
    return started.stdout.readline()


def where(started: subprocess.Popen[str]) -> str:
    found = re.search(r"http://127\.0\.0\.1:[1-9]\d*", line(started))
    assert found
    return found[0]


def test_a_hosted_model_answers_as_the_oracle_does_and_ends_well(model: Path) -> None:
    encoder = PromptEncoder(PromptSpec("instruction_first"), bpe_tokenizer())
    oracle = NaiveScorer(gemma(), encoder.answer_id).logits(encoder.encode(QUERY, TEXTS).pairs)
    words = ("--model", model, "--device", "cpu", "--batch-tokens", 500, "--prompt", "instruction_first")
    with process(*words, EMR_RERANK_SERVER_KEY="s3cret") as server:
        client = httpx.Client(base_url=where(server), headers={"authorization": "Bearer s3cret"}, timeout=60)
        assert line(server) == f"ready: {model.name} on cpu, float32\n"
        info = client.get("/info").json()
        assert (info["max_input_length"], info["prompt"]) == (512, "instruction_first")
        answer = client.post("/rerank", json={"query": QUERY, "texts": TEXTS, "raw_scores": True}).json()
        scores = {one["index"]: one["score"] for one in answer}
        assert [scores[index] for index in range(len(TEXTS))] == pytest.approx(oracle, abs=1e-4)
        assert [one["index"] for one in answer] == sorted(scores, key=lambda index: (-scores[index], index))
        again = client.post("/v1/rerank", json={"query": QUERY, "documents": TEXTS, "raw_scores": True}).json()
        assert [one["index"] for one in again["results"]] == [one["index"] for one in answer]
        assert client.post("/rerank", json={}, headers={"authorization": ""}).status_code == 401
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=30)
        assert (server.returncode, out, err) == (0, "", "")


def test_a_server_that_is_stopped_while_it_loads_ends_well(model: Path) -> None:
    with process("--model", model, "--device", "cpu") as server:
        where(server)
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=30)
        assert (server.returncode, err) == (0, "")
        assert out in ("", f"ready: {model.name} on cpu, float32\n")


def test_a_model_that_cannot_be_loaded_is_one_line(tmp_path: Path) -> None:
    with process("--model", tmp_path) as server:
        _, err = server.communicate(timeout=60)
        assert server.returncode == 1
        assert re.fullmatch(rf"emr-rerank: {re.escape(str(tmp_path))}.*\n", err)


def test_other_machines_need_a_key_or_a_word(run: Run, monkeypatch: pytest.MonkeyPatch, model: Path) -> None:
    monkeypatch.delenv("EMR_RERANK_SERVER_KEY", raising=False)
    refused = run("model-server", "--model", model, "--host", "0.0.0.0", "--port", "0")  # noqa: S104
    assert refused.code == 1
    assert refused.err == (
        "emr-rerank: 0.0.0.0: whoever reaches it could use the model; set EMR_RERANK_SERVER_KEY, or say --no-key\n"
    )


def test_a_prompt_nobody_knows_is_refused_with_those_there_are(run: Run, model: Path) -> None:
    refused = run("model-server", "--model", model, "--prompt", "instruction_middle")
    assert refused.code == 2
    assert "instruction_last" in refused.err
    assert "instruction_first" in refused.err


def test_a_taken_port_is_one_line(run: Run, model: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused = run("model-server", "--model", model, "--port", other.getsockname()[1])
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "cannot listen there" in refused.err
