"""Writes a folder as a whole or not at all. Knows nothing of what is in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from emr_rerank.errors import RequestError


@contextmanager
def replaced(folder: Path, mark: str) -> Iterator[Path]:
    """Yield an empty folder beside `folder` that takes its place when the block ends well.

    A run that is killed leaves `folder` as it was. A folder that is there must hold the file `mark`, or nothing, so
    that a mistyped path costs nobody their files.

    Raises:
        RequestError: what is there was not written by such a run.
    """
    if folder.exists() and not (folder.is_dir() and ((folder / mark).is_file() or not any(folder.iterdir()))):
        raise RequestError(f"{folder} is there and holds no {mark}: it would be replaced; name another output=FOLDER")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        new, old = beside / "new", beside / "old"
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
