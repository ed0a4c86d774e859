"""The words every module of this room shares: a resource, an entry of a source, a way to look references up.

Knows nothing of files, models or Records.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Resource = dict[str, Any]
"""One FHIR R4 resource as plain JSON (parsed, not a model), so that dates keep the precision they were written with."""

Json = Any
"""Any parsed JSON value."""

LookUp = Callable[[str], Resource | None]
"""Finds the resource a reference names, given the string as written; None when it is not known. `#id` references are
resolved inside the resource by whoever holds it, never through this."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource as a source holds it, not yet validated.

    `full_url` is the Bundle entry's `fullUrl`, "" where there is none. `position` says where in the file it lies, for
    a person: "entry 12", "line 7", "member a.ndjson line 7". What stands where a resource belongs but is no JSON
    object comes as `{"resource": it}`, which never validates, so that it is quarantined instead of lost.

    `base` is the one server base that the `fullUrl`s of its Bundle agree on, "" where they name none or several; in the
    latter case `mixed` is true. `fault` says why a line could not be parsed; `raw` is then the line and `resource` {}.
    """

    resource: Resource
    full_url: str = ""
    position: str = ""
    base: str = ""
    mixed: bool = False
    fault: str = ""
    raw: bytes = b""
