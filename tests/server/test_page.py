"""The page to paste a draft into, in a real browser and against a real service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from healthlint.server.page import page as made
from tests.browser import axe_violations, chromium  # noqa: F401
from tests.server import TOKEN, UNSAFE, Live

DRAFT = f"A 💊 breakthrough!\n\nWe talk about the risks.\n\n{UNSAFE}"


class Open:
    """The page, opened, with what the browser complained about and asked for."""

    def __init__(self, browser: Any, url: str, **context: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1200, "height": 900}, **context)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(url)

    def check(self, text: str) -> None:
        """Paste a draft and wait for the answer."""
        self.page.fill("#text", text)
        self.page.click("#check")
        self.page.wait_for_selector("#form[aria-busy=false]")


@pytest.fixture
def opened(chromium: Any) -> Iterator[Any]:  # noqa: F811
    pages: list[Open] = []

    def open_it(live: Live, **context: Any) -> Open:
        pages.append(Open(chromium, f"{live.url}/", **context))
        return pages[-1]

    yield open_it
    for one in pages:
        one.context.close()


def test_findings_are_marked_and_explained(live: Live, opened: Any) -> None:
    one = opened(live)
    one.check(DRAFT)
    marks = one.page.locator("mark").all_inner_texts()
    assert "breakthrough" in marks and "a safe and effective treatment" in marks
    said = live.post("/v1/check", {"text": DRAFT, "format": "text"}).json
    findings = said["files"][0]["findings"]
    counts = said["verdict"]["counts"]
    assert one.page.locator(".card").count() == len(findings) > 1
    assert one.page.inner_text("#status").startswith(f"{counts['error']} error")
    assert one.page.inner_text("#status").endswith("This would be blocked.")
    card = one.page.inner_text("#f1")
    for words in (findings[0]["message"], findings[0]["suggestions"][0], findings[0]["rule"],
                  findings[0]["authorities"][0]["title"], "warning"):  # fmt: skip
        assert words in card
    text = one.page.evaluate(
        "[...document.querySelector('#marked').childNodes]"
        ".filter((node) => !node.className || node.localName === 'mark')"
        ".map((node) => node.textContent).join('')"
    )
    assert text == DRAFT
    assert one.complaints == []
    assert {url.rpartition(":")[2].partition("/")[2] for url in one.requests
            if not url.startswith("data:")} == {"", "v1/check"}  # fmt: skip


def test_nothing_found(live: Live, opened: Any) -> None:
    one = opened(live)
    one.check("Call us on any day.")
    assert one.page.inner_text("#status") == "nothing found. This may be published."
    assert one.page.is_visible("#none") and one.page.locator("mark").count() == 0


def test_script_in_the_draft_is_text(live: Live, opened: Any) -> None:
    evil = '<img src=x onerror="document.title=\'broken\'"><script>document.title="broken"</script>'
    one = opened(live)
    one.check(f"{evil} is a {evil} breakthrough {evil}")
    one.check(f"{UNSAFE} {evil}")
    assert evil in one.page.inner_text("#marked")
    assert one.page.locator("#marked img, #marked script, #cards img").count() == 0
    assert one.page.title() == "healthlint: check a draft"
    one.page.select_option("#format", "html")
    one.check(f"<p>{UNSAFE}</p>{evil}")
    assert "<p>" in one.page.inner_text("#marked")
    assert one.page.title() == "healthlint: check a draft"
    assert one.complaints == []


def test_a_token_is_asked_for_only_where_one_is_needed(
    live: Live, locked: Live, opened: Any
) -> None:
    assert opened(live).page.is_hidden("#token")
    one = opened(locked)
    assert one.page.is_visible("#token")
    one.check(UNSAFE)
    assert one.page.inner_text("#problem").startswith("Not checked. A token is needed:")
    assert one.page.evaluate("document.activeElement.id") == "token"
    assert one.page.input_value("#text") == UNSAFE
    one.page.fill("#token", TOKEN)
    one.page.keyboard.press("Enter")
    one.page.wait_for_selector(".card")
    assert one.page.inner_text("#problem") == ""
    assert all(TOKEN not in url for url in one.requests)


def test_only_the_keyboard(live: Live, opened: Any) -> None:
    one = opened(live)
    keys = one.page.keyboard
    one.page.focus("#text")
    keys.insert_text(DRAFT)
    keys.press("Control+Enter")
    one.page.wait_for_selector(".card")
    for _ in range(20):  # past the choices and the button to the first mark
        keys.press("Tab")
        if one.page.evaluate("document.activeElement.id") == "m1":
            break
    keys.press("Enter")
    assert one.page.evaluate("document.querySelector(':target').id") == "f1"
    keys.press("Tab")
    assert one.page.evaluate("document.activeElement.getAttribute('href')") == "#m1"


def test_what_a_screen_reader_is_told(live: Live, opened: Any) -> None:
    one = opened(live)
    roles = one.page.evaluate(
        "['status', 'problem'].map((id) => document.getElementById(id).getAttribute('role'))"
    )
    assert roles == ["status", "alert"]
    one.check(UNSAFE)
    names = one.page.locator("#marked .badge").evaluate_all("(all) => all.map((a) => a.ariaLabel)")
    assert names == ["Finding 1, error"]
    assert one.page.get_by_role("article", name=re.compile("error: absolute safety")).count() == 1
    assert one.page.get_by_role("button", name="Copy suggestion of finding 1").count() >= 1


def test_a_suggestion_can_be_copied(live: Live, opened: Any) -> None:
    one = opened(live, permissions=["clipboard-read", "clipboard-write"])
    one.check(UNSAFE)
    one.page.click(".copy >> nth=0")
    one.page.wait_for_selector("#status:has-text('clipboard')")
    assert one.page.evaluate("navigator.clipboard.readText()") in one.page.inner_text("#f1")


def test_the_service_is_down(opened: Any) -> None:
    live = Live.start("--concurrency", "1")
    one = opened(live)
    live.stop()
    one.check(UNSAFE)
    assert "the service does not answer" in one.page.inner_text("#problem")
    assert one.page.input_value("#text") == UNSAFE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 400])
def test_axe_finds_nothing_wrong(locked: Live, opened: Any, scheme: str, width: int) -> None:
    one = opened(locked, color_scheme=scheme)
    one.page.set_viewport_size({"width": width, "height": 900})
    assert axe_violations(one.page) == []
    one.check(DRAFT)
    assert axe_violations(one.page) == []  # with a problem on it
    one.page.fill("#token", TOKEN)
    one.check(f"{DRAFT} PTSD sufferers. {UNSAFE}")
    one.page.wait_for_selector(".card")
    assert axe_violations(one.page) == []
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_needs_nothing_from_outside() -> None:
    html, policy = made(token=False, profile="au")
    text = html.decode("utf-8")
    assert not re.search(r"<(img|iframe|object|script [^>]*src)|@import|url\(|\sstyle=", text)
    assert not re.search(r"\{(style|script|token)\}", text)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert '<option value="au" selected>' in text and 'id="token-row" hidden' in text
    assert 'id="token-row" hidden' not in made(token=True, profile="us")[0].decode("utf-8")
