"""One long query against many short lines, and who can score them: the shape of work every engine bench measures.

Texts are invented from the facts' names; tokens, not their meaning, are what speed depends on.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerFast

from emr_rerank.engine.gemma.prompt import PromptEncoder, PromptSpec
from emr_rerank.engine.pairs import PairScorer
from emr_rerank.knowledge import knowledge_base
from tests.tiny import bpe_tokenizer

QUERY_TOKENS = 300
LINE_TOKENS = (20, 60)
VOCABULARY = 32_000


@dataclass(frozen=True, slots=True)
class History:
    """One request: a query and the lines to score for it."""

    query: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """Invented texts of a wanted length in tokens, and the tokenizer that counts them."""

    tokenizer: PreTrainedTokenizerFast
    words: tuple[str, ...]

    @classmethod
    def from_facts(cls) -> Texts:
        """Train the tokenizer on the facts' names, which are what lines are made of."""
        names = sorted(knowledge_base().names)
        return cls(bpe_tokenizer(names, VOCABULARY), tuple(names))

    def history(self, lines: int, seed: int) -> History:
        """Return a query of QUERY_TOKENS and lines of LINE_TOKENS tokens, evenly spread."""
        chosen = random.Random(seed)  # noqa: S311 (texts, not secrets)
        query, *rest = [
            self._text(chosen, length)
            for length in (QUERY_TOKENS, *(chosen.randint(*LINE_TOKENS) for _ in range(lines)))
        ]
        return History(query, tuple(rest))

    def _text(self, chosen: random.Random, tokens: int) -> str:
        text = " ".join(chosen.choices(self.words, k=tokens))
        return str(self.tokenizer.decode(self.tokenizer(text)["input_ids"][:tokens]))

    @property
    def encoder(self) -> PromptEncoder:
        """The prompt in these tokens."""
        return PromptEncoder(PromptSpec(), self.tokenizer)


def encoder_of(folder: Path) -> PromptEncoder:
    """Return the prompt in the tokens of a model's folder."""
    return PromptEncoder(PromptSpec(), PreTrainedTokenizerFast.from_pretrained(folder))


# Scores a history once and returns (logits, seconds that count, seconds of a first batch that ran twice).
Contender = Callable[[History], tuple[list[float], float, float]]


def scoring(encoder: PromptEncoder, scorer: PairScorer, forget: Callable[[], None] = lambda: None) -> Contender:
    """Return a scorer as a contender, its tokenising counted; `forget` drops what it remembers of earlier rounds."""

    def run(history: History) -> tuple[list[float], float, float]:
        forget()
        start = time.perf_counter()
        logits = scorer.logits(encoder.encode(history.query, history.lines).pairs)
        return logits, time.perf_counter() - start, 0.0

    return run


def flag_embedding(folder: Path, device: str, *, bf16: bool) -> Contender:
    """Return FlagEmbedding's reranker as a contender. Its first batch runs twice; the first time is told apart.

    Raises:
        ImportError: it is not installed.
    """
    from FlagEmbedding.inference.reranker.decoder_only.base import BaseLLMReranker  # noqa: PLC0415  (seconds)

    reranker: Any = BaseLLMReranker(str(folder), use_fp16=False, use_bf16=bf16, devices=device)
    begun: list[float] = []
    taken: list[float] = []

    def begin(*_: object) -> None:
        _settle(device)
        begun.append(time.perf_counter())

    def end(*_: object) -> None:
        _settle(device)
        taken.append(time.perf_counter() - begun[-1])

    reranker.model.register_forward_pre_hook(begin)
    reranker.model.register_forward_hook(end)

    def run(history: History) -> tuple[list[float], float, float]:
        taken.clear()
        start = time.perf_counter()
        logits = reranker.compute_score_single_gpu(_pairs(history), device=device)
        whole = time.perf_counter() - start
        return logits, whole - taken[0], taken[0]

    return run


def vllm(folder: Path, encoder: PromptEncoder) -> Contender:
    """Return vLLM with automatic prefix caching as a contender, given the very tokens the others read.

    Raises:
        ImportError: it is not installed.
    """
    from vllm import LLM  # noqa: PLC0415  (CUDA only)

    engine: Any = LLM(
        model=str(folder),
        runner="pooling",
        dtype="bfloat16",
        enable_prefix_caching=True,
        hf_overrides={
            "architectures": ["GemmaForSequenceClassification"],
            "classifier_from_token": [encoder.spec.answer],
            "method": "no_post_processing",
        },
    )

    def run(history: History) -> tuple[list[float], float, float]:
        start = time.perf_counter()
        pairs = encoder.encode(history.query, history.lines).pairs
        outputs = engine.classify([{"prompt_token_ids": list(pair.ids)} for pair in pairs], use_tqdm=False)
        seconds = time.perf_counter() - start
        return [_logit(output.outputs.probs[0]) for output in outputs], seconds, 0.0

    return run


def _logit(probability: float) -> float:
    within = min(max(probability, 1e-12), 1 - 1e-12)
    return math.log(within / (1 - within))


def _pairs(history: History) -> Sequence[tuple[str, str]]:
    return [(f"A: {history.query}", f"B: {line}") for line in history.lines]


def _settle(device: str) -> None:
    """Wait until the device has done what it was given, so that a clock means something."""
    import torch  # noqa: PLC0415  (seconds of import time)

    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
