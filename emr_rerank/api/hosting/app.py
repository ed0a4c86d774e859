"""A model server's routes. Knows addresses; what happens behind them is in `answering` and `hosted`."""

from __future__ import annotations

from collections.abc import Collection

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emr_rerank import __version__
from emr_rerank.api.hosting.answering import Reranking
from emr_rerank.api.hosting.bodies import Bodies
from emr_rerank.api.hosting.doors import Counted, OwnHost, WithKey
from emr_rerank.api.hosting.hosted import Hosted
from emr_rerank.api.hosting.limits import MAX_TEXTS
from emr_rerank.api.hosting.refusals import RefusalError
from emr_rerank.api.hosting.shapes import COHERE, TEI

FREE = ("/health", "/ready", "/metrics")  # need no key
RERANKING = {"/rerank": TEI, "/v1/rerank": COHERE, "/v2/rerank": COHERE}


def create_hosting(hosted: Hosted, hosts: Collection[str] | None = None, key: str | None = None) -> Starlette:
    """Return the application.

    `hosts` are the names it answers to, None every one; with a `key`, requests must send it.
    """

    def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__})

    def ready(request: Request) -> Response:
        try:
            hosted.open()
        except RefusalError as refusal:
            return refusal.response(request.url.path)
        return JSONResponse({"status": "ready"})

    def metrics(_: Request) -> Response:
        return Response(hosted.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    def info(request: Request) -> Response:
        try:
            model = hosted.open().reranker
        except RefusalError as refusal:
            return refusal.response(request.url.path)
        spec = getattr(model.encoder, "spec", None)  # a decoder's
        prompt = {} if spec is None else {"max_input_length": spec.max_length, "prompt": spec.order}
        return JSONResponse(
            {
                "model_id": model.title,
                "model_dtype": model.dtype,
                "model_type": {"reranker": {}},
                "model_key": model.key,
                "device": model.device,
                "max_batch_tokens": hosted.limits.batch_tokens,
                "max_client_batch_size": MAX_TEXTS,
                **prompt,
                "version": __version__,
            }
        )

    bodies = Bodies(hosted.limits.body, hosted.limits.bodies)
    pages = {"/health": health, "/ready": ready, "/metrics": metrics, "/info": info}
    asking = {path: Reranking(hosted, bodies, shape) for path, shape in RERANKING.items()}
    return Starlette(
        routes=[
            *(Route(path, page, methods=["GET"]) for path, page in pages.items()),
            *(Route(path, reranking, methods=["POST"]) for path, reranking in asking.items()),
        ],
        middleware=[
            Middleware(Counted, metrics=hosted.metrics, routes=[*pages, *asking]),
            *([] if hosts is None else [Middleware(OwnHost, hosts=hosts)]),
            *([] if key is None else [Middleware(WithKey, key=key, free=FREE)]),
        ],
        exception_handlers={404: _absent, 405: _other_method},
    )


def _absent(request: Request, _: Exception) -> Response:
    *others, last = RERANKING
    message = f"nothing is served at this address; ask {', '.join(others)} or {last}"
    return RefusalError(404, "Validation", message).response(request.url.path)


def _other_method(request: Request, _: Exception) -> Response:
    path = request.url.path
    allowed = "POST" if path in RERANKING else "GET, HEAD"
    answer = RefusalError(405, "Validation", f"this address takes only {allowed}").response(path)
    answer.headers["allow"] = allowed
    return answer
