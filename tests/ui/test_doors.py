"""What the page does not need is shut, and every answer keeps the browser on this server."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from emr_rerank.api.addresses import LOOPBACK
from ui.doors import OwnHostOnly, is_open


@pytest.mark.parametrize("path", ["/", "/config", "/theme.css", "/assets/index-1.js", "/gradio_api/queue/data"])
def test_what_the_page_reads_is_open(path: str) -> None:
    assert is_open("GET", path)
    assert is_open("HEAD", path)


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/component_server/"])
def test_what_the_page_sends_is_open(path: str) -> None:
    assert is_open("POST", path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://example.org"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/docs"),
        ("POST", "/gradio_api/run/pick"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/"),
        ("DELETE", "/"),
    ],
)
def test_everything_else_is_shut(method: str, path: str) -> None:
    assert not is_open(method, path)


def client(hosts: tuple[str, ...] | None) -> TestClient:
    async def page(_: Request) -> Response:
        return PlainTextResponse("page")

    guard = Middleware(OwnHostOnly, hosts=hosts, framed_by=("'none'",))
    return TestClient(Starlette(routes=[Route("/", page)], middleware=[guard]), base_url="http://127.0.0.1:7860")


def test_another_hosts_name_is_refused_on_loopback() -> None:
    answer = client(LOOPBACK).get("/", headers={"host": "rebound.example:7860"})
    assert answer.status_code == 400
    assert "page" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:80", "[::1]:7860"])
def test_this_machines_own_names_are_served(host: str) -> None:
    assert client(LOOPBACK).get("/", headers={"host": host}).text == "page"


def test_a_space_is_served_under_any_name() -> None:
    assert client(None).get("/", headers={"host": "some-space.example"}).text == "page"


def test_answers_keep_the_page_on_its_own_server() -> None:
    headers = client(LOOPBACK).get("/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
