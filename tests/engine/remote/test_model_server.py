"""The remote scorer and this project's own model server, joined: the same scores as without either."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from emr_rerank.engine import ModelSource, load_reranker
from emr_rerank.engine.remote import RemoteScorer, RemoteServer, RemoteSource
from emr_rerank.engine.reranker import Reranker
from emr_rerank.errors import EngineUnavailableError
from tests.api.hosting.models import running
from tests.tiny import save_gemma

TEXTS = [
    "Amiodarone 200 mg",
    "",
    "Asthma",
    "Amiodarone 200 mg",
    "Äußerung · 高血圧",
    "long " * 700,
    *map(str, range(40)),
]


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    return load_reranker(ModelSource(str(save_gemma(tmp_path_factory.mktemp("tiny"))), device="cpu"))


@pytest.fixture(scope="module")
def url(reranker: Reranker) -> Iterator[str]:
    with running(lambda: reranker, key="sesame") as server:
        yield str(server.client.base_url)


@pytest.mark.parametrize("path", ["", "/rerank", "/v1/rerank"])
def test_scores_are_those_of_the_model_itself(reranker: Reranker, url: str, path: str) -> None:
    scorer = RemoteScorer(RemoteServer(RemoteSource(url + path, key=SecretStr("sesame"))))
    assert scorer.score("dry cough", TEXTS) == pytest.approx(reranker.score("dry cough", TEXTS), abs=1e-4)
    assert scorer.read("dry cough", TEXTS).cut == reranker.read("dry cough", TEXTS).cut


def test_the_server_wants_its_key(url: str) -> None:
    with pytest.raises(EngineUnavailableError, match="refuses the key"):
        RemoteServer(RemoteSource(url, key=SecretStr("wrong"))).rerank("dry cough", TEXTS)
