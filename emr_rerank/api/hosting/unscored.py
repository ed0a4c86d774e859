"""Why pairs get no score, each a line that holds no one's text. Knows no queue and no HTTP."""

from __future__ import annotations

from emr_rerank.errors import EmrRerankError


class UnscoredError(Exception):
    """Why a request's remaining pairs get no score; one line without content."""


class QueueFullError(UnscoredError):
    """Too much waits already; `retry_after` says in how many seconds it should have been worked off."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooLargeError(UnscoredError):
    """The request alone is more than the queue holds."""


class EndingError(UnscoredError):
    """The server is stopping."""

    def __init__(self) -> None:
        super().__init__("the server is stopping; ask another one")


class BatchFailedError(UnscoredError):
    """The model failed on a batch that held pairs of this request."""


def told(error: BaseException) -> str:
    """Return an error as one line that cannot hold anyone's text: our own message, else its type and place."""
    if isinstance(error, EmrRerankError):
        return str(error)
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace else ""
    return type(error).__name__ + place
