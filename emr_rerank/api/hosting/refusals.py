"""What a client is told instead of scores: a status and one line without content, as its kind of server says it.

Hugging Face TEI answers {"error", "error_type"}, Cohere {"message"}, whose clients ask below /v1/ and /v2/.
"""

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
COHERES = ("/v1/", "/v2/")  # how addresses begin that its clients ask


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
    def words(self) -> Mapping[str, str]:
        """What it says, in TEI's shape; a stream's last line is in it on every route."""
        return {"error": str(self), "error_type": self.kind}

    def response(self, path: str) -> Response:
        """Return the whole answer to a request for an address."""
        words = {"message": str(self)} if path.startswith(COHERES) else self.words
        headers = {} if self.retry_after is None else {"retry-after": str(self.retry_after)}
        if self.status == 401:
            headers["www-authenticate"] = "Bearer"
        return Response(orjson.dumps(words), self.status, headers, media_type="application/json")
