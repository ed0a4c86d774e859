"""The page can be read: at two sizes, light and dark, with contrast enough; and it keeps to its own server."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import pytest

from emr_rerank.pipeline.models import SHOWN

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Visit = Callable[..., "Page"]
SIZES = [(1280, 900), (390, 844)]

# Every visible text with its contrast against what it stands on; WCAG's formula, large text told by its size.
CONTRAST = """() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const poor = [];
  for (const element of document.querySelectorAll("gradio-app *")) {
    const words = [...element.childNodes].filter((n) => n.nodeType === 3 && n.textContent.trim());
    if (!words.length || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    if (style.clipPath !== "none" || element.closest(".unseen, svg")) continue;
    const back = ground(element);
    const [a, b] = [light(over(parse(style.color), back)), light(back)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const enough = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = (a + 0.05) / (b + 0.05);
    const told = `${element.className} ${words[0].textContent.trim().slice(0, 30)}`;
    if (ratio < enough) poor.push(`${ratio.toFixed(2)} ${told}`);
  }
  return poor;
}"""


def walk(page: Page) -> list[str]:
    """Go through the page's states; return what each is called, having checked its width."""
    states = []

    def check(state: str) -> None:
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], f"{state}: {wide[0]} px wide in {wide[1]}"
        states.append(state)

    check("start")
    page.click("#matches button >> nth=0")
    page.wait_for_selector("#history .item")
    check("chart")
    page.click("#examples .example >> nth=0")
    page.wait_for_selector("#history .history.scored")
    check("ranked")
    for kind in ("observation", "note", "condition"):
        row = page.locator(f'#history .item[data-kind="{kind}"]').first
        row.locator(".open").click()
        row.locator(".record .line").wait_for()
    for summary in page.locator("#history details:not([open]) summary").all():
        summary.click()
    for button in page.locator("#history button[data-source]:visible").all()[:3]:
        button.click()
    page.wait_for_function("() => [...document.querySelectorAll('.source:not([hidden])')].every(s => s.textContent)")
    check("opened")
    return states


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_wider_than_the_window_or_too_faint(visit: Visit, width: int, height: int, scheme: str) -> None:
    page = visit(viewport={"width": width, "height": height}, color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    assert walk(page) == ["start", "chart", "ranked", "opened"]
    page.mouse.move(0, 0)
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_model_can_be_seen_whole(visit: Visit, width: int, height: int) -> None:
    page = visit(viewport={"width": width, "height": height})
    page.click("#matches button >> nth=0")
    page.wait_for_selector("#history .item")
    choices = page.locator("#model label")
    assert choices.count() == len(SHOWN)
    hidden = choices.evaluate_all(
        """all => all.filter(one => {
            const [choice, frame] = [one, one.closest("#model")].map(each => each.getBoundingClientRect());
            return choice.left < frame.left || choice.right > frame.right || one.scrollWidth > one.clientWidth;
        }).map(one => one.innerText)"""
    )
    assert hidden == []


def test_faint_text_is_noticed(visit: Visit) -> None:
    page = visit()
    page.evaluate("document.querySelector('.lead').style.color = '#b0b0b0'")
    assert len(page.evaluate(CONTRAST)) == 1


def brightness(page: Page) -> int:
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3]))


def test_dark_is_dark_and_light_is_light(visit: Visit) -> None:
    assert brightness(visit(color_scheme="dark")) < 150
    assert brightness(visit(color_scheme="light")) > 600


def test_a_row_is_one_named_control_in_a_list(visit: Visit) -> None:
    page = visit()
    page.click("#matches button >> nth=0")
    page.wait_for_selector("#history .item")
    assert page.get_by_role("list", name="Records").get_by_role("listitem").count() == page.locator(".item").count()
    assert page.locator("#history ol.rows > li > button.open").count() == page.locator("#history .item").count()
    assert page.locator("[data-count]").get_attribute("role") == "status"
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("input, select, textarea, button")]
            .filter((one) => one.checkVisibility())
            .filter((one) => !(one.labels?.length || one.ariaLabel || one.innerText?.trim() || one.title))
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []


def fetch(url: str, **headers: str) -> tuple[int, str, Any]:
    asked = urllib.request.Request(url, headers=headers)  # noqa: S310  (a loopback address made here)
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read().decode(), answer.headers
    except HTTPError as refused:
        return refused.code, refused.read().decode(), refused.headers


def test_the_page_loads_nothing_from_elsewhere(server: Any) -> None:
    status, page, headers = fetch(server.url)
    assert status == 200
    loaded = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=[\"']([^\"']+)", page)
    assert loaded
    assert not [address for address in loaded if re.match(r"(https?:)?//", address)]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "fonts.googleapis" not in fetch(f"{server.url}theme.css")[1]


@pytest.mark.parametrize(
    "path",
    [
        "docs",
        "redoc",
        "openapi.json",
        "monitoring",
        "monitoring/summary",
        "gradio_api/info",
        "gradio_api/openapi.json",
        "gradio_api/runs",
        "gradio_api/queue/status",
        "gradio_api/file=/etc/hostname",
    ],
)
def test_what_the_page_does_not_need_is_shut(server: Any, path: str) -> None:
    assert fetch(f"{server.url}{path}")[0] == 404


def test_another_hosts_name_is_refused(server: Any) -> None:
    assert fetch(server.url, Host="rebound.example")[0] == 400


def test_health_answers_beside_the_page(server: Any) -> None:
    assert fetch(f"{server.url}health")[0] == 200
