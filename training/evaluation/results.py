"""The result folder of a fine-tuning run as a scorer, with the arithmetic it was trained by. Knows no table.

What is served reads the same folders faster; this reads them as the run did, so that a loss is the model's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from emr_rerank.engine import ModelSource, read_reranker, text_key
from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.devices import device_named
from emr_rerank.engine.result import SCORING
from emr_rerank.errors import ModelError
from emr_rerank.types import Reading, Scorer, Vector, VectorCache
from training.finetune.adapters import head_of, merged
from training.finetune.encoders import base_named, encoder_of, tokenizer_of
from training.finetune.joint import JointEncoder
from training.finetune.segment_head import FirstHead, SegmentHead
from training.finetune.settings import HeadSettings
from training.finetune.towers import Tower, late_interaction

TOWERS = ("query", "passage")
TOGETHER = 64  # texts whose states are held at once, a vector per token


@dataclass(frozen=True, slots=True)
class TowerScorer:
    """Cosine of what a bi-encoder makes of query and text; texts' vectors are kept."""

    query: Tower
    passage: Tower
    query_tokens: int
    passage_tokens: int
    key: str
    cache: VectorCache
    name: str = "bi-encoder"
    title: str = "a run's result (torch)"

    @torch.inference_mode()
    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return the cosine of each text with the query."""
        if not texts:
            return []
        vectors = self._vectors(texts)
        asked = self.query.vectors([query], self.query_tokens)[0].cpu().numpy()
        return [float(vectors[text_key(text)].astype("f8") @ asked) for text in texts]

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the cosines, and for each text whether it, or the query, is longer than what was read in training."""
        return Reading(self.score(query, texts), _cut(self, query, texts))

    def _vectors(self, texts: Sequence[str]) -> Mapping[str, Vector]:
        keys = {text_key(text): text for text in texts}
        known = self.cache.get(self.key, list(keys))
        new = [key for key in keys if key not in known]
        if not new:
            return known
        rows = self.passage.vectors([keys[key] for key in new], self.passage_tokens).cpu().numpy()
        encoded = dict(zip(new, rows, strict=True))
        self.cache.put(self.key, encoded)
        return {**known, **encoded}


@dataclass(frozen=True, slots=True)
class TokenScorer:
    """Late interaction: the mean over a query's tokens of the best cosine with one of a text's; no state is kept."""

    query: Tower
    passage: Tower
    query_tokens: int
    passage_tokens: int
    name: str = "late interaction"
    title: str = "a run's result (torch)"

    @torch.inference_mode()
    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return each text's mean of best cosines."""
        asked = self.query.states([query], self.query_tokens)
        scores: list[float] = []
        for start in range(0, len(texts), TOGETHER):
            found = self.passage.states(texts[start : start + TOGETHER], self.passage_tokens)
            scores.extend(late_interaction(*asked, *found)[0].tolist())
        return scores

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the scores, and for each text whether it, or the query, is longer than what was read in training."""
        return Reading(self.score(query, texts), _cut(self, query, texts))


def _cut(scorer: TowerScorer | TokenScorer, query: str, texts: Sequence[str]) -> list[bool]:
    asked = scorer.query.tokenizer.encode(query).ids
    found = scorer.passage.tokenizer.encode_batch(list(texts))
    return [len(asked) > scorer.query_tokens or len(one.ids) > scorer.passage_tokens for one in found]


@dataclass(frozen=True, slots=True)
class JointScorer:
    """The logit of a joint encoding."""

    joint: JointEncoder
    name: str = "cross-encoder"
    title: str = "a run's result (torch)"

    @torch.inference_mode()
    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return one logit per text."""
        if not texts:
            return []
        logits: list[float] = self.joint.logits([(query, texts)]).tolist()
        return logits

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the logits, and for each text whether part of the pair was cut."""
        return Reading(self.score(query, texts), list(self.joint.encoder.encode(query, texts).truncated))


def is_result(folder: Path) -> bool:
    """Return whether the folder is what `python -m training finetune` writes."""
    return any((folder / place / SCORING).is_file() for place in ("", *TOWERS))


def result_scorer(source: ModelSource, cache: VectorCache) -> Scorer:
    """Return the scorer of a result: the source's adapter, and its model the base; or its model alone.

    The result names its base, which is found by that name if it is a Hugging Face id. A decoder is scored as it is
    served, in the precision asked for; the others as they were trained, in fp32.

    Raises:
        ModelError: the folder does not say how it scores, or the base is another one.
    """
    folder, base = Path(source.adapter or source.model), source.model if source.adapter else None
    place = next((folder / part for part in ("", *TOWERS) if (folder / part / SCORING).is_file()), folder)
    said, head = head_of(place)
    start = base_named(base or str(said["base"]))
    device = device_named(source.device)
    if said["scoring"] == "answer":
        return read_reranker(ModelSource(start.name, str(folder), source.dtype, source.device, said["prompt"]))
    if said["scoring"] in {"cosine", "maxsim"}:
        return _towers(folder, said, start, cache, device)
    if said["scoring"] in {"segments", "first"}:
        return _joint(folder, said, head, start, device)
    raise ModelError(f"{folder}: scores by {said['scoring']!r}, which is not known here; update this checkout")


def _towers(
    folder: Path, said: Mapping[str, Any], base: Checkpoint, cache: VectorCache, device: torch.device
) -> TowerScorer | TokenScorer:
    words = tokenizer_of(base)
    if said["towers"] == "shared":
        both = Tower(merged(folder, base), words).to(device).eval()
        query, passage = both, both
    else:
        trained = {name: folder / name for name in TOWERS if (folder / name).is_dir()}
        query, passage = (
            Tower(merged(trained[name], base) if name in trained else encoder_of(base), words).to(device).eval()
            for name in TOWERS
        )
    if said["scoring"] == "maxsim":
        return TokenScorer(query, passage, said["query_tokens"], said["passage_tokens"])
    return TowerScorer(query, passage, said["query_tokens"], said["passage_tokens"], _key(folder), cache)


def _joint(
    folder: Path,
    said: Mapping[str, Any],
    weights: Mapping[str, torch.Tensor],
    base: Checkpoint,
    device: torch.device,
) -> JointScorer:
    encoder = merged(folder, base)
    width = int(encoder.config.hidden_size)  # type: ignore[union-attr,arg-type]  # a transformers model's own
    head = SegmentHead(HeadSettings(mapped="map" in weights), width) if "scale" in weights else FirstHead(width, None)
    head.load_state_dict(dict(weights))
    joint = JointEncoder(encoder, head, tokenizer_of(base), said["max_tokens"], typed=said["typed"])
    return JointScorer(joint.to(device).eval())


def _key(folder: Path) -> str:
    """Return what names these weights: vectors under one key are comparable."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")):
        digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return f"result@{digest.hexdigest()[:12]}"
