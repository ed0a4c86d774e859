"""What an installation may set."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.errors import RequestError
from emr_rerank.settings import read_settings


def test_own_facts_and_terminology_are_none_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("EMR_RERANK_FACTS", "EMR_RERANK_TERMINOLOGY"):
        monkeypatch.delenv(name, raising=False)
    assert (read_settings().facts, read_settings().terminology) == (None, None)
    for name in ("EMR_RERANK_FACTS", "EMR_RERANK_TERMINOLOGY"):
        monkeypatch.setenv(name, "")
    assert (read_settings().facts, read_settings().terminology) == (None, None)
    for name in ("EMR_RERANK_FACTS", "EMR_RERANK_TERMINOLOGY"):
        monkeypatch.setenv(name, str(tmp_path))
    assert (read_settings().facts, read_settings().terminology) == (tmp_path, tmp_path)


def test_a_terminology_may_be_one_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "RXNCONSO.RRF"
    path.touch()
    monkeypatch.setenv("EMR_RERANK_TERMINOLOGY", str(path))
    assert read_settings().terminology == path


@pytest.mark.parametrize("name", ["EMR_RERANK_FACTS", "EMR_RERANK_TERMINOLOGY"])
def test_a_path_that_is_not_there_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "absent"))
    told = rf"^{name}: Path does not point to .*absent'\); correct or unset the variable$"
    with pytest.raises(RequestError, match=told):
        read_settings()


def test_no_server_is_asked_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMR_RERANK_REMOTE_URL", raising=False)
    assert read_settings().remote_url is None
    monkeypatch.setenv("EMR_RERANK_REMOTE_URL", "")
    assert read_settings().remote_url is None
    monkeypatch.setenv("EMR_RERANK_REMOTE_URL", "https://gpu.example:8080/v1/rerank?region=eu")
    assert read_settings().remote_url == "https://gpu.example:8080/v1/rerank?region=eu"


@pytest.mark.parametrize(
    "url", ["gpu:8080", "/rerank", "ftp://gpu/rerank", "http://", "http://gpu:99999", "https://me:hunter2@gpu/rerank"]
)
def test_a_server_s_address_is_whole_and_holds_no_secret(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("EMR_RERANK_REMOTE_URL", url)
    with pytest.raises(RequestError, match=r"^EMR_RERANK_REMOTE_URL: ") as told:
        read_settings()
    assert "hunter2" not in str(told.value)


KEYS = pytest.mark.parametrize("name", ["EMR_RERANK_REMOTE_KEY", "EMR_RERANK_SERVER_KEY"])


@KEYS
@pytest.mark.parametrize("key", ["  ", "hunter2\nx-admin: yes", "hunter2é"])
def test_what_no_header_may_hold_is_no_key(monkeypatch: pytest.MonkeyPatch, name: str, key: str) -> None:
    monkeypatch.setenv(name, key)
    with pytest.raises(RequestError, match=rf"^{name}: Not a key") as told:
        read_settings()
    assert "hunter2" not in str(told.value)


@KEYS
def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "hunter2\n")  # as `cat file` gives it
    settings = read_settings()
    key = settings.remote_key or settings.server_key
    assert key is not None
    assert key.get_secret_value() == "hunter2"
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
