"""What every source of training data yields: a query, what answers it, and what it must not be split from.

Plain frozen data. Knows no file format, no model and no split.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Example:
    """A query with its positives. `negatives` are those its source gives; most are found later.

    `groups` names what may not cross from training to validation or test: the question, the disease asked about, the
    document, the patient. Examples that share any of them end on the same side.
    """

    query: str
    positives: tuple[str, ...]
    source: str
    groups: tuple[str, ...]
    negatives: tuple[str, ...] = ()
    positive_scores: tuple[float, ...] = ()  # one per positive in [0, 1], where the source grades; else empty
    negative_scores: tuple[float, ...] = ()
    topic: str = ""  # what is asked about: another topic's passages are safe negatives
    facet: str = ""  # what about it ("symptoms", "treatment"): the same topic's other facets are hard negatives


class Source(Protocol):
    """One place examples come from, read as a stream."""

    @property
    def name(self) -> str:
        """What rows and reports call it."""

    def examples(self) -> Iterator[Example]:
        """Yield the examples, in the same order every time.

        Raises:
            SourceError: a file is absent or not what it should be; one line names it and the remedy.
        """
