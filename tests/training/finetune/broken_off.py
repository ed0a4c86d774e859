"""Runs tiny fine-tunings and kills them: `python broken_off.py ANSWERS`, a line of JSON in, one out.

Takes {"config": a run's settings, "kill": {"event": name, "file": part of a path, "count": n} or null}; answers with
the signal that ended the run, or 0. Each run is a process of its own, forked before torch has computed anything, and
dies by SIGKILL in the middle of whatever it was doing when the audit event came up.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import peft  # each run would import these anew
from matplotlib.figure import Figure

import training.finetune.bi_encoder
import training.finetune.cross_encoder
import training.finetune.loop
from training.finetune.command import finetune
from training.finetune.settings import Config

IMPORTED = (peft, training.finetune.bi_encoder, training.finetune.cross_encoder, training.finetune.loop)


def kill_at(event: str, file: str, count: int) -> None:
    """Die when a file is opened, renamed or removed for the count-th time."""
    left = [count]

    def hear(heard: str, arguments: tuple[Any, ...]) -> None:
        if heard == event and file in str(arguments[0]):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


def ran(config: Config, kill: dict[str, Any] | None) -> int:
    """Run in a process of its own, and return its signal, or 0."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if kill:
                kill_at(**kill)
            finetune(config)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


if __name__ == "__main__":
    drawn = Figure()
    drawn.subplots().plot([0, 1], label="finds the fonts")
    drawn.legend()
    drawn.savefig(io.BytesIO())
    with Path(sys.argv[1]).open("w", buffering=1) as answers:
        for line in sys.stdin:
            asked = json.loads(line)
            answers.write(json.dumps(ran(Config.model_validate(asked["config"]), asked["kill"])) + "\n")
