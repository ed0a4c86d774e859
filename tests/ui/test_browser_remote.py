"""A page whose model server does not answer, in a real browser: what ran instead cannot be overlooked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

import fhir_samples
from tests.rerankers import Reply, RerankServer, rerank_server, well
from tests.ui.conftest import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Visit = Callable[..., "Page"]
# At one moment: the page may be scrolling.
PLACE = """() => {
  const alarm = document.querySelector("#history .remarks .alarm");
  const { left, right, bottom } = alarm.getBoundingClientRect();
  const colour = getComputedStyle(alarm).borderLeftColor.match(/\\d+/g).slice(0, 3).map(Number);
  return { left, right, bottom, colour, list: document.querySelector("#history .item").getBoundingClientRect().top };
}"""


@pytest.fixture(scope="module")
def reranker() -> Iterator[RerankServer]:
    """Serve a reranker that the page's server asks."""
    with rerank_server() as started:
        yield started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, reranker: RerankServer) -> Iterator[Server]:
    """Serve two sample patients with `remote` as the first choice."""
    paths = fhir_samples.bundles()[:2]
    folder = tmp_path_factory.mktemp("remote")
    with serving(folder, paths, EMR_RERANK_MODEL="remote", EMR_RERANK_REMOTE_URL=reranker.url) as started:
        yield started


def ranked(visit: Visit, **options: object) -> Page:
    page = visit(**options)
    page.click("#matches button >> nth=0")
    page.wait_for_selector("#history .item")
    page.fill("#assessment textarea", "acute shortness of breath")
    page.click("#rank")
    page.wait_for_selector("#history .history.scored")
    return page


def test_the_page_says_where_texts_are_sent_and_what_ran(visit: Visit, reranker: RerankServer) -> None:
    reranker.behaviour = well
    page = ranked(visit)
    assert "Ranked by remote for" in page.inner_text("#history h3")
    assert page.locator(".remarks .alarm").count() == 0
    assert f"to {reranker.url.removeprefix('http://')};" in page.inner_text(".foot")
    assert page.get_by_role("radio", name="remote").is_checked()
    assert page.get_by_role("radio", name="gemma").count() == 0


@pytest.mark.parametrize("width", [1280, 375])
def test_another_model_than_asked_for_is_in_the_reader_s_way(visit: Visit, reranker: RerankServer, width: int) -> None:
    reranker.behaviour = lambda _: Reply(status=401)
    page = ranked(visit, viewport={"width": width, "height": 900})
    assert "Ranked by cascade, not remote, for" in page.inner_text("#history h3")
    alarm = page.locator("#history .remarks .alarm")
    assert "The model remote could not be used: the reranker at 127.0.0.1:" in alarm.inner_text()
    assert "The built-in model cascade ranked this instead." in alarm.inner_text()
    place = page.evaluate(PLACE)
    assert 0 <= place["left"] < place["right"] <= width
    assert place["bottom"] <= place["list"]
    red, green, blue = place["colour"]
    assert red > green > blue  # amber
