"""A small judged world: questions about numbered things, a retriever by shared words, scorers a test can reckon."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from emr_rerank.types import Reading, Vector
from training.evaluation.sets import Question, TestSet

WORDS = ("cough", "fever", "rash", "knee", "potassium", "warfarin", "asthma", "dizzy")


def counted(text: str) -> Vector:
    """Return a unit vector of how often each word stands in the text; even where none does."""
    words = re.findall(r"\w+", text.lower())
    vector = np.array([0.01, *(words.count(word) for word in WORDS)], np.float32)
    unit: Vector = vector / np.linalg.norm(vector)
    return unit


class CountingRetriever:
    """Vectors by shared words."""

    def question(self, text: str) -> Vector:
        return counted(text)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([counted(text) for text in texts])


@dataclass
class FunctionScorer:
    """Scores by a function of query and text; `longest` characters are read."""

    function: Callable[[str, str], float]
    longest: int = 10_000
    name: str = "function"
    title: str = "a function"
    asked: list[str] = field(default_factory=list)

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.extend(texts)
        return [self.function(query, text) for text in texts]

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        return Reading(self.score(query, texts), [len(query) + len(text) > self.longest for text in texts])


def cosine(query: str, text: str) -> float:
    return float(counted(query) @ counted(text))


def world(name: str = "world", *, home: bool = False) -> TestSet:
    """Return one question a word: the passage of that word alone answers it, mixtures do not."""
    passages = {f"p-{word}": f"All about {word}." for word in WORDS}
    passages |= {f"m-{word}": f"{word} and {other}" for word, other in pairwise(WORDS)}
    questions = tuple(Question(f"q-{word}", f"What of {word}?", {f"p-{word}": 1}, group=word) for word in WORDS)
    return TestSet(name, passages, questions, home)
