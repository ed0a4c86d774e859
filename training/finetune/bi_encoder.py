"""A task: an encoder whose cosines rank, of whole texts or token by token (late interaction). Knows no loop.

An ungraded row competes with every other ungraded row of its batch but those that share its question, an answer or a
group; a graded row is a contest among its own passages: what another patient's record says is no negative. What does
not compete and shares nothing either may be held where the base had it.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from emr_rerank.engine.checkpoint import Checkpoint
from emr_rerank.errors import RequestError
from training.finetune import processes
from training.finetune.adapters import save
from training.finetune.batches import Batch, batches_of
from training.finetune.contests import Contest, drawn
from training.finetune.data import Data
from training.finetune.encoders import base_named, encoder_of, tokenizer_of, trainable
from training.finetune.losses import contest as contest_loss
from training.finetune.losses import stayed
from training.finetune.rows import Row, Rows
from training.finetune.settings import BiEncoderSettings, TrainSettings
from training.finetune.towers import Tower, late_interaction
from training.finetune.validation import validated
from training.keys import key_of, text_key

Encoded = tuple[Tensor, ...]  # unit vectors; or unit states and their mask


def _vectors(tower: Tower, texts: Sequence[str], tokens: int, chunk: int) -> Encoded:
    return (processes.shared(texts, lambda some: tower.vectors(some, tokens, chunk).float()),)


def _states(tower: Tower, texts: Sequence[str], tokens: int, chunk: int) -> Encoded:
    return tower.states(texts, tokens, chunk)


ENCODED: Mapping[str, Callable[[Tower, Sequence[str], int, int], Encoded]] = {"cosine": _vectors, "maxsim": _states}
COMPARED: Mapping[str, Callable[[Encoded, Encoded], Tensor]] = {
    "cosine": lambda asked, found: asked[0] @ found[0].T,
    "maxsim": lambda asked, found: late_interaction(*asked, *found),
}
TEXTS = 256  # whose vectors are computed together in an evaluation


@dataclass(frozen=True, slots=True)
class BiEncoderTask:
    """Towers that are trained, one that is not, and the rows they are trained on."""

    module: nn.Module  # "shared", or "query" and, where it is trained, "passage"
    frozen: Tower  # the base as it was: the teacher, and the passages' tower where only the query's is trained
    base: Checkpoint
    settings: BiEncoderSettings
    data: Data
    batch: int
    by_source: bool

    @property
    def rates(self) -> Mapping[str, float]:
        """All weights learn at the same rate."""
        return {}

    @property
    def query(self) -> Tower:
        """What encodes queries."""
        return self._tower("query")

    @property
    def passage(self) -> Tower:
        """What encodes passages."""
        return self._tower("passage")

    def _tower(self, name: str) -> Tower:
        towers = dict(self.module.named_children())
        found = towers.get("shared") or towers.get(name, self.frozen)
        assert isinstance(found, Tower)  # noqa: S101  (what nn.Module's types cannot say)
        return found

    def batches(self, epoch: int, seed: int) -> Sequence[Batch]:
        """Return the batches of an epoch."""
        return batches_of(self.data.train, self.batch, seed=seed, epoch=epoch, by_source=self.by_source)

    def loss(self, batch: Batch) -> Tensor:
        """Return what the cosines of a batch lose, and what they moved where nothing is asked of them."""
        contests = [self._drawn(row, batch.seed) for row in self.data.train.read(batch.rows)]
        texts = [text for contest in contests for text in contest.texts]
        queries = [contest.query for contest in contests]
        cosines = self._cosines(queries, texts)
        worth, there, held = (
            one.to(cosines.device)
            for one in self._judged(contests, [frozenset(self.data.train.keys(number)) for number in batch.rows])
        )
        loss = contest_loss(cosines * self.settings.scale, worth, there)
        if self.settings.both_directions:
            answers = worth.sum(dim=0) > 0
            back = contest_loss(cosines.T[answers] * self.settings.scale, worth.T[answers], there.T[answers])
            loss = (loss + back) / 2
        if self.settings.hold and bool(held.any()):
            before = self._cosines(queries, texts, base=True)
            loss = loss + self.settings.hold * stayed(cosines[held], before[held])
        if self.settings.keep and self.data.unlabelled:
            loss = loss + self.settings.keep * self._moved(self.data.unlabelled, batch.seed)
        return loss

    def _drawn(self, row: Row, seed: int) -> Contest:
        lists = self.settings.graded_lists if row.graded else self.settings.lists
        return drawn(row, seed, lists.positives, lists.negatives)

    def _cosines(self, queries: Sequence[str], passages: Sequence[str], *, base: bool = False) -> Tensor:
        """Return each query's cosine with each passage, (queries, passages); with `base` as it was at the start."""
        kept = self.settings
        asking, answering = (self.frozen, self.frozen) if base else (self.query, self.passage)
        asked = self._encoded(asking, queries, kept.query_tokens)
        found = self._encoded(answering, passages, kept.passage_tokens)
        return COMPARED[kept.scoring](asked, found)

    def _encoded(self, tower: Tower, texts: Sequence[str], tokens: int) -> Encoded:
        with nullcontext() if tower is not self.frozen else torch.no_grad():
            return ENCODED[self.settings.scoring](tower, texts, tokens, self.settings.chunk)

    def _judged(self, contests: Sequence[Contest], keys: Sequence[frozenset[int]]) -> tuple[Tensor, Tensor, Tensor]:
        """Return what each passage of the batch is worth to each query, whether it competes, and whether it is held.

        Held are strangers that do not compete: the base need not know that two rows share a question, answer or group.
        """
        owners = [place for place, contest in enumerate(contests) for _ in contest.texts]
        texts = [text_key(text) for contest in contests for text in contest.texts]
        worths = [worth for contest in contests for worth in contest.worth]
        worth = torch.zeros(len(contests), len(owners))
        there, held = (torch.zeros(len(contests), len(owners), dtype=torch.bool) for _ in range(2))
        for row, contest in enumerate(contests):
            apart = [keys[row].isdisjoint(other) for other in keys]
            for column, owner in enumerate(owners):
                own = owner == row
                graded = contest.graded or contests[owner].graded
                stranger = apart[owner] and texts[column] not in keys[row]
                there[row, column] = own or (stranger and not graded)
                held[row, column] = stranger and graded
                worth[row, column] = worths[column] if own else 0.0
        return worth, there, held

    def _moved(self, unlabelled: Rows, seed: int) -> Tensor:
        """Return how far the cosines of some unlabelled queries and passages went from the base's."""
        dice = random.Random(key_of(seed, "unlabelled"))  # noqa: S311  (no secret: a draw that can be repeated)
        rows = unlabelled.read(dice.sample(range(len(unlabelled)), min(self.batch, len(unlabelled))))
        queries = [row.query for row in rows]
        passages = [dice.choice([*row.positives, *row.negatives]) for row in rows]
        return stayed(self._cosines(queries, passages), self._cosines(queries, passages, base=True))

    def evaluate(self) -> Mapping[str, float]:
        """Return how the cosines rank the validation rows."""
        self.module.eval()
        return validated(self.data.validation, self.scores) if self.data.validation else {}

    @torch.inference_mode()
    def scores(self, contests: Sequence[Contest]) -> list[list[float]]:
        """Return the cosine of each contest's query with its passages."""
        if self.settings.scoring == "maxsim":  # states of all texts together would fill the memory
            return [self._cosines([contest.query], contest.texts)[0].tolist() for contest in contests]
        queries = _known(self.query, [contest.query for contest in contests], self.settings.query_tokens)
        texts = [text for contest in contests for text in contest.texts]
        passages = _known(self.passage, texts, self.settings.passage_tokens)
        return [
            (torch.stack([passages[text] for text in contest.texts]) @ queries[contest.query]).tolist()
            for contest in contests
        ]

    def save(self, folder: Path) -> None:
        """Write what was learnt: one folder for shared towers, else "query" and "passage" in it."""
        for name, tower in self.module.named_children():
            assert isinstance(tower, Tower)  # noqa: S101  (what nn.Module's types cannot say)
            save(tower.model, folder if name == "shared" else folder / name, self.base, self._scoring())

    def _scoring(self) -> Mapping[str, Any]:
        kept = self.settings.model_dump(include={"towers", "query_tokens", "passage_tokens"})
        return {"scoring": self.settings.scoring, **kept}


def _known(tower: Tower, texts: Sequence[str], tokens: int) -> dict[str, Tensor]:
    """Return the vector of each different text."""
    different = sorted(set(texts), key=lambda text: (len(text), text))  # the same in every process
    parts = [different[start : start + TEXTS] for start in range(0, len(different), TEXTS)]
    vectors = [_vectors(tower, part, tokens, chunk=0)[0] for part in parts]
    return dict(zip(different, torch.cat(vectors).cpu(), strict=True))


def bi_encoder(settings: BiEncoderSettings, train: TrainSettings, data: Data, device: torch.device) -> BiEncoderTask:
    """Load the base, and return the task of training its towers.

    Raises:
        ModelError: the base cannot be loaded, or holds nothing to train.
        RequestError: several processes cannot train it.
    """
    if settings.scoring == "maxsim" and processes.count() > 1:
        raise RequestError("model.scoring: maxsim is trained by one process; leave accelerate launch out")
    base = base_named(settings.base)
    tokenizer = tokenizer_of(base)
    encoder = encoder_of(base, settings.dropout, device.type)
    frozen = Tower(copy.deepcopy(encoder), tokenizer).requires_grad_(requires_grad=False).eval()
    names = {"shared": ("shared",), "query": ("query",), "both": ("query", "passage")}[settings.towers]
    towers = {name: Tower(trainable(copy.deepcopy(encoder), settings.lora), tokenizer) for name in names}
    return BiEncoderTask(
        module=nn.ModuleDict(towers).to(device),
        frozen=frozen.to(device),
        base=base,
        settings=settings,
        data=data,
        batch=train.batch,
        by_source=train.by_source,
    )
