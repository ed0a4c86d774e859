"""Runs tiny fine-tunings and kills them: `python broken_off.py ANSWERS`, a line of JSON in, one out.

Takes {"config": a run's settings, "several": variables of the environment for each of its processes, "kill": {"event":
name, "file": part of a path, "count": n, "rank": of the process} or null}; answers with the signal that ended the run,
or 0. Its processes are forked before torch has computed anything, and one dies by SIGKILL in the middle of whatever it
was doing when the audit event came up; the others are killed then, as `accelerate launch` does.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import accelerate  # each run would import these anew
import peft
from matplotlib.figure import Figure
from transformers import GemmaForCausalLM

import training.finetune.bi_encoder
import training.finetune.cross_encoder
import training.finetune.decoder
import training.finetune.loop
from training.finetune.command import finetune
from training.finetune.settings import Config

IMPORTED = (
    accelerate, peft, GemmaForCausalLM, training.finetune.bi_encoder, training.finetune.cross_encoder,
    training.finetune.decoder, training.finetune.loop,
)  # fmt: skip


def kill_at(event: str, file: str, count: int) -> None:
    """Die when a file is opened, renamed or removed for the count-th time."""
    left = [count]

    def hear(heard: str, arguments: tuple[Any, ...]) -> None:
        if heard == event and file in str(arguments[0]):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


def begun(config: Config, kill: dict[str, Any] | None, several: dict[str, str]) -> int:
    """Begin to run in a process of its own, and return its id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.environ.update(several)
            if kill:
                kill_at(**kill)
            finetune(config)
            status = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def ran(config: Config, kill: dict[str, Any] | None, several: list[dict[str, str]]) -> int:
    """Run in processes of their own, and return the signal of the first that ended by one, or 0."""
    dies = kill.pop("rank") if kill else None
    left = {begun(config, kill if rank == dies else None, one) for rank, one in enumerate(several)}
    ended = 0
    while left:
        child, status = os.wait()
        left.discard(child)
        if status and not ended:
            ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
            for other in left:
                os.kill(other, signal.SIGKILL)
    return ended


if __name__ == "__main__":
    drawn = Figure()
    drawn.subplots().plot([0, 1], label="finds the fonts")
    drawn.legend()
    drawn.savefig(io.BytesIO())
    with Path(sys.argv[1]).open("w", buffering=1) as answers:
        for line in sys.stdin:
            asked = json.loads(line)
            ended = ran(Config.model_validate(asked["config"]), asked["kill"], asked["several"])
            answers.write(json.dumps(ended) + "\n")
