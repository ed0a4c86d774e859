"""Runs several fine-tunings in the processes that `accelerate launch` starts: `in_turn.py CONFIGS`, a list as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from training.finetune import processes
from training.finetune.command import finetune
from training.finetune.settings import Config

if __name__ == "__main__":
    for config in json.loads(Path(sys.argv[1]).read_text()):
        finetune(Config.model_validate(config))
    assert processes.count() == int(os.environ["WORLD_SIZE"])
    processes.leave()
