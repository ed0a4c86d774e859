"""Progress off a terminal."""

from __future__ import annotations

import io

from training.finetune.progress import progress


def test_off_a_terminal_a_line_comes_now_and_then_and_at_the_end() -> None:
    """A log with a line a step helps nobody."""
    stream = io.StringIO()
    with progress(4, 10, 3, stream) as tell:
        for step in range(5, 11):
            tell(step, f"loss {step}")
    lines = stream.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == ["step 6 of 10", "step 9 of 10", "step 10 of 10"]
    assert lines[-1] == "step 10 of 10, 0:00:00 left, loss 10"
