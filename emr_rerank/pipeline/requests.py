"""Files of requests answered line by line: JSON lines in, JSON lines out. Knows the two line formats, no terminal.

A request that fails gives its own line with an "error"; the others go on. The answer file appears whole, at the end:
a run that is stopped leaves the one before it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emr_rerank.engine import MemoryVectors
from emr_rerank.errors import EmrRerankError, RequestError
from emr_rerank.knowledge import KnowledgeBase
from emr_rerank.pipeline.bundles import Bundles
from emr_rerank.pipeline.documents import rerank_documents
from emr_rerank.pipeline.history import rank_patient

Json = dict[str, Any]
Name = str | Annotated[int, Field(ge=-(2**63), lt=2**63)]  # what JSON writers agree on


class RankRequest(BaseModel):
    """A line of `rank --requests`; `bundle` is relative to the file it stands in."""

    model_config = ConfigDict(frozen=True)

    id: Name
    bundle: str = Field(min_length=1)
    assessment: str
    patient: str | None = None


class Document(BaseModel):
    """One document of a `rerank` line."""

    model_config = ConfigDict(frozen=True)

    id: Name
    text: str


class RerankRequest(BaseModel):
    """A line of `rerank --input`."""

    model_config = ConfigDict(frozen=True)

    query_id: Name
    query: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """How many requests there were, how many of them failed, and how many another model than asked for answered."""

    requests: int
    failed: int
    stood_in: int = 0


def rank_requests(requests: Path, out: Path, model: str, base: KnowledgeBase | None = None) -> Answered:
    """Answer lines {"id", "bundle", "assessment"} with {"id", "ranking": [every record's reference], ...}.

    Beside them stand "model" (what actually ran), "requested_model", "engines" (what computed) and "notices".
    The best item comes first by score; an item's records stand together, newest first. Pins change nothing here.

    Raises:
        RequestError: a file cannot be read or written.
    """
    bundles, vectors = Bundles(), MemoryVectors()

    def answer(line: bytes) -> Json:
        request = RankRequest.model_validate_json(line)
        path = requests.parent / request.bundle
        if path.is_dir():
            raise RequestError(f"bundle: {request.bundle} is a folder; name a file")
        store, key = bundles.open(path, request.patient)
        ranking = rank_patient(store, key, request.assessment, model, vectors, base=base)
        return {
            "id": request.id,
            "ranking": [member.reference for one in ranking.items for member in one.item.members],
            "model": ranking.model,
            "requested_model": ranking.requested_model,
            "engines": list(ranking.engines),
            "notices": list(ranking.notices),
        }

    try:
        return _answer_lines(requests, out, "id", answer)
    finally:
        bundles.close()


def rerank_requests(requests: Path, out: Path, model: str, base: KnowledgeBase | None = None) -> Answered:
    """Answer lines {"query_id", "query", "documents": [{"id", "text"}]} with {"query_id", "results", ...}, best first.

    Each result is {"id", "index", "relevance_score", "truncated"}: every document once. Beside the results stand
    "model" (what actually ran), "requested_model", "engines" (what computed) and "notices".

    Raises:
        RequestError: a file cannot be read or written.
    """
    vectors = MemoryVectors()

    def answer(line: bytes) -> Json:
        request = RerankRequest.model_validate_json(line)
        texts = [document.text for document in request.documents]
        reranked = rerank_documents(request.query, texts, model, vectors, base)
        results = [
            {
                "id": request.documents[one.index].id,
                "index": one.index,
                "relevance_score": one.score,
                "truncated": one.truncated,
            }
            for one in reranked.results
        ]
        return {
            "query_id": request.query_id,
            "results": results,
            "model": reranked.model,
            "requested_model": reranked.requested_model,
            "engines": list(reranked.engines),
            "notices": list(reranked.notices),
        }

    return _answer_lines(requests, out, "query_id", answer)


def _answer_lines(requests: Path, out: Path, name: str, answer: Callable[[bytes], Json]) -> Answered:
    if out.exists() and requests.exists() and out.samefile(requests):
        raise RequestError(f"{out}: the answers would overwrite the requests; name another file for them")
    count = failed = stood_in = 0
    with _reading(requests) as lines, _written_whole(out) as answers:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            count += 1
            try:
                answered = answer(line)
                stood_in += answered["model"] != answered["requested_model"]
            except (EmrRerankError, ValueError, OSError, RecursionError) as error:
                failed += 1
                answered = {name: _name(line, name), "error": f"line {number}: {_one_line(error)}"}
            answers.write(orjson.dumps(answered) + b"\n")
    return Answered(count, failed, stood_in)


def _name(line: bytes, name: str) -> object:
    """Return the failed request's own name, as far as it can be read."""
    try:
        request = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return request.get(name) if isinstance(request, dict) else None


def _one_line(error: Exception) -> str:
    if isinstance(error, EmrRerankError):
        return str(error)
    if not isinstance(error, ValidationError):  # a path with a NUL, nesting without end: the words may be the request's
        return f"cannot be answered ({type(error).__name__}); correct the request"
    fault = error.errors(include_input=False, include_url=False)[0]
    if fault["type"] == "json_invalid":
        return "not JSON; one request is one JSON object on one line"
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


@contextmanager
def _reading(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise RequestError(f"{path}: cannot be read ({error.strerror}); name a file of requests") from None
    with file:
        yield file


@contextmanager
def _written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes the path's place when all went well; readable by its owner only, as it names records."""
    if path.exists() and not path.is_file():  # a pipe or a terminal cannot be replaced
        with path.open("wb") as stream:
            yield stream
        return
    try:
        file = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115 (renamed below)
    except OSError as error:
        raise RequestError(f"{path}: cannot be written ({error.strerror}); name another file") from None
    try:
        with file:
            yield file
        Path(file.name).replace(path)
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise
