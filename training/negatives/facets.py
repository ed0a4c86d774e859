"""Passages about what is asked about that say something else of it: symptoms for a question on treatment."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from training.keys import key_of
from training.negatives.passages import Asked, Passage


class FacetFinder:
    """The same topic's other facets. Broad facets ("information") are left out: an overview answers most questions."""

    def __init__(self, passages: Sequence[Passage], broad: Collection[str], seed: int) -> None:
        """Sort these passages by topic."""
        self.seed = seed
        self.topics: dict[str, list[Passage]] = {}
        for passage in passages:
            if passage.topic and passage.facet and passage.facet not in broad:
                self.topics.setdefault(passage.topic, []).append(passage)

    def find(self, asked: Sequence[Asked]) -> list[list[Passage]]:
        """Return them in an order drawn for each question."""
        return [
            sorted(
                (passage for passage in self.topics.get(one.topic, ()) if passage.facet != one.facet),
                key=lambda passage: key_of(self.seed, "facet", one.spooled.query, passage.key),
            )
            if one.facet
            else []
            for one in asked
        ]
