"""BERT's encoder layers as functions over packed tokens, with the weights of a loaded model. Knows no text.

The same arithmetic as transformers' `modeling_bert`, for a stream of many sequences: learned positions and token
types, attention both ways within a sequence, a norm after each residual, and one logit from the first token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from emr_rerank.engine.attention import Sights, Spans, attend

if TYPE_CHECKING:
    from transformers import PreTrainedModel

REORDERED_FOR = 2048  # rows; oneDNN lays a matrix out for a size of batch, and others work as well


@dataclass(frozen=True, slots=True)
class Dense:
    """A linear layer, with BERT's exact GELU after it or without."""

    weight: Tensor  # (out, in), or in oneDNN's own layout
    bias: Tensor
    gelu: bool = False
    reordered: bool = False

    def __call__(self, states: Tensor) -> Tensor:
        """Return the layer's output, shape (tokens, out)."""
        if self.reordered:
            # What torch.compile makes of a frozen linear layer on a CPU.
            kind, variant = ("gelu", "none") if self.gelu else ("none", "")
            output: Tensor = torch.ops.mkldnn._linear_pointwise(states, self.weight, self.bias, kind, [], variant)
            return output
        output = functional.linear(states, self.weight, self.bias)
        return functional.gelu(output) if self.gelu else output


@dataclass(frozen=True, slots=True)
class Norm:
    """A layer norm's weights."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, states: Tensor) -> Tensor:
        """Return the normed states."""
        return functional.layer_norm(states, self.weight.shape, self.weight, self.bias, self.epsilon)


@dataclass(frozen=True, slots=True)
class Layer:
    """One encoder layer's weights."""

    query: Dense
    key_value: Dense  # the two projections one below the other: one product instead of two
    output: Dense
    output_norm: Norm
    up: Dense
    down: Dense
    norm: Norm


@dataclass(frozen=True, slots=True)
class Stack:
    """The encoder with its classifier: token ids in, one logit per sequence out."""

    words: Tensor  # (vocabulary, width)
    places: Tensor  # (positions, width)
    types: Tensor  # (types, width)
    norm: Norm
    layers: tuple[Layer, ...]
    pooler: Dense
    classifier: Dense
    heads: int

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.words.device

    def logits(self, ids: Tensor, positions: Tensor, types: Tensor, spans: Spans) -> Tensor:
        """Return each sequence's logit, fp32, shape (sequences,).

        Args:
            ids: the sequences' tokens, one after another.
            positions: each token's place in its sequence.
            types: each token's type.
            spans: which tokens are whose.
        """
        # Summed in the model's order, so that the last digits agree.
        states = self.norm(self.words[ids] + self.types[types] + self.places[positions])
        own = Sights(spans, spans, self.device, causal=False)
        first = torch.tensor(spans.offsets[:-1], device=self.device)
        for layer in self.layers[:-1]:
            states = self._layer(layer, states, states, own)
        # Only the first token's answer is asked for.
        one = Sights(Spans((1,) * len(spans.lengths)), spans, self.device, causal=False)
        states = self._layer(self.layers[-1], states[first], states, one)
        return self.classifier(torch.tanh(self.pooler(states)))[:, 0].float()

    def _layer(self, layer: Layer, asking: Tensor, states: Tensor, sights: Sights) -> Tensor:
        """Return the asking tokens' states after the layer, each having seen what its sights allow of all states."""
        queries = layer.query(asking).view(len(asking), self.heads, -1)
        keys, values = layer.key_value(states).view(len(states), 2, self.heads, -1).unbind(1)
        attended, _ = attend(queries, keys, values, sights)
        middle = layer.output_norm(asking + layer.output(attended.flatten(1)))
        return layer.norm(middle + layer.down(layer.up(middle)))


def stack_of(model: PreTrainedModel) -> Stack:
    """Return a loaded `BertForSequenceClassification` with one label and a GELU as a stack."""
    body: Any = model.base_model
    head: Any = model
    embeddings = body.embeddings
    return Stack(
        words=embeddings.word_embeddings.weight.detach(),
        places=embeddings.position_embeddings.weight.detach(),
        types=embeddings.token_type_embeddings.weight.detach(),
        norm=_norm(embeddings.LayerNorm),
        layers=tuple(_layer(layer) for layer in body.encoder.layer),
        pooler=_dense(body.pooler.dense),
        classifier=_dense(head.classifier),
        heads=head.config.num_attention_heads,
    )


def _layer(layer: Any) -> Layer:  # noqa: ANN401  (transformers' modules are untyped)
    asking, output = layer.attention.self, layer.attention.output
    return Layer(
        query=_dense(asking.query),
        key_value=_dense(asking.key, asking.value),
        output=_dense(output.dense),
        output_norm=_norm(output.LayerNorm),
        up=_dense(layer.intermediate.dense, gelu=True),
        down=_dense(layer.output.dense),
        norm=_norm(layer.output.LayerNorm),
    )


def _dense(*modules: Any, gelu: bool = False) -> Dense:  # noqa: ANN401  (transformers' modules are untyped)
    weight = torch.cat([module.weight.detach() for module in modules])
    bias = torch.cat([module.bias.detach() for module in modules])
    onednn: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]  # torch's own gap
    if not onednn or weight.device.type != "cpu" or weight.dtype != torch.float32:
        return Dense(weight, bias, gelu)
    return Dense(torch.ops.mkldnn._reorder_linear_weight(weight, REORDERED_FOR), bias, gelu, reordered=True)


def _norm(module: Any) -> Norm:  # noqa: ANN401  (transformers' modules are untyped)
    return Norm(module.weight.detach(), module.bias.detach(), module.eps)
