"""A task: a causal language model that answers whether a passage answers a query, in the engine's own prompt.

It learns from each row's passages, one list a query, and where it is told to, from the scores that came with the rows.
Knows no loop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.engine.devices import dtype_named
from emr_rerank.engine.gemma.prompt import PromptEncoder, PromptSpec
from emr_rerank.engine.pretrained import pretrained, quiet
from emr_rerank.errors import ModelError, RequestError
from training.finetune import losses, processes
from training.finetune.adapters import save
from training.finetune.batches import Batch, batches_of
from training.finetune.contests import Contest, drawn
from training.finetune.data import Data
from training.finetune.encoders import base_named, trainable
from training.finetune.rows import Row, Rows
from training.finetune.settings import DecoderSettings, TrainSettings
from training.finetune.shared_prefix import Answers
from training.finetune.validation import validated

ARCHITECTURE = "gemma"  # transformers' name; another may look at its mask in a way of its own
TOGETHER = 4  # contests whose pairs are scored together in an evaluation, by each process


@dataclass(frozen=True, slots=True)
class DecoderTask:
    """A decoder whose low-rank matrices are trained, and the rows they are trained on."""

    module: Answers
    encoder: PromptEncoder
    base: Checkpoint
    settings: DecoderSettings
    data: Data
    batch: int
    by_source: bool

    @property
    def rates(self) -> Mapping[str, float]:
        """All weights learn at the same rate."""
        return {}

    def batches(self, epoch: int, seed: int) -> Sequence[Batch]:
        """Return the batches of an epoch."""
        return batches_of(self.data.train, self.batch, seed=seed, epoch=epoch, by_source=self.by_source)

    def loss(self, batch: Batch) -> Tensor:
        """Return what the logits of a batch lose, and how far those of its graded rows are from their grades."""
        contests = [self._drawn(row, batch.seed) for row in self.data.train.read(batch.rows)]
        logits = self._logits(contests)
        scores, there = losses.lists(logits, [len(contest.texts) for contest in contests])
        given = [torch.tensor(contest.worth, device=logits.device) for contest in contests]
        worth = torch.nn.utils.rnn.pad_sequence(given, batch_first=True)
        loss = losses.contest(scores, worth, there)
        graded = torch.tensor([contest.graded for contest in contests], device=logits.device)
        if self.settings.distil and graded.any():
            taught = worth[graded] * self.settings.teacher_scale
            loss = loss + self.settings.distil * losses.distilled(scores[graded], taught, there[graded])
        return loss

    def _drawn(self, row: Row, seed: int) -> Contest:
        lists = self.settings.graded_lists if row.graded else self.settings.lists
        return drawn(row, seed, lists.positives, lists.negatives)

    def _logits(self, contests: Sequence[Contest]) -> Tensor:
        def own(some: Sequence[Contest]) -> Tensor:
            return self.module.logits([self.encoder.encode(contest.query, contest.texts).pairs for contest in some])

        return processes.shared(contests, own, [len(contest.texts) for contest in contests])

    def evaluate(self) -> Mapping[str, float]:
        """Return how the logits rank the validation rows."""
        self.module.eval()
        return validated(self.data.validation, self.scores) if self.data.validation else {}

    @torch.no_grad()  # inference mode would stay with weights that come together here for the first time
    def scores(self, contests: Sequence[Contest]) -> list[list[float]]:
        """Return the logit of each contest's passages."""
        found: list[list[float]] = []
        together = TOGETHER * processes.count()
        for start in range(0, len(contests), together):
            some = contests[start : start + together]
            parts = losses.parts(self._logits(some), [len(contest.texts) for contest in some])
            found.extend(part.tolist() for part in parts)
        return found

    def save(self, folder: Path) -> None:
        """Write the adapter, which `load_reranker` reads with the same prompt."""
        save(self.module.model, folder, self.base, {"scoring": "answer", "prompt": self.settings.prompt})


def decoder(settings: DecoderSettings, train: TrainSettings, data: Data, device: torch.device) -> DecoderTask:
    """Load the base with new low-rank matrices, and return the task of training them.

    The base's own weights, which stay as they are, are held in the precision that is computed in.

    Raises:
        ModelError: the base cannot be loaded, is no Gemma, or has none of the targets.
        RequestError: the rows have no scores to learn from.
    """
    if settings.distil and not _graded(data.train):
        raise RequestError("model.distil: the rows have no pos_scores; leave it at 0")
    base = base_named(settings.base)
    model, tokenizer = pretrained(base, "CausalLM", dtype_named(train.precision, device))
    kind = model.config.model_type
    if kind != ARCHITECTURE or getattr(model.config, "use_bidirectional_attention", False):
        raise ModelError(f"model.base: {base.name} is a model of type {kind!r}; name a causal {ARCHITECTURE}")
    model.set_attn_implementation("sdpa")
    if settings.checkpointing:
        with quiet():  # transformers remarks that the method has a newer name, which older versions do not know
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    encoder = PromptEncoder(PromptSpec(order=settings.prompt), tokenizer)
    answers = Answers(trainable(model, settings.lora), encoder.answer_id)
    if processes.sharded():
        processes.shard(answers, answers.whole.base_model.layers, device)
    return DecoderTask(
        module=answers.to(device),
        encoder=encoder,
        base=base,
        settings=settings,
        data=data,
        batch=train.batch,
        by_source=train.by_source,
    )


def _graded(rows: Rows) -> bool:
    """Whether the first row of any source is graded."""
    return any(rows[rows.source.index(place)].graded for place in range(len(rows.sources)))
