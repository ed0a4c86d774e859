"""What a run learnt, as a folder: a LoRA adapter bound to its base, or a whole model. Knows no task.

adapter_config.json, adapter_model.safetensors   PEFT's own; the base by name or hub id, never by this machine's path
base.json                                        the SHA-256 of the base's files (engine.checkpoint.check_base)
config.json, model.safetensors, tokenizer*.json  instead of these three, where all weights were trained
head.safetensors                                 the head's weights, where there is one
scoring.json                                     how scores are made of it
manifest.json                                    the SHA-256 of every file here
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson
from safetensors.torch import load, save_file
from torch import Tensor, nn

from emr_rerank.engine.checkpoint import ADAPTER_CONFIG, ADAPTER_WEIGHTS, Checkpoint, check_base, remember_base
from emr_rerank.engine.lora import merge
from emr_rerank.engine.result import HEAD, SCORING
from emr_rerank.errors import ModelError
from training.finetune.checkpoints import write_folder
from training.finetune.encoders import encoder_of

if TYPE_CHECKING:
    from peft import PeftModel

WORDS = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json")


def save(
    model: nn.Module,
    folder: Path,
    base: Checkpoint,
    scoring: Mapping[str, Any],
    head: Mapping[str, Tensor] | None = None,
) -> None:
    """Write what was learnt as a folder that appears whole.

    Args:
        model: an encoder with low-rank matrices, or one whose own weights were trained; it stays as it is.
        folder: which is replaced if it is there.
        base: what it was trained on.
        scoring: what whoever scores with it must know.
        head: the head's weights.
    """
    with TemporaryDirectory() as temporary:
        place = Path(temporary)
        if hasattr(model, "peft_config"):
            _write_adapter(model, place, base)  # type: ignore[arg-type]  # as peft_config says
        else:
            _write_model(model, place, base)
        if head:
            save_file({name: weight.detach().cpu().contiguous() for name, weight in head.items()}, place / HEAD)
        said = {**scoring, "base": _told(base)}
        (place / SCORING).write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))
        write_folder(folder, {path.name: path.read_bytes() for path in sorted(place.iterdir())})


def _write_adapter(model: PeftModel, place: Path, base: Checkpoint) -> None:
    from peft import get_peft_model_state_dict  # noqa: PLC0415  (seconds of import time)

    weights = get_peft_model_state_dict(model, save_embedding_layers=False)
    plain = {name: weight.detach().cpu().contiguous() for name, weight in weights.items()}
    save_file(plain, place / ADAPTER_WEIGHTS, metadata={"format": "pt"})
    config = copy.deepcopy(model.peft_config["default"])
    config.base_model_name_or_path = _told(base)
    config.inference_mode = True
    config.save_pretrained(str(place))
    written = place / ADAPTER_CONFIG
    said = orjson.loads(written.read_bytes())
    said["target_modules"] = sorted(said["target_modules"])  # a set, in another order each time
    written.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    remember_base(place, base)


def _told(base: Checkpoint) -> str:
    """Return what others can find the base by: its hub id, or of a folder the last name."""
    return base.title if Path(base.name).expanduser().is_dir() else base.name


def _write_model(model: nn.Module, place: Path, base: Checkpoint) -> None:
    model.save_pretrained(place)  # type: ignore[operator]  # a transformers model's own
    for name in WORDS:
        if (base.folder / name).is_file():
            (place / name).write_bytes((base.folder / name).read_bytes())


def merged(folder: Path, base: Checkpoint) -> nn.Module:
    """Return the encoder with what was learnt put into its weights, on the processor, in eval mode.

    Raises:
        ModelError: the folder holds neither, or an adapter of another base.
    """
    adapts = (folder / ADAPTER_CONFIG).is_file()
    encoder: nn.Module = encoder_of(base if adapts else Checkpoint(folder.name, folder, "model"))
    if adapts:
        merge(encoder, base, Checkpoint(str(folder), folder, "adapter"))
    return encoder.eval()


def start_from(model: PeftModel, folder: Path, base: Checkpoint) -> None:
    """Give an encoder's low-rank matrices the values that another run ended with.

    Raises:
        ModelError: the folder holds no adapter of this base, or one of another rank, alpha or targets.
    """
    from peft import get_peft_model_state_dict, set_peft_model_state_dict  # noqa: PLC0415  (seconds of import time)

    if not (folder / ADAPTER_CONFIG).is_file():
        raise ModelError(f"model.start: {folder} holds no adapter; name the result folder of a run with model.lora")
    started = Checkpoint(str(folder), folder, "adapter")
    check_base(started, base)
    learnt = load((folder / ADAPTER_WEIGHTS).read_bytes())
    own = get_peft_model_state_dict(model, save_embedding_layers=False)
    here: Any = model.peft_config["default"]
    same = {name: weight.shape for name, weight in learnt.items()} == {name: one.shape for name, one in own.items()}
    if not same or started.config()["lora_alpha"] != here.lora_alpha:
        raise ModelError(f"model.start: {folder} has another rank, alpha or targets than model.lora; give it the same")
    set_peft_model_state_dict(model, learnt)


def head_of(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, Tensor]]:
    """Return how scores are made of what a folder holds, and the head's weights, none where there is no head.

    Raises:
        ModelError: the folder does not say.
    """
    try:
        said = orjson.loads((folder / SCORING).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        raise ModelError(f"{folder}: no {SCORING}; name the result folder of a fine-tuning run") from None
    head = folder / HEAD
    return said, load(head.read_bytes()) if head.is_file() else {}
