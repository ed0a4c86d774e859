"""Uploads in a real browser: ranked from memory, for their visitor only, and inert whatever they hold."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emr_rerank.store import count_patients, open_store

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Visit = Callable[..., "Page"]
Write = Callable[..., Path]

PAYLOADS = (
    "<script>window.ran=1</script>",
    '<img src=x onerror="window.ran=1">',
    '"><svg onload=window.ran=1>',
    "' onmouseover='window.ran=1",
    "{{constructor.constructor('window.ran=1')()}}",
    "${window.ran=1}",
    "</script><script>window.ran=1</script>",
    "<a href='javascript:window.ran=1'>x</a>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
)


def upload(page: Page, path: Path) -> None:
    page.set_input_files("#find input[type=file]", path)


def trouble(page: Page) -> str:
    page.wait_for_selector("#trouble [role=alert]")
    return page.inner_text("#trouble")


def patients_in(database_url: str) -> int:
    store = open_store(database_url)
    with store.read() as transaction:
        count = count_patients(transaction)
    store.close()
    return count


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]


def test_an_uploaded_bundle_is_ranked_and_leaves_no_trace(
    visit: Visit, write: Write, resources: Any, server: Any
) -> None:
    before = patients_in(server.database_url)
    page = visit()
    path = write(
        "one.json",
        resources.patient("up-1", "Quillfeather"),
        resources.condition("c1", "up-1", "Gout of the left foot"),
        resources.condition("c2", "up-1", "Migraine with aura"),
        *(resources.observation(f"o{n}", "up-1", "Urate", (400 + n, "umol/L"), f"201{n}-05-01") for n in range(5)),
    )
    upload(page, path)
    page.wait_for_selector("#history .item")
    assert "Quillfeather" in page.inner_text("#banner")
    assert "not stored" in page.inner_text("#banner")
    page.fill("#assessment textarea", "painful swollen big toe, urate crystals")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#history .history.scored")
    assert page.locator("#history .item").count() == 3
    page.locator(".open", has_text="Urate").click()
    page.wait_for_selector(".record svg")
    assert page.locator(".record svg circle").count() == 5
    assert patients_in(server.database_url) == before
    assert files_under(server.temporary) == []
    log = server.log.read_text()
    assert not any(word in log for word in ("Quillfeather", "Gout", "urate", "up-1", "one.json"))


def test_of_several_patients_in_a_file_one_is_chosen(visit: Visit, write: Write, resources: Any) -> None:
    page = visit()
    path = write(
        "two.json",
        resources.patient("up-a", "Ashgrove"),
        resources.patient("up-b", "Birchwood"),
        resources.condition("ca", "up-a", "Asthma"),
        resources.condition("cb", "up-b", "Bursitis"),
    )
    upload(page, path)
    page.wait_for_selector("#matches button[data-id=up-b]")
    assert "2 patients are in this file" in page.inner_text("#matches")
    page.click("#matches button[data-id=up-b]")
    page.wait_for_selector("#history .item")
    assert page.locator("#history .title").all_inner_texts() == ["Bursitis"]
    page.click("#change")
    page.click("#matches button[data-id=up-a]")
    page.wait_for_function("() => document.querySelector('#history .title')?.innerText === 'Asthma'")


def test_another_visitor_does_not_find_an_upload(visit: Visit, write: Write, resources: Any) -> None:
    mine, other = visit(), visit()
    upload(mine, write("mine.json", resources.patient("up-m", "Mine"), resources.condition("c", "up-m", "Vertigo")))
    mine.wait_for_selector("#history .item")
    other.fill("#search input", "up-m")
    other.wait_for_selector("#matches p")
    assert "No patient matches" in other.inner_text("#matches")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.json", b'{"resourceType": "Bundle", "entry": ['),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(300)),
        ("empty.json", b""),
        ("other.json", b'{"hello": "world"}'),
        ("nobody.json", b'{"resourceType": "Bundle", "type": "collection", "entry": []}'),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_in_one_line(
    visit: Visit, tmp_path: Path, server: Any, name: str, content: bytes
) -> None:
    page = visit()
    path = tmp_path / name
    path.write_bytes(content)
    upload(page, path)
    said = trouble(page)
    assert said.endswith(".")
    assert "\n" not in said
    assert "Traceback" not in said
    assert page.locator("#matches button").count() >= 12
    assert files_under(server.temporary) == []


def test_a_nested_archive_is_refused(visit: Visit, tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner.zip", tmp_path / "outer.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.json", "{}")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "inner.zip")
    page = visit()
    upload(page, outer)
    assert "zip" in trouble(page).lower()


def test_a_file_over_the_bound_is_refused_and_not_kept(visit: Visit, write: Write, resources: Any, server: Any) -> None:
    page = visit()
    path = write("large.json", resources.patient("up-l", "Large"), resources.note("n", "up-l", "word " * 600_000))
    upload(page, path)
    assert "larger than 2 MB" in trouble(page)
    assert page.locator("#history .item").count() == 0
    assert files_under(server.temporary) == []


def hostile(resources: Any, words: str, number: int) -> list[dict[str, Any]]:
    """Return a patient and records with these words wherever free text can stand."""
    whose = f"up-h{number}"
    person = resources.patient(whose, words, words)
    person["text"] = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'}
    problem = resources.condition(f"c{number}", whose, words)
    problem["note"] = [{"text": words}]
    problem["text"] = person["text"]
    problem["bodySite"] = [{"text": words}]
    numbers = [resources.observation(f"o{number}{n}", whose, words, (n, words), f"201{n}-01-01") for n in range(3)]
    medicine = {
        "resourceType": "MedicationRequest",
        "id": f"m{number}",
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{whose}"},
        "medicationCodeableConcept": {"text": f"warfarin {words}"},
        "dosageInstruction": [{"text": words}],
        "reasonCode": [{"text": words}],
    }
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": f"a{number}",
        "patient": {"reference": f"Patient/{whose}"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"text": words},
        "reaction": [{"manifestation": [{"text": words}]}],
    }
    strange = {"resourceType": "Condition", "id": words, "subject": {"reference": f"Patient/{whose}"}}
    return [
        person,
        problem,
        *numbers,
        medicine,
        allergy,
        strange,
        resources.note(f"n{number}", whose, f"letter {words}"),
        resources.note(f"w{number}", whose, f"<p>letter {words}</p>", "text/html"),
    ]


def test_a_hostile_bundle_stays_inert_and_is_shown_literally(visit: Visit, write: Write, resources: Any) -> None:
    page = visit()
    path = write(
        "<img src=x onerror=window.ran=1>.json",
        *(one for number, words in enumerate(PAYLOADS) for one in hostile(resources, words, number)),
    )
    upload(page, path)
    for number, words in enumerate(PAYLOADS):
        page.wait_for_selector(f"#matches button[data-id=up-h{number}]")
        page.hover(f"#matches button[data-id=up-h{number}]")
        page.click(f"#matches button[data-id=up-h{number}]")
        page.wait_for_selector("#history .item")
        assert words in page.inner_text("#banner")
        assert words in page.inner_text("#safety")
        page.fill("#assessment textarea", words)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#history .history.scored")
        assert words in page.inner_text("#history h3")
        for row in page.locator("#history .item").all():
            row.locator(".open").hover()
            row.locator(".open").click()
            row.locator(".record .line").wait_for()
        for summary in page.locator("#history details:not([open]) summary").all():
            summary.click()
        for button in page.locator("#history button[data-source]").all():
            button.click()
        page.wait_for_function("() => [...document.querySelectorAll('.source')].every(one => one.textContent)")
        assert words in page.inner_text("#history .rows")
        assert json.dumps(words, ensure_ascii=False)[1:-1] in page.inner_text("#history .rows")
        assert page.evaluate("window.ran") is None
        page.click("#change")


def test_five_hundred_items_stay_quick(visit: Visit, write: Write, resources: Any) -> None:
    page = visit()
    path = write(
        "many.json",
        resources.patient("up-500", "Many"),
        *(resources.condition(f"c{n}", "up-500", f"Problem number {n}", f"20{n % 20:02}-01-01") for n in range(500)),
    )
    upload(page, path)
    page.wait_for_function("() => document.querySelectorAll('#history .item').length === 500")
    spent = page.evaluate(
        """() => {
            const begun = performance.now();
            const box = document.querySelector(".narrow [name=from]");
            box.value = "2019";
            box.dispatchEvent(new Event("input", { bubbles: true }));
            document.body.offsetHeight;
            return performance.now() - begun;
        }"""
    )
    assert page.locator("#history .item:visible").count() == 25
    assert spent < 500  # milliseconds, on a loaded machine; some 20 when it is free
