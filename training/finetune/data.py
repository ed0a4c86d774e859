"""The files of a run, opened: rows to train on, contests to validate on, rows whose labels are not used."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from training.finetune.contests import Contest, whole
from training.finetune.rows import Rows, open_rows, sampled
from training.finetune.settings import DataSettings


@dataclass(frozen=True, slots=True)
class Data:
    """What a task is trained and validated on."""

    train: Rows
    validation: tuple[Contest, ...] = ()
    unlabelled: Rows | None = None
    digests: Mapping[str, str] = field(default_factory=dict)  # SHA-256 of each file


def opened(settings: DataSettings) -> Data:
    """Open the files.

    Raises:
        SourceError: one is absent, or no file of triplets.
        RequestError: `most` names a source that is not there.
    """
    train = open_rows(settings.train)
    validation = open_rows(settings.validation) if settings.validation else None
    unlabelled = open_rows(settings.unlabelled) if settings.unlabelled else None
    files = {"train": train, "validation": validation, "unlabelled": unlabelled}
    return Data(
        sampled(train, settings.most),
        _contests(validation, settings.validation_rows) if validation else (),
        unlabelled,
        {name: rows.sha256 for name, rows in files.items() if rows},
    )


def _contests(rows: Rows, most: int) -> tuple[Contest, ...]:
    """Return at most so many rows of each source, always the same, that have something to tell apart."""
    order = list(range(len(rows)))
    random.Random(0).shuffle(order)  # noqa: S311  (no secret: a draw that can be repeated)
    taken: dict[int, int] = {}
    chosen = []
    for number in order:
        source = rows.source[number]
        if taken.get(source, 0) < most:
            taken[source] = taken.get(source, 0) + 1
            chosen.append(number)
    contests = map(whole, rows.read(sorted(chosen)))
    return tuple(contest for contest in contests if len(set(contest.worth)) > 1)
