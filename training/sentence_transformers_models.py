"""What a run learnt, as a model of sentence-transformers, and the scores of both. Knows no folder but the base's.

scoring  opens with           scores by
cosine   SentenceTransformer  similarity(encode_query(...), encode_document(...))
maxsim   MultiVectorEncoder   the same: its "meanmaxsim", every token counts, queries are not expanded
first    CrossEncoder         predict(...): logits, as ours are

What LoRA learnt is in the weights; towers of their own are two routes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.errors import ModelError
from training.evaluation.results import TOWERS
from training.finetune.adapters import WORDS
from training.finetune.bi_encoder import COMPARED, ENCODED
from training.finetune.encoders import tokenizer_of
from training.finetune.joint import JointEncoder
from training.finetune.segment_head import FirstHead
from training.finetune.towers import Tower

if TYPE_CHECKING:
    from sentence_transformers.base import BaseModel as Opened
    from sentence_transformers.base.modules import Module, Transformer

Scores = list[list[float]]  # of each query, one per text


@dataclass(frozen=True, slots=True)
class Learnt:
    """A result: how it scores, and its encoders with what was learnt in their weights."""

    said: Mapping[str, Any]
    head: Mapping[str, Tensor]
    base: Checkpoint
    encoders: Mapping[str, nn.Module]  # "shared", or "query" and "passage"

    @property
    def tokens(self) -> tuple[int, int]:
        """How much is read of a query and of a passage."""
        return self.said["query_tokens"], self.said["passage_tokens"]


@dataclass(frozen=True, slots=True)
class Form:
    """How what scores in one way is written, and scored by either side."""

    opens: str  # the class of sentence-transformers
    made: Callable[[Learnt], Opened]
    own: Callable[[Learnt, Sequence[str], Sequence[str]], Scores]
    theirs: Callable[[Any, Sequence[str], Sequence[str]], Scores]  # of what was opened


def _reader(model: Any, base: Checkpoint, words: Mapping[str, Any], **more: Any) -> Transformer:  # noqa: ANN401
    """Return their reader of texts over this transformers model, with the base's tokenizer.

    Args:
        model: whose weights are copied.
        base: whose tokenizer's files are read.
        words: what the tokenizer is told besides.
        more: what the reader is told besides.
    """
    from sentence_transformers.base.modules import Transformer  # noqa: PLC0415  (seconds of import time)

    with TemporaryDirectory() as place:
        model.save_pretrained(place)
        for name in WORDS:
            if (base.folder / name).is_file():
                (Path(place) / name).write_bytes((base.folder / name).read_bytes())
        reader: Transformer = Transformer(place, processor_kwargs=dict(words), **more)
    return reader


def _texts(learnt: Learnt) -> Module:
    """Return what reads queries and passages, each as far as in training."""
    from sentence_transformers.base.modules import Router  # noqa: PLC0415  (seconds of import time)

    asked, found = learnt.tokens
    readers = {
        name: _reader(
            encoder,
            learnt.base,
            {"model_max_length": max(asked, found)},
            query_length=asked,
            document_length=found,
        )
        for name, encoder in learnt.encoders.items()
    }
    if "shared" in readers:
        return readers["shared"]
    return Router.for_query_document([readers["query"]], [readers["passage"]], allow_empty_key=False)


def _bi_encoder(learnt: Learnt) -> Opened:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  (seconds of import time)
    from sentence_transformers.base.modules import Normalize  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import Pooling  # noqa: PLC0415

    texts = _texts(learnt)
    pooling = Pooling(texts.get_embedding_dimension(), "mean")
    return SentenceTransformer(modules=[texts, pooling, Normalize()], similarity_fn_name="cosine", device="cpu")


def _late_interaction(learnt: Learnt) -> Opened:
    from sentence_transformers import MultiVectorEncoder  # noqa: PLC0415  (seconds of import time)
    from sentence_transformers.base.modules import Normalize  # noqa: PLC0415
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask  # noqa: PLC0415

    modules: list[nn.Module] = [_texts(learnt), MultiVectorMask(), Normalize("token_embeddings")]
    return MultiVectorEncoder(modules=modules, similarity_fn_name="meanmaxsim", device="cpu")


def _cross_encoder(learnt: Learnt) -> Opened:
    """Return their cross-encoder, whose pooler and classifier are our head's two layers."""
    from sentence_transformers import CrossEncoder  # noqa: PLC0415  (seconds of import time)
    from transformers import BertForSequenceClassification, BertModel  # noqa: PLC0415

    encoder = learnt.encoders["shared"]
    if not isinstance(encoder, BertModel):
        raise ModelError(f"{learnt.base.title}: no BERT; only there our head is the one that its classifier has")
    config = copy.deepcopy(encoder.config)
    config.num_labels = 1
    whole: Any = BertForSequenceClassification(config)
    whole.bert.load_state_dict(encoder.state_dict())
    head = _first_head(learnt)
    whole.bert.pooler.dense.load_state_dict(head.dense.state_dict())
    whole.classifier.load_state_dict(head.out.state_dict())
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if learnt.said["typed"] else [])]
    words = {"model_max_length": learnt.said["max_tokens"], "model_input_names": names}
    reader = _reader(whole, learnt.base, words, transformer_task="sequence-classification")
    opened: Opened = CrossEncoder(modules=[reader], activation_fn=nn.Identity(), device="cpu")
    return opened


def _first_head(learnt: Learnt) -> FirstHead:
    head = FirstHead(len(learnt.head["dense.bias"]), None)
    head.load_state_dict(dict(learnt.head))
    return head.eval()


@torch.inference_mode()
def _compared(learnt: Learnt, queries: Sequence[str], texts: Sequence[str]) -> Scores:
    words = tokenizer_of(learnt.base)
    encoded = ENCODED[learnt.said["scoring"]]
    towers = [Tower(learnt.encoders.get("shared") or learnt.encoders[name], words) for name in TOWERS]
    asked, found = (
        encoded(tower, some, tokens, 0)
        for tower, some, tokens in zip(towers, (queries, texts), learnt.tokens, strict=True)
    )
    scores: Scores = COMPARED[learnt.said["scoring"]](asked, found).tolist()
    return scores


@torch.inference_mode()
def _joint(learnt: Learnt, queries: Sequence[str], texts: Sequence[str]) -> Scores:
    said = learnt.said
    encoder, words = learnt.encoders["shared"], tokenizer_of(learnt.base)
    joint = JointEncoder(encoder, _first_head(learnt), words, said["max_tokens"], typed=said["typed"])
    logits = joint.logits([(query, texts) for query in queries])
    scores: Scores = logits.view(len(queries), len(texts)).tolist()
    return scores


def _similarity(opened: Any, queries: Sequence[str], texts: Sequence[str]) -> Scores:  # noqa: ANN401  (either class)
    asked = opened.encode_query(list(queries), show_progress_bar=False)
    found = opened.encode_document(list(texts), show_progress_bar=False)
    scores: Scores = opened.similarity(asked, found).tolist()
    return scores


def _predicted(opened: Any, queries: Sequence[str], texts: Sequence[str]) -> Scores:  # noqa: ANN401  (a class of theirs)
    pairs = [(query, text) for query in queries for text in texts]
    scores: Scores = opened.predict(pairs, show_progress_bar=False).reshape(len(queries), len(texts)).tolist()
    return scores


FORMS: Mapping[str, Form] = {
    "cosine": Form("SentenceTransformer", _bi_encoder, _compared, _similarity),
    "maxsim": Form("MultiVectorEncoder", _late_interaction, _compared, _similarity),
    "first": Form("CrossEncoder", _cross_encoder, _joint, _predicted),
}
UNFIT: Mapping[str, str] = {
    "segments": "its head reads either part of a pair, which no CrossEncoder does; train with model.head.kind=first",
    "answer": "a decoder that answers in our own prompt, which no CrossEncoder writes; serve it with emr-rerank",
}
