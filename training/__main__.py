"""`python -m training COMMAND [key=value ...]`: the training tools, one command each. Thin: parses and runs.

To add a command, write its module with a `run` and add a row to COMMANDS, and its keys to `configs/COMMAND.yaml`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from emr_rerank.errors import EmrRerankError


@dataclass(frozen=True, slots=True)
class Command:
    """What a command does, in a line; it takes overrides, and flags that stand for one."""

    help: str
    run: Callable[[Sequence[str]], None]
    flags: Mapping[str, tuple[str, str]]  # flag -> the override it stands for, and its help


def _triplets(overrides: Sequence[str]) -> None:
    from training.triplets import run  # noqa: PLC0415  (a second of imports that --help does without)

    run(overrides)


def _finetune(overrides: Sequence[str]) -> None:
    from training.finetune.command import run  # noqa: PLC0415  (a second of imports that --help does without)

    run(overrides)


def _merge(overrides: Sequence[str]) -> None:
    from training.merge import run  # noqa: PLC0415  (seconds of imports that --help does without)

    run(overrides)


def _export(overrides: Sequence[str]) -> None:
    from training.export import run  # noqa: PLC0415  (seconds of imports that --help does without)

    run(overrides)


def _evaluate(overrides: Sequence[str]) -> None:
    from training.evaluation.command import run  # noqa: PLC0415  (seconds of imports that --help does without)

    run(overrides)


def _default(overrides: Sequence[str]) -> None:
    from training.default_model import run  # noqa: PLC0415  (seconds of imports that --help does without)

    run(overrides)


COMMANDS: Mapping[str, Command] = {
    "triplets": Command(
        "write train, validation and test triplets from sources of questions and passages",
        _triplets,
        {"--download": ("download=true", "get the public sources that are missing")},
    ),
    "finetune": Command(
        "train a model on triplets: model=bi_encoder, cross_encoder, late_interaction or gemma",
        _finetune,
        {"--resume": ("resume=true", "go on with the run folder's newest checkpoint")},
    ),
    "merge": Command("mix a base with what was fine-tuned from it, by the weights that rank best", _merge, {}),
    "export": Command("write a result as a folder that sentence-transformers opens", _export, {}),
    "default": Command("train the model this product ships with, from the data folder to its adapters", _default, {}),
    "evaluate": Command("measure retrieval and every reranker on held-out sets, in one table", _evaluate, {}),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training", description="The training tools.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        one = commands.add_parser(
            name, help=command.help, description=f"{command.help}; keys: training/configs/{name}.yaml"
        )
        one.add_argument("overrides", nargs="*", metavar="key=value")
        one.set_defaults(flags=None)  # where a command has none
        for flag, (override, words) in command.flags.items():
            one.add_argument(flag, dest="flags", action="append_const", const=override, help=words)
    asked, rest = parser.parse_known_args(arguments)
    if unknown := [each for each in rest if each.startswith("-")]:
        parser.error(f"unknown option {unknown[0]}")
    try:
        COMMANDS[asked.command].run([*asked.overrides, *rest, *(asked.flags or ())])
    except EmrRerankError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
