from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from ui.own_uploads import only_own_uploads


def result_of(call: Coroutine[Any, Any, str | None]) -> str | None:
    """Run a call that waits for nothing to its end; browser tests beside this one have a loop running already."""
    with pytest.raises(StopIteration) as ended:
        call.send(None)
    found: str | None = ended.value.value
    return found


@pytest.fixture
def button(tmp_path: Path) -> gr.UploadButton:
    made = gr.UploadButton()
    (tmp_path / "uploads").mkdir()
    only_own_uploads(made, tmp_path / "uploads")
    return made


def test_a_file_that_was_uploaded_is_taken_as_it_is(button: gr.UploadButton, tmp_path: Path) -> None:
    path = tmp_path / "uploads" / "abc" / "chart.json"
    assert result_of(button.async_move_resource_to_block_cache(str(path))) == str(path)
    assert result_of(button.async_move_resource_to_block_cache(None)) is None


@pytest.mark.parametrize(
    "named", ["/etc/passwd", "chart.json", "uploads/../chart.json", "http://example.org/chart.json"]
)
def test_any_other_path_or_url_is_refused(button: gr.UploadButton, tmp_path: Path, named: str) -> None:
    with pytest.raises(PermissionError):
        result_of(button.async_move_resource_to_block_cache(str(tmp_path / named) if named[0] != "h" else named))
    (tmp_path / "uploads" / "link").symlink_to("/etc")
    with pytest.raises(PermissionError):
        result_of(button.async_move_resource_to_block_cache(str(tmp_path / "uploads" / "link" / "passwd")))
