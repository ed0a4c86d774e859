"""What a GPU does with the full-size architecture: time, tokens, share of its ceiling, memory. See `make bench-gpu`.

Random weights: speed does not depend on their values. Every round asks a new query, so each pays for its own prefix;
nothing is remembered. The last line printed is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch

from emr_rerank.engine.gemma.loading import packed_scorer
from emr_rerank.engine.gemma.naive import NaiveScorer
from emr_rerank.engine.gemma.packed import PackedScorer
from emr_rerank.engine.gemma.prompt import PromptEncoder
from emr_rerank.engine.pairs import Encoded
from tests.bench import encoders
from tests.bench.contenders import Contender, History, Texts, flag_embedding, scoring, vllm
from tests.tiny import Sizes, gemma

FULL = Sizes(layers=18, width=2048, inner=16_384, heads=8, key_heads=1, head_size=256, vocabulary=256_000)
HISTORIES = (50, 500, 2000)
ROUNDS = 9
COMPARED = 500  # lines of the history that the slower contenders score, too
CASES = 100  # random histories on which the top ten are compared
CASE_LINES = 50
MATRIX = 8192  # side of the matrices whose product is the ceiling


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured, and on what."""

    sizes: Sizes
    device: torch.device
    dtype: torch.dtype
    histories: Sequence[int]
    rounds: int
    cases: int


def figures(bench: Bench) -> dict[str, Any]:
    """Measure everything."""
    texts = Texts.from_facts()
    encoder = texts.encoder
    with torch.device(bench.device):
        model = gemma(bench.sizes, dtype=bench.dtype)
    scorer = packed_scorer(model, encoder.answer_id, bench.device)
    ceiling = matrix_products_per_second(bench)
    found: dict[str, Any] = {
        "device": torch.cuda.get_device_name(bench.device) if bench.device.type == "cuda" else "cpu",
        "torch": torch.__version__,
        "dtype": str(bench.dtype),
        "sizes": str(bench.sizes),
        "parameters": sum(weights.numel() for weights in model.parameters()),
        "ceiling_tflops": round(ceiling / 1e12, 1),
        "token_budget": scorer.budget.tokens,
        "packed": {},
    }
    for lines in bench.histories:
        requests = [encoder.encode(*_asked(texts, lines, seed)) for seed in range(bench.rounds + 1)]
        seconds, peak = _timed(bench, scorer, requests)
        work = operations(bench.sizes, requests[0])
        tokens = sum(len(pair.own) for pair in requests[0].pairs) + len(requests[0].pairs[0].prefix)
        found["packed"][lines] = {
            "milliseconds": round(1000 * seconds, 1),
            "tokens_per_second": round(tokens / seconds),
            "share_of_ceiling": round(work / seconds / ceiling, 3),
            "peak_memory_gb": round(peak / 1e9, 2),
        }
    naive = NaiveScorer(model, encoder.answer_id)
    found["agreement"] = agreement(bench, texts, scorer, naive)
    compared = texts.history(min(COMPARED, max(bench.histories)), seed=0)
    found["compared"] = _compared(
        bench, compared, scoring(encoder, scorer, scorer.prefixes.clear), scoring(encoder, naive)
    )
    scorer.prefixes.clear()
    with TemporaryDirectory() as name:
        model.save_pretrained(name)
        texts.tokenizer.save_pretrained(name)
        del model, naive, scorer
        _emptied(bench)
        found["compared"] |= _others(bench, Path(name), encoder, compared)
    return found


def _asked(texts: Texts, lines: int, seed: int) -> tuple[str, tuple[str, ...]]:
    history = texts.history(lines, seed)
    return history.query, history.lines


def _timed(bench: Bench, scorer: PackedScorer, requests: Sequence[Encoded]) -> tuple[float, int]:
    """Return the median seconds of a request, the first not counted, and the most memory held in bytes."""
    taken = []
    with _peak(bench) as peak:
        for request in requests:
            scorer.prefixes.clear()
            _settled(bench)
            start = time.perf_counter()
            scorer.logits(request.pairs)  # ends with a copy from the device
            taken.append(time.perf_counter() - start)
    return median(taken[1:]), peak()


def operations(sizes: Sizes, request: Encoded) -> int:
    """Return the floating-point operations a request needs, each multiply-add counted as two.

    Matrix products of every token through every layer but what the last layer skips, and attention's two products over
    the keys a token sees. Nothing that is only computed by being padded or repeated counts.
    """
    heads = sizes.heads * sizes.head_size
    keys = 2 * sizes.key_heads * sizes.head_size
    attention_weights, mlp = sizes.width * (2 * heads + keys), 3 * sizes.width * sizes.inner
    prefix = len(request.pairs[0].prefix)
    own = [len(pair.own) for pair in request.pairs]
    tokens, seen = sum(own), sum(n * prefix + n * (n + 1) // 2 for n in own)
    layers = sizes.layers - 1
    whole = layers * (tokens * (attention_weights + mlp) + 2 * heads * seen)
    last = tokens * sizes.width * (heads + keys) + len(own) * (sizes.width * heads + mlp)
    last += 2 * heads * sum(n + prefix for n in own)
    first = layers * (prefix * (attention_weights + mlp) + heads * prefix * (prefix + 1))
    return 2 * (whole + last + first + prefix * sizes.width * keys)


def matrix_products_per_second(bench: Bench) -> float:
    """Return the operations per second of a large product of square matrices: what the device can do at best."""
    side = MATRIX if bench.device.type == "cuda" else 512
    one, other = (torch.randn(side, side, device=bench.device, dtype=bench.dtype) for _ in range(2))
    taken = []
    for _ in range(20):
        _settled(bench)
        start = time.perf_counter()
        torch.mm(one, other)
        _settled(bench)
        taken.append(time.perf_counter() - start)
    return float(2 * side**3 / min(taken))


def agreement(bench: Bench, texts: Texts, scorer: PackedScorer, naive: NaiveScorer) -> dict[str, Any]:
    """Return how often the packed scorer's ten best are the oracle's, in the same precision, and how far apart."""
    encoder = texts.encoder
    same, furthest, spreads = 0, 0.0, []
    for seed in range(bench.cases):
        pairs = encoder.encode(*_asked(texts, CASE_LINES, 10_000 + seed)).pairs
        ours, theirs = scorer.logits(pairs), naive.logits(pairs)
        same += _best(ours) == _best(theirs)
        furthest = max(furthest, *(abs(one - other) for one, other in zip(ours, theirs, strict=True)))
        spreads.append(max(theirs) - min(theirs))
    return {
        "cases": bench.cases,
        "lines": CASE_LINES,
        "same_ten_best": same,
        "max_abs_difference": round(furthest, 5),
        "median_spread_of_logits": round(median(spreads), 5),
    }


def _best(logits: Sequence[float]) -> set[int]:
    return set(sorted(range(len(logits)), key=lambda index: -logits[index])[:10])


def _compared(bench: Bench, history: History, packed: Contender, naive: Contender) -> dict[str, Any]:
    found: dict[str, Any] = {"lines": len(history.lines)}
    for name, run in (("packed", packed), ("naive", naive)):
        found[name] = _figures(bench, run, history)
    return found


def _others(bench: Bench, folder: Path, encoder: PromptEncoder, history: History) -> dict[str, Any]:
    """Return the figures of the contenders that are installed, and say which are not."""
    bf16 = bench.dtype is torch.bfloat16
    others: dict[str, Callable[[], Contender]] = {
        "flagembedding": lambda: flag_embedding(folder, str(bench.device), bf16=bf16),
        "vllm": lambda: vllm(folder, encoder),
    }
    found: dict[str, Any] = {}
    for name, make in others.items():
        try:
            run = make()
        except ImportError as error:
            found[name] = f"not measured: {error.name or name} is not installed"
            continue
        found[name] = _figures(bench, run, history)
        del run
        _emptied(bench)
    return found


def _figures(bench: Bench, run: Contender, history: History) -> dict[str, float]:
    run(history)  # warm
    with _peak(bench) as peak:
        _, seconds, twice = run(history)
    figures = {"milliseconds": round(1000 * seconds, 1), "peak_memory_gb": round(peak() / 1e9, 2)}
    return figures | ({"milliseconds_of_its_trial_batch": round(1000 * twice, 1)} if twice else {})


@contextmanager
def _peak(bench: Bench) -> Iterator[Callable[[], int]]:
    """Yield what tells the most memory that was held since, in bytes; 0 where the device does not say."""
    if bench.device.type != "cuda":
        yield lambda: 0
        return
    torch.cuda.reset_peak_memory_stats(bench.device)
    yield lambda: torch.cuda.max_memory_allocated(bench.device)


def _settled(bench: Bench) -> None:
    if bench.device.type == "cuda":
        torch.cuda.synchronize(bench.device)


def _emptied(bench: Bench) -> None:
    if bench.device.type == "cuda":
        torch.cuda.empty_cache()


def main() -> None:
    """Measure and print, or say that there is no GPU."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--cases", type=int, default=CASES)
    options.add_argument("--histories", type=int, nargs="+", default=HISTORIES)
    chosen = options.parse_args()
    if not torch.cuda.is_available():
        sys.exit("bench-gpu: no CUDA device here (or a CPU build of torch); nothing was measured")
    bench = Bench(FULL, torch.device("cuda", 0), torch.bfloat16, chosen.histories, chosen.rounds, chosen.cases)
    print(json.dumps(figures(bench) | {"encoders": encoders.figures(device=str(bench.device))}))


if __name__ == "__main__":
    main()
