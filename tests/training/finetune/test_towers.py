"""Vectors in training are those of inference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.minilm import load_minilm
from tests.training.finetune.toys import save_encoder
from training.finetune.encoders import EMBEDDED, base_named, encoder_of, tokenizer_of
from training.finetune.towers import Tower

TEXTS = ["Metformin 500 mg", "dizzy on standing, two months", "", "x", "knee " * 40, "Type 2 diabetes"]


def tiny(tmp_path: Path) -> Tower:
    """Return a tower on the tiny encoder, without dropout."""
    base = Checkpoint("tiny", save_encoder(tmp_path / "tiny"), "model")
    return Tower(encoder_of(base, dropout=0.0), tokenizer_of(base))


def test_vectors_are_those_the_embedded_encoder_ranks_by() -> None:
    """The same tokens, pooling and length, on the real weights; a text may have no token."""
    base = base_named(EMBEDDED)
    tower = Tower(encoder_of(base), tokenizer_of(base)).eval()
    with torch.inference_mode():
        found = tower.vectors(TEXTS, tokens=512).numpy()
    np.testing.assert_allclose(found, load_minilm().encode(TEXTS), atol=2e-6)


def test_a_text_is_cut_at_its_tokens_with_the_special_ones(tmp_path: Path) -> None:
    """The last is still [SEP]."""
    tower = tiny(tmp_path).eval()
    with torch.inference_mode():
        long, short = tower.vectors(["knee " * 40, "knee " * 6], tokens=8)
    torch.testing.assert_close(long, short)


def test_holding_few_activations_changes_no_gradient(tmp_path: Path) -> None:
    """They are computed again instead."""
    tower = tiny(tmp_path).train()
    gradients = []
    for chunk in (0, 2):
        tower.zero_grad()
        vectors = tower.vectors(TEXTS, tokens=32, chunk=chunk)
        (vectors @ vectors.T).square().sum().backward()  # type: ignore[no-untyped-call]
        gradients.append([one.grad.clone() for one in tower.parameters() if one.grad is not None])
    assert len(gradients[0]) > 20
    for plain, chunked in zip(*gradients, strict=True):
        torch.testing.assert_close(chunked, plain, rtol=1e-4, atol=1e-5)
