"""One tiny Gemma, in memory and on disk, for every test of the decoder reranker."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import GemmaForCausalLM, PreTrainedTokenizerFast

from emr_rerank.engine.gemma.prompt import PromptEncoder, PromptSpec
from tests.tiny import bpe_tokenizer, gemma, save_gemma


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    return bpe_tokenizer()


@pytest.fixture(scope="session")
def model() -> GemmaForCausalLM:
    return gemma()


@pytest.fixture(scope="session")
def encoder(tokenizer: PreTrainedTokenizerFast) -> PromptEncoder:
    return PromptEncoder(PromptSpec(), tokenizer)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_gemma(tmp_path_factory.mktemp("models") / "tiny-gemma")
