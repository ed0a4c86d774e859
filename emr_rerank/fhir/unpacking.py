"""Files in, plain byte streams out: gzip and zip opened by content, within bounds. Knows nothing of JSON or FHIR.

Nothing is ever written, so names inside an archive are labels only and cannot reach outside it.
"""

from __future__ import annotations

import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from emr_rerank.errors import SourceError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MEBI = 1024 * 1024
_BUFFER = 256 * 1024
_GZIP, _ZIP, _EMPTY_ZIP = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"
_ENCRYPTED = 0x1  # bit of a zip member's flags
_BROKEN = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one source may hold. Plain NDJSON has no bound but that of its lines: it is read line by line."""

    members: int = 10_000  # files in one zip
    expanded: int = 4096 * _MEBI  # bytes that one compressed file may unpack to
    ratio: int = 200  # unpacked to packed bytes; FHIR JSON packs 10 to 40 times
    ratio_floor: int = 64 * _MEBI  # unpacked bytes below which the ratio does not matter
    document: int = 128 * _MEBI  # bytes of one JSON document, which is held in memory about six times its size
    line: int = 64 * _MEBI  # bytes of one NDJSON line


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Part:
    """One stream of plain bytes: the file itself, or one member of a zip."""

    name: str  # for messages: "export.zip (a.ndjson)"
    prefix: str  # for positions: "member a.ndjson ", "" for the file itself
    stream: io.BufferedReader[Any]


def open_parts(file: io.BufferedReader, name: str, limits: Limits) -> Iterator[Part]:
    """Yield the plain streams of an open file, each to be read before the next is asked for.

    SourceError when an archive is broken, encrypted, nested, or larger than `limits`; reading a part may raise it too.
    """
    budget = _Budget(name, limits)
    head = file.peek(4)[:4]
    if head in (_ZIP, _EMPTY_ZIP):
        yield from _members(file, name, budget)
    else:
        yield _plain(file, _size(file), Part(name, "", file), budget)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Budget:
    """What one source has unpacked so far, over all its members."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.used = 0

    def spend(self, count: int) -> None:
        self.used += count
        self.check(self.used)

    def check(self, expanded: int) -> None:
        if expanded > self.limits.expanded:
            size = self.limits.expanded // _MEBI
            raise SourceError(f"{self.name}: unpacks to more than {size} MiB; unpack it first and import the files")

    def check_ratio(self, name: str, expanded: int, packed: int) -> None:
        if packed and expanded > max(self.limits.ratio_floor, packed * self.limits.ratio):
            raise SourceError(
                f"{name}: unpacks to more than {self.limits.ratio} times its size, as no FHIR export does; "
                "unpack it first if you trust it"
            )


class _Bounded(io.RawIOBase):
    """A decompressing stream that stops at its bounds and turns a broken archive into one clear line."""

    def __init__(self, inner: _Readable, packed: int, name: str, budget: _Budget) -> None:
        self._inner, self._packed, self._name, self._budget = inner, packed, name, budget
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._inner.read(len(view))
        except _BROKEN:  # the errors' own words may quote what they read
            raise _broken(self._name) from None
        view[: len(data)] = data
        self._read += len(data)
        self._budget.spend(len(data))
        self._budget.check_ratio(self._name, self._read, self._packed)
        return len(data)


def _plain(stream: io.BufferedReader[Any], packed: int, part: Part, budget: _Budget) -> Part:
    """Return a part whose stream is plain: itself, or what its one layer of gzip holds."""
    if stream.peek(2)[:2] != _GZIP:
        return part
    inner = io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=stream), packed, part.name, budget), _BUFFER)
    if inner.peek(4)[:2] == _GZIP or inner.peek(4)[:4] == _ZIP:
        raise _nested(part.name)
    return Part(part.name, part.prefix, inner)


def _members(file: io.BufferedReader, name: str, budget: _Budget) -> Iterator[Part]:
    try:
        archive = zipfile.ZipFile(file)
    except (*_BROKEN, OSError, ValueError):
        raise _broken(name) from None
    members = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
    if len(members) > budget.limits.members:
        raise SourceError(f"{name}: holds more than {budget.limits.members} files; unpack it first")
    budget.check(sum(info.file_size for info in members))
    for info in members:
        label = "".join(letter if letter.isprintable() else "?" for letter in info.filename)
        whole = f"{name} ({label})"
        if info.flag_bits & _ENCRYPTED:
            raise SourceError(f"{whole}: encrypted; unpack it first with its password")
        budget.check_ratio(whole, info.file_size, info.compress_size)
        try:
            opened = archive.open(info)
        except (*_BROKEN, OSError, ValueError):
            raise _broken(whole) from None
        with opened:
            stream = io.BufferedReader(_Bounded(opened, info.compress_size, whole, budget), _BUFFER)
            if stream.peek(4)[:4] == _ZIP:
                raise _nested(whole)
            yield _plain(stream, info.file_size, Part(whole, f"member {label} ", stream), budget)


def _size(file: io.BufferedReader) -> int:
    """Return a file's size, 0 for a pipe, whose ratio is then not checked."""
    return os.fstat(file.fileno()).st_size


def _broken(name: str) -> SourceError:
    return SourceError(f"{name}: broken or cut short as an archive; copy it again; nothing was imported from this file")


def _nested(name: str) -> SourceError:
    return SourceError(f"{name}: an archive inside an archive; unpack the outer one first")
