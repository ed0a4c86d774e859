"""How far a run is: a bar with the time left on a terminal, else a plain line now and then. Knows steps alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TextIO

Tell = Callable[[int, str], None]  # the steps done, and what to say of them


@contextmanager
def progress(done: int, total: int, every: int, stream: TextIO = sys.stderr) -> Iterator[Tell]:
    """Show how many of `total` steps are done, at the start `done`; off a terminal, a line every `every` steps."""
    if stream.isatty():
        with _bar(done, total) as tell:
            yield tell
        return
    began = time.monotonic()

    def line(step: int, said: str) -> None:
        if step % every == 0 or step == total:
            left = (time.monotonic() - began) / max(1, step - done) * (total - step)
            stream.write(f"step {step} of {total}, {timedelta(seconds=round(left))} left, {said}\n")
            stream.flush()

    yield line


@contextmanager
def _bar(done: int, total: int) -> Iterator[Tell]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415  (only a terminal needs it)

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, transient=True) as shown:
        task = shown.add_task("", total=total, completed=done)
        yield lambda step, said: shown.update(task, completed=step, description=said)
