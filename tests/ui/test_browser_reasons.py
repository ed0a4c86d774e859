"""Why a record ranks where it does, in a real browser: one quiet line in the row, the whole of it in the record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Visit = Callable[..., "Page"]
ASKED = "mouth ulcers and fever on methotrexate"
HOSTILE = '<img src=x onerror="window.ran=1"> & <b>'
SIZES = [(1280, 900), (390, 844)]


def rank(page: Page, words: str) -> None:
    page.wait_for_selector("#history .item")
    page.fill("#assessment textarea", words)
    page.click("#rank")
    page.wait_for_selector("#history .history.scored")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_line_is_there_quiet_and_within_its_column(visit: Visit, width: int, height: int) -> None:
    page = visit(viewport={"width": width, "height": height})
    page.click('#matches button[data-id="yusuf-demirci"]')
    page.wait_for_selector("#history .item")
    assert page.locator("#history .why").count() == 0  # nothing was asked yet
    rank(page, ASKED)
    lines = page.locator("#history .why")
    assert lines.count() > 5
    assert all(text.startswith("Why: ") for text in lines.all_inner_texts())
    out_of_place = lines.evaluate_all(
        """all => all.filter(one => {
            const [line, column] = [one, one.closest(".what")].map(each => each.getBoundingClientRect());
            const style = getComputedStyle(one);
            return line.left < column.left - 1 || line.right > column.right + 1
                || line.height > 2.1 * parseFloat(style.lineHeight) || style.fontWeight !== "400";
        }).map(one => one.innerText)"""
    )
    assert out_of_place == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    quiet, secondary = (
        page.locator(f"#history .{name}").first.evaluate("one => getComputedStyle(one).color")
        for name in ("why", "kind" if width > 760 else "more")
    )
    assert quiet == secondary


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_long_reason_is_cut_in_the_row_and_whole_in_the_record(visit: Visit, width: int, height: int) -> None:
    page = visit(viewport={"width": width, "height": height})
    page.click('#matches button[data-id="yusuf-demirci"]')
    rank(page, ASKED)
    row = page.locator("#history .item:has(.why)").first
    row.locator(".open").click()
    row.locator(".because").wait_for()
    assert row.locator(".because p").first.inner_text() == row.locator(".why").text_content()
    hint = row.locator(".because .aside").inner_text()
    assert re.fullmatch(r"Hint from the built-in facts [0-9a-f]{12}(, \S+\.csv line \d+)*; not a reference", hint)
    row.locator(".why").evaluate("one => { one.textContent += ' and so on'.repeat(60); }")
    tall, line = row.locator(".why").evaluate("one => [one.offsetHeight, parseFloat(getComputedStyle(one).lineHeight)]")
    assert tall <= 2.1 * line


def test_a_row_s_name_for_a_screen_reader_says_why(visit: Visit) -> None:
    page = visit()
    page.click('#matches button[data-id="yusuf-demirci"]')
    rank(page, ASKED)
    said = page.locator("#history .why").first.inner_text()
    assert page.get_by_role("button", name=said).count() >= 1


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a folder of own facts whose words are markup."""
    folder = tmp_path / "house"
    folder.mkdir()
    quoted = HOSTILE.replace('"', '""')
    (folder / "interactions.csv").write_text(
        "a,b,kind,mechanism,consequence,severity\n"
        f'metformin,nitrofurantoin,drug-drug,none,"{quoted}",contraindicated\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def house_page(chromium: Browser, house: Path) -> Iterator[Page]:
    """Open the page of a server with these facts and a patient who takes metformin."""
    chart = house.parent / "chart.json"
    medicine = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": "Metformin 500 mg tablets"},
    }
    person = {"resourceType": "Patient", "id": "p1", "name": [{"text": "Ada Example"}]}
    entries = [{"resource": one} for one in (person, medicine)]
    chart.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), encoding="utf-8")
    with serving(house.parent, [chart], EMR_RERANK_FACTS=str(house)) as server:
        page = chromium.new_page()
        page.goto(server.url)
        page.wait_for_selector("#matches button")
        yield page
        page.close()


def test_words_of_own_facts_are_shown_and_never_run(house_page: Page) -> None:
    house_page.click("#matches button >> nth=0")
    rank(house_page, "start nitrofurantoin?")
    assert HOSTILE in house_page.locator("#history .why").first.inner_text()
    house_page.click("#history .open >> nth=0")
    house_page.wait_for_selector("#history .because")
    pane = house_page.locator("#history .because")
    assert HOSTILE in pane.inner_text()
    assert "house/interactions.csv line 2" in pane.inner_text()
    assert house_page.locator("#history img, #history b:not(.kinds b)").count() == 0
    assert house_page.evaluate("window.ran") is None
