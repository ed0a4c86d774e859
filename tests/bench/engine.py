"""Side by side on the same pairs: FlagEmbedding, naive, a shared prefix, packed. See `make bench-engine`.

A tiny Gemma with random weights on the processor: speed does not depend on their values. Each contender scores in turn,
several rounds, and once more in a process of its own for its peak memory. The last line printed is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench import encoders
from tests.bench.__main__ import machine
from tests.bench.contenders import Contender, History, Texts, encoder_of, flag_embedding, scoring
from tests.tiny import Sizes, gemma

SIZES = Sizes(layers=8, width=512, inner=2048, heads=8, key_heads=1, head_size=64, vocabulary=32_000)
LINES = 200
ROUNDS = 3
HISTORY = "history.json"  # in the model's folder: what to score


def _model(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM  # noqa: PLC0415  (seconds of import time)

    return AutoModelForCausalLM.from_pretrained(folder).eval()


def _naive(folder: Path) -> Contender:
    from emr_rerank.engine.gemma.naive import NaiveScorer  # noqa: PLC0415  (as all below: peak memory is measured)

    encoder = encoder_of(folder)
    return scoring(encoder, NaiveScorer(_model(folder), encoder.answer_id))


def _prefix(folder: Path) -> Contender:
    from emr_rerank.engine.gemma.prefix import PrefixScorer  # noqa: PLC0415

    encoder = encoder_of(folder)
    return scoring(encoder, PrefixScorer(_model(folder), encoder.answer_id))


def _packed(folder: Path) -> Contender:
    from emr_rerank.engine.budget import TokenBudget  # noqa: PLC0415
    from emr_rerank.engine.gemma.loading import CPU_TOKENS  # noqa: PLC0415
    from emr_rerank.engine.gemma.packed import PackedScorer  # noqa: PLC0415
    from emr_rerank.engine.gemma.stack import stack_of  # noqa: PLC0415

    encoder = encoder_of(folder)
    scorer = PackedScorer(stack_of(_model(folder), encoder.answer_id), TokenBudget(CPU_TOKENS))
    return scoring(encoder, scorer, scorer.prefixes.clear)


def _flag_embedding(folder: Path) -> Contender:
    return flag_embedding(folder, "cpu", bf16=False)


CONTENDERS: Mapping[str, Callable[[Path], Contender]] = {
    "flagembedding": _flag_embedding,
    "naive": _naive,
    "prefix": _prefix,
    "packed": _packed,
}


def figures(folder: Path, rounds: int, history: History) -> dict[str, Any]:
    """Measure every contender on one history, and hold all scores to the naive scorer's."""
    encoder, lines = encoder_of(folder), len(history.lines)
    instruction, answer = encoder.tokenizer([encoder.spec.instruction, encoder.spec.answer], add_special_tokens=False)[
        "input_ids"
    ]
    running = {name: make(folder) for name, make in CONTENDERS.items()}
    scores: dict[str, list[float]] = {}
    taken: dict[str, list[float]] = {name: [] for name in running}
    first: list[float] = []
    for _ in range(rounds):
        for name, run in running.items():
            scores[name], seconds, twice = run(history)
            taken[name].append(seconds)
            if name == "flagembedding":
                first.append(seconds + twice)
    medians = {name: median(all_of_it) for name, all_of_it in taken.items()}
    orders = {tuple(sorted(range(lines), key=[-one for one in found].__getitem__)) for found in scores.values()}
    return {
        "lines": lines,
        "rounds": rounds,
        "instruction_tokens": len(instruction),
        "answer_tokens": len(answer),
        "milliseconds": {name: round(1000 * one) for name, one in medians.items()},
        "milliseconds_flagembedding_with_its_trial_batch": round(1000 * median(first)),
        "ratio_vs_flagembedding": round(medians["flagembedding"] / medians["packed"], 2),
        "ratio_vs_flagembedding_with_its_trial_batch": round(median(first) / medians["packed"], 2),
        "ratio_vs_naive": round(medians["naive"] / medians["packed"], 2),
        "ratio_prefix_vs_naive": round(medians["naive"] / medians["prefix"], 2),
        "max_abs_difference": max(
            abs(one - other) for name in scores for one, other in zip(scores[name], scores["naive"], strict=True)
        ),
        "same_order": len(orders) == 1,
    }


def peak_megabytes(folder: Path) -> dict[str, int]:
    """Return the most memory each contender's process ever held, the model and its libraries among it."""
    command = [sys.executable, "-m", "tests.bench.engine", "--model", str(folder), "--alone"]
    return {
        name: int(subprocess.run([*command, name], check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        for name in CONTENDERS
    }


def _alone(folder: Path, name: str) -> int:
    CONTENDERS[name](folder)(History(**json.loads((folder / HISTORY).read_text())))
    status = Path("/proc/self/status").read_text()
    # Not getrusage: its maximum counts the process this one was started by.
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def plot(found: Mapping[str, Any], path: Path) -> None:
    """Draw each contender's time and peak memory."""
    import matplotlib as mpl  # noqa: PLC0415  (only for the picture)

    mpl.use("agg")
    from matplotlib import pyplot  # noqa: PLC0415

    names = list(CONTENDERS)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 2.8), layout="constrained")
    for axes, values, title in (
        (left, [found["milliseconds"][name] / 1000 for name in names], f"seconds for {found['lines']} lines"),
        (right, [found["peak_megabytes"][name] for name in names], "peak memory, MB"),
    ):
        bars = axes.barh(names, values, color=["#9aa5b1", "#9aa5b1", "#5b8def", "#1f4fb4"])
        axes.bar_label(bars, fmt="%.4g", padding=3)
        axes.invert_yaxis()
        axes.set_title(title, loc="left", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.margins(x=0.15)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Measure, draw and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--lines", type=int, default=LINES)
    options.add_argument("--plot", type=Path, default=Path("bench-engine.png"))
    options.add_argument("--model", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--alone", choices=CONTENDERS, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.alone:
        print(_alone(chosen.model, chosen.alone))
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        history = _save(folder, chosen.lines)
        found = figures(folder, chosen.rounds, history)
        found["peak_megabytes"] = peak_megabytes(folder)
    found["encoders"] = encoders.figures(rounds=chosen.rounds)
    found["machine"] = machine()
    plot(found, chosen.plot)
    print(json.dumps(found))


def _save(folder: Path, lines: int) -> History:
    """Write the model, its tokenizer and what to score; a contender alone needs nothing else."""
    texts = Texts.from_facts()
    gemma(SIZES).save_pretrained(folder)
    texts.tokenizer.save_pretrained(folder)
    history = texts.history(lines, seed=1)
    (folder / HISTORY).write_text(json.dumps(asdict(history)))
    return history


if __name__ == "__main__":
    main()
