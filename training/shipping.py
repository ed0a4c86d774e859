"""A run's result as it ships: low-rank matrices in half precision, and where they come from. Knows no recipe.

What a user's copy must know of its making stands in training.json; no path of the machine it was made on does.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from emr_rerank.engine.checkpoint import ADAPTER_CONFIG, ADAPTER_WEIGHTS
from training.finetune.checkpoints import MANIFEST, write_folder
from training.finetune.command import RESULT
from training.finetune.run_folder import CONFIG, ORIGIN, RunFolder

MADE = "training.json"
PATHS = frozenset({"train", "validation", "unlabelled"})  # in a run's settings: files of the machine it ran on


def ship(run: Path, folder: Path, weight: float = 1.0) -> None:
    """Write the result of a finished run to `folder`, which appears whole or stays as it was.

    `weight` is how much of what was learnt is kept, the rest being the base's (LM-Cocktail), which is exact for
    low-rank matrices.
    """
    from safetensors.torch import load, save_file  # noqa: PLC0415  (imports torch)

    result = run / RESULT
    files = {
        path.name: path.read_bytes()
        for path in sorted(result.iterdir())
        if path.name not in {ADAPTER_WEIGHTS, MANIFEST}
    }
    learnt = load((result / ADAPTER_WEIGHTS).read_bytes())
    halves = {name: weight.half().contiguous() for name, weight in sorted(learnt.items())}
    with TemporaryDirectory() as temporary:
        place = Path(temporary) / ADAPTER_WEIGHTS
        save_file(halves, place, metadata={"format": "pt"})
        files[ADAPTER_WEIGHTS] = place.read_bytes()
    config = orjson.loads(files[ADAPTER_CONFIG])
    config["lora_alpha"] *= weight
    files[ADAPTER_CONFIG] = orjson.dumps(config, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    files[MADE] = orjson.dumps(_made(run) | {"weight": weight}, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_folder(folder, files)


def _made(run: Path) -> dict[str, object]:
    config, origin = (orjson.loads((run / name).read_bytes()) for name in (CONFIG, ORIGIN))
    losses = [line for line in RunFolder(run).noted() if "loss" in line]
    base = Path(config["model"]["base"]).name
    model = {**{name: value for name, value in config["model"].items() if name != "start"}, "base": base}
    data = {name: value for name, value in config["data"].items() if name not in PATHS}
    return {**origin, "model": model, "rows": data, "train": config["train"], "steps": losses[-1]["step"]}
