"""Takes from a visitor only files uploaded to this server. Knows Gradio's upload button, no file's content."""

from __future__ import annotations

import os
from pathlib import Path

import gradio as gr


def only_own_uploads(button: gr.UploadButton, folder: Path) -> None:
    """Make an upload button refuse every file outside the folder that uploads are put in.

    A request says by path or URL which file was "uploaded". Gradio 6 believes any path as long as its Blocks are
    mounted rather than launched, so a visitor could have the server's own files read, and it fetches URLs.
    """

    async def take(path: str | os.PathLike[str] | None) -> str | None:
        if path is None:
            return None
        if not Path(path).resolve().is_relative_to(folder.resolve()):
            raise PermissionError("only files uploaded here are read")
        return str(path)

    # Gradio asks the component itself; on the instance, as a subclass would have its interface written to disk.
    vars(button)["async_move_resource_to_block_cache"] = take
