"""Prints how fast a bidirectional cross-encoder scores one request, as JSON: the oracle, sentence-transformers, packed.

A BERT of MiniLM's size with random weights: speed does not depend on their values. Text in, logits out; the ways take
turns, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch
from sentence_transformers import CrossEncoder
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from emr_rerank.engine.budget import TokenBudget
from emr_rerank.engine.cross_encoder.encoder import TextPairEncoder
from emr_rerank.engine.cross_encoder.loading import PACKED
from emr_rerank.engine.cross_encoder.naive import NaiveScorer
from emr_rerank.engine.cross_encoder.packed import PackedScorer
from emr_rerank.engine.cross_encoder.stack import stack_of
from emr_rerank.engine.pairs import PairScorer
from tests import tiny

MINILM = tiny.BertSizes(layers=6, width=384, inner=1536, heads=12)
QUERY = 100  # tokens
SHORTEST, LONGEST = 15, 60  # tokens of a line


def request(folder: Path, lines: int) -> tuple[str, list[str]]:
    """Return a query and lines of so many tokens: each word is one."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    words = [word for word in tiny.WORDS if len(tokenizer.tokenize(word)) == 1]
    draw = random.Random(0)  # noqa: S311  (no secret)
    query, *texts = (
        " ".join(draw.choices(words, k=tokens))
        for tokens in (QUERY, *(draw.randint(SHORTEST, LONGEST) for _ in range(lines)))
    )
    return query, texts


def ways(folder: Path, device: str) -> dict[str, Callable[[str, list[str]], list[float]]]:
    """Return the three scorers of one model, each from text to logits."""
    encoder = TextPairEncoder(AutoTokenizer.from_pretrained(folder).backend_tokenizer, MINILM.positions)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval().to(device)
    reference = CrossEncoder(str(folder), device=device, activation_fn=torch.nn.Identity())

    def through(scorer: PairScorer) -> Callable[[str, list[str]], list[float]]:
        return lambda query, texts: scorer.logits(encoder.encode(query, texts).pairs)

    def sentence_transformers(query: str, texts: list[str]) -> list[float]:
        scores: list[float] = reference.predict([(query, text) for text in texts], show_progress_bar=False).tolist()
        return scores

    return {
        "naive": through(NaiveScorer(model, encoder.typed)),
        "sentence_transformers": sentence_transformers,
        "packed": through(PackedScorer(stack_of(model), TokenBudget(PACKED["cpu"]), encoder.typed)),
    }


def figures(lines: int = 200, rounds: int = 7, device: str = "cpu") -> dict[str, Any]:
    """Return medians in milliseconds, the packed scorer's ratios and how far its logits are from the oracle's.

    The fastest round is the one that others disturbed least. `cpu` milliseconds are the process's own computing time:
    with one thread they do not count what others took.
    """
    disable_progress_bar()
    with TemporaryDirectory() as name:
        folder = tiny.save_bert(Path(name), MINILM)
        query, texts = request(folder, lines)
        each = ways(folder, device)
    scores = {way: score(query, texts) for way, score in each.items()}  # the first pass warms up
    wall: dict[str, list[float]] = {way: [] for way in each}
    cpu: dict[str, list[float]] = {way: [] for way in each}
    for _ in range(rounds):
        for way, score in each.items():
            start, used = time.perf_counter(), time.process_time()
            score(query, texts)
            wall[way].append(1000 * (time.perf_counter() - start))
            cpu[way].append(1000 * (time.process_time() - used))
    others = ("naive", "sentence_transformers")
    return {
        "device": device,
        "threads": torch.get_num_threads(),
        "lines": lines,
        "rounds": rounds,
        "milliseconds": {way: round(median(times)) for way, times in wall.items()},
        "fastest_milliseconds": {way: round(min(times)) for way, times in wall.items()},
        "cpu_milliseconds": {way: round(median(times)) for way, times in cpu.items()},
        **{f"ratio_vs_{way}": round(median(wall[way]) / median(wall["packed"]), 2) for way in others},
        **{f"cpu_ratio_vs_{way}": round(median(cpu[way]) / median(cpu["packed"]), 2) for way in others},
        "max_abs_difference": max(
            abs(one - other) for one, other in zip(scores["packed"], scores["naive"], strict=True)
        ),
    }


def main() -> None:
    """Measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=200)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--device", default="cpu")
    options.add_argument("--threads", type=int, default=torch.get_num_threads())
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    print(json.dumps(figures(chosen.lines, chosen.rounds, chosen.device)))


if __name__ == "__main__":
    main()
