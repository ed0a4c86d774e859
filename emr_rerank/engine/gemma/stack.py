"""Gemma's decoder layers as functions over packed tokens, with the weights of a loaded model. Knows no text.

The same arithmetic as transformers' `modeling_gemma`, for a stream of many sequences: RMSNorm in fp32 with (1 + w),
rotary positions, multi-query attention, a GeGLU of the tanh kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from emr_rerank.engine.attention import Sights, Spans, attend, joined

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# One layer's keys and values, each (tokens, key heads, head size).
KeyValues = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class Layer:
    """One decoder layer's weights, (out, in) each; norms in fp32 with their 1 added."""

    attention_norm: Tensor
    query_key_value: Tensor  # the three projections one below another: one product instead of three
    query_key_value_bias: Tensor | None
    output: Tensor
    output_bias: Tensor | None
    mlp_norm: Tensor
    gate: Tensor
    up: Tensor
    down: Tensor


@dataclass(frozen=True, slots=True)
class Pointwise:
    """What is computed element by element: slow only for the memory it moves, so worth compiling into few kernels."""

    norm: Callable[[Tensor, Tensor, float], Tensor]
    rotate: Callable[[Tensor, Tensor, Tensor], Tensor]
    geglu: Callable[[Tensor, Tensor], Tensor]
    join: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]

    def compiled(self) -> Pointwise:
        """Return the same functions compiled for shapes of any size; the first calls take seconds."""
        return Pointwise(*(torch.compile(one, dynamic=True) for one in (self.norm, self.rotate, self.geglu, self.join)))


def _norm(states: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    return functional.rms_norm(states.float(), weight.shape, weight, epsilon).to(states.dtype)


def _rotate(heads: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Turn each pair of a head's halves by its token's angles; `heads` (tokens, heads, size), angles (tokens, size)."""
    first, second = heads.chunk(2, dim=-1)
    return heads * cosines[:, None] + torch.cat((-second, first), dim=-1) * sines[:, None]


def _geglu(gate: Tensor, up: Tensor) -> Tensor:
    return functional.gelu(gate, approximate="tanh") * up


PLAIN = Pointwise(_norm, _rotate, _geglu, joined)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a packed stream's tokens attend to: their own line, and the prefix that their line was asked with."""

    own: Sights
    prefix: Sights
    last_own: Sights  # the same for the last token of each line alone
    last_prefix: Sights

    @classmethod
    def of(cls, own: Spans, prefixes: Spans, sharing: Sequence[int], device: torch.device) -> Seen:
        """Return what each token sees.

        Args:
            own: the lines.
            prefixes: the prefixes, in the order in which the lines need them.
            sharing: how many lines, in a row, share each prefix.
            device: where the stream is.
        """
        ends = Spans(tuple(sharing)).offsets
        tokens = tuple(own.offsets[end] - own.offsets[start] for start, end in pairwise(ends))
        return cls(
            own=Sights(own, own, device, causal=True),
            prefix=Sights(Spans(tokens), prefixes, device, causal=False),
            last_own=Sights(Spans((1,) * len(own.lengths)), own, device, causal=False),
            last_prefix=Sights(Spans(tuple(sharing)), prefixes, device, causal=False),
        )


@dataclass(frozen=True, slots=True)
class Stack:
    """The decoder: token ids in, the last token's logit of one answer out."""

    embedding: Tensor  # (vocabulary, width)
    embedding_scale: float
    layers: tuple[Layer, ...]
    final_norm: Tensor
    answer: Tensor  # the answer's row of the output matrix, fp32
    epsilon: float
    heads: int
    key_heads: int
    head_size: int
    rotary: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]  # transformers' own: (states, positions) -> cos, sin
    pointwise: Pointwise = PLAIN

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.embedding.device

    @property
    def bytes_per_token(self) -> int:
        """How much memory a token of a stream takes at the widest place, estimated with a margin of a half."""
        widest = 3 * self.layers[0].gate.shape[0] + 8 * self.embedding.shape[1]
        return int(1.5 * self.embedding.element_size() * widest)

    def compiled(self) -> Stack:
        """Return the same stack with its pointwise functions compiled, which pays on a GPU."""
        return replace(self, pointwise=self.pointwise.compiled())

    def read(self, ids: Tensor, spans: Spans) -> list[KeyValues]:
        """Return each layer's keys and values of these sequences: what later lines need of a shared prefix."""
        states, angles = self._begin(ids, _positions(spans, [0] * len(spans.lengths), self.device))
        seen = Sights(spans, spans, self.device, causal=True)
        kept: list[KeyValues] = []
        for number, layer in enumerate(self.layers):
            queries, keys, values = self._heads(layer, states, angles)
            kept.append((keys, values))
            if number + 1 < len(self.layers):  # the last layer's states are nobody's input
                attended, _ = attend(queries, keys, values, seen)
                states = self._finish(layer, states, attended)
        return kept

    def logits(
        self, ids: Tensor, spans: Spans, begins: Sequence[int], seen: Seen, prefix: Sequence[KeyValues]
    ) -> Tensor:
        """Return the answer's logit after each line, fp32, shape (lines,).

        Args:
            ids: the lines' tokens, one after another.
            spans: which of them are whose.
            begins: each line's first position, which is its prefix's length.
            seen: what each token sees.
            prefix: each layer's keys and values of the prefixes.
        """
        states, angles = self._begin(ids, _positions(spans, begins, self.device))
        last = torch.tensor(spans.offsets[1:], device=self.device) - 1
        for number, layer in enumerate(self.layers):
            queries, keys, values = self._heads(layer, states, angles)
            before, own = seen.prefix, seen.own
            if number + 1 == len(self.layers):  # only the last token's answer is asked for
                queries, states = queries[last], states[last]
                before, own = seen.last_prefix, seen.last_own
            attended = self.pointwise.join(
                *attend(queries, *prefix[number], before), *attend(queries, keys, values, own)
            )
            states = self._finish(layer, states, attended)
        return self.pointwise.norm(states, self.final_norm, self.epsilon).float() @ self.answer

    def _begin(self, ids: Tensor, positions: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        states = functional.embedding(ids, self.embedding) * self.embedding_scale
        cosines, sines = self.rotary(states, positions[None])
        return states, (cosines[0], sines[0])

    def _heads(self, layer: Layer, states: Tensor, angles: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Return the rotated queries and keys, and the values."""
        normed = self.pointwise.norm(states, layer.attention_norm, self.epsilon)
        projected = functional.linear(normed, layer.query_key_value, layer.query_key_value_bias)
        queries, keys, values = torch.split(
            projected.view(len(states), -1, self.head_size), [self.heads, self.key_heads, self.key_heads], dim=1
        )
        return self.pointwise.rotate(queries, *angles), self.pointwise.rotate(keys, *angles), values

    def _finish(self, layer: Layer, states: Tensor, attended: Tensor) -> Tensor:
        """Return the states after the attention's output and the MLP."""
        states = states + functional.linear(attended.flatten(1), layer.output, layer.output_bias)
        normed = self.pointwise.norm(states, layer.mlp_norm, self.epsilon)
        inner = self.pointwise.geglu(functional.linear(normed, layer.gate), functional.linear(normed, layer.up))
        return states + functional.linear(inner, layer.down)


def _positions(spans: Spans, begins: Sequence[int], device: torch.device) -> Tensor:
    """Return each token's position: counted from where its own sequence begins."""
    shifts = torch.tensor(begins) - torch.tensor(spans.offsets[:-1])
    return (torch.arange(spans.offsets[-1]) + shifts.repeat_interleave(torch.tensor(spans.lengths))).to(device)


def stack_of(model: PreTrainedModel, answer_id: int) -> Stack:
    """Return a loaded `GemmaForCausalLM` as a stack; the large matrices are shared with the model, not copied."""
    config: Any = model.config
    body: Any = model.base_model
    return Stack(
        embedding=_weight(body.embed_tokens),
        # Rounded to the weights' precision first, as the model rounds it.
        embedding_scale=float(torch.tensor(config.hidden_size**0.5, dtype=body.embed_tokens.weight.dtype)),
        layers=tuple(_layer(layer) for layer in body.layers),
        final_norm=_with_one(body.norm),
        answer=_weight(model.get_output_embeddings())[answer_id].float(),
        epsilon=config.rms_norm_eps,
        heads=config.num_attention_heads,
        key_heads=config.num_key_value_heads,
        head_size=config.head_dim,
        rotary=body.rotary_emb,
    )


def _layer(layer: Any) -> Layer:  # noqa: ANN401  (transformers' modules are untyped)
    attention, mlp = layer.self_attn, layer.mlp
    projections = (attention.q_proj, attention.k_proj, attention.v_proj)
    biased = attention.q_proj.bias is not None
    return Layer(
        attention_norm=_with_one(layer.input_layernorm),
        query_key_value=torch.cat([_weight(one) for one in projections]),
        query_key_value_bias=torch.cat([one.bias.detach() for one in projections]) if biased else None,
        output=_weight(attention.o_proj),
        output_bias=attention.o_proj.bias.detach() if biased else None,
        mlp_norm=_with_one(layer.post_attention_layernorm),
        gate=_weight(mlp.gate_proj),
        up=_weight(mlp.up_proj),
        down=_weight(mlp.down_proj),
    )


def _with_one(norm: Any) -> Tensor:  # noqa: ANN401  (transformers' modules are untyped)
    return 1.0 + _weight(norm).float()


def _weight(module: Any) -> Tensor:  # noqa: ANN401  (transformers' modules are untyped)
    weight: Tensor = module.weight
    return weight.detach()
