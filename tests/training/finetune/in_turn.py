"""Fine-tunings in the processes that `accelerate launch` starts: `in_turn.py ASKED`, lists of overrides as JSON.

The last is run as from the command line; what the others are refused for is said. Beside ASKED each process notes how
many numbers the first decoder has, and how many of them it holds itself: held-RANK.json.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from torch import nn
from torch.distributed.tensor import DTensor
from torch.nn.modules.module import register_module_forward_pre_hook

from emr_rerank.errors import EmrRerankError
from training.__main__ import main
from training.configuration import configured
from training.finetune.command import finetune
from training.finetune.settings import Config
from training.finetune.shared_prefix import Answers


def note_held(into: Path) -> None:
    """Note what is held between two passes, when the first decoder is asked."""

    def before(module: nn.Module, _: Any) -> None:
        if isinstance(module, Answers) and not into.exists():
            weights = list(module.parameters())
            held = [weight.to_local() if isinstance(weight, DTensor) else weight for weight in weights]
            counts = {"whole": sum(map(nn.Parameter.numel, weights)), "held": sum(one.numel() for one in held)}
            into.write_text(json.dumps(counts))

    register_module_forward_pre_hook(before)


if __name__ == "__main__":
    asked = Path(sys.argv[1])
    note_held(asked.with_name(f"held-{os.environ['RANK']}.json"))
    *some, last = json.loads(asked.read_text())
    for overrides in some:
        try:
            finetune(configured("finetune", overrides, Config))
        except EmrRerankError as refused:
            print(refused)
    sys.exit(main(["finetune", *last]))
