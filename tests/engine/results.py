"""Result folders as a run writes them, with low-rank matrices drawn at random: they learn nothing, and change much."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.result import embedded
from training.finetune.adapters import save
from training.finetune.encoders import encoder_of, tokenizer_of, trainable
from training.finetune.joint import JointEncoder
from training.finetune.segment_head import SegmentHead
from training.finetune.settings import HeadSettings, LoraSettings
from training.finetune.towers import Tower


def learnt(base: Checkpoint, seed: int = 0) -> nn.Module:
    """Return the base's encoder with an adapter beside its weights, in eval mode."""
    model = trainable(encoder_of(base), LoraSettings(rank=4, alpha=12)).eval()
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if ".lora_" in name:
                weights.normal_(0.0, 0.1)
    return model


def save_bi_encoder(folder: Path, seed: int = 0) -> Tower:
    """Write a bi-encoder over the embedded encoder, and return it."""
    base = embedded()
    model = learnt(base, seed)
    save(model, folder, base, {"scoring": "cosine", "towers": "shared", "query_tokens": 128, "passage_tokens": 256})
    return Tower(model, tokenizer_of(base)).eval()


def save_cross_encoder(
    folder: Path, base: Checkpoint, *, tokens: int = 64, typed: bool = True, mapped: bool = False
) -> JointEncoder:
    """Write a cross-encoder with the segment head, and return it."""
    model = learnt(base)
    head = SegmentHead(HeadSettings(mapped=mapped, scale=7.0, bias=-1.5), model.config.hidden_size)  # type: ignore[union-attr,arg-type]
    if head.map is not None:
        with torch.no_grad():
            head.map.normal_(0.0, 0.2)
    joint = JointEncoder(model, head, tokenizer_of(base), tokens, typed=typed).eval()
    save(model, folder, base, {"scoring": "segments", "typed": typed, "max_tokens": tokens}, head.state_dict())
    return joint
