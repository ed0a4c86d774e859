"""What rerank servers are asked and how they answer: one row a shape of API. Knows no network.

To speak another API, add a row to SHAPES.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log
from typing import Any
from urllib.parse import urlsplit

import orjson

# The nearest to 0 and 1 that have a logit in a double: between them the order stays as it was.
LOWEST, HIGHEST = 1e-300, 1 - 2**-53


class WrongAnswerError(ValueError):
    """An answer that cannot be taken. The message is a predicate ("answers ...") and repeats no text."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One logit per text, in the order asked, and whether the server says that it left part of the text unread."""

    logits: tuple[float, ...]
    truncated: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of server is asked, and where its answer has what."""

    body: Callable[[str, Sequence[str], str | None], dict[str, Any]]  # query, texts, the model's name there
    results: Callable[[Any], object]  # from the answer's JSON to its list of results
    score: str  # the name of a result's score
    logit: Callable[[float], float]  # from that score


def _tei_body(query: str, texts: Sequence[str], _: str | None) -> dict[str, Any]:
    return {"query": query, "texts": list(texts), "raw_scores": True, "truncate": True}


def _cohere_body(query: str, texts: Sequence[str], model: str | None) -> dict[str, Any]:
    named = {"model": model} if model else {}
    return {**named, "query": query, "documents": list(texts), "top_n": len(texts)}


def logit(probability: float) -> float:
    """Return the log odds of a probability; 0 and 1 are taken for their nearest neighbours.

    Raises:
        WrongAnswerError: it is none.
    """
    if not 0 <= probability <= 1:
        raise WrongAnswerError("answers with a relevance_score outside [0, 1]; let it answer with probabilities")
    held = min(max(probability, LOWEST), HIGHEST)
    return log(held) - log(1 - held)


TEI = Shape(_tei_body, lambda answer: answer, "score", float)
COHERE = Shape(
    _cohere_body,
    lambda answer: answer.get("results") if isinstance(answer, dict) else None,
    "relevance_score",
    logit,
)
# By how the address's path ends, in capitals or not, the first that fits: below a version (v1, v1beta) it is Cohere's.
SHAPES: Mapping[str, Shape] = {r"/v\d[^/]*/rerank": COHERE, r"/rerank": TEI}


def route(url: str) -> tuple[str, Shape]:
    """Return the address to ask, its letters as they are, and how: one that names no route means `/rerank` below it."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if not path.lower().endswith("/rerank"):
        path += "/rerank"
    shape = next(shape for ending, shape in SHAPES.items() if re.search(f"{ending}$", path, re.IGNORECASE))
    return parts._replace(path=path, fragment="").geturl(), shape


def read(shape: Shape, content: bytes, count: int) -> Answer:
    """Return the scores of `count` texts from an answer's bytes.

    Raises:
        WrongAnswerError: it is no such answer, an index is missing, twice or out of range, or a score no number.
    """
    try:
        results = shape.results(orjson.loads(content))
    except orjson.JSONDecodeError:
        raise WrongAnswerError("answers with what is not JSON") from None
    if not isinstance(results, list):
        raise WrongAnswerError("answers without a list of results; is it another kind of server than its path says?")
    found: dict[int, tuple[float, bool]] = {}
    for result in results:
        index, score, truncated = _parts(result, shape.score)
        if not 0 <= index < count:
            raise WrongAnswerError(f"answers for text {index} of {count}")
        if index in found:
            raise WrongAnswerError(f"answers twice for text {index} of {count}")
        found[index] = (shape.logit(score), truncated)
    if len(found) < count:
        missing = next(index for index in range(count) if index not in found)
        raise WrongAnswerError(f"leaves out text {missing} of {count}")
    ordered = [found[index] for index in range(count)]
    return Answer(tuple(one for one, _ in ordered), tuple(cut for _, cut in ordered))


def _parts(result: object, name: str) -> tuple[int, float, bool]:
    if not isinstance(result, dict):
        raise WrongAnswerError("answers with a result that is no object")
    index, score = result.get("index"), result.get(name)
    if type(index) is not int:  # not isinstance: True is an int to it
        raise WrongAnswerError("answers with a result that has no index")
    if not isinstance(score, int | float) or isinstance(score, bool) or not isfinite(score):
        raise WrongAnswerError(f"answers with a {name} that is no finite number")
    return index, float(score), result.get("truncated") is True
