"""Whether a resource changed: a hash of its content, and which of two versions is the newer. Knows JSON, no store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import blake2b

import orjson

from emr_rerank.fhir.resource import Resource

_VOLATILE = ("lastUpdated", "versionId")
"""Parts of `meta` that a server changes by touching a resource: they say that there may be news, they are none."""


def content_hash(resource: Resource) -> bytes:
    """Return 16 bytes that are equal for equal content, whatever the order of keys."""
    meta = resource.get("meta")
    if isinstance(meta, dict) and any(name in meta for name in _VOLATILE):
        rest = {name: value for name, value in meta.items() if name not in _VOLATILE}
        resource = {name: value for name, value in resource.items() if name != "meta"}
        if rest:
            resource["meta"] = rest
    return blake2b(to_json(resource, sort=True), digest_size=16).digest()


def to_json(resource: Resource, *, sort: bool = False) -> bytes:
    """Return a resource as compact UTF-8 JSON."""
    try:
        return orjson.dumps(resource, option=orjson.OPT_SORT_KEYS if sort else None)
    except orjson.JSONEncodeError:  # nested beyond 254 levels, which orjson reads but does not write
        try:
            return json.dumps(resource, separators=(",", ":"), sort_keys=sort, ensure_ascii=False).encode()
        except RecursionError:
            return b'{"resourceType":"nested too deeply to be kept"}'


def last_updated(resource: Resource) -> str:
    """Return `meta.lastUpdated` as written, "" where there is none."""
    meta = resource.get("meta")
    written = meta.get("lastUpdated") if isinstance(meta, dict) else None
    return written if isinstance(written, str) and written.isprintable() else ""


def is_older(one: str, other: str) -> bool:
    """Whether the first of two `lastUpdated` is known to be earlier; one that is missing or odd says nothing."""
    if one == other:
        return False
    first, second = _instant(one), _instant(other)
    return first is not None and second is not None and first < second


def _instant(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
