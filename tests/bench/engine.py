"""Side by side on the same pairs: FlagEmbedding, naive, a shared prefix, packed. See `make bench-engine`.

A tiny Gemma with random weights on the processor: speed does not depend on their values. Each contender has a process
of its own, whose peak memory is its own, and they score in turn. The last line printed is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
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
ONCE = ("flagembedding",)  # minutes a pass: it scores in the first round only
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What one pass over the history gave."""

    logits: list[float]
    seconds: float
    trial_seconds: float  # of a first batch that ran twice; not among the seconds
    peak_megabytes: int  # the most the process has held so far, the model and its libraries among it


@contextmanager
def contending(folder: Path, name: str) -> Iterator[Callable[[], Answer]]:
    """Yield a contender in a process of its own, which scores the folder's history each time it is called."""
    command = [sys.executable, "-m", "tests.bench.engine", "--model", str(folder), "--alone", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, answered = process.stdin, process.stdout
        assert asked
        assert answered

        def once() -> Answer:
            print("score", file=asked, flush=True)
            # A library may print, too: what is ours begins with a brace.
            line = next((line for line in answered if line.startswith("{")), "")
            if not line:
                raise RuntimeError(f"{name} ended without an answer")
            return Answer(**json.loads(line))

        yield once
        asked.close()


def _alone(folder: Path, name: str) -> None:
    run = CONTENDERS[name](folder)
    history = History(**json.loads((folder / HISTORY).read_text()))
    for _ in sys.stdin:
        logits, seconds, twice = run(history)
        status = Path("/proc/self/status").read_text()
        # Not getrusage: its maximum counts the process this one was started by.
        peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
        print(json.dumps(asdict(Answer(logits, seconds, twice, peak))), flush=True)


def figures(folder: Path, rounds: int) -> dict[str, Any]:
    """Measure every contender on the folder's history, in turn, and hold all scores to the naive scorer's."""
    encoder = encoder_of(folder)
    instruction, answer = encoder.tokenizer([encoder.spec.instruction, encoder.spec.answer], add_special_tokens=False)[
        "input_ids"
    ]
    with ExitStack() as stack:
        running = {name: stack.enter_context(contending(folder, name)) for name in CONTENDERS}
        answers: dict[str, list[Answer]] = {name: [] for name in running}
        for number in range(rounds):
            for name, once in running.items():
                if number == 0 or name not in ONCE:
                    answers[name].append(once())
    logits = {name: passes[-1].logits for name, passes in answers.items()}
    seconds = {name: median(one.seconds for one in passes) for name, passes in answers.items()}
    whole = median(one.seconds + one.trial_seconds for one in answers["flagembedding"])
    orders = {tuple(sorted(range(len(one)), key=[-logit for logit in one].__getitem__)) for one in logits.values()}
    return {
        "lines": len(logits["naive"]),
        "rounds": rounds,
        "instruction_tokens": len(instruction),
        "answer_tokens": len(answer),
        "milliseconds": {name: round(1000 * one) for name, one in seconds.items()},
        "milliseconds_flagembedding_with_its_trial_batch": round(1000 * whole),
        "ratio_vs_flagembedding": round(seconds["flagembedding"] / seconds["packed"], 2),
        "ratio_vs_flagembedding_with_its_trial_batch": round(whole / seconds["packed"], 2),
        "ratio_vs_naive": round(seconds["naive"] / seconds["packed"], 2),
        "ratio_prefix_vs_naive": round(seconds["naive"] / seconds["prefix"], 2),
        "max_abs_difference": max(
            abs(one - other) for each in logits.values() for one, other in zip(each, logits["naive"], strict=True)
        ),
        "same_order": len(orders) == 1,
        "peak_megabytes": {name: max(one.peak_megabytes for one in passes) for name, passes in answers.items()},
    }


def plot(found: Mapping[str, Any], path: Path) -> None:
    """Draw each contender's time and peak memory."""
    import matplotlib as mpl  # noqa: PLC0415  (only for the picture)

    mpl.use("agg")
    from matplotlib import pyplot  # noqa: PLC0415

    names = list(CONTENDERS)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 2.8), layout="constrained")
    for axes, values, title, digits in (
        (left, [found["milliseconds"][name] / 1000 for name in names], f"seconds for {found['lines']} lines", 1),
        (right, [found["peak_megabytes"][name] / 1000 for name in names], "peak memory, GB", 1),
    ):
        bars = axes.barh(names, values, color=["#9aa5b1", "#9aa5b1", "#5b8def", "#1f4fb4"])
        axes.bar_label(bars, fmt=f"%.{digits}f", padding=3)
        axes.invert_yaxis()
        axes.set_title(title, loc="left", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.margins(x=0.18)
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
        _alone(chosen.model, chosen.alone)
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        save(folder, SIZES, chosen.lines)
        found = figures(folder, chosen.rounds)
    found["encoders"] = encoders.figures(rounds=chosen.rounds)
    found["machine"] = machine()
    plot(found, chosen.plot)
    print(json.dumps(found))


def save(folder: Path, sizes: Sizes, lines: int) -> None:
    """Write the model, its tokenizer and the history to score; a contender needs nothing else."""
    texts = Texts.from_facts()
    gemma(sizes).save_pretrained(folder)
    texts.tokenizer.save_pretrained(folder)
    (folder / HISTORY).write_text(json.dumps(asdict(texts.history(lines, seed=1))))


if __name__ == "__main__":
    main()
