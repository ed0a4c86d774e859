"""Which of the negatives found a row gets. No negative answers its question, as far as any source says.

Passages of the row's own group are left out, and so are those on the same topic, but for two kinds that are meant to
come from there: the same topic's other facets, and what a source gives, such as the same patient's other records. Even
of these none answers the same question or the same facet of the same topic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from training.negatives.buffer import RollingBuffer
from training.negatives.facets import FacetFinder
from training.negatives.lexical import LexicalFinder
from training.negatives.mined import Embed, MinedFinder
from training.negatives.passages import Asked, Finder, Passage
from training.split import KeySet, Split
from training.spool import answer_key

Way = Literal["given", "facet", "mined", "bm25", "buffer"]
WAYS: tuple[Way, ...] = get_args(Way)  # the hardest first: the same passage counts for the first way that finds it
FROM_THE_GROUP = frozenset[Way](["given", "facet"])


class Options(BaseModel):
    """How many negatives of each kind a row gets, and how they are found: see configs/triplets.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    given: int = Field(ge=0)
    facet: int = Field(ge=0)
    mined: int = Field(ge=0)
    bm25: int = Field(ge=0)
    buffer: int = Field(ge=0)
    pool: int = Field(ge=0)
    buffer_size: int = Field(ge=1)
    bm25_ranks: int = Field(ge=1)
    bm25_margin: float = Field(gt=0, le=1)
    mined_pool: int = Field(ge=1)
    mined_first: int = Field(ge=1)
    mined_last: int = Field(ge=1)
    mined_margin: float = Field(gt=0, le=1)
    mined_share: float = Field(ge=0, le=1)
    broad_facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivenFinder:
    """What the row's own source says does not answer."""

    split: Split

    def find(self, asked: Sequence[Asked]) -> list[list[Passage]]:
        """Return them in the source's order."""
        return [list(self._given(one)) for one in asked]

    def _given(self, asked: Asked) -> list[Passage]:
        example = asked.spooled.example
        scores = example.negative_scores or (0.0,) * len(example.negatives)
        return [
            Passage(text, key, self.split.group(key), score=score)
            for text, key, score in zip(example.negatives, asked.spooled.negatives, scores, strict=True)
        ]


def finders(
    pool: Sequence[Passage], buffer: RollingBuffer, *, split: Split, options: Options, seed: int, embed: Embed | None
) -> Mapping[Way, Finder]:
    """Return the ways that are asked for, over one source's pool on one side."""
    found: dict[Way, Finder] = {"given": GivenFinder(split)}
    if pool and options.facet:
        found["facet"] = FacetFinder(pool, options.broad_facets, seed)
    if pool and embed is not None and options.mined and options.mined_share:
        found["mined"] = MinedFinder(
            pool[: options.mined_pool],
            embed,
            options.mined_first,
            options.mined_last,
            options.mined_margin,
            options.mined_share,
            seed,
        )
    if pool and options.bm25:
        found["bm25"] = LexicalFinder(pool, options.bm25_ranks, options.bm25_margin)
    found["buffer"] = buffer
    return found


@dataclass(frozen=True, slots=True)
class Chooser:
    """Takes as many of each kind as are asked for, and permitted."""

    split: Split
    answers: KeySet
    options: Options

    def choose(self, asked: Sequence[Asked], ways: Mapping[Way, Finder], counts: Counter[str]) -> list[list[Passage]]:
        """Return each question's negatives, hardest kinds first, counting them by kind."""
        found = {way: ways[way].find(asked) for way in WAYS if way in ways}
        rows: list[list[Passage]] = []
        for place, one in enumerate(asked):
            taken: dict[int, Passage] = {}
            for way, candidates in found.items():
                wanted: int = getattr(self.options, way)
                before = len(taken)
                for passage in candidates[place]:
                    if len(taken) - before == wanted:
                        break
                    if passage.key not in taken and self._permitted(way, one, passage):
                        taken[passage.key] = passage
                counts[way] += len(taken) - before
            rows.append(list(taken.values()))
        return rows

    def _permitted(self, way: Way, asked: Asked, passage: Passage) -> bool:
        if any(answer_key(key, passage.key) in self.answers for key in asked.keys):
            return False
        if way == "given":
            return passage.group is None or self.split.side(passage.key) == asked.side
        if way in FROM_THE_GROUP:
            return True
        return passage.group != asked.group and not (asked.topic and passage.topic == asked.topic)
