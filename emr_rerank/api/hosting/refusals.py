"""What a client is told instead of scores: a status, one line without content, and Hugging Face TEI's word for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import orjson
from starlette.responses import Response

from emr_rerank.api.hosting.unscored import BatchFailedError, EndingError, QueueFullError, TooLargeError, UnscoredError

Kind = Literal["Validation", "Overloaded", "Unhealthy", "Backend"]

OF_UNSCORED: Mapping[type[UnscoredError], tuple[int, Kind]] = {
    QueueFullError: (429, "Overloaded"),
    TooLargeError: (413, "Validation"),
    EndingError: (503, "Unhealthy"),
    BatchFailedError: (500, "Backend"),
}


class RefusalError(Exception):
    """A request that gets no scores."""

    def __init__(self, status: int, kind: Kind, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.retry_after = retry_after

    @classmethod
    def because(cls, reason: UnscoredError) -> RefusalError:
        """Return what the client is told where the queue gave no scores."""
        status, kind = OF_UNSCORED[type(reason)]
        return cls(status, kind, str(reason), reason.retry_after if isinstance(reason, QueueFullError) else None)

    @property
    def body(self) -> bytes:
        """The answer, in JSON."""
        return orjson.dumps({"error": str(self), "error_type": self.kind})

    @property
    def response(self) -> Response:
        """The whole answer."""
        headers = {} if self.retry_after is None else {"retry-after": str(self.retry_after)}
        if self.status == 401:
            headers["www-authenticate"] = "Bearer"
        return Response(self.body, self.status, headers, media_type="application/json")
