"""What a model's folder holds, told by its files, and whether an adapter belongs to a base. Loads no weights.

A full model and a merged one hold the same files; an adapter (PEFT's LoRA) holds only what was learnt over a base, and
is worth nothing on another. Only safetensors are read: other formats run code when they are opened.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from emr_rerank.errors import ModelError

CONFIG = "config.json"
ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
BASE = "base.json"  # beside an adapter: which base it was trained on, written by `remember_base`
WANTED = ["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]  # of a hub repository; no code, no pickles
PICKLES = ("pytorch_model*.bin", "adapter_model.bin", "*.pt", "*.pth", "*.ckpt")

TOKENIZER = ("tokenizer*", "special_tokens_map.json", "*.model", "vocab*")
FACTOR = re.compile(r"base_model\.model\.(?P<module>.+)\.lora_(?P<factor>[AB])\.weight")  # a tensor of PEFT's LoRA

Kind = Literal["model", "adapter"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model's or an adapter's folder, and the name it was asked for by."""

    name: str
    folder: Path
    kind: Kind

    @property
    def title(self) -> str:
        """The last part of the name, for people."""
        return self.name.rstrip("/").rsplit("/", 1)[-1]

    @property
    def key(self) -> str:
        """What names these files, without reading gigabytes: 12 hex digits of names, sizes, times and the settings."""
        digest = hashlib.sha256()
        words = (path for pattern in TOKENIZER for path in self.folder.glob(pattern))
        for path in sorted((*self.weights(), self.settings(), *words)):
            about = path.stat()
            digest.update(f"{path.name} {about.st_size} {about.st_mtime_ns}\n".encode())
        digest.update(self.settings().read_bytes())
        return digest.hexdigest()[:12]

    def settings(self) -> Path:
        """Return the file that describes the model or the adapter."""
        return self.folder / (CONFIG if self.kind == "model" else ADAPTER_CONFIG)

    def config(self) -> Mapping[str, Any]:
        """Return what that file says.

        Raises:
            ModelError: it is not a JSON object.
        """
        return _json(self.settings())

    def weights(self) -> list[Path]:
        """Return the safetensors files."""
        if self.kind == "adapter":
            return [self.folder / ADAPTER_WEIGHTS]
        return sorted(path for path in self.folder.glob("*.safetensors") if path.name != ADAPTER_WEIGHTS)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return each tensor's shape, read from the files' headers.

        Raises:
            ModelError: a file is no safetensors file.
        """
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415  (imports torch for its tensors)

        shapes: dict[str, tuple[int, ...]] = {}
        for path in self.weights():
            try:
                with safe_open(path, framework="np") as file:
                    shapes |= {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            except (SafetensorError, OSError) as error:
                raise ModelError(f"{path}: not a whole safetensors file ({error}); fetch it again") from None
        return shapes


def find(name: str) -> Checkpoint:
    """Return the checkpoint of a folder, or of a Hugging Face hub id, which is fetched if it is not yet here.

    Raises:
        ModelError: there is none, or it cannot be told what the folder holds.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        if folder.exists():
            raise ModelError(f"{name}: a file; name the folder of the model")
        folder = _fetched(name)
    return Checkpoint(name if folder != Path(name) else str(folder.resolve()), folder, _kind(folder))


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415  (half a second of import time)
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, allow_patterns=WANTED))
    except HFValidationError:
        raise ModelError(f"{name}: no such folder; name a model's folder or a Hugging Face id") from None
    except Exception as error:  # the network's, the disk's and the hub's own errors share no type
        raise ModelError(
            f"{name}: neither a folder nor to be had from the Hugging Face hub ({type(error).__name__}); "
            "name a folder that holds the model"
        ) from None


def _kind(folder: Path) -> Kind:
    adapter = (folder / ADAPTER_CONFIG).is_file()
    model = (folder / CONFIG).is_file() and any(path.name != ADAPTER_WEIGHTS for path in folder.glob("*.safetensors"))
    if adapter and model:
        raise ModelError(f"{folder}: holds a model and an adapter; put them in folders of their own and name both")
    if model:
        _whole(folder)
        return "model"
    if adapter and (folder / ADAPTER_WEIGHTS).is_file():
        return "adapter"
    pickled = next((path.name for pattern in PICKLES for path in folder.glob(pattern)), None)
    if pickled:
        raise ModelError(f"{folder}: {pickled} can run code when it is opened; convert it to safetensors")
    raise ModelError(
        f"{folder}: no model ({CONFIG} and *.safetensors) and no adapter ({ADAPTER_CONFIG} and {ADAPTER_WEIGHTS})"
    )


def _whole(folder: Path) -> None:
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return
    parts = _json(index).get("weight_map", {})
    missing = sorted({name for name in parts.values() if not (folder / name).is_file()})
    if missing:
        raise ModelError(f"{folder}: {len(missing)} parts of the model are missing, e.g. {missing[0]}; fetch it again")


def _json(path: Path) -> Mapping[str, Any]:
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict):
        raise ModelError(f"{path}: not a JSON object; fetch it again")
    return content


def base_of(adapter: Checkpoint) -> str:
    """Return the name of the base an adapter was trained on.

    Raises:
        ModelError: the adapter does not say.
    """
    name = adapter.config().get("base_model_name_or_path")
    if not isinstance(name, str) or not name:
        raise ModelError(f"{adapter.name}: {ADAPTER_CONFIG} names no base model; give it with --model")
    return name


def digests(base: Checkpoint) -> dict[str, str]:
    """Return the SHA-256 of a base's settings and of each of its weight files, by file name; seconds per gigabyte."""
    return {path.name: _digest(path) for path in (base.settings(), *base.weights())}


def remember_base(adapter: Path, base: Checkpoint) -> None:
    """Write beside an adapter which base it was trained on, for `check_base` to hold it to."""
    said = {"name": base.title, "sha256": digests(base)}
    (adapter / BASE).write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))


def check_base(adapter: Checkpoint, base: Checkpoint) -> None:
    """Refuse an adapter on another base than its own: by every tensor's shape, and by hash where it was remembered.

    An adapter that came without hashes is held to its base's name.

    Raises:
        ModelError: the base is another one; both are named.
    """
    trained_on = base_of(adapter)
    for fault in _faults(adapter, base, trained_on):
        raise ModelError(f"{adapter.name}: an adapter of {trained_on!r}, not of {base.name!r} ({fault})")


def _faults(adapter: Checkpoint, base: Checkpoint, trained_on: str) -> Iterator[str]:
    remembered = adapter.folder / BASE
    if remembered.is_file():
        said, are = _json(remembered).get("sha256"), digests(base)
        differing = sorted(name for name in {*said, *are} if said.get(name) != are.get(name)) if said else [BASE]
        if differing:
            yield f"{differing[0]} differs from the one it was trained on"
    known = base.shapes()
    for module, shapes in _factors(adapter).items():
        weight = known.get(f"{module}.weight") or known.get(f"{module.removeprefix('model.')}.weight")
        if weight is None:
            yield f"which has no {module}"
        elif weight[-1:] != shapes["A"][1:] or weight[:1] != shapes["B"][:1]:
            yield f"whose {module} has another shape"
    if not remembered.is_file() and _last(trained_on) != _last(base.title):
        yield "by name; if it is a copy of it, give its folder that name"


def _factors(adapter: Checkpoint) -> dict[str, dict[str, tuple[int, ...]]]:
    """Return the shapes of both factors of each module that an adapter changes.

    Raises:
        ModelError: it is no LoRA, or not a whole one.
    """
    kind = adapter.config().get("peft_type")
    if kind != "LORA":
        raise ModelError(f"{adapter.name}: an adapter of the kind {kind!r}; only LoRA is read")
    modules: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, shape in adapter.shapes().items():
        found = FACTOR.fullmatch(name)
        if not found:
            raise ModelError(f"{adapter.name}: {name} is no tensor of a LoRA adapter; save it with PEFT")
        modules.setdefault(found["module"], {})[found["factor"]] = shape
    halves = [module for module, shapes in modules.items() if len(shapes) == 1]
    if halves or not modules:
        raise ModelError(f"{adapter.name}: lacks weights ({halves[0] if halves else 'it has none'}); fetch it again")
    return modules


def _last(name: str) -> str:
    return name.rstrip("/").rsplit("/", 1)[-1].lower()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
