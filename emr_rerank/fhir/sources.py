"""Files and folders in, resources as JSON out, one at a time. Knows nothing of what is inside a resource.

What a file is shows in its first bytes, never in its name: a Bundle of any type, one resource, a JSON array of
resources, or NDJSON (read line by line), each plain, in gzip, or in a zip. Everything is UTF-8 JSON by RFC 8259: NaN
and Infinity are refused, of a repeated key the last value counts, nesting ends at 1,024 levels, whole numbers beyond
64 bits become decimals, half a surrogate pair becomes U+FFFD. A byte order mark, CRLF and blank lines are allowed. A
line of NDJSON that is no JSON is an entry with a `fault`; the lines around it are read.
"""

from __future__ import annotations

import errno
import io
import json
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from emr_rerank.errors import SourceError
from emr_rerank.fhir.references import normalise
from emr_rerank.fhir.resource import Entry, Json, Resource
from emr_rerank.fhir.unpacking import DEFAULT_LIMITS, Limits, Part, open_parts

__all__ = ["DEFAULT_LIMITS", "Entry", "FoundFile", "Limits", "NotFhir", "find_files", "name_of", "read_entries"]

_BOM = b"\xef\xbb\xbf"
_LINE_BREAKS_AFTER = (b":", b",", b"[", b"{")  # where a document may go on in the next line
_UNDONE = "nothing was imported from this file"


class NotFhir(SourceError):  # noqa: N818  (it says what the file is; as an error it is a SourceError)
    """The file is plainly something else (text, an image, a table, other JSON): in a folder it is passed over."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read; `named` where it was asked for by its own path, not met in a folder."""

    path: Path
    named: bool


def name_of(path: Path) -> str:
    """Return a file's name as text: bytes of it that are not UTF-8 as "?"."""
    return _text(path.name)


def find_files(paths: Sequence[Path]) -> Iterator[FoundFile]:
    """Yield the files at these paths, those of folders and their subfolders in the order of their names.

    Hidden files and folders (".git", ".DS_Store") inside a folder are passed over, links to folders are followed, each
    folder once. SourceError for a path that does not exist or a folder that cannot be listed.
    """
    for path in paths:
        mode = _mode(path)
        if mode == 0:
            raise SourceError(f"{_text(path)}: no such file or folder; check the path")
        if stat.S_ISDIR(mode):
            yield from _inside(path, set())
        else:
            yield FoundFile(path, named=True)


def read_entries(
    path: Path, *, limits: Limits = DEFAULT_LIMITS, on_skip: Callable[[str], None] | None = None
) -> Iterator[Entry]:
    """Yield the resources of one file in its order, nested Bundles flattened, Bundle entries without one left out.

    NotFhir (a SourceError) before the first entry where the file is plainly something else; members of a zip that are
    something else are passed over and their one line goes to `on_skip`. SourceError, possibly after many entries,
    where the file cannot be read to its end: what was yielded before must then be discarded.
    """
    try:
        with path.open("rb") as file:
            yield from _file_entries(file, name_of(path), limits, on_skip)
    except OSError as error:
        raise SourceError(f"{name_of(path)}: cannot be read ({_reason(error)}); {_UNDONE}") from None


def _inside(folder: Path, visited: set[tuple[int, int]]) -> Iterator[FoundFile]:
    try:
        status = folder.stat()
        children = sorted(folder.iterdir(), key=lambda child: child.name)
    except OSError as error:
        raise SourceError(f"{_text(folder)}: cannot be listed ({_reason(error)}); check its permissions") from None
    if (status.st_dev, status.st_ino) in visited:  # a link back to a folder already walked
        return
    visited.add((status.st_dev, status.st_ino))
    for child in children:
        if child.name.startswith("."):
            continue
        mode = _mode(child)
        if stat.S_ISDIR(mode):
            yield from _inside(child, visited)
        elif stat.S_ISREG(mode):
            yield FoundFile(child, named=False)


def _mode(path: Path) -> int:
    """Return what is at a path, links followed; 0 for nothing, a dead link or a link to itself."""
    try:
        return path.stat().st_mode
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return 0
        raise SourceError(f"{_text(path)}: cannot be read ({_reason(error)}); check its permissions") from None


def _file_entries(
    file: io.BufferedReader, name: str, limits: Limits, on_skip: Callable[[str], None] | None
) -> Iterator[Entry]:
    read, skipped = 0, 0
    for part in open_parts(file, name, limits):
        try:
            yield from _part_entries(part, limits)
            read += 1
        except NotFhir as other:
            if not part.prefix:
                raise
            skipped += 1
            if on_skip:
                on_skip(str(other))
    if not read:
        raise NotFhir(f"{name}: none of its {skipped} files holds FHIR; nothing to import")


def _part_entries(part: Part, limits: Limits) -> Iterator[Entry]:
    stream = part.stream
    if stream.peek(3)[:3] == _BOM:
        stream.read(3)
    _require_json(part.name, stream.peek(64)[:64])
    lines = _lines(part, limits)
    number, first = next(lines, (1, b""))
    _require_json(part.name, first[:64] or b"\n")
    try:
        value = _loads(first)
    except orjson.JSONDecodeError:
        if not _is_broken_line(first, part):
            yield from _document_entries(_document(part, limits, number, first), part)
            return
        yield from _line_entries(part, number, first)
    else:
        second = next(lines, None)
        if second is None:
            yield from _document_entries(value, part)
            return
        _require_resource(value, part)
        yield from _flattened(value, f"{part.prefix}line {number}")
        yield from _line_entries(part, *second)
    for number, line in lines:
        yield from _line_entries(part, number, line)


def _lines(part: Part, limits: Limits) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers. The first may be as long as a whole document."""
    number, bound = 0, limits.document
    while line := part.stream.readline(bound + 1):
        number += 1
        if len(line) > bound:
            raise (
                _too_large(part, limits)
                if bound == limits.document
                else SourceError(f"{part.name} line {number}: longer than {limits.line // 2**20} MiB; {_UNDONE}")
            )
        if not line.isspace():
            yield number, line
            bound = limits.line


def _is_broken_line(first: bytes, part: Part) -> bool:
    """Return whether text that is no JSON is a line of NDJSON: a resource follows in a line of its own."""
    if first.rstrip().endswith(_LINE_BREAKS_AFTER):
        return False
    line, _, _ = part.stream.peek().lstrip().partition(b"\n")
    following = _parsed(line)
    return isinstance(following, dict) and "resourceType" in following


def _document(part: Part, limits: Limits, number: int, first: bytes) -> Json:
    """Parse a document that goes on after its first line, or say what is wrong with it."""
    whole = first + part.stream.read(limits.document - len(first) + 1)
    if len(whole) > limits.document:
        raise _too_large(part, limits)
    try:
        return _loads(whole)
    except orjson.JSONDecodeError as error:
        if b'"resourceType"' not in whole:
            raise NotFhir(f"{part.name}: not JSON; FHIR is read as JSON or NDJSON") from None
        place = f"{part.name} line {number - 1 + error.lineno}"
        raise SourceError(f"{place}: {_fault(whole, f'not JSON ({error.msg})')}; {_UNDONE}") from None


def _document_entries(value: Json, part: Part) -> Iterator[Entry]:
    if isinstance(value, list):
        if not any(isinstance(item, dict) and "resourceType" in item for item in value):
            raise NotFhir(f"{part.name}: JSON without a resourceType; not FHIR")
        for index, item in enumerate(value, start=1):
            if item is not None:
                yield from _flattened(item, f"{part.prefix}item {index}")
        return
    _require_resource(value, part)
    yield from _flattened(value, part.prefix.rstrip())


def _line_entries(part: Part, number: int, line: bytes) -> Iterator[Entry]:
    position = f"{part.prefix}line {number}"
    try:
        value = _loads(line)
    except orjson.JSONDecodeError:
        yield Entry({}, position=position, fault=_fault(line, "not JSON"), raw=line.strip())
        return
    yield from _flattened(value, position)


def _flattened(value: Json, position: str) -> Iterator[Entry]:
    """Yield a resource, or those of a Bundle and of the Bundles in it (by a stack, however deep they nest)."""
    waiting = [Entry(value, position=position)]
    while waiting:
        entry = waiting.pop()
        resource: Json = entry.resource
        if not isinstance(resource, dict):
            yield replace(entry, resource={"resource": resource})
        elif resource.get("resourceType") == "Bundle":
            waiting += reversed(list(_bundled(resource, entry)))
        else:
            yield entry if entry.position else replace(entry, position="document")


def _bundled(bundle: Resource, outer: Entry) -> Iterator[Entry]:
    """Yield a Bundle's entries, whatever stands where a resource belongs; one without a base has its outer one's."""
    listed = bundle.get("entry")
    entries = listed if isinstance(listed, list) else [listed]
    bases = dict.fromkeys(filter(None, map(_base, entries)))
    base, mixed = (next(iter(bases)), False) if len(bases) == 1 else ("", True) if bases else (outer.base, outer.mixed)
    for index, entry in enumerate(entries, start=1):
        place = f"{outer.position} entry {index}".lstrip()
        if isinstance(entry, dict):
            full_url = entry.get("fullUrl")
            if entry.get("resource") is not None:
                yield Entry(entry["resource"], full_url if isinstance(full_url, str) else "", place, base, mixed)
        elif entry is not None:
            yield Entry(entry, "", place, base, mixed)


def _base(entry: Json) -> str | None:
    full_url = entry.get("fullUrl") if isinstance(entry, dict) else None
    if not isinstance(full_url, str) or full_url.startswith("urn:") or entry.get("resource") is None:
        return None
    return normalise(full_url)[0]


def _require_resource(value: Json, part: Part) -> None:
    if not isinstance(value, dict) or "resourceType" not in value:
        raise NotFhir(f"{part.name}: JSON without a resourceType; not FHIR")


def _require_json(name: str, start: bytes) -> None:
    """Refuse a file by its first bytes; only spaces are no verdict yet, a single line break stands for the end."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start[:4]:
        raise NotFhir(f"{name}: not UTF-8 text; if it is JSON in UTF-16, convert it to UTF-8 first")
    text = start.lstrip()
    if text[:1] in (b"{", b"["):
        return
    if not start or start == b"\n":
        raise NotFhir(f"{name}: empty; nothing to import")
    if text:
        raise NotFhir(f"{name}: {'XML' if text[:1] == b'<' else 'not JSON'}; FHIR is read as JSON or NDJSON")


def _loads(data: bytes) -> Json:
    """Parse JSON. Half a surrogate pair, which exports cut from a text's end, becomes U+FFFD."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "surrogate" not in error.msg:
            raise
        try:
            text = json.dumps(json.loads(data), ensure_ascii=False)
        except (ValueError, RecursionError):
            raise error from None
        return orjson.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _parsed(data: bytes) -> Json:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None


def _fault(data: bytes, otherwise: str) -> str:
    """Say what is wrong with text that is no JSON; only the parser's own words, none of the text."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return "not UTF-8 text; convert it to UTF-8 first"
    return otherwise


def _text(path: Path | str) -> str:
    return str(path).encode("utf-8", "replace").decode()


def _too_large(part: Part, limits: Limits) -> SourceError:
    size = limits.document // 2**20
    return SourceError(f"{part.name}: larger than {size} MiB as one JSON document; export it as NDJSON; {_UNDONE}")


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
