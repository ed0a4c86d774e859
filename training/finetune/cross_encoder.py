"""A task: an encoder that reads query and passage together, with either head. Knows no loop.

It learns from a row's own passages, and where it is told to, from a teacher: the base's cosines as the retriever has
them, or scores that came with the rows; on unlabelled rows from the teacher alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.errors import RequestError
from training.finetune import losses, processes
from training.finetune.adapters import merged, save, start_from
from training.finetune.batches import Batch, batches_of
from training.finetune.contests import Contest, drawn
from training.finetune.data import Data
from training.finetune.encoders import base_named, encoder_of, tokenizer_of, trainable
from training.finetune.joint import JointEncoder
from training.finetune.rows import Row, Rows
from training.finetune.segment_head import FirstHead, SegmentHead
from training.finetune.settings import CrossEncoderSettings, TrainSettings
from training.finetune.towers import Tower
from training.finetune.validation import validated
from training.keys import key_of

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
LOSSES: Mapping[str, Loss] = {"listwise": losses.contest, "bce": losses.each}
HEAD = "head."
TOGETHER = 64  # contests whose pairs are scored together in an evaluation, by each process


@dataclass(frozen=True, slots=True)
class CrossEncoderTask:
    """A joint encoder that is trained, and the rows it is trained on."""

    module: JointEncoder
    retriever: Tower  # the base, or what the run starts from, as it was
    base: Checkpoint
    settings: CrossEncoderSettings
    data: Data
    batch: int
    by_source: bool

    @property
    def rates(self) -> Mapping[str, float]:
        """The head learns faster."""
        return {HEAD: self.settings.head.rate}

    def batches(self, epoch: int, seed: int) -> Sequence[Batch]:
        """Return the batches of an epoch."""
        return batches_of(self.data.train, self.batch, seed=seed, epoch=epoch, by_source=self.by_source)

    def loss(self, batch: Batch) -> Tensor:
        """Return what the logits of a batch lose, and how far they are from the teacher's."""
        settings = self.settings
        contests = [self._drawn(row, batch.seed) for row in self.data.train.read(batch.rows)]
        scores, there = self._lists(contests)
        worth = _padded([contest.worth for contest in contests]).to(scores.device)
        loss = LOSSES[settings.loss](scores, worth, there)
        if settings.distil:
            loss = loss + settings.distil * losses.distilled(scores, self._taught(contests, scores), there)
        if settings.keep and self.data.unlabelled:
            contests = self._unlabelled(self.data.unlabelled, batch.seed)
            scores, there = self._lists(contests)
            loss = loss + settings.keep * losses.distilled(scores, self._taught(contests, scores), there)
        return loss

    def _drawn(self, row: Row, seed: int) -> Contest:
        lists = self.settings.graded_lists if row.graded else self.settings.lists
        return drawn(row, seed, lists.positives, lists.negatives)

    def _unlabelled(self, rows: Rows, seed: int) -> list[Contest]:
        dice = random.Random(key_of(seed, "unlabelled"))  # noqa: S311  (no secret: a draw that can be repeated)
        numbers = dice.sample(range(len(rows)), min(self.batch, len(rows)))
        return [self._drawn(row, seed) for row in rows.read(numbers)]

    def _lists(self, contests: Sequence[Contest]) -> tuple[Tensor, Tensor]:
        """Return the logits, (contests, passages), and which of them are there."""
        sizes = [len(contest.texts) for contest in contests]
        return losses.lists(processes.shared(contests, self._logits, sizes), sizes)

    def _logits(self, contests: Sequence[Contest]) -> Tensor:
        return self.module.logits([(contest.query, contest.texts) for contest in contests])

    def _taught(self, contests: Sequence[Contest], like: Tensor) -> Tensor:
        """Return the teacher's scores, scaled, in the shape of the logits."""
        if self.settings.teacher == "scores":
            scores = _padded([contest.worth for contest in contests])
        else:
            scores = _padded(self._cosines(contests))
        return scores.to(like.device) * self.settings.teacher_scale

    @torch.no_grad()
    def _cosines(self, contests: Sequence[Contest]) -> list[list[float]]:
        texts = [text for contest in contests for text in (contest.query, *contest.texts)]
        vectors = processes.shared(texts, lambda some: self.retriever.vectors(some, self.settings.max_tokens))
        groups = losses.parts(vectors, [1 + len(contest.texts) for contest in contests])
        return [(each[1:] @ each[0]).tolist() for each in groups]

    def evaluate(self) -> Mapping[str, float]:
        """Return how the logits rank the validation rows."""
        self.module.eval()
        return validated(self.data.validation, self.scores) if self.data.validation else {}

    @torch.inference_mode()
    def scores(self, contests: Sequence[Contest]) -> list[list[float]]:
        """Return the logit of each contest's passages."""
        found: list[list[float]] = []
        together = TOGETHER * processes.count()
        for start in range(0, len(contests), together):
            some = contests[start : start + together]
            sizes = [len(contest.texts) for contest in some]
            logits = processes.shared(some, self._logits, sizes)
            found.extend(part.tolist() for part in losses.parts(logits, sizes))
        return found

    def save(self, folder: Path) -> None:
        """Write what was learnt."""
        head = self.settings.head
        tokens = self.settings.read_tokens or self.settings.max_tokens
        scoring = {"scoring": head.kind, "typed": self.module.typed, "max_tokens": tokens}
        save(self.module.model, folder, self.base, scoring, self.module.head.state_dict())


def cross_encoder(
    settings: CrossEncoderSettings, train: TrainSettings, data: Data, device: torch.device
) -> CrossEncoderTask:
    """Load the base with a new head, and return the task of training them.

    Raises:
        ModelError: the base cannot be loaded, or holds nothing to train.
        RequestError: the rows have no scores to learn from, or there is no adapter to start with.
    """
    if settings.teacher == "scores" and settings.distil and not data.train[0].graded:
        raise RequestError("model.teacher: the rows have no pos_scores; choose retriever")
    base = base_named(settings.base)
    encoder = encoder_of(base, settings.dropout, device.type)
    width = encoder.config.hidden_size
    head: nn.Module
    if settings.head.kind == "segments":
        head = SegmentHead(settings.head, width)
    else:
        head = FirstHead(width, getattr(getattr(encoder, "pooler", None), "dense", None))
    learner: Any = trainable(encoder, settings.lora)
    teacher: nn.Module = encoder_of(base)
    if settings.start:
        if settings.lora is None:
            raise RequestError("model.start: an adapter is gone on with by one; give model.lora, too")
        start_from(learner, settings.start, base)
        teacher = merged(settings.start, base)
    joint = JointEncoder(learner, head, tokenizer_of(base), settings.max_tokens, typed=settings.typed)
    retriever = Tower(teacher, tokenizer_of(base)).requires_grad_(requires_grad=False).eval()
    return CrossEncoderTask(
        module=joint.to(device),
        retriever=retriever.to(device),
        base=base,
        settings=settings,
        data=data,
        batch=train.batch,
        by_source=train.by_source,
    )


def _padded(rows: Sequence[Sequence[float]]) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *([0.0] * (width - len(row)))] for row in rows])
