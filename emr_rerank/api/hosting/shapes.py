"""The two shapes a rerank request and its answer come in: Hugging Face TEI's, and Cohere's and Jina's. Knows no model.

Fields these servers have and this one does not (`model`, `max_tokens_per_doc`) are ignored; what is wrong is refused
with the field's name, never with what stood in it.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from emr_rerank.api.hosting.limits import MAX_QUERY, MAX_TEXT, MAX_TEXTS
from emr_rerank.api.hosting.refusals import RefusalError

# What is over a limit, by pydantic's word for it.
TOO_MUCH: Mapping[str, str] = {
    "too_long": f"at most {MAX_TEXTS:,} are taken at once; send them in parts",
    "string_too_long": f"too long: a text may have {MAX_TEXT:,} characters, a query {MAX_QUERY:,}",
}
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in either shape."""

    query: str
    texts: Sequence[str]
    raw: bool  # logits instead of sigmoids
    with_text: bool
    cut: bool  # whether a text that is too long may be cut
    stream: bool
    top: int | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """What is known of a request when all its pairs are scored; one entry per text, in the order given."""

    logits: Sequence[float]
    truncated: Sequence[bool]
    tokens: int  # read for it: the query's once, and each line's
    model: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of client asks and is answered."""

    read: Callable[[bytes], Asked]
    write: Callable[[Asked, Scored], object]


def _text_of(document: object) -> object:
    return document["text"] if isinstance(document, dict) and "text" in document else document


def _lower(word: object) -> object:
    return word.lower() if isinstance(word, str) else word


Query = Annotated[str, Field(max_length=MAX_QUERY)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Texts = Annotated[list[Text], Field(max_length=MAX_TEXTS)]
Documents = Annotated[list[Annotated[Text, BeforeValidator(_text_of)]], Field(max_length=MAX_TEXTS)]


class TeiBody(BaseModel):
    """What TEI's clients send to /rerank."""

    model_config = ConfigDict(strict=True)

    query: Query
    texts: Texts
    raw_scores: bool = False
    return_text: bool = False
    truncate: bool | None = False
    truncation_direction: Annotated[Literal["right"], BeforeValidator(_lower)] = "right"
    stream: bool = False


class CohereBody(BaseModel):
    """What Cohere's and Jina's clients send to /v1/rerank."""

    model_config = ConfigDict(strict=True)

    query: Query
    documents: Documents
    top_n: Annotated[int, Field(ge=1)] | None = None
    return_documents: bool = False
    raw_scores: bool = False
    stream: bool = False


def _read_tei(body: bytes) -> Asked:
    read = _read(TeiBody, body)
    return Asked(
        read.query,
        read.texts,
        raw=read.raw_scores,
        with_text=read.return_text,
        cut=bool(read.truncate),
        stream=read.stream,
    )


def _read_cohere(body: bytes) -> Asked:
    read = _read(CohereBody, body)
    if read.stream and read.top_n is not None:
        raise RefusalError(422, "Validation", "top_n: a stream is not in order, it has no first ones; leave one out")
    return Asked(
        read.query,
        read.documents,
        raw=read.raw_scores,
        with_text=read.return_documents,
        cut=True,
        stream=read.stream,
        top=read.top_n,
    )


def _read(shape: type[Body], body: bytes) -> Body:
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
        place = "".join(f"[{part}]" if isinstance(part, int) else str(part) for part in fault["loc"]) or "body"
        if too_much := TOO_MUCH.get(fault["type"]):
            raise RefusalError(413, "Validation", f"{place}: {too_much}") from None
        raise RefusalError(422, "Validation", f"{place}: {fault['msg']}") from None


def _write_tei(asked: Asked, scored: Scored) -> object:
    return [
        {
            "index": index,
            "score": shown(scored.logits[index], raw=asked.raw),
            **({"text": asked.texts[index]} if asked.with_text else {}),
            "truncated": scored.truncated[index],
        }
        for index in best_first(scored.logits)
    ]


def _write_cohere(asked: Asked, scored: Scored) -> object:
    results = [
        {
            "index": index,
            "relevance_score": shown(scored.logits[index], raw=asked.raw),
            **({"document": {"text": asked.texts[index]}} if asked.with_text else {}),
            "truncated": scored.truncated[index],
        }
        for index in best_first(scored.logits)[: asked.top]
    ]
    usage = {"total_tokens": scored.tokens}
    return {"id": str(uuid.uuid4()), "model": scored.model, "results": results, "usage": usage}


TEI = Shape(_read_tei, _write_tei)
COHERE = Shape(_read_cohere, _write_cohere)


def best_first(logits: Sequence[float]) -> list[int]:
    """Return the places of the logits, the highest first; of equal ones the earlier first."""
    return sorted(range(len(logits)), key=lambda index: (-logits[index], index))


def shown(logit: float, *, raw: bool) -> float:
    """Return the logit, or its sigmoid."""
    if raw:
        return logit
    small = math.exp(-abs(logit))
    return (1.0 if logit >= 0 else small) / (1.0 + small)
