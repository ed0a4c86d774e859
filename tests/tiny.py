"""Tiny models with random weights and tokenizers trained on the spot: real loading, real arithmetic, no download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertTokenizer,
    GemmaConfig,
    GemmaForCausalLM,
    PreTrainedTokenizerFast,
)

from emr_rerank.engine.gemma.prompt import INSTRUCTION

SPECIAL = {"pad_token": "<pad>", "eos_token": "<eos>", "bos_token": "<bos>", "unk_token": "<unk>"}
WORDS = (
    "Condition Medication Observation Procedure Allergy active resolved since mg tablet Warfarin Metformin Asthma "
    "Amiodarone Hypertension Type 2 diabetes cough dizzy breathless on standing stairs months two three dry potassium "
    "haemoglobin creatinine high low reduced kidney heart failure atrial fibrillation fracture knee left right pain"
).split()


def bpe_tokenizer(corpus: Sequence[str] = (), vocabulary: int = 600) -> PreTrainedTokenizerFast:
    """Return a byte-level BPE tokenizer in which `Yes` is one token and the instruction some 35."""
    tokenizer = Tokenizer(models.BPE(unk_token=SPECIAL["unk_token"]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL.values()),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*([INSTRUCTION, "Yes No", "A: B: "] * 50), *corpus, " ".join(WORDS)], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SPECIAL)


@dataclass(frozen=True, slots=True)
class Sizes:
    """A Gemma's shape; one key head, as the 2 B has."""

    layers: int = 3
    width: int = 64
    inner: int = 128
    heads: int = 4
    key_heads: int = 1
    head_size: int = 16
    vocabulary: int = 640


def gemma(sizes: Sizes = Sizes(), seed: int = 0, dtype: torch.dtype = torch.float32) -> GemmaForCausalLM:
    """Return a Gemma with random weights, norms included, that are large enough for its answers to differ."""
    torch.manual_seed(seed)
    config = GemmaConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.width,
        intermediate_size=sizes.inner,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        num_key_value_heads=sizes.key_heads,
        head_dim=sizes.head_size,
        max_position_embeddings=8192,
    )
    model: GemmaForCausalLM = GemmaForCausalLM(config)
    model.eval()
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.normal_(0.0, 0.1 if "norm" in name else 0.05)
            weights.data = weights.data.to(dtype)
    return model


def save_gemma(folder: Path, sizes: Sizes = Sizes(), seed: int = 0) -> Path:
    """Write a tiny Gemma and its tokenizer as a model folder."""
    gemma(sizes, seed).save_pretrained(folder)
    bpe_tokenizer().save_pretrained(folder)
    return folder


@dataclass(frozen=True, slots=True)
class BertSizes:
    """A BERT's shape."""

    layers: int = 3
    width: int = 48
    inner: int = 96
    heads: int = 4
    positions: int = 512
    labels: int = 1


def wordpiece_tokenizer(corpus: Sequence[str] = (), vocabulary: int = 240) -> BertTokenizer:
    """Return BERT's tokenizer with so many pieces: letters, words of the corpus and clinical ones, their beginnings.

    The pieces are written down, not trained: `tokenizers` trains WordPiece differently each time.
    """
    words = sorted({word for text in (*corpus, *WORDS) for word in text.lower().split()})
    letters = sorted({letter for word in words for letter in word} | set("abcdefghijklmnopqrstuvwxyz0123456789"))
    beginnings = (word[:length] for length in (2, 3, 4, 5, 6) for word in words)
    specials = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    pieces = (*specials, *letters, *(f"##{letter}" for letter in letters), *words, *beginnings)
    known = list(dict.fromkeys(pieces))[:vocabulary]
    return BertTokenizer(vocab={piece: number for number, piece in enumerate(known)}, model_max_length=512)


def bert(vocabulary: int, sizes: BertSizes = BertSizes(), seed: int = 0) -> BertForSequenceClassification:
    """Return a BERT classifier with random weights, norms included, that are large enough for its answers to differ."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=sizes.width,
        intermediate_size=sizes.inner,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        max_position_embeddings=sizes.positions,
        id2label={label: f"LABEL_{label}" for label in range(sizes.labels)},
    )
    model: BertForSequenceClassification = BertForSequenceClassification(config)
    model.eval()
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.normal_(1.0 if "LayerNorm.weight" in name else 0.0, sizes.width**-0.5)
    return model


def save_bert(folder: Path, sizes: BertSizes = BertSizes(), seed: int = 0) -> Path:
    """Write a tiny BERT cross-encoder and its tokenizer as a model folder."""
    tokenizer = wordpiece_tokenizer()
    bert(len(tokenizer), sizes, seed).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
