"""What a visitor might send by hand, to the real server: files never uploaded, requests that no page makes."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import httpx
import pytest

NOT_UPLOADED = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"resource": {"resourceType": "Patient", "id": "zed", "name": [{"family": "Neveruploaded"}]}}],
}


def upload_event(client: httpx.Client) -> Any:
    """Return the number of the event that an upload causes, as the page's own configuration names it."""
    config = client.get("/config").json()
    return next(
        dependency["id"]
        for dependency in config["dependencies"]
        if any(event == "upload" for _, event in dependency["targets"])
    )


def answered(client: httpx.Client, event: int, data: list[Any]) -> str:
    """Ask as a page would and return the answer's whole text."""
    session = secrets.token_hex(6)
    asked = {"data": data, "event_data": None, "fn_index": event, "trigger_id": None, "session_hash": session}
    client.post("/gradio_api/queue/join", json=asked).raise_for_status()
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            if "process_completed" in line:
                return line
    raise AssertionError("the server did not answer")


@pytest.fixture
def client(server: Any) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=60)


def as_file(path: str) -> dict[str, Any]:
    return {"path": path, "orig_name": "a.json", "meta": {"_type": "gradio.FileData"}}


def test_an_uploaded_file_is_read(client: httpx.Client) -> None:
    sent = client.post("/gradio_api/upload", files={"files": ("a.json", json.dumps(NOT_UPLOADED))}).json()
    assert "Neveruploaded" in answered(client, upload_event(client), [as_file(sent[0]), None])


def test_a_file_of_the_server_that_was_not_uploaded_is_not_read(client: httpx.Client, tmp_path: Path) -> None:
    private = tmp_path / "private.json"
    private.write_text(json.dumps(NOT_UPLOADED))
    event = upload_event(client)
    for path in (str(private), "/etc/passwd", str(tmp_path), f"http://127.0.0.1:{client.base_url.port}/health"):
        answer = answered(client, event, [as_file(path), None])
        assert "Neveruploaded" not in answer
        assert "not JSON" not in answer
        assert '"success":false' in answer.replace(" ", "")
    assert private.exists()


def test_a_request_that_no_page_makes_is_answered_without_a_trace(client: httpx.Client) -> None:
    config = client.get("/config").json()
    history = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "history")
    for function in ("open_record", "show_source"):
        for asked in ({}, {"visit": "guessed", "item": 1, "member": 0}, {"visit": "x", "item": "y"}, [1]):
            sent = {"component_id": history, "fn_name": function, "data": asked, "session_hash": "s"}
            answer = client.post("/gradio_api/component_server", json=sent)
            assert answer.status_code < 500
            assert "Traceback" not in answer.text
