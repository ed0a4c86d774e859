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
