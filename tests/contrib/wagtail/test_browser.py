"""The editor in a real browser: find, be held, mend, publish; waive, and find it in the history."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser import axe_violations, chromium  # noqa: F401

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]
SEED = """
import json, django
django.setup()
from wagtail.models import Page
from tests.contrib.wagtail.clinic.seed import CLEAN, ERROR, page
home = Page.objects.get(depth=2)
body = [
    {"type": "heading", "id": "11111111-1111-4111-8111-111111111111", "value": "Your visit"},
    {"type": "paragraph", "id": "22222222-2222-4222-8222-222222222222",
     "value": "<p>We see adults on <b>weekdays</b>.</p>"},
    {"type": "questions", "id": "33333333-3333-4333-8333-333333333333", "value": [
        {"type": "item", "id": "44444444-4444-4444-8444-444444444444",
         "value": {"question": "When are you open?", "answer": "<p>Every day.</p>"}}]},
]
for title in ("Mend", "Waive", "Warn", "Rich", "Look"):
    page(home, title, notes=CLEAN, body=json.dumps(body))
    print(title, Page.objects.get(title=title).pk)
"""


@dataclass
class Clinic:
    """The site, running: its address and its pages' numbers."""

    url: str
    pages: dict[str, int]
    log: Path

    def edit(self, title: str) -> str:
        return f"{self.url}/admin/pages/{self.pages[title]}/edit/"

    def status(self, title: str) -> int:
        try:
            with urllib.request.urlopen(f"{self.url}/{title.lower()}/") as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def failures(self) -> str:
        """What the server's log says from the first exception on."""
        said = self.log.read_text("utf-8")
        return said[said.index("Traceback") :] if "Traceback" in said else ""


@pytest.fixture(scope="module")
def clinic(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp("clinic")
    shutil.copy(database, folder / "clinic.sqlite3")
    environment = {**os.environ, "CLINIC_DB": str(folder / "clinic.sqlite3"),
                   "DJANGO_SETTINGS_MODULE": "tests.contrib.wagtail.clinic.settings"}  # fmt: skip
    seeded = subprocess.run([sys.executable, "-c", SEED], cwd=ROOT, env=environment, check=True,
                            capture_output=True, text=True).stdout  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "django", "runserver", "--noreload", "--insecure", str(port)],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        site = Clinic(
            f"http://127.0.0.1:{port}",
            {name: int(pk) for name, pk in re.findall(r"(\w+) (\d+)", seeded)},
            folder / "server.log",
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{site.url}/admin/login/").close()
                break
            except urllib.error.URLError:
                assert server.poll() is None, site.log.read_text("utf-8")
                time.sleep(0.2)
        yield site
    finally:
        server.terminate()
        server.wait(10)
        log.close()


@pytest.fixture
def editor(clinic: Clinic, chromium: Any) -> Iterator[Any]:  # noqa: F811
    """A window in which the clinician is logged in; neither script nor server may fail."""
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{clinic.url}/admin/login/")
    page.fill("[name=username]", "clinician")
    page.fill("[name=password]", "password")
    page.click("[type=submit]")
    yield page
    page.close()
    assert faults == []
    assert clinic.failures() == ""


def open_editor(page: Any, url: str) -> None:
    """Open a page to edit it.

    What somebody changes in the first seconds Wagtail takes for what was there before.
    """
    page.goto(url)
    settle(page)


def settle(page: Any) -> None:
    """Wait until changes are watched for."""
    page.wait_for_function(
        "wagtail.app.controllers.some((c) => c.identifier === 'w-unsaved' && c.initialFormData)"
    )
    page.wait_for_timeout(2500)


def open_panel(page: Any) -> Any:
    toggle = page.locator('[data-side-panel-toggle="healthlint"]')
    if toggle.get_attribute("aria-expanded") != "true":
        toggle.click()
    panel = page.locator("[data-healthlint]")
    panel.wait_for(state="visible")
    return panel


def press(page: Any, name: str) -> None:
    """Choose an action at the foot of the editor."""
    button = page.locator(f'[name="action-{name}"]')
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target='toggle']").first.click()
    with page.expect_navigation(timeout=60_000):  # the editor may still be saving a draft
        button.first.click()


def shot(page: Any, name: str) -> None:
    """A picture for the documentation, if it is wanted."""
    if folder := os.environ.get("HEALTHLINT_SHOTS"):
        page.screenshot(path=str(Path(folder) / name))


def test_find_be_held_mend_publish(editor: Any, clinic: Clinic) -> None:
    page = editor
    open_editor(page, clinic.edit("Mend"))
    panel = open_panel(page)
    assert "0 errors, 0 warnings" in panel.inner_text()
    page.fill("#id_notes", "Our infusion is 100% safe. Ask us what a visit costs.")
    card = page.locator(".healthlint__card--error")
    card.wait_for()  # autosave brings it, while the editor types
    assert "Our infusion is 100% safe" in card.inner_text()
    assert "Error" in card.inner_text() and "SAF001" in card.inner_text()
    counter = page.locator('[data-side-panel-toggle="healthlint"] [data-side-panel-toggle-counter]')
    assert counter.inner_text().strip() == "1"
    shot(page, "wagtail-panel.png")
    assert clinic.status("Mend") == 404
    press(page, "publish")
    assert "could not be" in page.locator(".messages").inner_text()
    held = page.locator("#panel-child-content-notes-section, [data-contentpath='notes']").first
    assert "SAF001" in held.inner_text()
    assert clinic.status("Mend") == 404
    shot(page, "wagtail-held.png")
    open_panel(page)
    page.locator(".healthlint__card--error [data-healthlint-go]").click()
    assert page.evaluate("document.activeElement.id") == "id_notes"
    page.locator(".healthlint__card--error [data-healthlint-apply]").first.click()
    page.wait_for_function("!document.querySelector('#id_notes').value.includes('100% safe')")
    page.locator(".healthlint__card--error").wait_for(state="detached")
    assert "Ask us what a visit costs." in page.input_value("#id_notes")
    press(page, "publish")
    if page.locator("[name=healthlint_confirm]").count():
        press(page, "publish")
    assert "has been published" in page.locator(".messages").inner_text()
    assert clinic.status("Mend") == 200


def test_a_suggestion_in_rich_text_keeps_what_is_bold(editor: Any, clinic: Clinic) -> None:
    page = editor
    open_editor(page, clinic.edit("Rich"))
    open_panel(page)
    block = page.locator("#block-22222222-2222-4222-8222-222222222222-section")
    words = block.locator("[contenteditable='true']")
    words.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Our infusion is 100% safe.")
    card = page.locator(".healthlint__card--error")
    card.wait_for()
    assert "Body › Paragraph" in card.inner_text()
    card.locator("[data-healthlint-apply]").first.click()
    card.wait_for(state="detached")
    assert "100% safe" not in words.inner_text()
    assert words.inner_text().startswith("We see adults on weekdays.")
    bold = words.locator("[style*='font-weight: bold']")
    assert bold.inner_text() == "weekdays"


def test_a_block_in_a_list_is_found_and_jumped_to(editor: Any, clinic: Clinic) -> None:
    page = editor
    open_editor(page, clinic.edit("Rich"))
    item = page.locator("#block-44444444-4444-4444-8444-444444444444-section")
    item.locator("input[type=text]").fill("There are no side effects.")
    open_panel(page)
    card = page.locator(".healthlint__card--error")
    card.wait_for()
    link = card.locator("[data-healthlint-go]")
    assert link.get_attribute("href") == "#block-44444444-4444-4444-8444-444444444444-section"
    link.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == "There are no side effects."
    press(page, "publish")
    assert "SAF002" in item.inner_text()  # the message stands in the nested block
    item.locator("input[type=text]").fill("When are you open?")
    page.locator(".healthlint__card--error").wait_for(state="detached")


def test_warnings_ask_once(editor: Any, clinic: Clinic) -> None:
    page = editor
    open_editor(page, clinic.edit("Warn"))
    page.fill("#id_notes", "A breakthrough for everyone.")
    page.locator(".healthlint__card--warning").wait_for(state="attached")
    press(page, "publish")
    said = page.locator(".messages").inner_text()
    assert "1 warning. Read it; if it may stand, do the same again to go on." in said
    shot(page, "wagtail-warning.png")
    assert clinic.status("Warn") == 404
    press(page, "publish")
    assert clinic.status("Warn") == 200


def test_waive_and_find_it_in_the_history(editor: Any, clinic: Clinic) -> None:
    page = editor
    open_editor(page, clinic.edit("Waive"))
    open_panel(page)
    page.fill("#id_notes", "There are no side effects.")
    card = page.locator(".healthlint__card--error")
    card.wait_for()
    card.locator(".healthlint__waive summary").click()
    card.locator("textarea").fill("Too short")
    page.evaluate("document.querySelector('.healthlint__waive form').noValidate = true")
    card.get_by_role("button", name="Waive this finding").click()
    page.get_by_text("in 10 characters or more.").first.wait_for()
    card.locator("textarea").fill("The sentence quotes the approved leaflet.")
    # Autosave draws the panel anew; what is being typed in it stays.
    page.fill("#id_notes", "There are no side effects. Ask us what a visit costs.")
    page.wait_for_timeout(3000)
    assert card.locator("textarea").input_value() == "The sentence quotes the approved leaflet."
    assert axe_of_panel(page) == []
    shot(page, "wagtail-waiver.png")
    card.get_by_role("button", name="Waive this finding").click()
    page.get_by_text("Waived by clinician until").wait_for()
    assert page.locator(".healthlint__card--error").count() == 0
    press(page, "publish")
    assert clinic.status("Waive") == 200
    page.goto(f"{clinic.url}/admin/pages/{clinic.pages['Waive']}/history/")
    said = page.locator("main").inner_text()
    assert "Finding SAF002 “There are no side effects” waived until" in said
    assert "The sentence quotes the approved leaflet." in said
    shot(page, "wagtail-history.png")
    page.goto(f"{clinic.url}/admin/reports/healthlint/")
    assert "There are no side effects" in page.locator("main").inner_text()
    shot(page, "wagtail-report.png")


def axe_of_panel(page: Any) -> list[str]:
    """What axe finds wrong inside the panel."""
    page.evaluate(
        "document.querySelectorAll('[data-healthlint] details').forEach((one) => one.open = true)"
    )
    return axe_violations(page, "[data-healthlint]")


def test_the_panel_is_accessible_in_light_and_dark(editor: Any, clinic: Clinic) -> None:
    page = editor
    open_editor(page, clinic.edit("Look"))
    page.fill("#id_notes", "There are no side effects. A breakthrough for everyone.")
    open_panel(page)
    page.locator(".healthlint__card--error").wait_for()
    # Colours glide from one theme to the other; they are judged where they come to rest.
    page.add_style_tag(content="*, *::before, *::after { transition: none !important; }")
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.className = 'w-theme-{theme}'")
        assert axe_of_panel(page) == [], theme
    status = page.locator(".healthlint__live")
    assert status.get_attribute("aria-live") == "polite"
    assert status.text_content() == "1 error, 1 warning, 0 notes"
